"""The engine: events go in, proposals come out, and between two events everything that can be matched is matched."""

from typing import Any, Self

from routing import snapshot, why
from routing.config import Config
from routing.effects import Effect, WakeAt
from routing.events import AgentSignedIn, Event, Tick
from routing.facts import Id
from routing.floor import Floor
from routing.happenings import CORRECTIONS, HANDLERS
from routing.matching import settle


class Engine:
    """Pure and deterministic: the same events under the same configuration give the same effects.

    Time is the `now` of each event, in microseconds, and never runs backwards. Steps, reservations and cool-offs are the
    engine's own to notice (give it a `Tick` at `next_wakeup`, or when `WakeAt` says); offers and wrap-ups end only by an
    event, because only the application knows whether the agent answered first. Without `explain` the decisions are the same
    and their records empty.
    """

    def __init__(self, config: Config, *, explain: bool = True) -> None:
        self._floor = Floor(config, explains=explain)
        self._told: int | None = None

    def apply(self, event: Event) -> list[Effect]:
        floor = self._floor
        floor.events += 1
        corrects = isinstance(event, CORRECTIONS)
        budget = None
        if isinstance(event, Tick):
            budget = event.budget
            self._settle_corrections()
        floor.clock = max(floor.clock, event.now)
        self._pass_time(budget, settled=not corrects and not floor.corrected)
        HANDLERS[type(event)](floor, event)
        floor.corrected = corrects
        if not corrects:
            settle(floor)
        self._tell_wakeup()
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
        engine._told = engine.next_wakeup()
        return engine

    def digest(self) -> str:
        return snapshot.digest(self._floor)

    def _settle_corrections(self) -> None:
        if self._floor.corrected:
            settle(self._floor)
            self._floor.corrected = False

    def _pass_time(self, budget: int | None, *, settled: bool) -> None:
        """Each instant at which something falls due is settled by itself, so that few ticks and many come to the same."""
        floor = self._floor
        left = budget
        while (at := floor.line.next_change()) is not None and at <= floor.clock:
            if left is not None and left <= 0:
                return
            seen_to = floor.fall_due(at, left)
            left = None if left is None else left - seen_to
            if settled:
                settle(floor)
        floor.now = floor.clock

    def _tell_wakeup(self) -> None:
        at = self.next_wakeup()
        if at != self._told or (at is not None and at <= self._floor.clock):
            self._told = at
            self._floor.effects.append(WakeAt(at))
