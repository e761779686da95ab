"""What rules can do to a case, each by the same verb that a person would use, with the same refusals.

An action answers whether it did something, or whether it was so already; a Refusal says why it could not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.assignment import moving, prioritising
from contactcenter.automation import escalations, facts, letters, recipients, telling
from contactcenter.automation.rules import Action, Facts
from contactcenter.cases import status, tags, timeline
from contactcenter.channels.chat import conversations
from contactcenter.channels.email import letters as mails
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.voice import callbacks
from contactcenter.foundation import outbox
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.languages import N_, Sentence
from contactcenter.foundation.permissions import Doer
from contactcenter.models import Agent, Case, Interaction, Macro, Moment, Queue, SlaPolicy, User
from contactcenter.models.states import CaseStatus, EntryKind
from contactcenter.sla import moving as promises

_OURS_ALONE = frozenset({"message.text", "case.subject", "customer.name"})
NOBODY, LAST_AGENT = "nobody", "last_agent"
HANDED_OVER = Sentence(N_("Handed over to be sent; what does not get out stands under Administration."))
_NOT_REACHED = N_("Not reached: %(names)s.")
_BETWEEN_TRIES = 1800
_TRIES = 3


@dataclass(frozen=True, slots=True)
class ByRule:
    """The rule as the one who does it."""

    title: str
    id: None = None

    @property
    def name(self) -> str:
        return f"⚙ {self.title}"

    @property
    def actor(self) -> str:
        return f"rule:{self.title}"


@dataclass(frozen=True, slots=True)
class About:
    """What an action is done about. `title` names the rule or the macro, `key` this run of this action."""

    case: Case
    title: str
    doer: Doer
    moment: Moment
    mailbox: Mailbox
    key: str
    now: datetime


def act(session: Session, action: Action, about: About) -> bool | Sentence:
    """Do it; False when it was so already, a remark where there is something to say of it. Raises Refusal."""
    return _DEEDS[action["do"]](session, action, about)


def spread(session: Session, actions: Sequence[Action]) -> list[Action]:
    """The actions with those of macros in the macros' places; a macro that is gone stays, to be told in the log."""
    found: list[Action] = []
    for action in actions:
        inside = (
            session.scalar(select(Macro.actions).where(Macro.name == action["to"])) if action["do"] == "macro" else None
        )
        found += inside if inside is not None else [action]
    return found


def _assign(session: Session, action: Action, about: About) -> bool:
    case, wanted = about.case, action["to"]
    if wanted == NOBODY:
        agent_id = None
    elif wanted == LAST_AGENT:
        agent_id = _last_agent(session, case)
    else:
        chosen = (
            select(User.id).join(Agent, Agent.id == User.id).where(User.login == wanted, User.enabled, Agent.enabled)
        )
        agent_id = session.scalar(chosen)
        if agent_id is None:
            raise Conflict("%(login)s takes no work any more.", login=wanted)
    if case.assignee_id == agent_id:
        return False
    moving.reassign_case(session, case, agent_id, about.doer, about.now)
    return True


def _last_agent(session: Session, case: Case) -> int:
    talked = select(Interaction.agent_id).join(Agent, Agent.id == Interaction.agent_id)
    found = session.scalar(
        talked.where(Interaction.case_id == case.id, Agent.enabled).order_by(Interaction.id.desc()).limit(1)
    )
    if found is None:
        raise Conflict("No agent has had this case yet.")
    return found


def _queue(session: Session, action: Action, about: About) -> bool:
    queue = session.scalar(select(Queue).where(Queue.name == action["to"], Queue.enabled))
    if queue is None:
        raise Conflict("There is no queue %(queue)s any more.", queue=action["to"])
    return moving.move_case(session, about.case, queue, about.doer, about.now)


def _priority(session: Session, action: Action, about: About) -> bool:
    wanted = action["to"] if "to" in action else about.case.priority + action["by"]
    return prioritising.prioritise(session, about.case, wanted, about.doer, about.now)


