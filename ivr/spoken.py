"""How values are spoken: digits in groups, numbers, money and dates, in English and in Chinese."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

_DIGITS_PER_GROUP = 4
_NOON = 12
_MONEY = re.compile(r"(?:(?P<before>[A-Z]{3})\s*)?(?P<amount>-?[0-9]+(?:\.[0-9]+)?)(?:\s*(?P<after>[A-Z]{3}))?")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHINESE_PARTS = ("凌晨", "上午", "下午", "晚上")
_CHINESE_WEEKDAYS = "一二三四五六日"
_CURRENCIES = {
    "CNY": {"en": "yuan", "zh-Hans": "元", "zh-Hant": "元"},
    "USD": {"en": "US dollars", "zh-Hans": "美元", "zh-Hant": "美元"},
    "HKD": {"en": "Hong Kong dollars", "zh-Hans": "港元", "zh-Hant": "港元"},
    "TWD": {"en": "New Taiwan dollars", "zh-Hans": "新台币", "zh-Hant": "新臺幣"},
    "EUR": {"en": "euros", "zh-Hans": "欧元", "zh-Hant": "歐元"},
    "GBP": {"en": "pounds", "zh-Hans": "英镑", "zh-Hant": "英鎊"},
    "JPY": {"en": "yen", "zh-Hans": "日元", "zh-Hant": "日圓"},
}


def spoken(value: str, form: str | None, language: str) -> str:
    """The value as it should be said; a value that does not fit the form is said as it stands."""
    return FORMS[form](value, language) if form else value


def _digits(value: str, language: str) -> str:
    characters = [character for character in value if character.isalnum()]
    if not characters:
        return value
    count = -(-len(characters) // _DIGITS_PER_GROUP)
    size, larger = divmod(len(characters), count)
    groups: list[str] = []
    for place in range(count):
        width = size + (place < larger)
        groups.append(" ".join(characters[:width]))
        del characters[:width]
    return ("，" if _is_chinese(language) else ", ").join(groups)


def _number(value: str, language: str) -> str:
    number = _decimal(value)
    if number is None:
        return value
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if _is_chinese(language) else f"{Decimal(plain):,}"


def _money(value: str, language: str) -> str:
    written = _MONEY.fullmatch(value.strip())
    if not written:
        return value
    amount = Decimal(written["amount"])
    figure = f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:.2f}"
    units = _CURRENCIES.get(written["before"] or written["after"] or "")
    if units is None:
        return value
    unit = units.get(language) or units["zh-Hans" if _is_chinese(language) else "en"]
    return f"{figure} {unit}"


def _date(value: str, language: str) -> str:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return value
    if _is_chinese(language):
        return f"{day.month} 月 {day.day} 日，星期{_CHINESE_WEEKDAYS[day.weekday()]}"
    return f"{_WEEKDAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}"


def _time(value: str, language: str) -> str:
    """The time of day of a local time such as 2026-01-05T14:30."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    if _is_chinese(language):
        point = "點" if language == "zh-Hant" else "点"
        part, hour = _CHINESE_PARTS[at.hour // 6], at.hour if at.hour <= _NOON else at.hour - _NOON
        return f"{part} {hour} {point} {at.minute} 分" if at.minute else f"{part} {hour} {point}整"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % _NOON or _NOON}{minutes} {'AM' if at.hour < _NOON else 'PM'}"


def _decimal(value: str) -> Decimal | None:
    try:
        number = Decimal(value.strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 16 else None


def _is_chinese(language: str) -> bool:
    return language.partition("-")[0] == "zh"


FORMS: dict[str, Callable[[str, str], str]] = {
    "digits": _digits,
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
}
