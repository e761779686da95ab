"""Receiving: from a stored raw mail to a line in a case, with its customer, its place in line and its promises."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.assignment import line, wrap_up
from contactcenter.cases import interactions, opening, timeline
from contactcenter.channels.email import automatic, keeping
from contactcenter.channels.email.automatic import MailKind
from contactcenter.channels.email.mailbox import Mailbox
from contactcenter.channels.email.notifying import is_answer_to_notice
from contactcenter.channels.email.parsing import ParsedMail, Unreadable, parse
from contactcenter.channels.email.thread_keys import find_key, is_our_own
from contactcenter.channels.email.threading import Thread, thread
from contactcenter.channels.email.visible_reply import visible_reply
from contactcenter.customers import identity
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database, add
from contactcenter.models import Case, Customer, Interaction, MailMessage, Queue, RawMail
from contactcenter.models.states import Channel, EntryKind, InteractionState, MailState, WorkState
from kb.folding import fold

log = structlog.get_logger()
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mail."""

    state: MailState
    case_id: int | None = None
    problem: str = ""


def receive(db: Database, mailbox: Mailbox, raw: bytes, door: str) -> Taken:
    """Keep the mail, then take it in; whoever sent it may forget it when this returns."""
    raw_id = db.run(lambda session: keeping.keep(session, raw, door, clock.now(session)))
    return take_in(db, mailbox, raw_id)


def take_in(db: Database, mailbox: Mailbox, raw_id: int) -> Taken:
    """Understand a stored mail. Doing it twice changes nothing; what cannot be understood is put aside."""
    with db.transaction() as session:
        raw = session.scalar(select(RawMail.raw).where(RawMail.id == raw_id, RawMail.state == MailState.STORED))
    if raw is None:
        return _as_it_is(db, raw_id)
    try:
        mail = parse(raw)
    except Unreadable as unreadable:
        problem = str(unreadable)
        db.run(lambda session: keeping.quarantine(session, raw_id, problem, clock.now(session)))
        return Taken(MailState.QUARANTINED, problem=problem)
    try:
        return db.run(lambda session: _take_in(session, mailbox, raw_id, mail, clock.now(session)))
    except Exception as error:
        log.exception("mail_not_taken_in", raw_mail=raw_id)
        problem = f"{type(error).__name__}: {error}"
        db.run(lambda session: keeping.failed(session, raw_id, problem, clock.now(session)))
        raise


def _take_in(session: Session, mailbox: Mailbox, raw_id: int, mail: ParsedMail, now: datetime) -> Taken:
    if keeping.claim(session, raw_id) is None:
        return Taken(MailState.STORED)
    body_hash = sha256((mail.subject + "\0" + mail.text).encode()).hexdigest()
    message_id = mail.message_id or f"<gen-{body_hash[:40]}@{mailbox.domain}>"
    known = _arrived_before(session, mailbox, message_id, body_hash)
    if known:
        keeping.settle(session, raw_id, MailState.JOINED, known)
        return Taken(MailState.JOINED, known)
    answers_us = find_key(mail, mailbox.keys, mailbox.domain) is not None
    kind = automatic.classify(mail, answers_us=answers_us, is_ours=is_our_own(mail, mailbox.keys, mailbox.domain))
    aside = _why_aside(mailbox, mail, kind.kind)
    if aside:
        keeping.quarantine(session, raw_id, aside, now)
        return Taken(MailState.QUARANTINED, problem=aside)
    language = _language(mail)
    address = identity.email(mail.from_address)
    found = thread(session, mail, mailbox, identity.find(session, address), now)
    newcomer = identity.Newcomer(mail.from_name or mail.from_address, language, "mail")
    customer = identity.find_or_create(session, address, newcomer, now)
    human = kind.kind is MailKind.HUMAN
    case = found.case or _open(session, mailbox, mail, customer, language, now)
    interaction = _interaction(session, case, customer, mail, now)
    entry_id = _write(session, interaction, mail, (found, kind.kind, raw_id), now)
    add(
        session,
        MailMessage,
        {
            "entry_id": entry_id,
            "case_id": case.id,
            "raw_mail_id": raw_id,
            "mailbox": mailbox.address,
            "message_id": message_id,
            "outgoing": False,
            "sender": mail.from_address.lower(),
            "subject": mail.subject,
            "body_sha256": body_hash,
            "attachments": [_described(one, n) for n, one in enumerate(mail.attachments)],
            "thread_reason": found.reason,
        },
    )
    if human:
        _make_work(session, case, interaction, joined=found.case is not None, now=now)
    state = MailState.JOINED if found.case else MailState.OPENED
    keeping.settle(session, raw_id, state, case.id)
    return Taken(state, case.id)


def _why_aside(mailbox: Mailbox, mail: ParsedMail, kind: MailKind) -> str:
    """Why it is no matter of any case; empty if it is one."""
    if kind is MailKind.LOOP:
        return "This is a mail of our own that came back."
    if kind is not MailKind.HUMAN and is_answer_to_notice(mail, mailbox):
        return "A machine answered a notice to one of us."
    return ""


