"""What automation has a worker do: judge a moment by the rules in force, and tell other systems."""

from dataclasses import dataclass
from functools import partial

import structlog

from contactcenter.automation import judging
from contactcenter.automation.webhooks_out import Delivery, deliver
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.voice.hooks.surroundings import Surroundings
from contactcenter.foundation.db import Database
from contactcenter.foundation.outbox import Claim
from contactcenter.models.states import OutboxState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Automation:
    """Everything that rules need."""

    db: Database
    mailbox: Mailbox
    around: Surroundings

    def carry_out(self, parcel: Claim) -> OutboxState:
        told = parcel.payload
        match parcel.topic:
            case "automation.judge":
                self._judge(told["moment_ids"])
            case "automation.webhook":
                deliver(Delivery(told["url"], told["secret"], told["key"], told["body"]), self.around)
            case _:
                raise LookupError(f"Nobody carries out {parcel.topic}.")
        return OutboxState.DONE

    def _judge(self, ids: list[int]) -> None:
        """Each in a transaction of its own; one that fails holds up no other, and all are asked again for its sake."""
        failed: Exception | None = None
        for moment_id in ids:
            try:
                self.db.run(partial(judging.judge_moment, mailbox=self.mailbox, moment_id=moment_id))
            except Exception as error:
                log.exception("moment_not_judged", moment=moment_id)
                failed = error
        if failed is not None:
            raise failed
