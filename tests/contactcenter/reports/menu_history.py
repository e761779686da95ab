"""Calls of chance and their stays, put straight into the database; and every figure of them counted in the plainest way."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from contactcenter.foundation.db import Database

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = ("welcome", "orders", "person", "queue", "bye")
EXITS = (
    "key 1", "key 0", "stuck", "then", "after", "answered", "answered", "answered", "hangup", "end solved", "end solved",
    "end agent",
)  # fmt: skip
NUMBERS = ("+14155550101", "+14155550102", "+14155550103", "+266696687", "anonymous")


@dataclass
class Stay:
    flow: str
    version: int
    step: str
    language: str
    entered: datetime
    left: datetime
    exit: str
    silences: int
    wrong: int
    keyed: bool
    transferred: datetime | None = None


@dataclass
class Call:
    number: str
    started: datetime
    over: bool
    queued: datetime | None
    stays: list[Stay] = field(default_factory=list)


def any_calls(seed: int) -> list[Call]:
    dice = random.Random(seed)
    return [_any_call(dice) for _ in range(dice.randint(0, 25))]


def _any_call(dice: random.Random) -> Call:
    started = at = START + timedelta(hours=dice.randint(0, 24 * 20))
    call = Call(dice.choice(NUMBERS), started, over=dice.random() < 0.9, queued=None)
    version = dice.choice([1, 1, 1, 2])
    for _ in range(dice.randint(0, 7)):
        left = at + timedelta(seconds=dice.choice([0, 0, 3, 11.5, 40, 3600 * 5]))
        flow = dice.choice(["line", "line", "line", "other"])
        call.stays.append(
            Stay(
                flow, version, dice.choice(STEPS), dice.choice(["en", "zh-Hans"]), at, left, dice.choice(EXITS),
                dice.choice([0, 0, 1, 3]), dice.choice([0, 0, 2]), dice.random() < 0.5, _any_transfer(dice, left),
            )
        )  # fmt: skip
        at = left
    if dice.random() < 0.5:
        call.queued = started + timedelta(seconds=dice.randint(0, 100))
    return call


def _any_transfer(dice: random.Random, answered: datetime) -> datetime | None:
    after = dice.choice([None, None, 0, 12.5, 60, 60.5, 900])
    return None if after is None else answered + timedelta(seconds=after)


def keep(db: Database, calls: list[Call]) -> None:
    """Instead of whatever was there."""
    with db.transaction() as session:
        session.execute(text("TRUNCATE step_visit, phone_call, interaction RESTART IDENTITY CASCADE"))
        for n, call in enumerate(calls):
            interaction = session.scalar(
                text(
                    "INSERT INTO interaction (channel, state, address, started_at, queued_at) "
                    "VALUES ('voice', 'completed', :number, :at, :queued) RETURNING id"
                ),
                {"number": call.number, "at": call.started, "queued": call.queued},
            )
            row = session.scalar(
                text(
                    "INSERT INTO phone_call (call_sid, interaction_id, from_number, to_number, status_rank, flow, "
                    "flow_version, position) VALUES (:sid, :interaction, :number, '+1', :rank, 'line', 1, '{}') RETURNING id"
                ),
                {"sid": f"CA{n}", "interaction": interaction, "number": call.number, "rank": 3 if call.over else 2},
            )
            for number, one in enumerate(call.stays, 1):
                session.execute(
                    text(
                        "INSERT INTO step_visit VALUES (:call, :number, :flow, :version, :step, :language, :entered, :left, "
                        ":exit, :silences, :wrong, :keyed, :transferred)"
                    ),
                    {"call": row, "number": number, **one.__dict__},
                )


# --- counted again ---


@dataclass
class Oracle:
    calls: list[Call]
    flow: str
    version: int
    since: datetime
    until: datetime
    language: str | None

    def mine(self, call: Call) -> list[Stay]:
        return [one for one in call.stays if (one.flow, one.version) == (self.flow, self.version)]

    def counted(self) -> list[Call]:
        found = []
        for call in self.calls:
            mine = self.mine(call)
            if not mine or not call.over or not self.since <= mine[0].entered < self.until:
                continue
            if self.language is None or mine[-1].language == self.language:
                found.append(call)
        return found

    def stays(self) -> list[Stay]:
        return [one for call in self.counted() for one in self.mine(call) if one.exit != "after"]

    def solved(self, call: Call) -> bool:
        return "end solved" in {one.exit for one in self.mine(call)}

    def apparent(self) -> tuple[int, int]:
        return sum(self.solved(call) for call in self.counted()), len(self.counted())

    def true(self, now: datetime) -> tuple[int, int]:
        week = timedelta(days=7)
        part = whole = 0
        for call in self.counted():
            began = self.mine(call)[0].entered
            if call.number in {"anonymous", "+266696687"} or began + week > now:
                continue
            whole += 1
            again = [
                other for other in self.calls
                if other is not call and other.number == call.number and began < other.started <= began + week
            ]  # fmt: skip
            part += self.solved(call) and not again
        return part, whole

    def mis_routed(self) -> tuple[int, int]:
        part = whole = 0
        for call in self.counted():
            answered = [one for one in self.mine(call) if one.exit == "answered"]
            gaps = [(one.transferred - one.left).total_seconds() for one in answered if one.transferred]
            whole += bool(answered)
            part += any(gap <= 60 for gap in gaps)
        return part, whole

    def drop_off(self) -> dict[str, tuple[int, int, int]]:
        found: dict[str, list[int]] = {}
        for one in self.stays():
            counts = found.setdefault(one.step, [0, 0, 0])
            counts[0] += 1
            if one.exit == "hangup":
                counts[2 if one.keyed else 1] += 1
        return {step: tuple(counts) for step, counts in found.items()}

    def zero_out(self) -> dict[str, tuple[int, int]]:
        every = Counter(one.step for one in self.stays())
        zeros = Counter(one.step for one in self.stays() if one.exit == "key 0")
        return {step: (zeros[step], count) for step, count in every.items()}

    def retries(self) -> dict[str, tuple[int, int, int]]:
        found = {}
        for step in {one.step for one in self.stays()}:
            here = [one for one in self.stays() if one.step == step]
            found[step] = (len(here), sum(one.silences for one in here), sum(one.wrong for one in here))
        return found

    def waterfall(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for call in self.counted():
            for one in self.mine(call):
                here = found.setdefault(one.step, {})
                here[one.exit] = here.get(one.exit, 0) + 1
        return found

    def in_steps(self) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for one in self.stays():
            found.setdefault(one.step, []).append((one.left - one.entered).total_seconds())
        return found

    def in_menu(self) -> list[float]:
        found = []
        for call in self.counted():
            mine = self.mine(call)
            gone = max(one.left for one in mine)
            end = min(call.queued or gone, gone)
            found.append((end - mine[0].entered).total_seconds())
        return found

    def to_a_person(self) -> list[float]:
        found = []
        for call in self.counted():
            mine = self.mine(call)
            joined = [one.left for one in mine if one.exit == "answered"]
            if joined:
                found.append((joined[0] - mine[0].entered).total_seconds())
        return found


def quantile(values: list[float], share: float) -> float | None:
    """Between the two nearest, as far as the share says."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
