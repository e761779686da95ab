"""What a change makes of the figures, and how far that may be trusted: means over paired plays, and three kinds of spread.

The spread that computing leaves says nothing of the world: more plays make it as small as one likes. A play is a record
that might as well have been made; so the next record of as many days lies as far from the mean as one play does, and what
is true in the long run lies nearer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, quantiles, stdev
from typing import TypeAlias

from contactcenter.reports.plays import Play, Tally, World, together
from contactcenter.reports.what_if import p95
from routing import SECOND
from routing.simulation_estimates import t_quantile

_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Difference:
    """`staffed`, `asked` and `mean` (asked − staffed) are means over plays; the others are about the difference.

    `computed`: half the 95 % t-interval of the mean over plays, that is what more plays would change.
    `together`: 95 of 100 times the difference over as many such days as were recorded lies in it.
    `single`: the same for one such day.
    """

    staffed: float
    asked: float
    mean: float
    computed: float
    together: tuple[float, float]
    single: tuple[float, float]


Figure: TypeAlias = Callable[[Sequence[Tally]], float | None]
"""Of one queue on some days; None where nobody came."""


def differences(played: Sequence[Play], queue: str | None) -> dict[str, Difference | None]:
    """Each figure of a queue, or of all together; None where it is known in fewer than two plays."""
    pairs = [([_of(day, queue) for day in play.staffed], [_of(day, queue) for day in play.asked]) for play in played]
    return {name: _difference(figure, pairs) for name, figure in FIGURES.items()}


def _difference(figure: Figure, plays: Sequence[tuple[list[Tally], list[Tally]]]) -> Difference | None:
    found = _known(figure, plays)
    if len(found) < 2:
        return None
    days = _known(figure, [([one], [other]) for mine, others in plays for one, other in zip(mine, others, strict=True)])
    apart = [asked - staffed for staffed, asked in found]
    return Difference(
        fmean(staffed for staffed, _ in found),
        fmean(asked for _, asked in found),
        fmean(apart),
        t_quantile((1 + _SURE) / 2, len(apart) - 1) * stdev(apart) / sqrt(len(apart)),
        _most(apart),
        _most([asked - staffed for staffed, asked in days]),
    )


def _most(values: Sequence[float]) -> tuple[float, float]:
    """Where the next value lies in 95 of 100 cases, whatever their distribution; of 40 that is from the least to the most."""
    cuts = quantiles(values, n=40, method="exclusive")
    return max(cuts[0], min(values)), min(cuts[-1], max(values))


def _known(figure: Figure, pairs: Sequence[tuple[list[Tally], list[Tally]]]) -> list[tuple[float, float]]:
    both = ((figure(staffed), figure(asked)) for staffed, asked in pairs)
    return [(staffed, asked) for staffed, asked in both if staffed is not None and asked is not None]


def _of(world: World, queue: str | None) -> Tally:
    return together(world.values()) if queue is None else world.get(queue, Tally())


def _in_time(days: Sequence[Tally]) -> float | None:
    due = sum(day.due for day in days)
    return 100 * sum(day.in_time for day in days) / due if due else None


def _mean_wait(days: Sequence[Tally]) -> float | None:
    waits = _waits(days)
    return fmean(waits) / SECOND if waits else None


def _p95_wait(days: Sequence[Tally]) -> float | None:
    waits = _waits(days)
    return p95(waits) / SECOND if waits else None


def _left(days: Sequence[Tally]) -> float | None:
    return fmean(day.left for day in days)


def _waits(days: Sequence[Tally]) -> list[int]:
    return [wait for day in days for wait in day.waits]


FIGURES: Mapping[str, Figure] = {
    "in time, %": _in_time,
    "mean wait, s": _mean_wait,
    "p95 wait, s": _p95_wait,
    "left, a day": _left,
}
