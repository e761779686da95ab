"""What spoils a flow: its text read as plain data, changed in one place, and written as text again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import ivr
from ivr.checks.told import prompts

ROOT = Path(__file__).parents[2]
KNOWN = ivr.Known(
    queues=frozenset({"orders", "returns", "billing", "general", "nurse", "reception", "desk", "rooms", "bills"}),
    calendars=frozenset({"phones", "clinic", "desk"}),
    hooks=frozenset({"find_customer", "find_order", "find_patient", "charge_card"}),
    articles={"opening-hours": frozenset({"en", "zh-Hans", "zh-Hant"}), "english-only": frozenset({"en"})},
)
FILES = (
    ROOT / "config" / "ivr" / "main.yaml",
    ROOT / "tests" / "ivr" / "flows" / "clinic.yaml",
    ROOT / "tests" / "ivr" / "flows" / "hotel.yaml",
)
# libyaml reads the same, only faster; where it is missing, the tests take longer.
FAST_READER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

EXITS = frozenset(
    {"then", "else", "found", "missing", "error", "answered", "waited_too_long", "nobody_logged_in", "full", "done", "empty",
     "declined", "skipped", "helped", "more", "busy", "no_answer", "failed"}
)  # fmt: skip

Doc = dict[str, Any]
Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Sample:
    """A flow without findings, as text, as plain data and as the linter sees it."""

    text: str
    doc: Doc
    flow: ivr.Flow

    @property
    def steps(self) -> Iterator[tuple[str, Doc, str]]:
        """Every step with what is written about it and its verb."""
        for name, step in self.doc["steps"].items():
            yield name, step, next(iter(step))

    def prompts(self) -> Iterator[Where]:
        """Where in the data every prompt stands."""
        for name, step in self.flow.steps.items():
            verb = self.verb(name)
            for what, _ in prompts(step):
                yield from _where(("steps", name, verb), what, self.doc["steps"][name][verb])

    def lines(self) -> Iterator[tuple[Where, str]]:
        """Where every line of text stands, with its language; those that have a recording are left out."""
        for where in self.prompts():
            for tag, line in look(self.doc, where).items():
                if isinstance(line, str):
                    yield (*where, tag), tag

    def menus(self) -> Iterator[tuple[str, Doc]]:
        for name, step, verb in self.steps:
            if verb == "menu":
                yield name, step["menu"]

    def targets(self, *, written_only: bool = False) -> Iterator[Where]:
        """Where the name of a next step stands."""
        for name, step, verb in self.steps:
            for key in step:
                if key in EXITS or (key == "after" and not written_only):
                    yield "steps", name, key
            block = step[verb] if isinstance(step[verb], dict) else {}
            yield from (("steps", name, "hours", key) for key in ("open", "closed", "emergency") if key in block)
            yield from (("steps", name, verb, "stuck") for _ in range("stuck" in block))
            for group in ("options", "keys"):
                yield from (("steps", name, verb, group, key, "to") for key in block.get(group, {}))
            yield from (("steps", name, verb, "when", index, "to") for index, _ in enumerate(block.get("when", ())))

    def verb(self, name: str) -> str:
        return next(iter(self.doc["steps"][name]))


def _where(verb: Where, what: str, block: Doc) -> Iterator[Where]:
    if verb[-1] == "say":
        yield verb
    elif what in {"position", "wait"} and verb[-1] == "queue":
        yield (*verb, "announce", what)
    elif what.startswith("key "):
        yield (*verb, "keys", what[4:], "say")
    else:
        yield (*verb, "ask_in_each_language" if what == "ask" and what not in block else what)


@dataclass(frozen=True)
class Mistake:
    """One kind of mistake: what the rules that find it are called, and every way to make it in a flow."""

    name: str
    rules: frozenset[str]
    make: Callable[[Sample], Iterator[Doc | str]]


def mistakes_into(found: list[Mistake]) -> Callable[..., Any]:
    """A decorator that adds a kind of mistake to a list."""

    def mistake(name: str, *rules: str) -> Callable[..., Any]:
        def note(make: Callable[[Sample], Iterator[Doc | str]]) -> Callable[[Sample], Iterator[Doc | str]]:
            found.append(Mistake(name, frozenset(rules), make))
            return make

        return note

    return mistake


def sample(path: Path) -> Sample:
    text = path.read_text(encoding="utf-8")
    return Sample(text, yaml.load(text, FAST_READER), ivr.parse(text, path.name))


def look(doc: Any, where: Where) -> Any:
    for part in where:
        doc = doc[part]
    return doc


def changed(doc: Any, where: Where, value: Any) -> Any:
    """The data with another value in one place; the rest is shared with what it was made from."""
    if not where:
        return value
    first, *rest = where
    if isinstance(doc, list):
        return [changed(one, tuple(rest), value) if index == first else one for index, one in enumerate(doc)]
    return {**doc, first: changed(doc.get(first, {}), tuple(rest), value)}


def without(doc: Any, where: Where) -> Any:
    *before, last = where
    kept = look(doc, tuple(before))
    left = (
        [one for index, one in enumerate(kept) if index != last]
        if isinstance(kept, list)
        else {key: value for key, value in kept.items() if key != last}
    )
    return changed(doc, tuple(before), left)


def renamed(doc: Any, where: Where, name: str) -> Any:
    """The data with another key in one place, at the same place of the order."""
    *before, last = where
    kept = look(doc, tuple(before))
    return changed(doc, tuple(before), {name if key == last else key: value for key, value in kept.items()})


def new_findings(mutant: Doc | str) -> list[ivr.Finding]:
    """What the reader or the linter say against a mutant of a flow that has no findings.

    Tests of a flow are read and rehearsed only where nothing else speaks against it: that takes most of the time.
    """
    if isinstance(mutant, str):
        return _findings(mutant)
    alone = {key: value for key, value in mutant.items() if key != "tests"}
    static = [finding for finding in _findings(written(alone)) if finding.rule != "C01"]
    return static or _findings(written(mutant))


def written(doc: Doc) -> str:
    """As JSON, which is YAML with all its quotes and is written in no time."""
    return json.dumps(doc, ensure_ascii=False)


def _findings(text: str) -> list[ivr.Finding]:
    try:
        flow = ivr.parse(text, "mutant.yaml")
    except ivr.FlowError as error:
        return list(error.findings)
    return ivr.lint(flow, KNOWN)
