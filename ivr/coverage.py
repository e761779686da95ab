"""What the scripted calls of a flow reach of it, and what none of them does."""

from dataclasses import dataclass

from ivr.flow import Flow
from ivr.graph import Exit, all_exits
from ivr.rehearsal import Rehearsal, rehearse


@dataclass(frozen=True, slots=True)
class Coverage:
    steps: tuple[str, ...]
    steps_missed: tuple[str, ...]
    exits: tuple[Exit, ...]
    exits_missed: tuple[Exit, ...]
    rehearsals: tuple[Rehearsal, ...]
    """One for each test of the flow, in their order."""

    @property
    def whole(self) -> bool:
        return not self.steps_missed and not self.exits_missed


def coverage(flow: Flow) -> Coverage:
    """Rehearses every test; an exit counts when a call takes it, unwritten ones (0, stuck) too."""
    rehearsals = tuple(rehearse(flow, script) for script in flow.tests)
    reached = {name for rehearsal in rehearsals for name in rehearsal.steps}
    taken = {pair for rehearsal in rehearsals for pair in rehearsal.exits}
    exits = [one for found in all_exits(flow).values() for one in found]
    return Coverage(
        steps=tuple(name for name in flow.steps if name in reached),
        steps_missed=tuple(name for name in flow.steps if name not in reached),
        exits=tuple(one for one in exits if (one.origin, one.name) in taken),
        exits_missed=tuple(one for one in exits if (one.origin, one.name) not in taken),
        rehearsals=rehearsals,
    )
