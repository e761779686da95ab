"""Sending a text message, once: a repetition first asks the provider whether an earlier attempt has sent it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from contactcenter.foundation.db import Database
from contactcenter.foundation.outbox import Claim
from contactcenter.models import PhoneNumber
from contactcenter.models.states import OutboxState

_LOOK_BACK = 50


@dataclass(frozen=True, slots=True)
class Messages:
    """Everything a job of this channel needs; `client` is the provider's, made when it is needed."""

    db: Database
    client: Callable[[], Any]
    desk: str
    """Where people of ours open a case, with the place {case} for its number."""

    def carry_out(self, parcel: Claim) -> OutboxState:
        match parcel.topic:
            case "messaging.send":
                to, link = parcel.payload["to"], self.desk.format(case=parcel.payload["case_id"])
                text = f"{parcel.payload['text']} {link}"
                since = datetime.fromisoformat(parcel.payload["at"])
                if not (parcel.uncertain and self._was_sent(to, text, since)):
                    self.client().messages.create(to=to, from_=self._sender(), body=text)
            case _:
                raise LookupError(f"Nobody carries out {parcel.topic}.")
        return OutboxState.DONE

    def _sender(self) -> str:
        with self.db.transaction() as session:
            number = session.scalar(select(PhoneNumber.number).order_by(PhoneNumber.number).limit(1))
        if number is None:
            raise LookupError("No number of ours can send a text message; add one to config/numbers.yaml.")
        return number

    def _was_sent(self, to: str, text: str, since: datetime) -> bool:
        """The same words may have gone to the same person before; the provider's seconds are whole ones."""
        sent = self.client().messages.list(to=to, limit=_LOOK_BACK)
        return any(one.body == text and one.date_created >= since - timedelta(seconds=1) for one in sent)
