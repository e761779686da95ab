"""Rotas: who is on call at an instant. A turn is handed over at the same hour by the clock of its zone, summer and winter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Swap:
    """Somebody stands in, from one instant up to another, both by the clock of the rota's zone."""

    start: datetime
    end: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Rota:
    """`people` are logins who take turns of so many days each, the first from `start`, by the clock of `zone`."""

    zone: ZoneInfo
    start: datetime
    days: int
    people: tuple[str, ...]
    swaps: tuple[Swap, ...] = ()

    def on_call(self, at: datetime) -> str:
        """Whoever has the turn at this instant; before the first turn, its first person."""
        local = at.astimezone(self.zone).replace(tzinfo=None)
        for swap in self.swaps:
            if swap.start <= local < swap.end:
                return swap.person
        turn = (local - self.start) // timedelta(days=self.days)
        return self.people[max(turn, 0) % len(self.people)]


def rota(definition: Mapping[str, Any]) -> Rota:
    """A rota from its definition as the table holds it."""
    swaps: Sequence[Mapping[str, str]] = definition["swaps"]
    return Rota(
        ZoneInfo(definition["zone"]),
        datetime.fromisoformat(definition["start"]),
        definition["days"],
        tuple(definition["people"]),
        tuple(
            Swap(datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"]), one["person"]) for one in swaps
        ),
    )
