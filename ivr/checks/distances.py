"""Rules about how far things are: no service behind many menus, no question far from a person (M05, M06)."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from ivr.checks.told import warning
from ivr.findings import Finding, Severity
from ivr.flow import Collect, Flow, Menu, Queue, Step, Transfer
from ivr.graph import Exit, all_exits

_DEEPEST = 3
_FURTHEST = 2
_NOBODY_CHOOSES = frozenset({"stuck", "after", "error"})
_Way = tuple[int, str | None]


def distance_findings(flow: Flow) -> Iterator[Finding]:
    exits = all_exits(flow)
    yield from _deep_menus(flow, exits)
    if any(isinstance(step.verb, Queue | Transfer) for step in flow.steps.values()):
        yield from _far_from_people(flow, exits)
        yield from _human_without_people(flow, exits)


def _deep_menus(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    ways = _ways(flow, flow.start, _leads(exits), lambda step: isinstance(step.verb, Menu))
    leading_deep = dict.fromkeys(before for depth, before in ways.values() if before and depth > _DEEPEST)
    for name in leading_deep:
        if isinstance(flow.steps[name].verb, Menu):
            menus = [place for place in _way_to(name, ways) if isinstance(flow.steps[place].verb, Menu)]
            message = (
                f"{len(menus)} menus deep (at most {_DEEPEST}): {' > '.join(menus)}; offer this in an earlier menu"
            )
            yield warning(flow, "M05", flow.steps[name], message)


def _far_from_people(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    """Counts the questions a caller has to answer; 0 is one way among others."""
    for step in flow.steps.values():
        questions = _questions_to_a_person(flow, step.name, exits) if isinstance(step.verb, Menu | Collect) else 0
        if questions is None or questions > _FURTHEST:
            far = f"{questions} questions away (at most {_FURTHEST})" if questions else "not to be reached"
            message = f"a person is {far} and 0 leads to none here; let 0 or another key lead to a person"
            yield warning(flow, "M06", step, message)


def _human_without_people(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    questions = _questions_to_a_person(flow, flow.human, exits)
    if flow.human in flow.steps and (questions is None or questions > 1):
        message = f"0 leads to '{flow.human}', which is no way to a person; name a step that leads to a queue"
        yield Finding("M06", Severity.WARNING, flow.source, flow.lines.get("human", 1), None, message)


def _questions_to_a_person(flow: Flow, start: str, exits: Mapping[str, tuple[Exit, ...]]) -> int | None:
    chosen = _leads(
        {name: tuple(one for one in found if one.name not in _NOBODY_CHOOSES) for name, found in exits.items()}
    )
    ways = _ways(flow, start, chosen, lambda step: isinstance(step.verb, Menu | Collect))
    return min(
        (count for name, (count, _) in ways.items() if isinstance(flow.steps[name].verb, Queue | Transfer)),
        default=None,
    )


def _leads(exits: Mapping[str, tuple[Exit, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(one.target for one in found if one.target in exits) for name, found in exits.items()}


def _ways(
    flow: Flow, start: str, leads: Mapping[str, tuple[str, ...]], counts: Callable[[Step], bool]
) -> dict[str, _Way]:
    """To every step the way that leaves the fewest steps that count: how many they are, and the step before."""
    ways: dict[str, _Way] = {}
    waiting: deque[tuple[str, int, str | None]] = deque([(start, 0, None)] if start in leads else [])
    while waiting:
        name, count, before = waiting.popleft()
        if name in ways:
            continue
        ways[name] = (count, before)
        if counts(flow.steps[name]):
            waiting.extend((target, count + 1, name) for target in leads[name])
        else:
            waiting.extendleft((target, count, name) for target in leads[name])
    return ways


def _way_to(name: str, ways: Mapping[str, _Way]) -> list[str]:
    way = [name]
    while (before := ways[way[-1]][1]) is not None:
        way.append(before)
    return way[::-1]
