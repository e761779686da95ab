"""Rules about what is said: in every language, with the same values, not too long (P01 to P06)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from ivr import phrases
from ivr.checks.told import error, prompts, warning
from ivr.findings import Finding
from ivr.flow import Flow, Menu, Queue, Say, Step
from ivr.phrases import phrase
from ivr.said import Prompt
from ivr.templates import Hole, holes, pieces

_CHINESE_PER_SECOND = 4.5
_WORDS_PER_SECOND = 2.6
_LONGEST_MENU = 20
_LONGEST_QUESTION = 15
_LONGEST_STATEMENT = 30
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'-]*")
_SENTENCE = re.compile(r"[.!?;。！？；]\s*")
_KEY_FIRST = re.compile(r"\s*(press\s+(\d|star|pound)|[请請]?按\s*[0-9*#])", re.IGNORECASE)


def line_findings(flow: Flow) -> Iterator[Finding]:
    for step in flow.steps.values():
        for what, prompt in prompts(step):
            yield from _languages(flow, step, what, prompt)
            yield from _placeholders(flow, step, what, prompt)
            yield from _characters(flow, step, what, prompt)
            yield from _length(flow, step, what, prompt)
            yield from _key_first(flow, step, what, prompt)
        yield from _house_sentences(flow, step)


def seconds(text: str) -> float:
    """About how long a text takes to say; a value counts as one word."""
    said = "".join(" x " if isinstance(piece, Hole) else piece for piece in pieces(text))
    return len(_CHINESE.findall(said)) / _CHINESE_PER_SECOND + len(_WORD.findall(said)) / _WORDS_PER_SECOND


def _languages(flow: Flow, step: Step, what: str, prompt: Prompt) -> Iterator[Finding]:
    for tag in flow.languages:
        line = prompt.lines.get(tag)
        if line and line.audio and not line.text.strip():
            yield error(flow, "P05", step, f"{what}.{tag}: audio '{line.audio}' has no text", prompt.line)
        elif line is None or not line.text.strip():
            yield error(flow, "P01", step, f"{what}: no text in {tag}", prompt.line)


def _house_sentences(flow: Flow, step: Step) -> Iterator[Finding]:
    if not isinstance(step.verb, Queue):
        return
    for what, wanted in (("position", step.verb.announce.position), ("wait", step.verb.announce.wait)):
        for tag in flow.languages:
            if wanted is True and phrase(phrases.POSITION, tag) is None:
                yield error(flow, "P01", step, f"announce.{what}: no house sentence in {tag}; write your own")


def _placeholders(flow: Flow, step: Step, what: str, prompt: Prompt) -> Iterator[Finding]:
    told = {tag: line.text for tag, line in prompt.lines.items() if line.text.strip()}
    paths = {tag: Counter(hole.path for hole in holes(text)) for tag, text in told.items()}
    everywhere = Counter[str]()
    for here in paths.values():
        everywhere |= here
    for tag, here in paths.items():
        for path in sorted(everywhere - here):
            yield error(flow, "P04", step, f"{what}: {{{path}}} is missing in {tag}", prompt.line)


def _characters(flow: Flow, step: Step, what: str, prompt: Prompt) -> Iterator[Finding]:
    for tag, line in prompt.lines.items():
        for character in dict.fromkeys(line.text):
            if unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} and character not in "\n\t":
                code = f"U+{ord(character):04X}"
                yield error(flow, "P06", step, f"{what}.{tag}: character {code} would break the call", prompt.line)


def _length(flow: Flow, step: Step, what: str, prompt: Prompt) -> Iterator[Finding]:
    match step.verb:
        case Menu():
            limit = _LONGEST_MENU
        case Say():
            limit = _LONGEST_STATEMENT
        case _:
            limit = _LONGEST_QUESTION
    for tag, line in prompt.lines.items():
        taken = seconds(line.text)
        if taken > limit:
            message = f"{what}.{tag} takes about {taken:.0f} s (limit {limit} s)"
            yield warning(flow, "P02", step, message, prompt.line)


def _key_first(flow: Flow, step: Step, what: str, prompt: Prompt) -> Iterator[Finding]:
    for tag, line in prompt.lines.items():
        if any(_KEY_FIRST.match(sentence) for sentence in _SENTENCE.split(line.text)):
            message = f"{what}.{tag}: say what a key does before the key: 'For a person, press 0'"
            yield warning(flow, "P03", step, message, prompt.line)
