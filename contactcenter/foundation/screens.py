"""What every template can say: texts, instants and numbers in the viewer's language and zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g

from contactcenter.foundation import languages


def _(text: str, /, **values: object) -> str:
    """The text in the language of whoever asks."""
    return languages.gettext_for(g.get("language", "en"))(text, **values)


def titled(titles: dict[str, str]) -> str:
    """The title of something configured, in the viewer's language, else in English."""
    return titles.get(g.get("language", "en")) or titles.get("en") or next(iter(titles.values()), "")


def at(instant: datetime, form: Any = "time") -> str:
    """An instant in the viewer's zone and language."""
    return languages.format_datetime(instant, g.get("language", "en"), ZoneInfo(g.get("zone", "UTC")), form)


def duration(seconds: float) -> str:
    return languages.format_duration(seconds, g.get("language", "en"))


def add_screen_words(app: Flask) -> None:
    """Give all templates their words."""
    app.jinja_env.globals.update(
        _=_,
        ngettext=lambda one, many, num, /, **values: languages.ngettext_for(g.get("language", "en"))(
            one, many, num, **values
        ),
        titled=titled,
        at=at,
        duration=duration,
        own_names=languages.OWN_NAMES,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def about_the_viewer() -> dict[str, Any]:
        return {"language": g.get("language", "en"), "viewer": g.get("who"), "zone": g.get("zone", "UTC")}
