"""Rules about the languages of a flow: few to choose from, and each written in its own script (M09, P07)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ivr.checks.characters import SIMPLIFIED, TRADITIONAL
from ivr.checks.told import prompts, warning
from ivr.findings import Finding, Severity
from ivr.flow import Flow, Menu, Step

_MOST_LANGUAGES = 4
_MOST_SHOWN = 5
_CHINESE = frozenset({"zh", "cmn", "yue"})
_ALSO_WITH_CHINESE_CHARACTERS = frozenset({"ja", "ko"})
_CHINESE_CHARACTER = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2}")
_HOLE = re.compile(r"\{[^{}]*\}")
_TRADITIONAL_MARKS = frozenset({"Hant", "TW", "HK", "MO"})
_SIMPLIFIED_MARKS = frozenset({"Hans", "CN", "SG"})


class _Text(NamedTuple):
    step: Step | None
    line: int
    what: str
    tag: str
    text: str


def language_findings(flow: Flow) -> Iterator[Finding]:
    if len(flow.languages) > _MOST_LANGUAGES:
        message = (
            f"{len(flow.languages)} languages before the first sentence (at most {_MOST_LANGUAGES}); "
            "give some of them a flow and a number of their own"
        )
        yield Finding("M09", Severity.WARNING, flow.source, flow.lines.get("languages", 1), None, message)
    texts = list(_texts(flow))
    for tag in flow.languages:
        if tag.partition("-")[0] in _CHINESE:
            yield from _mixed(flow, tag, [text for text in texts if text.tag == tag])
    for text in texts:
        if text.what != "words" and _is_foreign(text):
            message = f"{text.what}.{text.tag}: '{text.text[:40]}' is in another language; write it under its own"
            yield _doubt(flow, text, message)


def _mixed(flow: Flow, tag: str, texts: list[_Text]) -> Iterator[Finding]:
    traditional = _is_traditional(tag, "".join(text.text for text in texts))
    foreign, here, there = (
        (SIMPLIFIED, "Traditional", "Simplified") if traditional else (TRADITIONAL, "Simplified", "Traditional")
    )
    for text in texts:
        found = list(dict.fromkeys(character for character in text.text if character in foreign))[:_MOST_SHOWN]
        if found:
            told = ", ".join(f"{character} ({foreign[character]})" for character in found)
            message = f"{text.what}.{tag} mixes scripts: {told} is {there}; write it in {here} characters as the rest"
            yield _doubt(flow, text, message)


def _is_foreign(text: _Text) -> bool:
    """English under a Chinese tag, or Chinese under an English one: a voice would not know how to read it."""
    language, said = text.tag.partition("-")[0], _HOLE.sub("", text.text)
    if language in _CHINESE:
        return bool(_LATIN_WORD.search(said)) and not _CHINESE_CHARACTER.search(said)
    return language not in _ALSO_WITH_CHINESE_CHARACTERS and bool(_CHINESE_CHARACTER.search(said))


def _doubt(flow: Flow, text: _Text, message: str) -> Finding:
    if text.step:
        return warning(flow, "P07", text.step, message, text.line)
    return Finding("P07", Severity.WARNING, flow.source, text.line, None, message)


def _is_traditional(tag: str, everything: str) -> bool:
    """What the tag says, else what most of the texts are written in."""
    marks = set(tag.split("-"))
    if marks & (_TRADITIONAL_MARKS | _SIMPLIFIED_MARKS):
        return bool(marks & _TRADITIONAL_MARKS)
    return sum(character in TRADITIONAL for character in everything) > sum(c in SIMPLIFIED for c in everything)


def _texts(flow: Flow) -> Iterator[_Text]:
    for tag, title in flow.title.items():
        yield _Text(None, flow.lines.get("title", 1), "title", tag, title)
    for step in flow.steps.values():
        for what, prompt in prompts(step):
            for tag, line in prompt.lines.items():
                yield _Text(step, prompt.line, what, tag, line.text)
        for option in step.verb.options.values() if isinstance(step.verb, Menu) else ():
            for tag, words in option.words.items():
                yield _Text(step, option.line, "words", tag, " ".join(words))
