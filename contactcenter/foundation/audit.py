"""The audit log: who did what, linked into a hash chain that shows any later change."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from contactcenter.foundation.db import add
from contactcenter.models.foundation import Audit

_FIRST = "0" * 64
_LOCK = text("SELECT pg_try_advisory_xact_lock(7002)")


def write(session: Session, actor: str, subject: str, action: str, now: datetime, **body: Any) -> None:
    """Note a deed. `version` in the body is the subject's version after it."""
    version = body.pop("version", None)
    values = {"at": now, "actor": actor, "subject": subject, "action": action, "version": version, "body": body}
    add(session, Audit, values)


def link(session: Session, most: int = 500) -> int:
    """Link freshly committed rows into the chain; returns how many.

    Linking happens after the commit because a chain written inside each transaction would make all of them wait
    for one another.
    """
    if not session.execute(_LOCK).scalar():
        return 0
    last = session.execute(
        select(Audit.seq, Audit.hash).where(Audit.seq.is_not(None)).order_by(Audit.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq or 0, last.hash or _FIRST) if last else (0, _FIRST)
    rows = session.scalars(select(Audit).where(Audit.seq.is_(None)).order_by(Audit.id).limit(most)).all()
    for seq, row in enumerate(rows, seq + 1):  # noqa: B020 — the counter goes on from the last link
        linked = digest(previous, row)
        session.execute(update(Audit).where(Audit.id == row.id).values(seq=seq, prev_hash=previous, hash=linked))
        previous = linked
    return len(rows)


def broken_links(session: Session) -> int:
    """How many rows do not fit the chain: changed, removed or inserted."""
    previous, expected, broken = _FIRST, 1, 0
    for row in session.scalars(select(Audit).where(Audit.seq.is_not(None)).order_by(Audit.seq)):
        fits = row.seq == expected and row.prev_hash == previous and row.hash == digest(previous, row)
        broken += not fits
        previous, expected = row.hash or _FIRST, (row.seq or 0) + 1
    return broken


def digest(previous: str, row: Audit) -> str:
    """SHA-256 over the previous link and this row in canonical form."""
    canonical = json.dumps(
        [row.id, row.at.isoformat(), row.actor, row.subject, row.action, row.version, row.body],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256((previous + canonical).encode()).hexdigest()
