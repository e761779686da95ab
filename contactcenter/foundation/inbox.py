"""The inbox: whatever a provider sends twice is answered twice and done once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from contactcenter.models.foundation import Inbox


@dataclass(frozen=True, slots=True)
class Receipt:
    """The row of a message that arrived; `repeated` carries the reply stored for an earlier arrival."""

    id: int
    now: datetime
    """When it arrived, by the database's clock."""
    repeated: str | None = None
    is_new: bool = True


_ONCE = text("""
    INSERT INTO inbox (provider, ext_id) VALUES (:provider, :ext_id) ON CONFLICT DO NOTHING
    RETURNING id, clock_timestamp() AS now
""")


_REPLY = text("UPDATE inbox SET reply = :reply, case_id = :case_id WHERE id = :id")


def receive(session: Session, provider: str, ext_id: str) -> Receipt:
    """Take a message in, once. A second arrival waits for the first one's commit and then sees its reply.

    `ext_id` is kind:sid[:status[:ordinal]], because a provider reuses one sid for several facts.
    """
    clock = session.info["clock"]
    new = session.execute(_ONCE, {"provider": provider, "ext_id": ext_id}).first()
    if new is not None:
        return Receipt(new.id, clock.at(new.now))
    row = session.execute(
        select(Inbox.id, Inbox.reply, func.clock_timestamp().label("now")).where(
            Inbox.provider == provider, Inbox.ext_id == ext_id
        )
    ).one()
    return Receipt(row.id, clock.at(row.now), row.reply or "", is_new=False)


def reply(session: Session, receipt: Receipt, body: str, case_id: int | None = None) -> None:
    """Store what a repetition of this message will be answered."""
    session.execute(_REPLY, {"id": receipt.id, "reply": body, "case_id": case_id})
