"""What a run found: counts and waits per class and period, and how busy each group was. Nobody who came is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from math import ceil, nan
from typing import Self, TypeVar

from routing.simulation_model import Model
from routing.simulation_people import Bucket

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tally:
    """Customers by what became of them; offered = served + abandoned + blocked + waiting. Times in the model's unit.

    `waiting` were still in line when the run ended; `repeated` of those offered had been there before. `within` were
    served after at most the target; `late` had waited longer when they gave up or the run ended.
    """

    offered: int
    repeated: int
    blocked: int
    within: int
    late: int
    served_waits: tuple[float, ...]
    lost_waits: tuple[float, ...]
    open_waits: tuple[float, ...]

    @property
    def served(self) -> int:
        return len(self.served_waits)

    @property
    def abandoned(self) -> int:
        return len(self.lost_waits)

    @property
    def waiting(self) -> int:
        return len(self.open_waits)

    @property
    def waits(self) -> tuple[float, ...]:
        """Of everyone who was let in, until served, gone, or the end of the run."""
        return self.served_waits + self.lost_waits + self.open_waits

    @property
    def service_level(self) -> float:
        """Served within the target ÷ (served + gave up, or still waiting, after more than the target).

        NaN when nobody counts.
        """
        counted = self.served + self.late
        return self.within / counted if counted else nan

    @property
    def mean_wait(self) -> float:
        """Over everyone who was let in; NaN when that is nobody, as for all measures of waits."""
        return _mean(self.waits)

    @property
    def mean_answer(self) -> float:
        """Over those who were served."""
        return _mean(self.served_waits)

    @property
    def max_wait(self) -> float:
        return max(self.waits, default=nan)

    def wait_percentile(self, share: float) -> float:
        """The shortest wait that at least this share of those let in did not exceed."""
        ordered = sorted(self.waits)
        return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else nan

    def together(self, other: Self) -> Self:
        return type(self)(
            self.offered + other.offered,
            self.repeated + other.repeated,
            self.blocked + other.blocked,
            self.within + other.within,
            self.late + other.late,
            self.served_waits + other.served_waits,
            self.lost_waits + other.lost_waits,
            self.open_waits + other.open_waits,
        )


NOBODY = Tally(0, 0, 0, 0, 0, (), (), ())


@dataclass(frozen=True, slots=True)
class Presence:
    """Agent time of one group in one period: busy, and there (who finishes a customer after going off is there)."""

    busy: float
    there: float


@dataclass(frozen=True, slots=True)
class Result:
    """`tallies` by class and period of arrival; `presences` by group and period, what follows the last period included."""

    classes: tuple[str, ...]
    groups: tuple[str, ...]
    tallies: tuple[tuple[Tally, ...], ...]
    presences: tuple[tuple[Presence, ...], ...]

    def of(self, name: str | None = None, period: int | None = None) -> Tally:
        """The tally of one class or all, of one period or all. An unknown class is a KeyError."""
        return reduce(Tally.together, _chosen(self.tallies, self.classes, name, period), NOBODY)

    def occupancy(self, name: str | None = None, period: int | None = None) -> float:
        """Busy ÷ there, of one group or all, in one period or all; NaN when nobody is there."""
        presences = list(_chosen(self.presences, self.groups, name, period))
        there = sum(one.there for one in presences)
        return sum(one.busy for one in presences) / there if there else nan


def tally_of(bucket: Bucket, target: float) -> Tally:
    return Tally(
        bucket.offered,
        bucket.repeated,
        bucket.blocked,
        sum(wait <= target for wait in bucket.served),
        sum(wait > target for wait in bucket.lost) + sum(wait > target for wait in bucket.waiting),
        tuple(bucket.served),
        tuple(bucket.lost),
        tuple(bucket.waiting),
    )


def result_of(
    model: Model, buckets: Sequence[Sequence[Bucket]], marks: Sequence[Sequence[tuple[float, float]]]
) -> Result:
    """`marks` are the sums of agent time of each group, at the start of each period and at the end."""
    return Result(
        tuple(work.name for work in model.classes),
        tuple(group.name for group in model.groups),
        tuple(
            tuple(tally_of(bucket, work.target) for bucket in mine)
            for work, mine in zip(model.classes, buckets, strict=True)
        ),
        tuple(
            tuple(
                Presence(later[group][0] - earlier[group][0], later[group][1] - earlier[group][1])
                for earlier, later in pairwise(marks)
            )
            for group in range(len(model.groups))
        ),
    )


def _chosen(rows: Sequence[Sequence[T]], names: Sequence[str], name: str | None, period: int | None) -> Iterable[T]:
    if name is not None and name not in names:
        raise KeyError(f"The model has no {name!r}.")
    for row_name, row in zip(names, rows, strict=True):
        if name in {None, row_name}:
            yield from row if period is None else row[period : period + 1]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else nan
