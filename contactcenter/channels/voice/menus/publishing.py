"""Publishing: a text that passed every check becomes the next version, in force from the next call on, for good."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice.menus import checking, comparing, drafts, history
from contactcenter.channels.voice.menus.checking import Checked
from contactcenter.foundation import audit, clock, events
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.guards import change_one
from contactcenter.foundation.permissions import Who
from contactcenter.models import FlowText
from contactcenter.models.states import FlowOrigin

LONGEST_REASON = 500
_MOST_NOTED_LINES = 200
Seen: TypeAlias = int | None


@dataclass(frozen=True, slots=True)
class Edition:
    """A text on its way into force, and what is kept beside it."""

    name: str
    body: str
    origin: FlowOrigin
    by_name: str
    actor: str
    reason: str = ""
    findings: tuple[str, ...] = ()
    restores: int | None = None
    at_least: int = 1
    """The number it gets, where that is still free: menus that run a part name it by its number."""


def publish(db: Database, name: str, revision: int, seen: int, reason: str, who: Who) -> int:
    """Make this revision of the draft the next version, if the one in force is still the one that was looked at."""
    with db.transaction() as session:
        draft = drafts.load(session, name)
        if draft.revision != revision or not revision:
            raise drafts.overtaken(session, name)
        around = checking.known(session)
    accepted = _accepted(checking.prove_draft(name, draft.body, around), reason)

    def work(session: Session) -> int:
        drafts.remove(session, name, revision)
        edition = Edition(name, draft.body, FlowOrigin.SCREEN, who.name, who.actor, reason.strip(), accepted)
        return put_in_force(session, edition, seen, clock.now(session))

    return db.run(work)


def roll_back(db: Database, name: str, version: int, seen: int, reason: str, who: Who) -> int:
    """Publish an old version's text again, as a new version. A draft stays as it is."""
    with db.transaction() as session:
        body = history.version(session, name, version).body
        around = checking.known(session)
    accepted = _accepted(checking.prove_draft(name, body, around), reason)
    edition = Edition(name, body, FlowOrigin.SCREEN, who.name, who.actor, reason.strip(), accepted, restores=version)
    return db.run(lambda session: put_in_force(session, edition, seen, clock.now(session)))


def put_in_force(session: Session, edition: Edition, seen: Seen, now: datetime) -> int:
    """The one way in which a version comes about, from the files and from the screen; its number.

    `seen` is the version that this one is to follow, or None when nothing was in force. Two at once cannot both follow
    it: the second finds it gone and gets a Conflict.
    """
    before = ""
    if seen is not None:
        before = history.version(session, edition.name, seen).body
        if checking.stamped(edition.body, seen) == before:
            raise Conflict("This text is in force already.")
        retire(session, edition.name, seen)
    last = session.scalar(select(func.max(FlowText.version)).where(FlowText.name == edition.name)) or 0
    version = max(last + 1, edition.at_least)
    body = checking.stamped(edition.body, version)
    digest = hashlib.sha256(body.encode()).hexdigest()
    kept = {
        "origin": edition.origin,
        "by_name": edition.by_name,
        "reason": edition.reason,
        "findings": list(edition.findings),
        "restores": edition.restores,
    }
    values = {"name": edition.name, "version": version, "body": body, "sha256": digest, **kept}
    session.execute(insert(FlowText).values(**values, current=True, published_at=now))
    noted = comparing.as_lines(before, body)[:_MOST_NOTED_LINES]
    subject, deed = f"flow:{edition.name}", "rolled_back" if edition.restores else "published"
    audit.write(session, edition.actor, subject, deed, now, version=version, sha256=digest, **kept, diff=noted)
    events.record(session, events.MenuPublished(edition.name, version), now)
    return version


def retire(session: Session, name: str, version: int) -> None:
    """Take a version out of force; calls that began with it end with it. Raises Conflict if it is not in force."""
    change_one(
        session,
        update(FlowText)
        .where(FlowText.name == name, FlowText.version == version, FlowText.current)
        .values(current=False),
        Conflict("Another version of this menu was published in the meantime; look at the differences again."),
    )


def _accepted(checked: Checked, reason: str) -> tuple[str, ...]:
    """The doubts that the reason accepts. Raises BadInput for what cannot be accepted."""
    if checked.errors:
        first = checked.errors[0]
        if first.source != checked.source:
            raise checking.unfit(first)
        raise BadInput(
            "This menu has mistakes (%(count)s); the first is in line %(line)s: %(message)s.",
            count=len(checked.errors),
            line=first.line,
            message=first.message,
        )
    if checked.warnings and not reason.strip():
        raise BadInput("There are doubts about this menu; write in a sentence why it is right as it is.")
    if len(reason) > LONGEST_REASON:
        raise BadInput("The reason may have %(most)s characters.", most=LONGEST_REASON)
    return tuple(_noted(checked, one) for one in checked.warnings)


def _noted(checked: Checked, one: ivr.Finding) -> str:
    place = f"line {one.line}" if one.source == checked.source else f"{one.source} line {one.line}"
    return f"{place}: {one.rule} {one.message}"
