"""The rule about values: nothing is spoken or passed on that some path leaves empty (V01)."""

from collections.abc import Iterator, Mapping

from ivr.checks.told import conditions, error, prompts, warning
from ivr.findings import Finding
from ivr.flow import Callback, Flow, Lookup, Queue, Step, Voicemail
from ivr.graph import Exit, all_exits, path_to, reachable
from ivr.templates import Hole, holes

_ALWAYS = frozenset(
    {
        "caller.number",
        "caller.country",
        "caller.known",
        "called.number",
        "language",
        "language.spoken",
        "priority",
        "attempt",
        "flow.version",
    }
)
_WITHIN: Mapping[type, frozenset[str]] = {
    Queue: frozenset({"queue.position", "queue.least", "queue.minutes"}),
    Callback: frozenset({"callback.number"}),
}
_Place = tuple[str, bool]


def use_findings(flow: Flow) -> Iterator[Finding]:
    exits = all_exits(flow)
    for step in flow.steps.values():
        known = _ALWAYS | _WITHIN.get(type(step.verb), frozenset())
        for path, line in _needed(step).items():
            if path not in known:
                yield from _may_be_empty(flow, step, path, line, exits)
        set_somewhere = {name for found in exits.values() for one in found for name in one.sets}
        yield from _undecided(flow, step, known, set_somewhere)
        yield from _always_default(flow, step, known, set_somewhere)


def _undecided(flow: Flow, step: Step, known: frozenset[str], set_somewhere: set[str]) -> Iterator[Finding]:
    """A condition may ask about a value that some path leaves empty, not about one that no path sets."""
    for line, condition in conditions(step):
        for part in condition.parts:
            if part.path not in known and part.path.partition(".")[0] not in set_somewhere:
                yield error(flow, "V01", step, f"nothing sets {part.path}, so this case never holds", line)


def _always_default(flow: Flow, step: Step, known: frozenset[str], set_somewhere: set[str]) -> Iterator[Finding]:
    """A default is for calls that lack the value; where every call lacks it, its name is mistaken."""
    for what, prompt in prompts(step):
        paths = {hole.path: hole.root for line in prompt.lines.values() for hole in holes(line.text) if hole.default}
        for path, root in paths.items():
            if path not in known and root not in set_somewhere:
                message = f"{what}: nothing sets {{{path}}}, so its default is always said; correct the name"
                yield warning(flow, "V01", step, message, prompt.line)


def _needed(step: Step) -> dict[str, int]:
    """The values a step cannot do without, each with the line that needs it."""
    needed: dict[str, int] = {}
    for _, prompt in prompts(step):
        for line in prompt.lines.values():
            needed |= {hole.path: prompt.line for hole in _bare(line.text)}
    match step.verb:
        case Queue() as queue:
            names = [queue.name, *queue.skills]
        case Callback() as callback:
            needed |= {callback.number: step.line}
            names = [callback.queue, *callback.skills]
        case Voicemail() as voicemail:
            names = [voicemail.queue]
        case Lookup() as lookup:
            return needed | dict.fromkeys(lookup.with_.values(), step.line)
        case _:
            return needed
    return needed | {hole.path: step.line for name in names for hole in _bare(name)}


def _bare(text: str) -> list[Hole]:
    return [hole for hole in holes(text) if hole.default is None]


def _may_be_empty(
    flow: Flow, step: Step, path: str, line: int, exits: Mapping[str, tuple[Exit, ...]]
) -> Iterator[Finding]:
    """Walks with the value empty from the start, and from the human step, where a call may turn up at any time."""
    root = path.partition(".")[0]
    if not any(root in one.sets for found in exits.values() for one in found):
        yield error(flow, "V01", step, f"nothing sets {{{path}}}", line)
        return

    def onward(place: _Place) -> list[_Place]:
        name, filled = place
        return [(one.target, (filled or root in one.sets) and root not in one.clears) for one in exits.get(name, ())]

    came_from = reachable([(flow.start, False), (flow.human, False)], onward)
    if (step.name, False) in came_from:
        way = " > ".join(name for name, _ in path_to((step.name, False), came_from))
        yield error(flow, "V01", step, f"{{{path}}} may be empty: path {way}", line)
