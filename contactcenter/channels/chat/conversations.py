"""A chat from its first message: opened once, every message stored once, continued by whoever holds its token."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.assignment import line, wrap_up
from contactcenter.cases import interactions, opening, status, timeline
from contactcenter.customers import identity
from contactcenter.foundation import inbox
from contactcenter.foundation.db import add
from contactcenter.foundation.errors import BadInput, Conflict, NotFound, SignInNeeded, TooLarge
from contactcenter.foundation.permissions import Who
from contactcenter.models import Chat, Interaction, Queue, TimelineEntry, WorkItem
from contactcenter.models.states import Channel, EntryKind, InteractionState, WorkState

LONGEST_TEXT = 4000
_LONGEST_NAME = 80
QUEUE = "general"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the visitor said of themself. Without proof it is a claim, and shown as one."""

    name: str
    email: str
    language: str
    topic: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the id that the visitor's browser gave it, by which a repetition is recognised."""

    client_id: str
    text: object
    """As it arrived: `checked` says whether it is text at all."""


def open_chat(session: Session, token: str, visitor: Visitor, first: Said, now: datetime) -> Interaction:
    """A new chat with its first message, in line for an agent.

    The browser made `token`, the secret that continues the chat, before it asked: asking again opens nothing twice.
    """
    if not _TOKEN.fullmatch(token):
        raise BadInput("A chat needs a secret of 32 to 128 letters and digits.")
    text = checked(first.text)
    if not inbox.receive(session, "chat", f"open:{_hash(token)}").is_new:
        return interactions.load(session, by_token(session, token).interaction_id)
    name = visitor.name.strip()[:_LONGEST_NAME]
    if not name:
        raise BadInput("Please tell us your name.")
    address = identity.email(visitor.email) if visitor.email.strip() else None
    if visitor.email.strip() and address is None:
        raise BadInput("This does not look like an e-mail address: %(email)s", email=visitor.email[:100])
    queue = _queue(session, visitor.topic)
    owner = address or identity.visitor(_hash(token))
    customer = identity.find_or_create(session, owner, identity.Newcomer(name, visitor.language, "chat"), now)
    contact = opening.Contact(Channel.CHAT, _subject(text), visitor.language, queue)
    case, is_new = opening.open_or_join(session, customer, contact, now)
    interaction = interactions.begin(
        session,
        {
            "case_id": case.id,
            "customer_id": customer.id,
            "channel": Channel.CHAT,
            "state": InteractionState.QUEUED,
            "language": visitor.language,
            "address": visitor.email.strip() or name,
            "path": [visitor.topic] if visitor.topic else [],
        },
        now,
    )
    add(
        session,
        Chat,
        {"interaction_id": interaction.id, "token_hash": _hash(token), "visitor_name": name, "seen_at": now},
    )
    _store(session, interaction, name, Said(first.client_id, text), now)
    if not is_new:
        opening.customer_spoke(session, case, now)
    request = line.Request(skills={language_skill(visitor.language): 1}, preferred_agent=case.assignee_id)
    line.enqueue(session, interaction, queue, request, now)
    return interaction


def say(session: Session, chat: Chat, said: Said, now: datetime) -> TimelineEntry:
    """Store a visitor's message, once: a repetition gets the stored line back."""
    text = checked(said.text)
    interaction = interactions.load(session, chat.interaction_id)
    earlier = _earlier(session, interaction.id, said.client_id)
    if earlier:
        return earlier
    if interaction.state in interactions.OVER:
        raise Conflict("This chat has ended. Start a new one; we will find the old one beside it.")
    entry_id = _store(session, interaction, chat.visitor_name, Said(said.client_id, text), now)
    assert interaction.case_id is not None
    opening.customer_spoke(session, status.load(session, interaction.case_id), now)
    entry = session.get(TimelineEntry, entry_id)
    assert entry is not None
    return entry


def answer(session: Session, item: WorkItem, who: Who, said: Said, now: datetime) -> int:
    """An agent's message to the visitor."""
    text = checked(said.text)
    earlier = _earlier(session, item.interaction_id, said.client_id)
    if earlier:
        return earlier.id
    if item.state != WorkState.ASSIGNED or wrap_up.agent_of(session, item) != who.id:
        raise Conflict("This chat is not yours any more.")
    interactions.move(session, item.interaction_id, InteractionState.CONNECTED, now)
    entry = timeline.Entry(
        EntryKind.MESSAGE_OUT,
        {"text": text},
        Channel.CHAT,
        item.interaction_id,
        who.id,
        who.name,
        ext_id=f"{item.interaction_id}:{said.client_id}",
        for_visitor=True,
    )
    entry_id = timeline.write(session, item.case_id, entry, now)
    opening.we_answered(session, status.load(session, item.case_id), now)
    return entry_id


