"""Audio files of phone menus: put in force with the configuration, played by the name that a menu gives them.

A menu names a file; what is played is the content in force at the moment of the turn, at an address made of that content.
An address once given out therefore plays the same for as long as anybody may ask for it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.channels.voice.addresses import Addresses
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.remembering import Remembered
from contactcenter.models import AudioFile

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SEEN_WITHIN = 2.0
"""Seconds after which a newly applied file is played everywhere."""
_in_force: Remembered[Mapping[str, str]] = Remembered(_SEEN_WITHIN)


@dataclass(frozen=True)
class Audio:
    """What one file holds."""

    content_type: str
    body: bytes

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def in_force(session: Session) -> dict[str, str]:
    """The fingerprint of each file that a menu may play now, by its name."""
    rows = session.execute(select(AudioFile.name, AudioFile.sha256).where(AudioFile.current))
    return {row.name: row.sha256 for row in rows}


def playable(session: Session, to: Addresses) -> Addresses:
    """The addresses, with those of the files in force; asked of the database once in a while, not once a turn."""
    return replace(to, audio=_in_force.get(session, "", lambda: in_force(session)))


def load(session: Session, name: str, sha256: str) -> Audio:
    """A file that is or was in force. Raises NotFound."""
    possible = NAME.fullmatch(name) and _SHA256.fullmatch(sha256)
    wanted = select(AudioFile.content_type, AudioFile.body).where(AudioFile.name == name, AudioFile.sha256 == sha256)
    row = session.execute(wanted).first() if possible else None
    if row is None:
        raise NotFound("There is no such audio file.")
    return Audio(row.content_type, row.body)


def put_in_force(session: Session, name: str, audio: Audio, now: datetime) -> None:
    """From now on menus that name this file play this content. Content that was there before is taken up again."""
    retire(session, name)
    row = {
        "name": name,
        "sha256": audio.sha256,
        "content_type": audio.content_type,
        "body": audio.body,
        "current": True,
        "applied_at": now,
    }
    again = (
        insert(AudioFile).values(row).on_conflict_do_update(index_elements=["name", "sha256"], set_={"current": True})
    )
    session.execute(again)


def retire(session: Session, name: str) -> None:
    """Menus that name this file speak their text from now on. Whoever has its address can still fetch it."""
    session.execute(update(AudioFile).where(AudioFile.name == name, AudioFile.current).values(current=False))
