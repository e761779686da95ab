"""What every template can say: texts, instants and numbers in the viewer's language and zone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, url_for
from markupsafe import Markup

from contactcenter.foundation import languages
from contactcenter.foundation.languages import N_, Sentence
from contactcenter.foundation.permissions import Right, Who

_PLACES = (
    ("console.desk", Right.READ_CASES, "headset", N_("My work")),
    ("supervisor.desk", Right.SUPERVISE, "chart", N_("Supervision")),
    ("admin.overview", Right.ADMINISTER, "settings", N_("Administration")),
    ("menus.menus", Right.EDIT_MENUS, "keypad", N_("Phone menus")),
    ("automation.rules", Right.EDIT_RULES, "refresh", N_("Automation")),
    ("portal.help", Right.SIGNED_IN, "book", N_("Help")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places in the rail, or one line of the person's own menu; `post` makes it a form."""

    url: str
    icon: str
    label: str
    current: bool = False
    post: bool = False


def rail(who: Who, here: str) -> list[Place]:
    """Where this person may go; `here` is the door behind which they stand."""
    return [
        Place(url_for(endpoint), icon, _(label), current=endpoint.startswith(f"{here}."))
        for endpoint, right, icon, label in _PLACES
        if who.may(right)
    ]


def user_links() -> list[Place]:
    """The person's own menu."""
    return [Place(url_for("people.sign_out"), "leave", _("Sign out"), post=True)]


def _(text: str, /, **values: object) -> str:
    """The text in the language of whoever asks."""
    return languages.gettext_for(g.get("language", "en"))(text, **values)


def told(sentence: Sentence) -> str:
    """A kept sentence in the language of whoever asks; what fills its places is in no language that we know."""
    values = {
        name: Markup('<span lang="">{}</span>').format(value) if isinstance(value, str) else value
        for name, value in sentence.values.items()
    }
    return _(sentence.text, **values)


def titled(titles: dict[str, str]) -> str:
    """The title of something configured, in the viewer's language, else in English."""
    return titles.get(g.get("language", "en")) or titles.get("en") or next(iter(titles.values()), "")


def at(instant: datetime, form: Any = "time") -> str:
    """An instant in the viewer's zone and language."""
    return languages.format_datetime(instant, g.get("language", "en"), ZoneInfo(g.get("zone", "UTC")), form)


def share(part: float | None) -> str:
    """A part of one in per cent; a dash where there is no whole."""
    return "–" if part is None else languages.format_share(part, g.get("language", "en"))


def number(value: float, digits: int = 0) -> str:
    return languages.format_number(value, g.get("language", "en"), digits)


def duration(seconds: float) -> str:
    return languages.format_duration(seconds, g.get("language", "en"))


def open_time(seconds: float) -> str:
    """What counts by a calendar: in hours, because nobody knows how long a day of it is."""
    return languages.format_duration(seconds, g.get("language", "en"), open_time=True)


def add_screen_words(app: Flask) -> None:
    """Give all templates their words."""
    app.jinja_env.globals.update(
        _=_,
        ngettext=lambda one, many, num, /, **values: languages.ngettext_for(g.get("language", "en"))(
            one, many, num, **values
        ),
        told=told,
        titled=titled,
        at=at,
        duration=duration,
        open_time=open_time,
        number=number,
        share=share,
        own_names=languages.OWN_NAMES,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def about_the_viewer() -> dict[str, Any]:
        who = g.get("who")
        own = {"viewer": who, "notices_url": url_for("people.unseen") if who else ""}
        return {"language": g.get("language", "en"), "zone": g.get("zone", "UTC"), **own}
