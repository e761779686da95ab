"""Fetching: an IMAP folder read by UID, never by date, never twice; one bad mail does not hold up the rest."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

import structlog
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from contactcenter.channels.email import keeping
from contactcenter.foundation import clock, inbox, leases
from contactcenter.foundation.db import Database
from contactcenter.models import MailCursor

log = structlog.get_logger()
_TIMEOUT = 30
_POLL_EVERY = 5.0
_LONGEST_PAUSE = 300.0
_LEASE = timedelta(seconds=90)
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on an IMAP server, from imaps://user:password@host:port/FOLDER (imap:// without TLS)."""

    secure: bool
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> "Place":
        parts = urlsplit(url)
        secure = parts.scheme == "imaps"
        return cls(
            secure,
            parts.hostname or "localhost",
            parts.port or (993 if secure else 143),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            unquote(parts.path.lstrip("/")) or "INBOX",
        )

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"


def fetch_forever(db: Database, url: str, stop: threading.Event) -> None:
    """Fetch until asked to stop, by one process at a time; failures are noted on the folder's row and waited out."""
    place = Place.of(url)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    pause = _POLL_EVERY
    while not stop.wait(pause):
        try:
            with db.transaction() as session:
                now = clock.now(session)
                held = leases.acquire(session, f"mail:{place.name}", holder, now, _LEASE)
            if held is None:
                continue
            try:
                fetch(db, place)
            finally:
                with db.transaction() as session:
                    leases.release(session, held, clock.now(session))
            pause = _POLL_EVERY
        except (OSError, IMAP4.error, ImapToolsError, SQLAlchemyError) as error:
            pause = min(pause * 2, _LONGEST_PAUSE)
            log.warning("mail_not_fetched", folder=place.name, error=str(error)[:300])
            _note_failure(db, place, str(error)[:300])


def fetch(db: Database, place: Place) -> int:
    """Keep every mail above the highest UID seen; returns how many. The first connection takes only what comes later."""
    with _opened(place) as box:
        status = box.folder.status(place.folder, ["UIDVALIDITY", "UIDNEXT"])
        with db.transaction() as session:
            cursor = session.get(MailCursor, place.name)
        if cursor is None:
            _advance(db, place, status["UIDVALIDITY"], status["UIDNEXT"] - 1)
            return 0
        start = cursor.highest_uid + 1 if cursor.uid_validity == status["UIDVALIDITY"] else 1
        return _fetch_from(db, place, box, status["UIDVALIDITY"], start)


@contextmanager
def _opened(place: Place) -> Iterator[BaseMailBox]:
    """The folder, signed in; the connection is closed whatever happens, a refused password included."""
    kind = MailBox if place.secure else MailBoxUnencrypted
    box = kind(place.host, place.port, timeout=_TIMEOUT)
    try:
        box.login(place.user, place.password, place.folder)
        yield box
    finally:
        with suppress(OSError, IMAP4.error):
            box.client.logout()
        with suppress(OSError):
            box.client.shutdown()


def _fetch_from(db: Database, place: Place, box: BaseMailBox, validity: int, start: int) -> int:
    uids = sorted(int(uid) for uid in box.uids(f"UID {start}:*") if int(uid) >= start)
    kept = 0
    for first in range(0, len(uids), _BATCH):
        for uid in uids[first : first + _BATCH]:
            raw = _raw(box, uid)
            if raw is not None:
                kept += db.run(partial(_keep, place=place, at=(validity, uid), raw=raw))
            _advance(db, place, validity, uid)
    _advance(db, place, validity, uids[-1] if uids else start - 1)
    return kept


def _raw(box: BaseMailBox, uid: int) -> bytes | None:
    """The mail exactly as the server has it; asking must not mark it as read."""
    _, answer = box.client.uid("fetch", str(uid), "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), None)


def _keep(session: Session, place: Place, at: tuple[int, int], raw: bytes) -> bool:
    validity, uid = at
    if not inbox.receive(session, "imap", f"{place.name}:{validity}:{uid}").is_new:
        return False
    keeping.keep(session, raw, f"imap:{place.name}", clock.now(session))
    return True


def _advance(db: Database, place: Place, validity: int, uid: int) -> None:
    with db.transaction() as session:
        now = clock.now(session)
        values = {
            "uid_validity": validity,
            "highest_uid": uid,
            "last_success_at": now,
            "last_error": None,
            "failures": 0,
        }
        session.execute(
            insert(MailCursor)
            .values(mailbox=place.name, **values)
            .on_conflict_do_update(index_elements=["mailbox"], set_=values)
        )


def _note_failure(db: Database, place: Place, error: str) -> None:
    try:
        with db.transaction() as session:
            row = session.scalar(select(MailCursor).where(MailCursor.mailbox == place.name).with_for_update())
            if row is not None:
                row.last_error, row.failures = error, row.failures + 1
                session.flush()
    except SQLAlchemyError as failure:
        log.warning("mail_failure_not_noted", error=str(failure)[:200])
