"""What is wrong or doubtful about the text of a phone menu: read, linted, its own calls made, all its paths walked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import audio, library
from contactcenter.channels.voice.library import Library
from contactcenter.foundation.errors import BadInput
from contactcenter.foundation.shelves import is_stampable
from contactcenter.models import CalendarText, HookText, KbArticle, PhoneNumber, Queue
from kb.articles import Audience

TEST, PROOF = "TEST", "PROOF"
MOST_SITUATIONS = 20_000
"""As many as a request has time for; a larger menu can be proven whole by `contactcenter ivr prove`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and everything found about it, errors first, in reading order.

    `flow` has its parts joined, and is None when it or one of them cannot be read. `source` is the text's own name: a
    finding under another one is in a part.
    """

    flow: ivr.Flow | None
    findings: tuple[ivr.Finding, ...]
    source: str
    proof: ivr.Proof | None = None

    @property
    def errors(self) -> tuple[ivr.Finding, ...]:
        return tuple(one for one in self.findings if one.severity is ivr.Severity.ERROR)

    @property
    def warnings(self) -> tuple[ivr.Finding, ...]:
        return tuple(one for one in self.findings if one.severity is ivr.Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Around:
    """What a menu may name outside itself, the parts that it may run, and the menus that numbers lead to."""

    known: ivr.Known
    library: Library
    answering: frozenset[str] = frozenset()


def known(session: Session) -> Around:
    """What is there for a menu: queues, calendars, hooks, articles, audio and numbers in force, and every published part."""
    queues = session.scalars(select(Queue.name).where(Queue.enabled))
    calendars = session.scalars(select(CalendarText.name))
    hooks = {row.name: int(row.definition["timeout"]) for row in session.scalars(select(HookText))}
    names = ivr.Known(
        frozenset(queues),
        frozenset(calendars),
        frozenset(hooks),
        hooks,
        articles=_articles(session),
        audio=frozenset(audio.in_force(session)),
    )
    return Around(names, library.published(session), frozenset(session.scalars(select(PhoneNumber.flow))))


def _articles(session: Session) -> dict[str, frozenset[str]]:
    """What customers may read, with its languages."""
    public = select(KbArticle.id, KbArticle.titles).where(KbArticle.enabled, KbArticle.audience == Audience.PUBLIC)
    return {name: frozenset(titles) for name, titles in session.execute(public)}


def check(body: str, source: str, around: Around) -> Checked:
    """Read it, join its parts, lint it, and make the calls that it describes itself."""
    try:
        flow = ivr.joined(ivr.parse(body, source), around.library)
    except ivr.FlowError as error:
        return Checked(None, error.findings, source)
    found = [*_unstampable(flow, body), *ivr.lint(flow, around.known)]
    # Calls on a menu that is wrong go elsewhere than they were meant to: their complaints would hide the mistake itself.
    if all(one.severity is ivr.Severity.WARNING for one in found):
        found += _failed_calls(flow)
    order = sorted(found, key=lambda one: (one.severity is ivr.Severity.WARNING, one.source != source, one.line))
    return Checked(flow, tuple(order), source)


def check_draft(name: str, body: str, around: Around) -> Checked:
    """The same for the text that is to be the next version of the menu `name`."""
    checked = check(body, name, around)
    flow = checked.flow
    if flow is None:
        return checked
    found = []
    if flow.name != name:
        told = f"this is the menu '{name}', which keeps its name; it cannot become '{flow.name}'"
        found.append(_error(flow, "NAME", flow.lines.get("flow", 1), told))
    if flow.part and name in around.answering:
        told = "numbers lead to this menu, so it cannot be a part that only other menus run"
        found.append(_error(flow, "PART", flow.lines.get("part", 1), told))
    return replace(checked, findings=(*found, *checked.findings))


def prove_draft(name: str, body: str, around: Around) -> Checked:
    """All that is known before publishing: the check, and the walk over all paths if nothing is wrong so far."""
    return _proven(name, body, around, MOST_SITUATIONS)


@lru_cache(maxsize=4)
def _proven(name: str, body: str, around: Around, most: int) -> Checked:
    """Remembered, because whoever publishes has asked for the same proof a moment before."""
    checked = check_draft(name, body, around)
    if checked.flow is None or checked.errors or checked.flow.part:
        return checked  # a part is proven in each menu that runs it
    proof = ivr.prove(checked.flow, most)
    return replace(checked, findings=(*checked.findings, *_unproven(checked.flow, proof)), proof=proof)


def unfit(first: ivr.Finding) -> BadInput:
    """What to say of a menu whose first mistake is in a part, at a line of that part."""
    return BadInput("A part of this menu does not fit: %(place)s.", place=str(first))


def _unstampable(flow: ivr.Flow, body: str) -> Iterable[ivr.Finding]:
    if not is_stampable(body):
        told = "write the version on a line of its own, such as “version: 1”"
        yield _error(flow, "VERSION", flow.lines.get("version", 1), told)
    if flow.part and not library.is_part(body):
        yield _error(flow, "PART", flow.lines.get("part", 1), "write “part: true” on a line of its own")


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
