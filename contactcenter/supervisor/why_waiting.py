"""Why something still waits: how many serve its queue, how many of them could take it, and what time alone will change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import routing
from contactcenter.assignment.facts import requirement
from contactcenter.models import WorkItem
from contactcenter.supervisor.floor import Floor, Person

_IN_THE_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Why:
    """Each count is part of the one before. `widens_at`: when fewer skills will be enough, and for how many agents."""

    serving: int
    skilled: int
    ready: int
    free: int
    widens_at: datetime | None
    widens_to: int
    hopeless: bool
    """Nobody who serves the queue could ever take it, by what it asks now or later, and it goes nowhere else."""


def why(floor: Floor, item: WorkItem) -> Why:
    """The short answer, from the floor as it is."""
    needed, step = in_force(item, floor.now)
    serving = floor.serving(item.queue_id)
    skilled = _meeting(serving, needed)
    ready = [person for person in skilled if person.may_ring]
    return Why(
        serving=len(serving),
        skilled=len(skilled),
        ready=len(ready),
        free=sum(person.has_room(item.channel) for person in ready),
        widens_at=step[0] if step else None,
        widens_to=len(_meeting(serving, step[1])) if step else 0,
        hopeless=not _meeting(serving, in_force(item, _IN_THE_END)[0]) and not floor.overflows(item.queue_id),
    )


def in_force(item: WorkItem, now: datetime) -> tuple[routing.Requirement, tuple[datetime, routing.Requirement] | None]:
    """What the item asks for by now, and the next step that will ask for less. Steps that would ask for more are skipped."""
    needed = requirement(item.skills)
    for step in sorted(item.steps, key=lambda step: int(step["after"])):
        at = item.enqueued_at + timedelta(seconds=step["after"])
        wider = requirement(step.get("skills", {}))
        if not wider.admits(needed):
            continue
        if at > now:
            return needed, (at, wider)
        needed = wider
    return needed, None


def _meeting(people: Iterable[Person], needed: routing.Requirement) -> list[Person]:
    return [person for person in people if needed.met_by(person.skills)]
