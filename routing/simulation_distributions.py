"""Distributions as data: how long service takes, how long customers wait, how busy a day is. Durations in the model's unit."""

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Exponential:
    mean: float

    def __post_init__(self) -> None:
        if not 0 < self.mean < inf:
            raise ValueError(f"An exponential duration needs a mean above 0, not {self.mean}.")


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same; as a patience, 0 is a customer who does not wait and `inf` one who never gives up."""

    mean: float

    def __post_init__(self) -> None:
        if not self.mean >= 0:
            raise ValueError(f"A duration cannot be {self.mean}.")


@dataclass(frozen=True, slots=True)
class Uniform:
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high < inf:
            raise ValueError(f"A duration cannot lie between {self.low} and {self.high}.")

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Gamma:
    """Variance is mean² ÷ shape."""

    shape: float
    mean: float

    def __post_init__(self) -> None:
        if not (0 < self.shape < inf and 0 < self.mean < inf):
            raise ValueError(f"A gamma distribution needs shape and mean above 0, not {self.shape} and {self.mean}.")


@dataclass(frozen=True, slots=True)
class Lognormal:
    """`deviation` is the standard deviation of the duration itself, not of its logarithm."""

    mean: float
    deviation: float

    def __post_init__(self) -> None:
        if not (0 < self.mean < inf and 0 <= self.deviation < inf):
            raise ValueError(f"A lognormal duration cannot have mean {self.mean} and deviation {self.deviation}.")


@dataclass(frozen=True, slots=True)
class Empirical:
    """Any of the values that were seen, each equally likely."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values or min(self.values) < 0:
            raise ValueError("An empirical distribution needs values, none of them below 0.")

    @property
    def mean(self) -> float:
        return sum(self.values) / len(self.values)


@dataclass(frozen=True, slots=True)
class Mixture:
    """One of several distributions, each with its share: who does not wait at all and who waits, say."""

    parts: tuple[tuple[float, "Distribution"], ...]

    def __post_init__(self) -> None:
        shares = [share for share, _ in self.parts]
        if not shares or min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
            raise ValueError(f"The shares of a mixture must add up to 1; {shares} do not.")

    @property
    def mean(self) -> float:
        return sum(share * part.mean for share, part in self.parts if share)


Distribution: TypeAlias = Exponential | Constant | Uniform | Gamma | Lognormal | Empirical | Mixture


@dataclass(frozen=True, slots=True)
class Poisson:
    """Customers arrive independently, at a rate per unit of time that is given once or for each period."""

    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.rates or not all(0 <= rate < inf for rate in self.rates):
            raise ValueError(f"Arrival rates must be 0 or more, and at least one must be given: {self.rates}.")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Customers arrive at exactly these instants, as they once did; no busyness changes that."""

    instants: tuple[float, ...]

    def __post_init__(self) -> None:
        if any(later < earlier for earlier, later in pairwise((0.0, *self.instants))):
            raise ValueError("Recorded arrivals must be in order of time, from 0 on.")


Arrivals: TypeAlias = Poisson | Recorded
