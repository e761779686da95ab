"""The parts that several verbs share, read from their nodes: prompts, tags, targets, paths."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ivr import markup, nodes
from ivr.conditions import Condition, ConditionError, condition
from ivr.flow import HUMAN, Defaults
from ivr.nodes import Misread, Node, Table
from ivr.said import Asking, Line, Prompt, Tags
from ivr.templates import TemplateError, holes

_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_SKILL = re.compile(r"[A-Za-z0-9{][\w{}. |-]*")
_HIGHEST_LEVEL = 10
_HIGHEST_PRIORITY = 9
RESERVED_VALUES = frozenset(
    {
        "answer",
        "caller",
        "called",
        "callback",
        "language",
        "queue",
        "attempt",
        "flow",
        "skill",
        "intent",
        "priority",
        "now",
        "human",
    }
)


@dataclass(frozen=True, slots=True)
class House:
    """What the head of the file says that its steps need to know."""

    languages: tuple[str, ...]
    defaults: Defaults


def prompt(node: Node, what: str, house: House) -> Prompt:
    """One line per language: text, or {audio: file, text: …}."""
    written = nodes.table(node, f"{what} (one text per language)")
    _only_languages(written, what, house)
    return Prompt(node.line, {tag: _line(said, f"{what}.{tag}") for tag, said in written.entries.items()})


def optional_prompt(block: Table, key: str, house: House) -> Prompt | None:
    node = block.get(key)
    return prompt(node, key, house) if node else None


def asking(block: Table, ask: Prompt, house: House) -> Asking:
    """How patiently a question is put; `block` is what is written about the verb."""
    attempts, timeout = block.get("attempts"), block.get("timeout")
    stuck, no_human = block.get("stuck"), block.get("no_human")
    return Asking(
        attempts=nodes.whole(attempts, "attempts", 1, 5) if attempts else house.defaults.attempts,
        timeout=nodes.whole(timeout, "timeout", 1, 60) if timeout else house.defaults.timeout,
        stuck=target(stuck, "stuck") if stuck else HUMAN,
        no_human=nodes.text(no_human, "no_human (the reason why 0 is taken away)") if no_human else None,
        ask=ask,
        ask_again=optional_prompt(block, "ask_again", house),
        retry=optional_prompt(block, "retry", house),
    )


def template(node: Node, what: str) -> str:
    """Text whose holes can be read."""
    written = nodes.text(node, what)
    try:
        holes(written)
    except TemplateError as error:
        raise Misread(node.line, f"{what}: {error}", error.rule) from error
    return written


def target(node: Node, what: str) -> str:
    return nodes.name(node, f"{what} (the name of a step)")


def path(node: Node, what: str) -> str:
    written = nodes.text(node, what)
    if not _PATH.fullmatch(written):
        raise Misread(node.line, f"{what} should name a value, like caller.number")
    return written


def save(node: Node) -> str:
    word = nodes.name(node, "save")
    if word in RESERVED_VALUES:
        raise Misread(node.line, f"'{word}' is a value the call already has; save under another name")
    return word


def tags(node: Node, what: str, house: House) -> Tags:
    written = nodes.table(node, what, ("skill", "intent", "priority", "language", "case"))
    if not written.entries:
        raise Misread(node.line, f"{what} should set skill, intent, priority, language or case")
    skill, intent = written.get("skill"), written.get("intent")
    priority, language, case = written.get("priority"), written.get("language"), written.get("case")
    return Tags(
        skills=skills(skill, "skill") if skill else None,
        intent=nodes.name(intent, "intent") if intent else None,
        priority=nodes.whole(priority, "priority", 0, _HIGHEST_PRIORITY) if priority else None,
        language=one_of(language, "language", house.languages) if language else None,
        case=path(case, "case") if case else None,
    )


def skills(node: Node, what: str) -> Mapping[str, int]:
    """A skill by name, or several with the level each needs."""
    if not isinstance(node, Table):
        return {_skill(node, what): 1}
    levels = {}
    for word, level in node.entries.items():
        _skill(nodes.Scalar(level.line, word, quoted=True), what)
        levels[word] = nodes.whole(level, f"{what} {word}", 1, _HIGHEST_LEVEL)
    return levels


def when(node: Node) -> Condition:
    try:
        return condition(nodes.text(node, "when"))
    except ConditionError as error:
        raise Misread(node.line, f"when: {error}") from error


def one_of(node: Node, what: str, choices: tuple[str, ...]) -> str:
    word = nodes.text(node, what)
    if word not in choices:
        raise Misread(node.line, f"{what} '{word}' is not known{nodes.nearest(word, choices)}")
    return word


def words(node: Node, house: House) -> Mapping[str, tuple[str, ...]]:
    written = nodes.table(node, "words (a list per language)")
    _only_languages(written, "words", house)
    return {
        tag: tuple(nodes.text(word, f"words.{tag}") for word in nodes.listing(listed, f"words.{tag}"))
        for tag, listed in written.entries.items()
    }


def _skill(node: Node, what: str) -> str:
    word = template(node, what)
    if not _SKILL.fullmatch(word):
        raise Misread(node.line, f"{what} '{word}' should be the name of a skill")
    return word


def _line(node: Node, what: str) -> Line:
    if not isinstance(node, Table):
        return _spoken(node, what)
    nodes.table(node, what, ("audio", "text"))
    said = node.get("text")
    audio = nodes.text(node.need("audio", what), f"{what}.audio")
    return replace(_spoken(said, what) if said else Line(""), audio=audio)


def _spoken(node: Node, what: str) -> Line:
    """Text whose holes and marks can be read."""
    written = template(node, what)
    try:
        text, marked = markup.read(written)
    except markup.MarkupError as error:
        raise Misread(node.line, f"{what}: {error}", markup.RULE) from error
    return Line(text, marked=marked)


def _only_languages(written: Table, what: str, house: House) -> None:
    for tag, node in written.entries.items():
        if tag not in house.languages:
            raise Misread(node.line, f"{what}: '{tag}' is not a language of this flow ({', '.join(house.languages)})")