def _tag(session: Session, action: Action, about: About) -> bool:
    return tags.add(session, about.case.id, action["tags"], about.doer, about.now)


def _untag(session: Session, action: Action, about: About) -> bool:
    return tags.remove(session, about.case.id, action["tags"], about.doer, about.now)


def _status(session: Session, action: Action, about: About) -> bool:
    if about.case.status == action["to"]:
        return False
    doer = about.doer
    status.change_status(session, about.case, CaseStatus(action["to"]), (doer.actor, doer.name), about.now)
    return True


def _note(session: Session, action: Action, about: About) -> bool:
    doer = about.doer
    entry = timeline.Entry(EntryKind.NOTE, {"text": action["text"]}, actor_id=doer.id, actor_name=doer.name)
    timeline.write(session, about.case.id, entry, about.now)
    return True


def _macro(_session: Session, action: Action, _about: About) -> bool:
    raise Conflict("There is no macro %(name)s any more.", name=action["to"])


def _notify(session: Session, action: Action, about: About) -> bool | Sentence:
    people = recipients.found(session, action["to"], about.case, about.now)
    message = telling.Message(action["say"], action["by"], about.key)
    missed = telling.tell(session, people, about.case, message, about.now)
    return Sentence(_NOT_REACHED, {"names": ", ".join(missed)}) if missed else True


def _escalate(session: Session, action: Action, about: About) -> bool:
    clock_id = about.moment.detail.get("clock_id")
    return escalations.begin(session, about.case, action["to"], clock_id, about.doer, about.now)


def _webhook(session: Session, action: Action, about: About) -> bool | Sentence:
    body = {
        "case": about.case.id,
        "rule": about.title,
        "trigger": about.moment.trigger,
        "at": about.moment.at.isoformat(),
        "facts": _told(facts.of(session, about.moment)),
    }
    payload = {"url": action["url"], "secret": action["secret"], "key": about.key, "body": body}
    outbox.post(session, outbox.Parcel("automation.webhook", f"webhook:{about.key}", payload))
    return HANDED_OVER


def _told(known: Facts) -> dict[str, Any]:
    """Without what the customer wrote or is called: another system has the case's number and asks for the rest."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in known.items()
        if name not in _OURS_ALONE and not name.startswith("calendar.")
    }


def _promise(session: Session, action: Action, about: About) -> bool:
    if session.get(SlaPolicy, action["to"]) is None:
        raise Conflict("Nothing is promised to the tier %(tier)s any more.", tier=action["to"])
    return promises.change_tier(session, about.case, action["to"], about.doer.actor, about.now)


def _send(session: Session, action: Action, about: About) -> bool:
    subject, text = letters.written(session, action["to"], about.case)
    talk = conversations.live_chat(session, about.case.id)
    if talk is not None:
        said = conversations.Said(about.key, text)
        conversations.write_automatically(session, talk, said, letters.signed(session, about.case), about.now)
    else:
        letter = mails.Letter(about.key, subject, text, about.doer.name)
        mails.send(session, about.mailbox, about.case, letter, about.now)
    return True


def _callback(session: Session, action: Action, about: About) -> bool:
    wanted = ivr.BookCallback(
        number="",
        queue=action["queue"],
        skills={},
        priority=0,
        intent=None,
        keep_place=False,
        within=action["within"],
        window=action["window"],
        tries=_TRIES,
        between_tries=_BETWEEN_TRIES,
    )
    return callbacks.book_for_case(session, about.case, wanted, about.now)


_DEEDS: Mapping[str, Callable[[Session, Action, About], bool | Sentence]] = {
    "assign": _assign,
    "queue": _queue,
    "priority": _priority,
    "tag": _tag,
    "untag": _untag,
    "status": _status,
    "note": _note,
    "macro": _macro,
    "notify": _notify,
    "escalate": _escalate,
    "webhook": _webhook,
    "promise": _promise,
    "send": _send,
    "callback": _callback,
}
VERBS = tuple(_DEEDS)