def live_chat(session: Session, case_id: int) -> Interaction | None:
    """The chat of this case that is going on, if there is one."""
    talks = interactions.live_of_case(session, case_id)
    return next((one for one in reversed(talks) if one.channel == Channel.CHAT), None)


def write_automatically(session: Session, talk: Interaction, said: Said, name: str, now: datetime) -> None:
    """A message to the visitor that nobody of us wrote, under the company's name; it answers nothing and keeps no promise."""
    assert talk.case_id is not None
    if any(line.body.get("automatic") for line in timeline.of_interaction(session, talk.id)):
        raise Conflict("This chat has had an automatic message already.")
    entry = timeline.Entry(
        EntryKind.MESSAGE_OUT,
        {"text": checked(said.text), "automatic": "letter"},
        Channel.CHAT,
        talk.id,
        actor_name=name,
        ext_id=f"{talk.id}:{said.client_id}",
        for_visitor=True,
    )
    timeline.write(session, talk.case_id, entry, now)


def end(session: Session, chat: Chat, now: datetime) -> None:
    """The visitor closes the chat: a waiting one is abandoned, a running one goes to wrap-up."""
    item = line.live_item(session, chat.interaction_id)
    if item is None:
        return
    if item.state == WorkState.ASSIGNED:
        wrap_up.start(session, item, now)
    else:
        line.abandon(session, chat.interaction_id, "visitor_left", now)


def by_token(session: Session, token: str) -> Chat:
    """The chat that this secret opens."""
    chat = session.scalar(select(Chat).where(Chat.token_hash == _hash(token)).execution_options(populate_existing=True))
    if chat is None:
        raise SignInNeeded("This chat is not known here. Start a new one.")
    return chat


def seen(session: Session, chat: Chat, now: datetime) -> None:
    session.execute(update(Chat).where(Chat.id == chat.id).values(seen_at=now))


def messages(session: Session, interaction_id: int, after: int) -> list[TimelineEntry]:
    """What both sides said after this line, in order; notes and decisions are not for the visitor."""
    kinds = {EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT}
    return [entry for entry in timeline.of_interaction(session, interaction_id, after) if entry.kind in kinds]


def checked(text: object) -> str:
    """A message fit to be stored and shown, or a refusal that says what is wrong with it."""
    if not isinstance(text, str):
        raise BadInput("A message is text.")
    if len(text) > LONGEST_TEXT:
        raise TooLarge("A message may have %(most)s characters; this one has %(n)s.", most=LONGEST_TEXT, n=len(text))
    if any(ord(c) < 32 and c not in "\n\r\t" for c in text) or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise BadInput("This message holds characters that are no text. Please send files by e-mail.")
    cleaned = text.strip()
    if not cleaned:
        raise BadInput("Please write something first.")
    return cleaned


def language_skill(language: str) -> str:
    """The skill of speaking with somebody who reads this language."""
    return "lang-zh" if language.startswith("zh") else "lang-en"


def _queue(session: Session, topic: str) -> Queue:
    named = session.scalar(select(Queue).where(Queue.name == topic, Queue.enabled)) if topic else None
    queue = named or session.scalar(select(Queue).where(Queue.name == QUEUE, Queue.enabled))
    if queue is None:
        raise NotFound("No queue takes chats; add one named %(queue)s to config/queues.yaml.", queue=QUEUE)
    return queue


def _store(session: Session, interaction: Interaction, name: str, said: Said, now: datetime) -> int:
    item = line.live_item(session, interaction.id)
    agent_id = wrap_up.agent_of(session, item) if item and item.state == WorkState.ASSIGNED else None
    entry = timeline.Entry(
        EntryKind.MESSAGE_IN,
        {"text": said.text},
        Channel.CHAT,
        interaction.id,
        actor_name=name,
        ext_id=f"{interaction.id}:{said.client_id}",
        for_visitor=True,
        agent_id=agent_id,
    )
    assert interaction.case_id is not None
    return timeline.write(session, interaction.case_id, entry, now)


def _earlier(session: Session, interaction_id: int, client_id: str) -> TimelineEntry | None:
    if not client_id or len(client_id) > 64:
        raise BadInput("A message needs an id of its own, at most 64 characters.")
    return session.scalar(
        select(TimelineEntry).where(
            TimelineEntry.channel == Channel.CHAT, TimelineEntry.ext_id == f"{interaction_id}:{client_id}"
        )
    )


def _subject(text: str) -> str:
    first = text.splitlines()[0]
    return first if len(first) <= 80 else first[:79] + "…"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
