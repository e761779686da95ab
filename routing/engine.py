"""The engine: events go in, proposals come out, and between two events everything that can be matched is matched."""

from typing import Any, Self

from routing import snapshot, why
from routing.config import Config
from routing.effects import Effect
from routing.events import AgentSignedIn, Event, Tick
from routing.facts import Id
from routing.floor import Floor
from routing.happenings import CORRECTIONS, HANDLERS
from routing.matching import settle


class Engine:
    """Pure and deterministic: the same events under the same configuration give the same effects.

    Time is the `now` of each event, in microseconds, and never runs backwards. Steps, reservations and cool-offs are the
    engine's own to notice (give it a `Tick` at `next_wakeup`); offers and wrap-ups end only by an event, because only the
    application knows whether the agent answered first. Without `explain` the decisions are the same and their records empty.
    """

    def __init__(self, config: Config, *, explain: bool = True) -> None:
        self._floor = Floor(config, explains=explain)

    def apply(self, event: Event) -> list[Effect]:
        floor = self._floor
        floor.events += 1
        if isinstance(event, Tick) and floor.corrected:
            settle(floor)
            floor.corrected = False
        corrects = isinstance(event, CORRECTIONS)
        budget = event.budget if isinstance(event, Tick) else None
        self._pass_time(max(floor.clock, event.now), budget, settled=not corrects and not floor.corrected)
        HANDLERS[type(event)](floor, event)
        floor.corrected = corrects
        if not corrects:
            settle(floor)
        effects, floor.effects = floor.effects, []
        return effects

    @property
    def config(self) -> Config:
        """The rules that hold now."""
        return self._floor.config

    def signed_in(self, now: int) -> list[AgentSignedIn]:
        """Who is here, each as the event that would sign them in like this at `now`."""
        return [AgentSignedIn(now, facts) for facts in self._floor.roster.facts()]

    def next_wakeup(self) -> int | None:
        """When time alone changes something next; at once, if corrections wait to be matched."""
        return self._floor.clock if self._floor.corrected else self._floor.line.next_change()

    def why_waiting(self, work_id: Id) -> dict[str, Any]:
        return why.why_waiting(self._floor, work_id)

    def why_not(self, work_id: Id, agent_id: Id) -> dict[str, Any]:
        return why.why_not(self._floor, work_id, agent_id)

    def dump(self) -> dict[str, Any]:
        return snapshot.dump(self._floor)

    @classmethod
    def load(cls, config: Config, data: dict[str, Any]) -> Self:
        engine = cls(config)
        engine._floor = snapshot.load(config, data)
        return engine

    def digest(self) -> str:
        return snapshot.digest(self._floor)

    def _pass_time(self, now: int, budget: int | None, *, settled: bool) -> None:
        """Each instant at which something falls due is settled by itself, so that few ticks and many come to the same."""
        floor = self._floor
        floor.clock = now
        left = budget
        while (at := floor.line.next_change()) is not None and at <= now:
            if left is not None and left <= 0:
                return
            seen_to = floor.fall_due(at, left)
            left = None if left is None else left - seen_to
            if settled:
                settle(floor)
        floor.now = now
