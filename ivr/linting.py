"""The linter: every rule over a flow, its findings in reading order."""

from ivr.checks.callbacks import callback_findings
from ivr.checks.closed import closed_findings
from ivr.checks.distances import distance_findings
from ivr.checks.house import house_findings
from ivr.checks.keys import key_findings
from ivr.checks.languages import language_findings
from ivr.checks.lines import line_findings
from ivr.checks.paths import path_findings
from ivr.checks.references import Known, reference_findings
from ivr.checks.secrets import secret_findings
from ivr.checks.surveys import survey_findings
from ivr.checks.untested import untested_findings
from ivr.checks.uses import use_findings
from ivr.checks.waits import wait_findings
from ivr.checks.wording import wording_findings
from ivr.findings import Finding, Severity
from ivr.flow import Flow

__all__ = ["Known", "lint"]


def lint(flow: Flow, known: Known) -> list[Finding]:
    """Everything that is wrong (E: may not be published) or doubtful (W: wants a reason) about a flow."""
    found = [
        *path_findings(flow),
        *closed_findings(flow),
        *distance_findings(flow),
        *line_findings(flow),
        *wording_findings(flow),
        *language_findings(flow),
        *key_findings(flow),
        *house_findings(flow),
        *use_findings(flow),
        *wait_findings(flow, known),
        *callback_findings(flow),
        *survey_findings(flow),
        *secret_findings(flow),
        *reference_findings(flow, known),
    ]
    # Tests of a flow that is wrong go elsewhere than they were meant to: what they miss would hide the mistake itself.
    if all(finding.severity is Severity.WARNING for finding in found):
        found += untested_findings(flow)
    return sorted(found, key=lambda finding: (finding.line, finding.rule))
