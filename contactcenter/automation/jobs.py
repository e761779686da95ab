"""What automation has a worker do: judge a moment by the rules in force, and tell other systems."""

from dataclasses import dataclass

from contactcenter.automation import judging
from contactcenter.automation.webhooks_out import Delivery, deliver
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.voice.hooks.surroundings import Surroundings
from contactcenter.foundation.db import Database
from contactcenter.foundation.outbox import Claim
from contactcenter.models.states import OutboxState


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
                self.db.run(lambda session: judging.judge_moment(session, self.mailbox, told["moment_id"]))
            case "automation.webhook":
                deliver(Delivery(told["url"], told["secret"], told["key"], told["body"]), self.around)
            case _:
                raise LookupError(f"Nobody carries out {parcel.topic}.")
        return OutboxState.DONE
