"""Which rooms a fragment of the desk listens to, within what one page may ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contactcenter.supervisor.floor import Floor

MOST_ROOMS = 100
QUEUE_KINDS = (
    "work_enqueued", "work_requeued", "work_moved", "work_abandoned", "work_cancelled", "wrap_up_started",
    "work_completed", "offer_made", "offer_accepted", "offer_declined", "offer_expired", "offer_withdrawn",
    "offer_released", "presence_changed",
)  # fmt: skip
PROMISE_KINDS = (
    "promises_warned", "promises_broken", "clock_changed", "case_opened", "case_changed", "work_enqueued", "work_moved",
    "offer_made", "offer_accepted", "offer_released", "work_completed",
)  # fmt: skip


EMERGENCY_KINDS = ("emergency_switched",)
CALLBACK_KINDS = ("callback_changed", "offer_accepted", "promises_warned", "promises_broken")


@dataclass(frozen=True, slots=True)
class Live:
    """Rooms with the numbers they had, and the kinds of change that matter. `unheard`: how many rooms found no place."""

    rooms: str
    seqs: str
    kinds: str
    unheard: int


def floor_rooms(floor: Floor) -> Live:
    """The rooms of the queues and agents that are shown; queues first, for they tell of most."""
    names = [f"queue:{line.id}" for line in floor.shown_lines]
    names += [f"agent:{person.id}" for person in floor.shown_people]
    return _live(names, floor.numbers, QUEUE_KINDS)


def emergency_rooms(floor: Floor) -> Live:
    """Any one queue tells of it; the first is enough."""
    return _live([f"queue:{line.id}" for line in floor.lines[:1]], floor.numbers, EMERGENCY_KINDS)


def callback_rooms(floor: Floor) -> Live:
    return _live([f"queue:{line.id}" for line in floor.shown_lines], floor.numbers, CALLBACK_KINDS)


def promise_rooms(floor: Floor, cases: Mapping[int, int]) -> Live:
    """The rooms of the queues and of the cases in the list; `cases` is how far each had come."""
    names = [f"queue:{line.id}" for line in floor.shown_lines] + [f"case:{case}" for case in cases]
    numbers = {**floor.numbers, **{f"case:{case}": seq for case, seq in cases.items()}}
    return _live(names, numbers, PROMISE_KINDS)


def _live(names: list[str], numbers: Mapping[str, int], kinds: Iterable[str]) -> Live:
    heard = names[:MOST_ROOMS]
    seqs = " ".join(str(numbers.get(name, 0)) for name in heard)
    return Live(" ".join(heard), seqs, " ".join(kinds), unheard=len(names) - len(heard))
