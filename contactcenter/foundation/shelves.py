"""Shelves: texts that become numbered versions, each in force until the next, for good and with the way back to any of them.

Phone menus and rules are kept like this. A draft is the one text that may become the next version; whoever saves it names
the revision that they changed, so that nobody overwrites what somebody else has written meanwhile.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, clock, comparing, events
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import BadInput, Conflict, NotFound, TooLarge
from contactcenter.foundation.guards import change_one
from contactcenter.foundation.permissions import Who
from contactcenter.models.states import TextOrigin

LARGEST = 256 * 1024
"""Characters; more than this no text is read from."""
_MOST_NOTED_LINES = 200
_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}")
_VERSION = re.compile(r"^version:[ \t]*[0-9]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor shows. Revision 0 is no draft yet: the text is that of the version in force."""

    name: str
    body: str
    base: int
    revision: int
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the checks said of a text that may be published: the doubts accepted, and the columns read from it."""

    findings: tuple[str, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """A text on its way into force, and what is kept beside it."""

    name: str
    body: str
    origin: TextOrigin
    by_name: str
    actor: str
    reason: str = ""
    accepted: Accepted = Accepted()
    restores: int | None = None
    at_least: int = 1
    """The number it gets, where that is still free: menus that run a part name it by its number."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to publish, why, and which version they had before them as the one in force."""

    who: Who
    reason: str
    seen: int


