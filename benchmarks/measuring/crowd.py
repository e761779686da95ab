"""A large house that is full: agents who each hold all they can carry, and work in line behind them, drawn from a seed.

The rows are what the doors would have left behind, in the tables that routing reads and those that a completion writes.
Left out is what neither looks at: the telephone's and the mails' own tables, the audit log, earlier cases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import psycopg
from sqlalchemy import select

from benchmarks.measuring.crowd_rows import COLUMNS, FILL, MORE_QUEUES, SETTLE, TABLE
from benchmarks.measuring.desks import Desk, Talent, furnish
from benchmarks.measuring.ground import Ground
from contactcenter.agents import workload
from contactcenter.models import Offer, WorkItem
from contactcenter.models.states import Channel, OfferState, WorkState

SEED = 1
LINES = 5
"""How often each queue of the sample company is there."""
SUBJECTS = ("orders", "returns", "billing", "general")
QUEUES = tuple(subject if n == 1 else f"{subject}-{n}" for subject in SUBJECTS for n in range(1, LINES + 1))
KINDS = 200
"""How many agents differ in queues or skills."""
_STAY = timedelta(minutes=30)
_CHANNELS = {Channel.VOICE: 40, Channel.CHAT: 25, Channel.MESSAGING: 15, Channel.EMAIL: 20}
_LONGEST = 900
"""Seconds in line; so short that no promise is broken while a benchmark runs."""
_TIERS = {"standard": 80, "silver": 15, "gold": 5}
_HELD = (Channel.VOICE, Channel.VOICE, Channel.VOICE, Channel.CHAT)
"""What agents have in hand, by turns; as much of it as they can carry. Mails would make way for the calls in line."""

Row = tuple[int, str, str, int, str, str, float, int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Crowd:
    """The agents, and the items that each of them holds."""

    desks: list[Desk]
    held: dict[int, list[int]]


def gather(here: Ground, agents: int, waiting: int) -> Crowd:
    """Agents and customers come in; afterwards the tables are as tidy as PostgreSQL keeps them in use."""
    random = Random(SEED)
    with psycopg.connect(here.settings.database_url, autocommit=True) as connection:
        connection.execute(MORE_QUEUES, {"lines": LINES})
        desks = furnish(here, agents, [_talent(random) for _ in range(KINDS)], _STAY)
        with connection.transaction():
            connection.execute(TABLE)
            with connection.cursor().copy(f"COPY drawn ({COLUMNS}) FROM STDIN") as copy:
                for row in _rows(random, desks, waiting):
                    copy.write_row(row)
            for statement in FILL:
                connection.execute(statement)
        for statement in SETTLE:
            connection.execute(statement)
    return Crowd(desks, _held(here))


def _talent(random: Random) -> Talent:
    """Six of twenty queues, their subjects at any level, one language or two."""
    queues = tuple(random.sample(QUEUES, 6))
    subjects = {queue.partition("-")[0] for queue in queues}
    languages = random.choice((("lang-en",), ("lang-en",), ("lang-zh",), ("lang-en", "lang-zh")))
    return Talent(queues, {name: random.randint(1, 10) for name in (*sorted(subjects), *languages)}, most=4)


def _rows(random: Random, desks: Sequence[Desk], waiting: int) -> Iterator[Row]:
    """Held work first: who came first was served first."""
    number = 0
    for place, desk in enumerate(desks):
        channel = _HELD[place % len(_HELD)]
        for _ in range(100 // workload.WEIGHTS[channel]):
            number += 1
            yield _row(random, number, channel, desk)
    agents = [desk.agent_id for desk in desks]
    for channel in random.choices(tuple(_CHANNELS), tuple(_CHANNELS.values()), k=waiting):
        number += 1
        row = _row(random, number, channel)
        if number % 20 == 0:  # somebody's own customer
            row = (*row[:8], random.choice(agents), None)
        elif number % 33 == 0:  # has rung once, in vain
            row = (*row[:9], random.choice(agents))
        yield row


def _row(random: Random, number: int, channel: Channel, holder: Desk | None = None) -> Row:
    queue = random.choice(holder.talent.queues if holder else QUEUES)
    spoken = [skill for skill in (holder.talent.skills if holder else ()) if skill.startswith("lang-")]
    language = random.choice(spoken).removeprefix("lang-") if spoken else random.choice(("en", "en", "en", "zh", "zh"))
    tier = random.choices(tuple(_TIERS), tuple(_TIERS.values()))[0]
    waited = random.uniform(60, _LONGEST)
    holds = holder.agent_id if holder else None
    return number, queue, channel, workload.WEIGHTS[channel], language, tier, waited, holds, None, None


def _held(here: Ground) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    with here.parts.db.transaction() as session:
        holders = (
            select(Offer.agent_id, WorkItem.id)
            .join(Offer, Offer.id == WorkItem.current_offer)
            .where(WorkItem.state.in_((WorkState.ASSIGNED, WorkState.WRAP_UP)), Offer.state == OfferState.ACCEPTED)
        )
        for agent, item in session.execute(holders.order_by(WorkItem.id)):
            found.setdefault(agent, []).append(item)
    return found
