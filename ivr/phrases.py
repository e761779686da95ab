"""The house sentences a waiting caller hears where a flow does not bring its own."""

from collections.abc import Mapping

NEXT_IN_LINE: Mapping[str, str] = {
    "en": "You are next in line.",
    "zh-Hans": "下一位就轮到您。",
    "zh-Hant": "下一位就輪到您。",
}
POSITION: Mapping[str, str] = {
    "en": "You are number {queue.position} in line.",
    "zh-Hans": "您排在第 {queue.position} 位。",
    "zh-Hant": "您排在第 {queue.position} 位。",
}
SOON: Mapping[str, str] = {
    "en": "We expect to be with you in about a minute.",
    "zh-Hans": "预计一分钟左右为您接通。",
    "zh-Hant": "預計一分鐘左右為您接通。",
}
WAIT: Mapping[str, str] = {
    "en": "The wait is about {queue.minutes} minutes.",
    "zh-Hans": "预计等待约 {queue.minutes} 分钟。",
    "zh-Hant": "預計等待約 {queue.minutes} 分鐘。",
}
LONG_WAIT: Mapping[str, str] = {
    "en": "The wait is {queue.minutes} minutes.",
    "zh-Hans": "预计等待{queue.minutes} 分钟。",
    "zh-Hant": "預計等待{queue.minutes} 分鐘。",
}
WITHIN: Mapping[str, str] = {
    "en": "The wait is less than {queue.minutes} minutes.",
    "zh-Hans": "预计等待不到 {queue.minutes} 分钟。",
    "zh-Hant": "預計等待不到 {queue.minutes} 分鐘。",
}
BETWEEN: Mapping[str, str] = {
    "en": "The wait is between {queue.least} and {queue.minutes} minutes.",
    "zh-Hans": "预计等待 {queue.least} 到 {queue.minutes} 分钟。",
    "zh-Hant": "預計等待 {queue.least} 到 {queue.minutes} 分鐘。",
}
OR_MORE: Mapping[str, str] = {
    "en": "The wait is {queue.least} minutes or more.",
    "zh-Hans": "预计等待 {queue.least} 分钟以上。",
    "zh-Hant": "預計等待 {queue.least} 分鐘以上。",
}
OVER_TEN: Mapping[str, str] = {"en": "over 10", "zh-Hans": "超过 10", "zh-Hant": "超過 10"}
LANGUAGES = frozenset(POSITION)


def phrase(table: Mapping[str, str], language: str) -> str | None:
    """The sentence in this language, or in its closest relative that we speak; None where there is none."""
    base = language.partition("-")[0]
    return table.get(language) or next((said for tag, said in table.items() if tag.partition("-")[0] == base), None)
