"""Parts put in their places: a flow that runs others becomes one flow, before anybody walks, proves or draws it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from ivr.checks.told import error, nowhere
from ivr.findings import Finding, FlowError, Severity
from ivr.flow import BACK, HUMAN, MOST_STEPS, REPEAT, End, Finish, Flow, Option, Step, Subflow, Tag
from ivr.said import Prompt, Tags

_TARGETS = frozenset({"to", "stuck", "after"})
"""The fields, of a step and of anything within its verb, that name a step to go on with."""
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a library has no such part: the versions it has instead, and what else there is to say."""

    versions: tuple[int, ...] = ()
    told: str = ""


Library = Callable[[str, int], Flow | Missing]
"""A part by its name and version. One that cannot be read raises FlowError."""


def joined(flow: Flow, library: Library) -> Flow:
    """The flow with the steps of its parts, and of their parts, in place of the steps that run them.

    A part that `verify` runs has its start step under the name `verify`, every other under `verify__<its own name>`.
    What is counted and kept in it (at_most, values) is counted and kept for the whole call, as in any step. Raises
    FlowError with every part that cannot be joined.
    """
    findings: list[Finding] = []
    steps = _with_parts(flow, library, (flow.name,), findings)
    if findings:
        raise FlowError(findings)
    return replace(flow, steps=steps)


def stand_in(part: Flow) -> Flow:
    """A part with the plainest flow around it, for looking at it alone: both ways out of it end the call."""
    around = {
        BACK: Step(BACK, 1, Finish(), {}, end=End.SOLVED),
        HUMAN: Step(HUMAN, 1, Finish(), {}, end=End.AGENT),
    }
    return replace(part, steps={**part.steps, **around})


def _with_parts(flow: Flow, library: Library, way: tuple[str, ...], findings: list[Finding]) -> dict[str, Step]:
    steps: dict[str, Step] = {}
    for step in flow.steps.values():
        if not isinstance(step.verb, Subflow):
            steps[step.name] = step
            continue
        part = _found(flow, step, step.verb, library, way, findings)
        if part is None:
            continue
        inner = _with_parts(part, library, (*way, part.name), findings)
        steps |= _placed(flow, step, replace(part, steps=inner))
        if len(steps) > MOST_STEPS:
            # At once: parts that run each other twice double with every level.
            raise FlowError([error(flow, "F12", step, f"with its parts a flow has at most {MOST_STEPS} steps")])
    return steps


def _found(
    flow: Flow, step: Step, verb: Subflow, library: Library, way: tuple[str, ...], findings: list[Finding]
) -> Flow | None:
    """The part that a step runs, if it may be run there."""
    noted = [*_wrong_ways_on(flow, step)]
    part = None
    if verb.name in way:
        circle = " > ".join([*way[way.index(verb.name) :], verb.name])
        noted.append(error(flow, "F12", step, f"flows run one another in a circle: {circle}"))
    elif len(way) > _DEEPEST:
        noted.append(error(flow, "F12", step, f"parts within parts, more than {_DEEPEST} deep: {' > '.join(way)}"))
    else:
        try:
            part = library(verb.name, verb.version)
        except FlowError as unreadable:
            noted += unreadable.findings
    if isinstance(part, Missing):
        noted.append(error(flow, "R08", step, _missing(verb, part)))
    elif part is not None:
        noted += _unfit(flow, step, part)
    findings += noted
    return part if isinstance(part, Flow) and not noted else None


def _wrong_ways_on(flow: Flow, step: Step) -> list[Finding]:
    then = step.exits.get("then")
    if then is None:
        return [error(flow, "F02", step, "no 'then' exit")]
    if then in flow.steps or then == HUMAN or (flow.part and then == BACK):
        return []
    return [error(flow, "F01", step, nowhere("then", then, flow))]


def _missing(verb: Subflow, missing: Missing) -> str:
    there = ", ".join(map(str, missing.versions))
    are = "is" if len(missing.versions) == 1 else "are"
    instead = f" (there {are} {there})" if there else ""
    told = f"; {missing.told}" if missing.told else ""
    return f"flow '{verb.name}' version {verb.version} does not exist{instead}{told}"


def _unfit(flow: Flow, step: Step, part: Flow) -> list[Finding]:
    if not part.part:
        return [error(flow, "R08", step, f"flow '{part.name}' is no part; only one with 'part: true' can be run")]
    unspoken = [tag for tag in flow.languages if tag not in part.languages]
    noted = [error(flow, "P01", step, f"part '{part.name}' speaks no {tag}") for tag in unspoken]
    if part.start not in part.steps:
        message = nowhere("start", part.start, part)
        noted.append(Finding("F01", Severity.ERROR, part.source, part.lines.get("start", 1), None, message))
    for inner in part.steps.values():
        for line, tags in _tags(inner):
            if tags.language is not None and tags.language not in flow.languages:
                message = f"sets the language {tags.language}, which '{flow.name}' does not speak"
                noted.append(error(part, "P01", inner, message, line))
    return noted


def _tags(step: Step) -> list[tuple[int, Tags]]:
    if isinstance(step.verb, Tag):
        return [(step.line, step.verb.tags)]
    options: Mapping[str, Option] = getattr(step.verb, "options", {})
    return [(option.line, option.tags) for option in options.values()]


def _placed(flow: Flow, step: Step, part: Flow) -> dict[str, Step]:
    """The steps of a part under the names, with the ways on and in the languages that they have here."""
    on = {BACK: step.exits["then"], HUMAN: HUMAN, REPEAT: REPEAT, part.start: step.name}
    placing = _Placing(step.name, on, frozenset(flow.languages))
    placed = {}
    for name, inner in part.steps.items():
        here = placing.target(name)
        exits = {exit_: placing.target(to) for exit_, to in inner.exits.items()}
        placed[here] = replace(placing.rewritten(inner), name=here, exits=exits, source=inner.source or part.source)
    return placed


@dataclass(frozen=True, slots=True)
class _Placing:
    inside: str
    on: Mapping[str, str]
    languages: frozenset[str]

    def target(self, name: str) -> str:
        return self.on.get(name, f"{self.inside}__{name}")

    def rewritten(self, value: Any) -> Any:
        """The same, however deep, with its targets renamed and without the languages that are not spoken here."""
        match value:
            case Prompt():
                return replace(value, lines={tag: said for tag, said in value.lines.items() if tag in self.languages})
            case Option():
                words = {tag: said for tag, said in value.words.items() if tag in self.languages}
                return replace(value, to=self.target(value.to), words=words)
            case tuple():
                return tuple(map(self.rewritten, value))
            case Mapping():
                return {key: self.rewritten(one) for key, one in value.items()}
            case _ if is_dataclass(value) and not isinstance(value, type):
                return replace(
                    value, **{one.name: self._field(one.name, getattr(value, one.name)) for one in fields(value)}
                )
            case _:
                return value

    def _field(self, name: str, value: Any) -> Any:
        return self.target(value) if name in _TARGETS and isinstance(value, str) else self.rewritten(value)
