"""The steps that run together because nobody is waited for in between, and the heaviest way through them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.flow import Flow
from ivr.graph import Exit, Kind, reachable, runs_by_itself


@dataclass(frozen=True, slots=True)
class Chains:
    """Of every step, what may run after it before somebody is waited for; a step ahead of itself goes in a circle."""

    flow: Flow
    ahead: Mapping[str, frozenset[str]]

    def heaviest(self, weigh: Callable[[str], float]) -> dict[str, float]:
        """How much each step weighs at most with all that runs after it; a circle counts as often as at_most allows."""
        heaviest: dict[str, float] = {}
        for name in sorted(self.ahead, key=lambda place: len(self.ahead[place] | {place})):
            circle = {other for other in self.ahead[name] if name in self.ahead[other]}
            rounds = 1 + max((self.flow.steps[other].at_most or 0 for other in circle), default=0)
            own = sum(weigh(other) for other in circle or {name}) * rounds
            heaviest[name] = own + max((heaviest.get(other, 0) for other in self.ahead[name] - circle), default=0)
        return heaviest


def chains(flow: Flow, exits: Mapping[str, tuple[Exit, ...]]) -> Chains:
    leads = {
        name: tuple(
            one.target
            for one in found
            if one.kind in {Kind.AT_ONCE, Kind.SPENT} and one.target in flow.steps and runs_by_itself(flow.steps[name])
        )
        for name, found in exits.items()
    }
    return Chains(flow, {name: frozenset(reachable(leads[name], lambda place: leads[place])) for name in leads})
