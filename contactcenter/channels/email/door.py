"""Two SMTP servers on loopback: the door through which mail comes in, and the demo's mailbox for what goes out."""

import asyncio
import mailbox as storage
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.controller import Controller

from contactcenter.channels.email import keeping
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database

log = structlog.get_logger()


class _KeepsMail:
    """Says 250 only when the raw mail is committed; a worker takes it in right afterwards."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 — SMTP's word
        raw = bytes(envelope.original_content or envelope.content)
        trace = b"".join(b"Delivered-To: " + to.encode() + b"\r\n" for to in envelope.rcpt_tos)
        try:
            await asyncio.get_running_loop().run_in_executor(None, partial(self._keep, trace + raw))
        except Exception:
            log.exception("mail_not_kept")
            return "451 The mail could not be stored just now; please send it again."
        return "250 Kept."

    def _keep(self, raw: bytes) -> None:
        self._db.run(lambda session: keeping.keep(session, raw, "smtp", clock.now(session)))


class _FillsFolder:
    """The demo's mailbox: every mail becomes a file in a Maildir."""

    def __init__(self, folder: Path) -> None:
        self._box = storage.Maildir(str(folder), create=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 — SMTP's word
        self._box.add(bytes(envelope.original_content or envelope.content))
        return "250 Delivered."


def mail_door(db: Database, host: str, port: int) -> Controller:
    """The SMTP door; `start()` and `stop()` are the caller's."""
    return Controller(
        _KeepsMail(db),
        hostname=host,
        port=port,
        data_size_limit=keeping.MOST_KEPT,
        decode_data=False,
        ident="contactcenter",
    )


def demo_mailbox(folder: Path, host: str, port: int) -> Controller:
    """Where answers go while no real mail server is set."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    return Controller(_FillsFolder(folder), hostname=host, port=port, data_size_limit=keeping.MOST_KEPT)
