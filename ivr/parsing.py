"""From the text of a flow file to the flow, with every mistake found on the way."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from ivr import nodes, reading
from ivr.findings import Finding, FlowError, Severity
from ivr.flow import BACK, HUMAN, MOST_STEPS, REPEAT, Defaults, End, Flow, Step
from ivr.nodes import Misread, Node, Table
from ivr.reading import House
from ivr.said import Voice
from ivr.script_reading import script
from ivr.scripts import Script
from ivr.strict_yaml import compose
from ivr.verbs import MOST_VERSIONS, VERBS

_T = TypeVar("_T")
_HEAD = ("flow", "version", "part", "title", "languages", "voices", "start", "human", "defaults", "steps", "tests")
_OF_THE_WHOLE = ("human", "voices", "tests")
_EXITS_OF: Mapping[str, tuple[str, ...]] = {
    "say": ("then",),
    "collect": ("then",),
    "tag": ("then",),
    "lookup": ("found", "missing", "error"),
    "branch": ("else",),
    "queue": ("answered", "waited_too_long", "nobody_logged_in", "full"),
    "answer": ("helped", "more", "missing"),
    "callback": ("done", "declined"),
    "voicemail": ("done", "empty"),
    "survey": ("done", "skipped"),
    "transfer": ("answered", "busy", "no_answer", "failed"),
    "flow": ("then",),
}
_ALL_EXITS = frozenset(name for names in _EXITS_OF.values() for name in names)
_EVERYWHERE = ("end", "at_most", "after")
_CAN_END = frozenset({"say", "collect", "tag", "end"})
_RESERVED_STEPS = frozenset({HUMAN, REPEAT, BACK, "yes", "no", "on", "off", "y", "n", "true", "false", "null"})
_FLOW_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")
_STEP_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
_KEYS = frozenset("0123456789*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def parse(text: str, source: str) -> Flow:
    """The flow that the text describes; raises FlowError with everything that keeps it from being read."""
    slips = _Slips(source)
    root = slips.attempt(None, lambda: _root(text, slips))
    house = slips.attempt(None, lambda: _house(root)) if root else None
    if root is None or house is None:
        raise FlowError(slips.findings)
    steps = slips.attempt(None, lambda: _steps(root, house, slips)) or {}
    tests = slips.attempt(None, lambda: _tests(root, house, slips)) or ()
    flow = slips.attempt(None, lambda: _flow(root, house, source))
    if slips.findings or flow is None:
        raise FlowError(sorted(slips.findings, key=lambda finding: finding.line))
    return replace(flow, steps=steps, tests=tests)


@dataclass(slots=True)
class _Slips:
    """The mistakes met so far; reading goes on after each, so that one try shows them all."""

    source: str
    findings: list[Finding] = field(default_factory=list)

    def note(self, slip: Misread, step: str | None = None) -> None:
        self.findings.append(Finding(slip.rule, Severity.ERROR, self.source, slip.line, step, slip.message))

    def attempt(self, step: str | None, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except Misread as slip:
            self.note(slip, step)
            return None


def _root(text: str, slips: _Slips) -> Table:
    root, duplicates = compose(text)
    for slip in duplicates:
        slips.note(slip)
    return nodes.table(root, "a flow", _HEAD)


def _house(root: Table) -> House:
    listed = nodes.listing(root.need("languages", "a flow"), "languages")
    languages = tuple(nodes.text(tag, "language") for tag in listed)
    for tag, node in zip(languages, listed, strict=True):
        if not _LANGUAGE.fullmatch(tag) or languages.count(tag) > 1:
            raise Misread(node.line, f"'{tag}' should be a language tag like en or zh-Hans, and stand here once")
    if not languages:
        raise Misread(root.line, "a flow needs at least one language")
    written = root.get("defaults")
    return House(languages, _defaults(written) if written else Defaults())


def _defaults(node: Node) -> Defaults:
    block = nodes.table(node, "defaults", ("timeout", "attempts", "keys"))
    timeout, attempts, keys = block.get("timeout"), block.get("attempts"), block.get("keys")
    house = Defaults()
    return Defaults(
        timeout=nodes.whole(timeout, "timeout", 1, 60) if timeout else house.timeout,
        attempts=nodes.whole(attempts, "attempts", 1, 5) if attempts else house.attempts,
        keys={**house.keys, **_house_keys(keys)} if keys else house.keys,
    )


def _house_keys(node: Node) -> dict[str, str]:
    keys = {}
    for key, to in nodes.table(node, "keys").entries.items():
        meant = reading.target(to, f"key {key}")
        if key not in _KEYS or (key in Defaults().keys and meant != Defaults().keys[key]):
            raise Misread(to.line, f"key '{key}': 0 is human and * is repeat in every flow; 1 to 9 may be added")
        keys[key] = meant
    return keys


def _steps(root: Table, house: House, slips: _Slips) -> dict[str, Step]:
    written = nodes.table(root.need("steps", "a flow"), "steps").entries
    if not 0 < len(written) <= MOST_STEPS:
        raise Misread(root.entries["steps"].line, f"a flow has 1 to {MOST_STEPS} steps")
    read = {name: slips.attempt(name, partial(_step, name, node, house)) for name, node in written.items()}
    return {name: step for name, step in read.items() if step}


def _step(name: str, node: Node, house: House) -> Step:
    if name.lower() in _RESERVED_STEPS:
        raise Misread(node.line, f"'{name}' has a meaning of its own; rename the step", "F11")
    if not _STEP_NAME.fullmatch(name):
        raise Misread(node.line, f"step '{name}' should be small letters, digits and _, beginning with a letter")
    if "__" in name:
        raise Misread(node.line, f"step '{name}': two _ in a row join the names of a part's steps; write one")
    block = nodes.table(node, "a step")
    verb_name = _verb_name(block)
    exits_known = _EXITS_OF.get(verb_name, ())
    nodes.table(block, f"a {verb_name} step", (verb_name, *exits_known, *_EVERYWHERE))
    verb, exits = VERBS[verb_name](block.entries[verb_name], house)
    exits |= {exit_: reading.target(block.entries[exit_], exit_) for exit_ in exits_known if exit_ in block.entries}
    at_most, after = block.get("at_most"), block.get("after")
    if (at_most is None) != (after is None):
        raise Misread(block.line, "at_most says how often, after says where then: a step has both or neither")
    if at_most and verb_name == "flow":
        raise Misread(at_most.line, "a part is several steps, which at_most cannot count; put it on the step before")
    return Step(
        name=name,
        line=block.line,
        verb=verb,
        exits=exits,
        end=_end(block, verb_name),
        at_most=nodes.whole(at_most, "at_most", 1, 20) if at_most else None,
        after=reading.target(after, "after") if after else None,
    )


def _verb_name(block: Table) -> str:
    verbs = [key for key in block.entries if key in VERBS and key != "end"]
    if len(verbs) > 1:
        raise Misread(block.line, f"a step does one thing, not {' and '.join(verbs)}; make two steps")
    if verbs:
        return verbs[0]
    unknown = [key for key in block.entries if key not in _ALL_EXITS and key not in _EVERYWHERE]
    if not unknown and "end" in block.entries:
        return "end"
    if not unknown:
        raise Misread(block.line, f"this step does nothing; give it one of {', '.join(VERBS)}")
    raise Misread(block.entries[unknown[0]].line, f"no verb '{unknown[0]}'{nodes.nearest(unknown[0], VERBS)}")


def _end(block: Table, verb_name: str) -> End | None:
    node = block.get("end")
    if node is None:
        return None
    if verb_name not in _CAN_END:
        raise Misread(node.line, f"a {verb_name} step has exits of its own; end the call in a step after it")
    if "then" in block.entries:
        raise Misread(node.line, "a step goes on with then or ends the call with end, not both")
    return End(reading.one_of(node, "end", tuple(End)))


def _tests(root: Table, house: House, slips: _Slips) -> tuple[Script, ...]:
    written = root.get("tests")
    listed = nodes.listing(written, "tests") if written else ()
    read = [slips.attempt(None, partial(script, node, house.languages)) for node in listed]
    return tuple(one for one in read if one)


def _flow(root: Table, house: House, source: str) -> Flow:
    name = nodes.text(root.need("flow", "a flow"), "flow")
    if not _FLOW_NAME.fullmatch(name):
        raise Misread(root.entries["flow"].line, f"flow '{name}' should be small letters, digits and -")
    title = nodes.table(root.need("title", "a flow"), "title", house.languages).entries
    part = _is_part(root)
    return Flow(
        name=name,
        version=nodes.whole(root.need("version", "a flow"), "version", 1, MOST_VERSIONS),
        title={tag: nodes.text(said, f"title.{tag}") for tag, said in title.items()},
        languages=house.languages,
        voices={} if part else _voices(root.need("voices", "a flow"), house),
        start=reading.target(root.need("start", "a flow"), "start"),
        human=HUMAN if part else reading.target(root.need("human", "a flow"), "human"),
        defaults=house.defaults,
        steps={},
        tests=(),
        source=source,
        lines={key: node.line for key, node in root.entries.items()},
        part=part,
    )


def _is_part(root: Table) -> bool:
    written, defaults = root.get("part"), root.get("defaults")
    if written is None or not nodes.truth(written, "part"):
        return False
    for key in _OF_THE_WHOLE:
        if key in root.entries:
            raise Misread(root.entries[key].line, f"a part has no {key} of its own, but those of the flow that runs it")
    if defaults and (keys := nodes.table(defaults, "defaults").get("keys")):
        raise Misread(keys.line, "a part has no keys of its own, but those of the flow that runs it")
    return True


def _voices(node: Node, house: House) -> dict[str, Voice]:
    written = nodes.table(node, "voices", house.languages)
    voices = {}
    for tag in house.languages:
        block = nodes.table(written.need(tag, "voices"), f"voices.{tag}", ("voice", "language", "spoken"))
        spoken = block.get("spoken")
        voices[tag] = Voice(
            voice=nodes.text(block.need("voice", f"voices.{tag}"), "voice"),
            language=nodes.text(block.need("language", f"voices.{tag}"), "language"),
            spoken=nodes.text(spoken, "spoken") if spoken else tag.partition("-")[0],
        )
    return voices
