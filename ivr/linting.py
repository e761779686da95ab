"""The linter: every rule over a flow, its findings in reading order."""

from dataclasses import replace

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
from ivr.flow import Flow, Step, Tag
from ivr.joining import stand_in
from ivr.said import Tags

__all__ = ["Known", "lint"]


_SEEN_WHERE_IT_RUNS = frozenset({"F08", "F10", "M05", "M06", "M08", "R02", "T01", "V01"})
"""What depends on the flow around a part: the hours, the keys, the values, the people and the tags that it brings along."""


def lint(flow: Flow, known: Known) -> list[Finding]:
    """Everything that is wrong (E: may not be published) or doubtful (W: wants a reason) about a flow, its parts joined.

    A part is looked at as far as that can be done without the flow that runs it, where all the rest is found.
    """
    if flow.part:
        found = [one for one in _found(_run(flow), known) if one.step is None or one.step in flow.steps]
        found = [one for one in found if one.rule not in _SEEN_WHERE_IT_RUNS]
    else:
        found = _found(flow, known)
        # Tests of a flow that is wrong go elsewhere than they were meant to: what they miss would hide the mistake itself.
        if all(finding.severity is Severity.WARNING for finding in found):
            found += untested_findings(flow)
    return sorted(
        found, key=lambda finding: (finding.source != flow.source, finding.source, finding.line, finding.rule)
    )


def _run(part: Flow) -> Flow:
    """A part as another flow comes to it; the start step of a call is another matter, for it has no 0."""
    alone = stand_in(part)
    before = Step("__before", 1, Tag(Tags()), {"then": part.start})
    return replace(alone, start=before.name, steps={before.name: before, **alone.steps})


def _found(flow: Flow, known: Known) -> list[Finding]:
    return [
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
