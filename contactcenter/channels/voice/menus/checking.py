"""What is wrong or doubtful about the text of a phone menu: read, linted, its own calls made, all its paths walked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import audio
from contactcenter.models import CalendarText, HookText, Queue

TEST, PROOF = "TEST", "PROOF"
MOST_SITUATIONS = 20_000
"""As many as a request has time for; a larger menu can be proven whole by `contactcenter ivr prove`."""
_VERSION = re.compile(r"^version:[ \t]*[0-9]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and everything found about it, errors first, in reading order. `flow` is None when it cannot be read."""

    flow: ivr.Flow | None
    findings: tuple[ivr.Finding, ...]
    proof: ivr.Proof | None = None

    @property
    def errors(self) -> tuple[ivr.Finding, ...]:
        return tuple(one for one in self.findings if one.severity is ivr.Severity.ERROR)

    @property
    def warnings(self) -> tuple[ivr.Finding, ...]:
        return tuple(one for one in self.findings if one.severity is ivr.Severity.WARNING)


def known(session: Session) -> ivr.Known:
    """What a menu may name: the queues, calendars, hooks and audio files that are in force."""
    queues = session.scalars(select(Queue.name).where(Queue.enabled))
    calendars = session.scalars(select(CalendarText.name))
    hooks = {row.name: int(row.definition["timeout"]) for row in session.scalars(select(HookText))}
    files = frozenset(audio.in_force(session))
    return ivr.Known(frozenset(queues), frozenset(calendars), frozenset(hooks), hooks, files)


def check(body: str, source: str, around: ivr.Known) -> Checked:
    """Read it, lint it, and make the calls that it describes itself."""
    try:
        flow = ivr.parse(body, source)
    except ivr.FlowError as error:
        return Checked(None, error.findings)
    found = [*_unstampable(flow, body), *ivr.lint(flow, around)]
    # Calls on a menu that is wrong go elsewhere than they were meant to: their complaints would hide the mistake itself.
    if all(one.severity is ivr.Severity.WARNING for one in found):
        found += _failed_calls(flow)
    return Checked(flow, tuple(sorted(found, key=lambda one: (one.severity is ivr.Severity.WARNING, one.line))))


def check_draft(name: str, body: str, around: ivr.Known) -> Checked:
    """The same for the text that is to be the next version of the menu `name`."""
    checked = check(body, name, around)
    if checked.flow is None or checked.flow.name == name:
        return checked
    told = f"this is the menu '{name}', which keeps its name; it cannot become '{checked.flow.name}'"
    return Checked(
        checked.flow, (_error(checked.flow, "NAME", checked.flow.lines.get("flow", 1), told), *checked.findings)
    )


def prove_draft(name: str, body: str, around: ivr.Known) -> Checked:
    """All that is known before publishing: the check, and the walk over all paths if nothing is wrong so far."""
    return _proven(name, body, around, MOST_SITUATIONS)


def stamped(body: str, version: int) -> str:
    """The text under the version it is published as: a call reads its version from the text it runs on."""
    return _VERSION.sub(f"version: {version}", body, count=1)


@lru_cache(maxsize=4)
def _proven(name: str, body: str, around: ivr.Known, most: int) -> Checked:
    """Remembered, because whoever publishes has asked for the same proof a moment before."""
    checked = check_draft(name, body, around)
    if checked.flow is None or checked.errors:
        return checked
    proof = ivr.prove(checked.flow, most)
    return Checked(checked.flow, (*checked.findings, *_unproven(checked.flow, proof)), proof)


def written_version(body: str) -> int:
    """The version that the text itself says it is; 0 where it does not."""
    found = _VERSION.search(body)
    return int(found[0].partition(":")[2]) if found else 0


def _unstampable(flow: ivr.Flow, body: str) -> Iterable[ivr.Finding]:
    if not _VERSION.search(body):
        told = "write the version on a line of its own, such as “version: 1”"
        yield _error(flow, "VERSION", flow.lines.get("version", 1), told)


def _failed_calls(flow: ivr.Flow) -> Iterable[ivr.Finding]:
    for script in flow.tests:
        for sentence in ivr.rehearse(flow, script).problems[:1]:  # what goes wrong later follows from it
            yield _error(flow, TEST, script.line, f"test “{script.name}”: {sentence}")


def _unproven(flow: ivr.Flow, proof: ivr.Proof) -> Iterable[ivr.Finding]:
    for broken in proof.broken:
        yield _error(flow, PROOF, 1, f"{broken.claim}. A call that shows it: {'; '.join(broken.path)}")
    if proof.unfinished:
        told = f"not proven: {proof.unfinished}"
        yield ivr.Finding(PROOF, ivr.Severity.WARNING, flow.source, 1, None, told)


def _error(flow: ivr.Flow, rule: str, line: int, message: str) -> ivr.Finding:
    return ivr.Finding(rule, ivr.Severity.ERROR, flow.source, line, None, message)
