"""A house that receives mail: queues, our mailbox, mails written by the standard library, and what became of them."""

from dataclasses import dataclass
from email.message import EmailMessage

from world import World

from contactcenter.channels.email import mailbox, receiving
from contactcenter.channels.email.receiving import Taken
from contactcenter.foundation import outbox
from contactcenter.models import MailMessage, RawMail, TimelineEntry, WorkItem
from contactcenter.models.states import MailState, OutboxState

DANA = "dana@example.org"
US = mailbox.mailbox("support@desk.example.com", "desk.example.com", "a secret for tests")


def mail(subject: str = "My invoice is wrong", text: str = "Please look at it.", **headers: str) -> bytes:
    """A mail from Dana; header names are written with underscores, and an empty one is left out."""
    message = EmailMessage()
    fields = {
        "From": f"Dana Reed <{DANA}>",
        "To": "support@desk.example.com",
        "Subject": subject,
        "Message_ID": "<first@example.org>",
        **headers,
    }
    for name, value in fields.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


@dataclass
class Post:
    """Our side of the mail."""

    world: World

    @classmethod
    def opened(cls, world: World) -> "Post":
        world.queue("general")
        world.queue("billing")
        return cls(world)

    def receive(self, raw: bytes) -> Taken:
        return receiving.receive(self.world.db, US, raw, "pipe")

    def take_in_everything(self) -> int:
        """What the worker does with mails that were only kept so far; returns how many there were."""
        carried = 0
        while taken := self.world.do(outbox.claim_due):
            receiving.take_in(self.world.db, US, taken.payload["raw_mail_id"])
            self.world.do(lambda session, _now, t=taken: outbox.finish(session, t, OutboxState.DONE))
            carried += 1
        return carried

    def states(self) -> list[str]:
        return [str(MailState(row.state)) for row in self.world.all(RawMail)]

    def lines(self, case_id: int | None = None) -> list[TimelineEntry]:
        of_case = [] if case_id is None else [TimelineEntry.case_id == case_id]
        return self.world.all(TimelineEntry, TimelineEntry.kind == "message_in", *of_case)

    def reason(self) -> str:
        """Why the newest mail is where it is."""
        return self.world.all(MailMessage)[-1].thread_reason

    def items(self, *where: object) -> list[WorkItem]:
        return self.world.all(WorkItem, *where)
