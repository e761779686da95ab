"""The rule about surveys: who is asked how it was has talked to somebody (F10)."""

from collections.abc import Iterator

from ivr.checks.told import warning
from ivr.findings import Finding
from ivr.flow import Flow, Queue, Survey, Transfer
from ivr.graph import all_exits, path_to, reachable


def survey_findings(flow: Flow) -> Iterator[Finding]:
    exits = all_exits(flow)

    def onward(place: tuple[str, bool]) -> Iterator[tuple[str, bool]]:
        name, talked = place
        person = isinstance(flow.steps[name].verb, Queue | Transfer) if name in flow.steps else False
        for one in exits.get(name, ()):
            yield one.target, talked or (person and one.name == "answered")

    came_from = reachable([(flow.start, False), (flow.human, False)], onward)
    for step in flow.steps.values():
        if isinstance(step.verb, Survey) and (step.name, False) in came_from:
            way = " > ".join(name for name, _ in path_to((step.name, False), came_from))
            yield warning(flow, "F10", step, f"survey asked although nobody talked to the caller: {way}")
