"""The three languages: which one a viewer reads, its words, and how it writes times, numbers and durations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Protocol

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
OWN_NAMES = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
"""What each language calls itself, for the menu in which it is chosen."""
FOLDER = Path(__file__).resolve().parents[1] / "translations"

_TRADITIONAL_PLACES = {"tw", "hk", "mo"}
_JUST_NOW = timedelta(seconds=5)
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))

Form = Literal["time", "weekday", "date", "short", "full"]


class Gettext(Protocol):
    """Says a text in one language and fills its %(name)s places."""

    def __call__(self, text: str, /, **values: object) -> str: ...


class Ngettext(Protocol):
    """Says a counted text in one language; %(num)s stands for the number."""

    def __call__(self, one: str, many: str, num: int, /, **values: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Translations:
    """What every text is in each language: a tuple of forms, of which Chinese needs one."""

    texts: Mapping[str, Mapping[str, tuple[str, ...]]]

    def gettext(self, language: str, text: str, /, **values: object) -> str:
        return _filled(self.texts[language].get(text, (text,))[0], values)

    def ngettext(self, language: str, one: str, many: str, num: int, /, **values: object) -> str:
        english = one if num == 1 else many
        forms = self.texts[language].get(one)
        return _filled(forms[0] if forms else english, {"num": num} | values)


def load_translations(folder: Path = FOLDER) -> Translations:
    """Reads the catalogues as they are written; English is its own source and has none."""
    texts = {language: _texts(catalogue_path(language, folder), language) for language in LANGUAGES[1:]}
    return Translations({"en": {}, **texts})


def catalogue_path(language: str, folder: Path = FOLDER) -> Path:
    return folder / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"


@cache
def gettext_for(language: str) -> Gettext:
    """The `_` of a viewer. A text without values is left as it is, so that its per cent signs stand for themselves."""
    return partial(_shipped().gettext, _known(language))


@cache
def ngettext_for(language: str) -> Ngettext:
    return partial(_shipped().ngettext, _known(language))


def N_(text: str) -> str:  # noqa: N802 — the name by which gettext's tools and its users know it
    """Marks a text for translation where no viewer is known yet; `_` says it later."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is kept in a row and told later, to each reader in their language: English with %(name)s places, and their values."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kept(self) -> list[Any]:
        """Its form in a row, of which `Sentence(*form)` makes it again."""
        return [
            self.text,
            {name: value if isinstance(value, int) else str(value) for name, value in self.values.items()},
        ]

    def __str__(self) -> str:
        return gettext_for("en")(self.text, **self.values)


def best_language(accept_language: str, chosen: str | None = None) -> str:
    """The viewer's choice if there is one, else the first language of ours that the browser asks for, else English."""
    if chosen and (found := _ours(chosen)):
        return found
    asked = parse_accept_header(accept_language, LanguageAccept)
    return next((found for tag, quality in asked if quality > 0 and (found := _ours(tag))), "en")


def format_datetime(at: datetime, language: str, zone: tzinfo, form: Form = "short") -> str:
    """An instant by the viewer's clock, always with 24 hours: time 18:05, weekday Fri 18:05, date, short, full."""
    locale, there = _locale(language), at.astimezone(zone)
    clock = format_skeleton("Hms" if form == "full" else "Hm", there, locale=locale)
    match form:
        case "time":
            return clock
        case "weekday":
            return format_skeleton("EHm", there, locale=locale)
        case "date":
            return format_date(there.date(), "medium", locale=locale)
        case "short" | "full":
            day = format_skeleton("MMMd" if form == "short" else "yMMMEd", there, locale=locale)
            return str(locale.datetime_formats["medium"]).replace("{0}", clock).replace("{1}", day)


def format_relative(at: datetime, now: datetime, language: str) -> str:
    """How far an instant is from now, in one unit: 5 minutes ago, in 2 days."""
    _ = gettext_for(language)
    if abs(at - now) < _JUST_NOW:
        return _("just now")
    return format_timedelta(at - now, add_direction=True, threshold=1, locale=_locale(language))


def format_number(value: float, language: str, digits: int = 2) -> str:
    """A number with its thousands apart and at most so many decimals."""
    return format_decimal(value, "#,##0." + "#" * digits if digits else "#,##0", locale=_locale(language))


def format_share(value: float, language: str) -> str:
    """A part of one as a percentage without decimals: 0.256 is 26%."""
    return format_percent(value, locale=_locale(language))


def format_duration(seconds: float, language: str, *, open_time: bool = False) -> str:
    """A length of time in its two largest units, cut and never rounded up: 1 hr 5 min. Of open time a day would say nothing."""
    whole = abs(int(seconds))
    for (larger, size), (smaller, part) in pairwise([unit for unit in _UNITS if unit[0] != "day" or not open_time]):
        if whole >= size:
            counted = [(whole // size, larger), (whole % size // part, smaller)]
            break
    else:
        counted = [(whole, "second")]
    words = [
        format_unit(number, f"duration-{unit}", "short", locale=_locale(language))
        for number, unit in counted
        if number or unit == counted[0][1]
    ]
    return ("-" if seconds <= -1 else "") + ("" if language == "zh-Hans" else " ").join(words)


@cache
def _shipped() -> Translations:
    return load_translations()


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_known(language), sep="-")


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"There is no language {language!r} here; the tags are {', '.join(LANGUAGES)}.")
    return language


def _ours(tag: str) -> str | None:
    """Which of our languages serves a browser's tag; a script named in it outweighs a place."""
    first, *rest = tag.lower().replace("_", "-").split("-")
    if first == "en":
        return "en"
    if first not in {"zh", "cmn", "yue"}:
        return None
    if "hant" in rest or "hans" in rest:
        return "zh-Hant" if "hant" in rest else "zh-Hans"
    return "zh-Hant" if first == "yue" or "yue" in rest or _TRADITIONAL_PLACES & set(rest) else "zh-Hans"


def _texts(path: Path, language: str) -> dict[str, tuple[str, ...]]:
    """Only finished translations: what is empty or marked fuzzy is shown in English rather than wrong."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language.replace("-", "_"), ignore_obsolete=True, charset="utf-8")
    texts: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        text = message.id if isinstance(message.id, str) else message.id[0]
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        if text and not message.fuzzy and all(forms):
            texts[text] = forms
    return texts


def _filled(text: str, values: Mapping[str, object]) -> str:
    """Markup among the values makes the sentence markup, and everything else in it is escaped."""
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup(text) % values  # noqa: S704 — the text is ours, and Markup escapes what it is given
    return text % values if values else text
