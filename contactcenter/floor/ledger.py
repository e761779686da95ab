"""Two books of the same contacts: what the people of the floor saw, and what the database says.

For each channel and in total:

    received     contacts that reached a queue: a call once its caller heard that they wait in line, a mail once the mail
                 door took it, a chat once it was opened.          Database: interactions with `queued_at`.
    answered     a person took them: a call once both sides were joined, a chat once an agent wrote, a mail once an agent
                 accepted it.          Database: `connected_at`, for mails a work item that an agent holds or has held.
    abandoned    received, over, and not answered.
    waiting      received, not over, and not answered.
    self-service calls that ended in the phone menu; they are not received.

    received = answered + abandoned + waiting

The people's book counts `received` and what became of it separately, so that this sum can fail: somebody who was
received and of whom nothing more is known is in no other column.
"""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from contactcenter.cases.interactions import OVER
from contactcenter.models import Interaction, WorkItem
from contactcenter.models.states import Channel, InteractionState, WorkState

CHANNELS = (Channel.VOICE, Channel.EMAIL, Channel.CHAT)
COLUMNS = ("received", "answered", "abandoned", "waiting", "self_service")
_TAKEN = (WorkState.ASSIGNED, WorkState.WRAP_UP, WorkState.DONE)


class Fate(StrEnum):
    """What became of a contact, as the person saw it; a later word replaces an earlier one, an answer stands."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    WAITING = "waiting"
    SELF_SERVICE = "self_service"


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a book."""

    received: int = 0
    answered: int = 0
    abandoned: int = 0
    waiting: int = 0
    self_service: int = 0

    @property
    def adds_up(self) -> bool:
        return self.received == self.answered + self.abandoned + self.waiting

    def __add__(self, other: "Count") -> "Count":
        return Count(*(getattr(self, name) + getattr(other, name) for name in COLUMNS))


Book = Mapping[Channel, Count]


class Ledger:
    """The people's book, written by many at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: set[tuple[Channel, int]] = set()
        self._fates: dict[tuple[Channel, int], Fate] = {}

    def received(self, channel: Channel, number: int) -> None:
        with self._lock:
            self._received.add((channel, number))
            self._fates.setdefault((channel, number), Fate.WAITING)

    def became(self, channel: Channel, number: int, fate: Fate) -> None:
        with self._lock:
            if self._fates.get((channel, number)) is not Fate.ANSWERED:
                self._fates[(channel, number)] = fate

    def is_answered(self, channel: Channel, number: int) -> bool:
        with self._lock:
            return self._fates.get((channel, number)) is Fate.ANSWERED

    def book(self) -> Book:
        with self._lock:
            fates, received = dict(self._fates), set(self._received)
        return {
            channel: Count(
                sum(one is channel for one, _ in received),
                *(sum(key[0] is channel and fate == name for key, fate in fates.items()) for name in COLUMNS[1:]),
            )
            for channel in CHANNELS
        }


def counted(session: Session, addresses: Collection[str], since: datetime, until: datetime) -> Book:
    """The database's book of these people's contacts between two instants of its own clock."""
    mine = (
        Interaction.address.in_(addresses), Interaction.started_at >= since, Interaction.started_at <= until
    )  # fmt: skip
    taken = exists().where(WorkItem.interaction_id == Interaction.id, WorkItem.state.in_(_TAKEN))
    answered = or_(
        Interaction.connected_at.is_not(None), (Interaction.channel == Channel.EMAIL) & taken
    )  # fmt: skip
    over = Interaction.state.in_([*OVER, InteractionState.WRAP_UP])
    queued = Interaction.queued_at.is_not(None)
    rows = session.execute(
        select(
            Interaction.channel,
            func.count().filter(queued),
            func.count().filter(queued, answered),
            func.count().filter(queued, ~answered, over),
            func.count().filter(queued, ~answered, ~over),
            func.count().filter(~queued, over),
        )
        .where(*mine)
        .group_by(Interaction.channel)
    )
    found = {Channel(channel): Count(*counts) for channel, *counts in rows}
    return {channel: found.get(channel, Count()) for channel in CHANNELS}


def total(book: Book) -> Count:
    return sum(book.values(), Count())


def lines(seen: Book, stored: Book) -> Iterable[str]:
    """Both books beside each other, and the verdict."""
    heads = "".join(f"{name.replace('_', '-'):>14}" for name in COLUMNS)
    for title, book in (("seen by the people", seen), ("counted in the database", stored)):
        yield f"{title:<24}{heads}"
        for channel in CHANNELS:
            yield _line(channel.value, book[channel])
        yield _line("total", total(book)) + ("" if total(book).adds_up else "   does not add up")
    yield "The two books agree." if seen == stored else "The two books do not agree."


def is_sound(seen: Book, stored: Book) -> bool:
    """Nobody was lost: both books add up, and they are the same."""
    return seen == stored and all(count.adds_up for book in (seen, stored) for count in book.values())


def _line(name: str, count: Count) -> str:
    return f"  {name:<22}" + "".join(f"{getattr(count, column):>14}" for column in COLUMNS)
