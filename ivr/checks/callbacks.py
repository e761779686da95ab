"""The rule about callbacks: whoever is promised one hears which number will be called (B01)."""

from collections.abc import Iterator

from ivr.booking import NUMBER
from ivr.checks.told import error
from ivr.findings import Finding
from ivr.flow import Callback, Flow
from ivr.templates import holes


def callback_findings(flow: Flow) -> Iterator[Finding]:
    for step in flow.steps.values():
        if not isinstance(step.verb, Callback):
            continue
        confirm = step.verb.confirm.ask
        for tag, line in confirm.lines.items():
            if line.text.strip() and NUMBER not in {hole.path for hole in holes(line.text)}:
                message = f"confirm.{tag} does not read the number back; say {{{NUMBER} as digits}} in it"
                yield error(flow, "B01", step, message, confirm.line)
