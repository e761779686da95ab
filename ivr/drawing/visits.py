"""How many calls took which way, and how a picture shows it: the width of a line, the share that hung up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

THIN, _WIDEST = 1.5, 7.5
_SHARE_TO_WATCH, _SHARE_OF_ALARM = 0.05, 0.10


@dataclass(frozen=True, slots=True)
class StepVisits:
    """What happened at one step: how often calls came by, how many hung up there, and how many took each exit."""

    visits: int
    hang_ups: int = 0
    exits: Mapping[str, int] = field(default_factory=dict)


Visits = Mapping[str, StepVisits]


@dataclass(frozen=True, slots=True)
class Counted:
    """Which calls a picture is about: how many, and from which day to which, as they are to be written."""

    calls: int
    since: str
    until: str


def calls_on(visits: Visits, step: str, exits: Iterable[str]) -> int:
    """How many calls left the step by one of these exits."""
    seen = visits.get(step)
    return sum(seen.exits.get(name, 0) for name in exits) if seen else 0


def line_width(calls: int, most: int) -> float:
    return THIN + (_WIDEST - THIN) * calls / most if most else THIN


def share_lost(seen: StepVisits) -> str:
    """The share of visits that ended in a hang-up, as people write it."""
    percent = 100 * _share(seen)
    return "<1%" if 0 < percent < 1 else f"{percent:.0f}%"


def concern(seen: StepVisits) -> str:
    """Callers who leave a menu: one in twenty is usual, one in ten an alarm."""
    share = _share(seen)
    if share >= _SHARE_OF_ALARM:
        return "bad"
    return "warn" if share >= _SHARE_TO_WATCH else "calm"


def _share(seen: StepVisits) -> float:
    return seen.hang_ups / max(seen.visits, seen.hang_ups, 1)
