"""Rules about where calls go: every exit leads somewhere, every call ends, nothing runs in circles (F01 to F09)."""

from collections.abc import Iterator, Mapping

from ivr.checks.chains import chains
from ivr.checks.told import error, nowhere
from ivr.findings import Finding, Severity
from ivr.flow import (
    MOST_AUTOMATIC_STEPS,
    Answer,
    Branch,
    Callback,
    Collect,
    Flow,
    Hours,
    Lookup,
    Queue,
    Say,
    Survey,
    Tag,
    Transfer,
    Voicemail,
)
from ivr.graph import Exit, Kind, all_exits, path_to, reachable, runs_by_itself

_Leads = Mapping[str, tuple[str, ...]]
_NEEDED: Mapping[type, tuple[str, ...]] = {
    Hours: ("open", "closed"),
    Lookup: ("found", "missing", "error"),
    Branch: ("else",),
    Queue: ("answered", "waited_too_long", "nobody_logged_in", "full"),
    Answer: ("helped", "more", "missing"),
    Callback: ("done", "declined"),
    Voicemail: ("done", "empty"),
    Survey: ("done", "skipped"),
    Transfer: ("answered", "busy", "no_answer", "failed"),
}


def path_findings(flow: Flow) -> Iterator[Finding]:
    exits = all_exits(flow)
    broken = [*_unknown_targets(flow, exits), *_missing_exits(flow), *_dead_ends(flow)]
    yield from broken
    yield from _unreachable(flow, exits)
    if not broken:
        yield from _no_way_out(flow, exits)
    at_once = _leads(flow, exits, {Kind.AT_ONCE})
    endless = list(_cycles(at_once))
    for cycle in endless:
        message = f"loops without asking the caller anything: {' > '.join(cycle)}"
        yield error(flow, "F06", flow.steps[cycle[0]], message)
    unasked = _leads(flow, exits, {Kind.AT_ONCE, Kind.ASKED})
    for cycle in _cycles(unasked, known={name for found in endless for name in found}):
        yield error(flow, "F07", flow.steps[cycle[0]], f"loop with no at_most: {' > '.join(cycle)}")
    if not endless:
        yield from _long_chain(flow, exits)


def _unknown_targets(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    for head, name in (("start", flow.start), ("human", flow.human)):
        if name not in flow.steps:
            message = nowhere(head, name, flow)
            yield Finding("F01", Severity.ERROR, flow.source, flow.lines.get(head, 1), None, message)
    for found in exits.values():
        for one in found:
            if one.target not in flow.steps and one.target != flow.human:
                message = nowhere(one.name, one.target, flow)
                yield error(flow, "F01", flow.steps[one.origin], message, one.line)


def _missing_exits(flow: Flow) -> Iterator[Finding]:
    for step in flow.steps.values():
        for name in _NEEDED.get(type(step.verb), ()):
            if name not in step.exits:
                yield error(flow, "F02", step, f"no '{name}' exit")


def _dead_ends(flow: Flow) -> Iterator[Finding]:
    for step in flow.steps.values():
        if isinstance(step.verb, Say | Tag | Collect) and not step.end and "then" not in step.exits:
            yield error(flow, "F03", step, "the call stops here without then: or end:")


def _unreachable(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    met = reachable([flow.start, flow.human], lambda name: [one.target for one in exits.get(name, ())])
    for step in flow.steps.values():
        if step.name not in met:
            yield error(flow, "F04", step, "no call can get here")


def _no_way_out(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    origins: dict[str, list[str]] = {}
    for found in exits.values():
        for one in found:
            origins.setdefault(one.target, []).append(one.origin)
    ends = [step.name for step in flow.steps.values() if step.end]
    can_end = reachable(ends, lambda name: origins.get(name, ()))
    for step in flow.steps.values():
        if step.name not in can_end:
            yield error(flow, "F05", step, "no path from here ends the call")


def _leads(flow: Flow, exits: Mapping[str, tuple[Exit, ...]], kinds: set[Kind]) -> _Leads:
    """The exits a call may take again and again: of a step with at_most, only the one it takes ever after."""
    return {
        name: tuple(
            one.target
            for one in found
            if one.target in flow.steps
            and one.kind in ({Kind.SPENT} if flow.steps[name].at_most is not None else kinds)
        )
        for name, found in exits.items()
    }


def _cycles(leads: _Leads, known: set[str] | None = None) -> Iterator[list[str]]:
    """A shortest circle through each step that lies on one, each circle once."""
    reported = set(known or ())
    for name in leads:
        came_from = reachable(leads[name], lambda place: leads.get(place, ()))
        if name in came_from and name not in reported:
            circle = [name, *path_to(name, came_from)]
            if not reported & set(circle):
                yield circle
            reported |= set(circle)


def _long_chain(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    longest = chains(flow, exits).heaviest(lambda name: int(runs_by_itself(flow.steps[name])))
    for name in sorted(longest, key=lambda place: longest[place]):
        if longest[name] > MOST_AUTOMATIC_STEPS:
            message = f"more than {MOST_AUTOMATIC_STEPS} steps run without waiting for the caller"
            yield error(flow, "F09", flow.steps[name], message)
            return