Judge = Callable[[str, str], Accepted]
"""Name and text in; raises BadInput for what cannot be published. It runs outside any transaction."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of texts. `unknown` and `no_version` are the sentences for what is not there."""

    texts: Any
    drafts: Any
    noun: str
    unknown: str
    no_version: str
    published: Callable[[str, int], events.Event]

    def named(self, name: str) -> str:
        """The name, if a text can have it. Raises NotFound for the others, of which the database need not be asked."""
        if not is_name(name):
            raise self._unknown(name[:60])
        return name

    def current(self, session: Session, name: str) -> Any:
        """The version in force; raises NotFound."""
        texts = self.texts
        found = select(texts).where(texts.name == name, texts.current).execution_options(populate_existing=True)
        row = session.scalar(found)
        if row is None:
            raise self._unknown(name)
        return row

    def version(self, session: Session, name: str, number: int) -> Any:
        row = session.get(self.texts, (name, number))
        if row is None:
            raise NotFound(self.no_version, version=number, name=name)
        return row

    def versions(self, session: Session, name: str) -> Sequence[Any]:
        """All versions, the newest first; raises NotFound."""
        texts = self.texts
        found = session.scalars(select(texts).where(texts.name == name).order_by(texts.version.desc())).all()
        if not found:
            raise self._unknown(name)
        return found

    def draft(self, session: Session, name: str) -> Draft:
        """The draft, or else what is in force; raises NotFound."""
        current = self.current(session, name)
        found = select(self.drafts).where(self.drafts.name == name).execution_options(populate_existing=True)
        row = session.scalar(found)
        if row is None:
            return Draft(name, current.body, current.version, 0, current.by_name, current.published_at)
        return Draft(name, row.body, row.base, row.revision, row.by_name, row.at)

    def save(self, session: Session, name: str, body: str, revision: int, who: Who, now: datetime) -> int:
        """Keep the text in place of the given revision; the new revision. Raises Conflict when another one is there."""
        _refuse_unkeepable(body)
        drafts, kept = self.drafts, {"body": body, "by_name": who.name, "at": now}
        if revision:
            moved = update(drafts).where(drafts.name == name, drafts.revision == revision)
            found = session.scalar(moved.values(**kept, revision=revision + 1).returning(drafts.revision))
        else:
            base = self.current(session, name).version
            begun = upsert(drafts).values(name=name, base=base, revision=1, **kept).on_conflict_do_nothing()
            found = session.scalar(begun.returning(drafts.revision))
        if found is None:
            raise self.overtaken(session, name)
        return int(found)

    def discard(self, session: Session, name: str, revision: int, who: Who, now: datetime) -> None:
        """Throw the draft away. Raises Conflict when it is not the given revision any more."""
        self._remove_draft(session, name, revision)
        audit.write(session, who.actor, f"{self.noun}:{name}", "draft_discarded", now)

    def overtaken(self, session: Session, name: str) -> Conflict:
        """Why the revision that somebody has before them is not the newest."""
        by_name = session.scalar(select(self.drafts.by_name).where(self.drafts.name == name))
        if by_name is None:
            return Conflict("This draft was published or discarded in the meantime.")
        return Conflict("%(name)s has changed this draft in the meantime.", name=by_name)

    def publish_draft(self, db: Database, name: str, revision: int, wish: Wish, judge: Judge) -> int:
        """Make this revision of the draft the next version, if the one in force is still the one that was looked at."""
        with db.transaction() as session:
            draft = self.draft(session, name)
            if draft.revision != revision or not revision:
                raise self.overtaken(session, name)
        edition = self._edition(wish, name, draft.body, judge)

        def work(session: Session) -> int:
            self._remove_draft(session, name, revision)
            return self.put_in_force(session, edition, wish.seen, clock.now(session))

        return db.run(work)

    def roll_back(self, db: Database, name: str, version: int, wish: Wish, judge: Judge) -> int:
        """Publish an old version's text again, as a new version. A draft stays as it is."""
        with db.transaction() as session:
            body = self.version(session, name, version).body
        edition = self._edition(wish, name, body, judge, restores=version)
        return db.run(lambda session: self.put_in_force(session, edition, wish.seen, clock.now(session)))

    def put_in_force(self, session: Session, edition: Edition, seen: int | None, now: datetime) -> int:
        """The one way in which a version comes about, from the files and from the screen; its number.

        `seen` is the version that this one is to follow, or None when nothing was in force. Two at once cannot both
        follow it: the second finds it gone and gets a Conflict.
        """
        before = ""
        if seen is not None:
            before = self.version(session, edition.name, seen).body
            if stamped(edition.body, seen) == before:
                raise Conflict("This text is in force already.")
            self.retire(session, edition.name, seen)
        last = session.scalar(select(func.max(self.texts.version)).where(self.texts.name == edition.name)) or 0
        version = max(last + 1, edition.at_least)
        body = stamped(edition.body, version)
        digest = hashlib.sha256(body.encode()).hexdigest()
        kept = {
            "origin": edition.origin,
            "by_name": edition.by_name,
            "reason": edition.reason,
            "findings": list(edition.accepted.findings),
            "restores": edition.restores,
        }
        values = {"name": edition.name, "version": version, "body": body, "sha256": digest, **kept}
        columns = dict(edition.accepted.columns)
        session.execute(insert(self.texts).values(**values, **columns, current=True, published_at=now))
        noted = comparing.as_lines(before, body)[:_MOST_NOTED_LINES]
        subject, deed = f"{self.noun}:{edition.name}", "rolled_back" if edition.restores else "published"
        audit.write(session, edition.actor, subject, deed, now, version=version, sha256=digest, **kept, diff=noted)
        events.record(session, self.published(edition.name, version), now)
        return version

    def retire(self, session: Session, name: str, version: int) -> None:
        """Take a version out of force. Raises Conflict if it is not in force."""
        texts = self.texts
        change_one(
            session,
            update(texts).where(texts.name == name, texts.version == version, texts.current).values(current=False),
            Conflict("Another version was published in the meantime; look at the differences again."),
        )

    def _edition(self, wish: Wish, name: str, body: str, judge: Judge, restores: int | None = None) -> Edition:
        who, reason = wish.who, wish.reason.strip()
        return Edition(name, body, TextOrigin.SCREEN, who.name, who.actor, reason, judge(name, body), restores)

    def _remove_draft(self, session: Session, name: str, revision: int) -> None:
        drafts = self.drafts
        gone = delete(drafts).where(drafts.name == name, drafts.revision == revision)
        if session.execute(gone.returning(drafts.name)).first() is None:
            raise self.overtaken(session, name)

    def _unknown(self, name: str) -> NotFound:
        return NotFound(self.unknown, name=name)


def is_name(name: str) -> bool:
    """Whether a text can be called so: small letters, digits and -, sixty at most after the first."""
    return bool(_NAME.fullmatch(name))


def stamped(body: str, version: int) -> str:
    """The text under the version it is published as."""
    return _VERSION.sub(f"version: {version}", body, count=1)


def written_version(body: str) -> int:
    """The version that the text itself says it is; 0 where it does not."""
    found = _VERSION.search(body)
    return int(found[0].partition(":")[2]) if found else 0


def is_stampable(body: str) -> bool:
    """Whether the version stands on a line of its own, where it can be replaced."""
    return bool(_VERSION.search(body))


def _refuse_unkeepable(body: str) -> None:
    if len(body) > LARGEST:
        raise TooLarge("A text may have %(most)s characters; split it into several.", most=LARGEST)
    if "\0" in body:
        line = body.count("\n", 0, body.index("\0")) + 1
        raise BadInput("Line %(line)s holds a NUL character, which cannot be kept; take it out.", line=line)
