"""Rules about the scripted calls of a flow: together they reach every step and take every exit (C01, C02)."""

from collections.abc import Iterator

from ivr.checks.told import warning
from ivr.coverage import coverage
from ivr.findings import Finding, Severity
from ivr.flow import Flow


def untested_findings(flow: Flow) -> Iterator[Finding]:
    if not flow.tests:
        message = "no test calls this flow; write scripted calls under 'tests:' that reach every step"
        yield Finding("C01", Severity.WARNING, flow.source, 1, None, message)
        return
    covered = coverage(flow)
    for name in covered.steps_missed:
        message = f"no test reaches '{name}'; add a scripted call that goes there"
        yield warning(flow, "C01", flow.steps[name], message)
    for one in covered.exits_missed:
        if one.origin in covered.steps:
            message = f"no test takes '{one.name}' to '{one.target}'; add a scripted call that does"
            yield warning(flow, "C02", flow.steps[one.origin], message, one.line)
