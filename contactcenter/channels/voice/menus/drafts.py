"""Drafts: the one text per phone menu that may become its next version, kept safe from two people writing at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.channels.voice.menus import history
from contactcenter.foundation import audit
from contactcenter.foundation.errors import BadInput, Conflict, TooLarge
from contactcenter.foundation.permissions import Who
from contactcenter.models import FlowDraft

LARGEST = 256 * 1024
"""Characters; more than this no menu is read from."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor shows. Revision 0 is no draft yet: the text is that of the version in force."""

    name: str
    body: str
    base: int
    revision: int
    by_name: str
    at: datetime


def load(session: Session, name: str) -> Draft:
    """The draft, or else what is in force. Raises NotFound for a menu that answers nobody."""
    current = history.current(session, name)
    row = session.scalar(select(FlowDraft).where(FlowDraft.name == name).execution_options(populate_existing=True))
    if row is None:
        return Draft(name, current.body, current.version, 0, current.by_name, current.published_at)
    return Draft(name, row.body, row.base, row.revision, row.by_name, row.at)


def save(session: Session, name: str, body: str, revision: int, who: Who, now: datetime) -> int:
    """Keep the text in place of the given revision; the new revision. Raises Conflict when another one is there."""
    _refuse_unkeepable(body)
    kept = {"body": body, "by_name": who.name, "at": now}
    if revision:
        moved = update(FlowDraft).where(FlowDraft.name == name, FlowDraft.revision == revision)
        found = session.scalar(moved.values(**kept, revision=revision + 1).returning(FlowDraft.revision))
    else:
        base = history.current(session, name).version
        begun = insert(FlowDraft).values(name=name, base=base, revision=1, **kept).on_conflict_do_nothing()
        found = session.scalar(begun.returning(FlowDraft.revision))
    if found is None:
        raise overtaken(session, name)
    return int(found)


def discard(session: Session, name: str, revision: int, who: Who, now: datetime) -> None:
    """Throw the draft away. Raises Conflict when it is not the given revision any more."""
    remove(session, name, revision)
    audit.write(session, who.actor, f"flow:{name}", "draft_discarded", now)


def remove(session: Session, name: str, revision: int) -> None:
    gone = delete(FlowDraft).where(FlowDraft.name == name, FlowDraft.revision == revision)
    if session.execute(gone.returning(FlowDraft.name)).first() is None:
        raise overtaken(session, name)


def overtaken(session: Session, name: str) -> Conflict:
    """Why the revision that somebody has before them is not the newest."""
    by_name = session.scalar(select(FlowDraft.by_name).where(FlowDraft.name == name))
    if by_name is None:
        return Conflict("This draft was published or discarded in the meantime.")
    return Conflict("%(name)s has changed this draft in the meantime.", name=by_name)


def _refuse_unkeepable(body: str) -> None:
    if len(body) > LARGEST:
        raise TooLarge("A phone menu may have %(most)s characters; split it into several.", most=LARGEST)
    if "\0" in body:
        line = body.count("\n", 0, body.index("\0")) + 1
        raise BadInput("Line %(line)s holds a NUL character, which cannot be kept; take it out.", line=line)
