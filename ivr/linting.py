"""The linter: every rule over a flow, its findings in reading order."""

from ivr.checks.keys import key_findings
from ivr.checks.lines import line_findings
from ivr.checks.paths import path_findings
from ivr.checks.references import Known, reference_findings
from ivr.checks.uses import use_findings
from ivr.findings import Finding
from ivr.flow import Flow

__all__ = ["Known", "lint"]


def lint(flow: Flow, known: Known) -> list[Finding]:
    """Everything that is wrong (E: may not be published) or doubtful (W: wants a reason) about a flow."""
    found = [
        *path_findings(flow),
        *line_findings(flow),
        *key_findings(flow),
        *use_findings(flow),
        *reference_findings(flow, known),
    ]
    return sorted(found, key=lambda finding: (finding.line, finding.rule))