def _make_work(session: Session, case: Case, interaction: Interaction, *, joined: bool, now: datetime) -> None:
    """A person wrote: the promises move and the mail waits for an agent, unless one has the case in hand."""
    if joined:
        opening.customer_spoke(session, case, now)
    queue = session.get(Queue, case.queue_id) if case.queue_id else None
    queue = queue or session.scalar(select(Queue).where(Queue.name == GENERAL))
    if queue is None:
        raise LookupError("No queue takes mail; add one named general to config/queues.yaml and apply.")
    skill = "lang-zh" if case.language.startswith("zh") else "lang-en"
    line.enqueue(session, interaction, queue, line.Request({skill: 1}, preferred_agent=case.assignee_id), now)


def _open(
    session: Session, mailbox: Mailbox, mail: ParsedMail, customer: Customer, language: str, now: datetime
) -> Case:
    contact = opening.Contact(
        Channel.EMAIL, mail.subject or mail.from_address, language, _queue(session, mailbox, mail)
    )
    return opening.open_case(session, customer, contact, now)


def _queue(session: Session, mailbox: Mailbox, mail: ParsedMail) -> Queue | None:
    """The queue whose name stands before the @ of an address of ours, else the general one."""
    ours = [one.address.lower().partition("@") for one in (*mail.to, *mail.cc)]
    names = [local.partition("+")[0] for local, _, domain in ours if domain == mailbox.domain]
    queues = {
        queue.name: queue
        for queue in session.scalars(select(Queue).where(Queue.name.in_([*names, GENERAL]), Queue.enabled))
    }
    return next((queues[name] for name in names if name in queues), queues.get(GENERAL))


def _interaction(session: Session, case: Case, customer: Customer, mail: ParsedMail, now: datetime) -> Interaction:
    """The mail conversation that is going on in this case, or a new round of it."""
    going_on = [one for one in interactions.live_of_case(session, case.id) if one.channel == Channel.EMAIL]
    if going_on:
        return going_on[-1]
    values = {
        "case_id": case.id,
        "customer_id": customer.id,
        "channel": Channel.EMAIL,
        "state": InteractionState.QUEUED,
        "language": case.language,
        "address": mail.from_address.lower(),
    }
    return interactions.begin(session, values, now)


def _write(
    session: Session, interaction: Interaction, mail: ParsedMail, about: tuple[Thread, MailKind, int], now: datetime
) -> int:
    found, kind, raw_id = about
    assert interaction.case_id is not None
    visible = visible_reply(mail.text)
    item = line.live_item(session, interaction.id)
    agent = wrap_up.agent_of(session, item) if item and item.state == WorkState.ASSIGNED else None
    body = {
        "text": visible.text,
        "whole": mail.text if mail.text.strip() != visible.text.strip() else None,
        "subject": mail.subject,
        "from": mail.from_address,
        "to": [one.address for one in mail.to],
        "cc": [one.address for one in mail.cc],
        "raw_mail": raw_id,
        "attachments": [_described(one, n) for n, one in enumerate(mail.attachments)],
        "thread": found.reason,
        "follows": found.follows,
        "unverified_sender": not found.participant,
        "automatic": None if kind is MailKind.HUMAN else kind.value,
        "problems": list(mail.problems),
    }
    entry = timeline.Entry(
        EntryKind.MESSAGE_IN,
        body,
        Channel.EMAIL,
        interaction.id,
        actor_name=mail.from_name or mail.from_address,
        ext_id=f"raw:{raw_id}",
        agent_id=agent,
    )
    return timeline.write(session, interaction.case_id, entry, now)


def _described(attachment: object, number: int) -> dict[str, object]:
    name, kind, data = (getattr(attachment, part) for part in ("name", "content_type", "content"))
    return {"n": number, "name": name, "type": kind, "size": len(data)}


def _arrived_before(session: Session, mailbox: Mailbox, message_id: str, body_hash: str) -> int | None:
    return session.scalar(
        select(MailMessage.case_id).where(
            MailMessage.mailbox == mailbox.address,
            MailMessage.message_id == message_id,
            MailMessage.body_sha256 == body_hash,
        )
    )


def _as_it_is(db: Database, raw_id: int) -> Taken:
    with db.transaction() as session:
        row = session.execute(select(RawMail.state, RawMail.case_id, RawMail.problem).where(RawMail.id == raw_id)).one()
    return Taken(MailState(row.state), row.case_id, row.problem or "")


def _language(mail: ParsedMail) -> str:
    """By script: mostly Han is Chinese, in the script that folding to simplified characters would change or not."""
    text = mail.subject + mail.text[:2000]
    han = sum("\u4e00" <= char <= "\u9fff" for char in text)
    letters = sum(char.isalpha() for char in text) or 1
    if han / letters < 0.2:
        return "en"
    changed = sum(a != b for a, b in zip(text, fold(text), strict=False) if "\u4e00" <= a <= "\u9fff")
    return "zh-Hant" if changed / max(han, 1) > 0.05 else "zh-Hans"
