"""The rule about the keys that mean the same in every flow: 0 a person, 9 back, * once more (M08)."""

import re
from collections.abc import Iterator, Mapping

from ivr.checks.keys import promised
from ivr.checks.told import prompts, warning
from ivr.findings import Finding, Severity
from ivr.flow import Flow, Menu, Question, Queue, Step
from ivr.graph import Exit, all_exits, path_to, reachable, runs_by_itself

_SENTENCE = re.compile(r"[.!?;。！？；]\s*")
_ONCE_MORE = re.compile(r"again|repeat|once more|重|再", re.IGNORECASE)
_UP_TO_EIGHT = frozenset("12345678")


def house_findings(flow: Flow) -> Iterator[Finding]:
    exits = all_exits(flow)
    came_from = reachable([flow.start], lambda name: [one.target for one in exits.get(name, ())])
    ways = {name: set(path_to(name, came_from)[:-1]) for name in flow.steps if name in came_from}
    yield from _nine_everywhere(flow, ways)
    for step in flow.steps.values():
        if isinstance(step.verb, Menu):
            yield from _nine(flow, step, step.verb, ways.get(step.name, set()))
            yield from _zero(flow, step, step.verb, exits)
        if isinstance(step.verb, Question):
            yield from _star(flow, step)


def _nine(flow: Flow, step: Step, menu: Menu, way: set[str]) -> Iterator[Finding]:
    """A ninth option may have the 9; else it leads to a step that the caller came by."""
    option = menu.options.get("9")
    if option and not menu.options.keys() >= _UP_TO_EIGHT and flow.resolve(option.to) not in way:
        message = (
            f"9 means something else here ({option.means}); 9 goes back in every flow, give this the next free key"
        )
        yield warning(flow, "M08", step, message, option.line)


def _nine_everywhere(flow: Flow, ways: Mapping[str, set[str]]) -> Iterator[Finding]:
    to = flow.defaults.keys.get("9")
    if to is not None and not any(
        flow.resolve(to) in way for name, way in ways.items() if isinstance(flow.steps[name].verb, Question)
    ):
        message = f"9 leads to '{to}' everywhere; 9 goes back in every flow, give this another key"
        yield Finding("M08", Severity.WARNING, flow.source, flow.lines.get("defaults", 1), None, message)


def _zero(flow: Flow, step: Step, menu: Menu, exits: Mapping[str, tuple[Exit, ...]]) -> Iterator[Finding]:
    option = menu.options.get("0")
    if option is None:
        return

    def onward(name: str) -> list[str]:
        here = flow.steps.get(name)
        return [one.target for one in exits[name]] if here and runs_by_itself(here) else []

    met = {name: flow.steps.get(name) for name in reachable([flow.resolve(option.to)], onward)}
    if flow.human not in met and not any(one and isinstance(one.verb, Queue) for one in met.values()):
        message = f"0 means something else here ({option.means}); 0 is a person in every flow, give this another key"
        yield warning(flow, "M08", step, message, option.line)


def _star(flow: Flow, step: Step) -> Iterator[Finding]:
    for what, prompt in prompts(step):
        for tag, line in prompt.lines.items():
            for sentence in _SENTENCE.split(line.text):
                if "*" in promised(sentence) and not _ONCE_MORE.search(sentence):
                    message = f"{what}.{tag}: * says a question once more in every flow; give '{sentence}' another key"
                    yield warning(flow, "M08", step, message, prompt.line)
