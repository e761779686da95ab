"""Honest error bars: means over independent runs with Student's t, and ratios of means by the delta method."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, inf, pi, sin, sqrt
from typing import TypeAlias

from routing.simulation_results import Result

Measure: TypeAlias = Callable[[Result], float | tuple[float, float]]
"""A number per run, or (part, whole) per run: then the ratio of the two means is estimated, not the mean of the ratios."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """With the confidence asked for, the true value lies within `half_width` of `mean`; infinite after a single run."""

    mean: float
    half_width: float
    runs: int

    @property
    def low(self) -> float:
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        return self.mean + self.half_width

    def overlaps(self, low: float, high: float) -> bool:
        return self.low <= high and low <= self.high


def estimates(results: Iterable[Result], measures: Mapping[str, Measure], confidence: float) -> dict[str, Estimate]:
    """One estimate for each measure; a result is let go as soon as it has been measured."""
    values: dict[str, list[tuple[float, float]]] = {name: [] for name in measures}
    for result in results:
        for name, measure in measures.items():
            value = measure(result)
            values[name].append(value if isinstance(value, tuple) else (value, 1.0))
    return {name: estimate(pairs, confidence) for name, pairs in values.items()}


def estimate(pairs: Sequence[tuple[float, float]], confidence: float = 0.95) -> Estimate:
    """The ratio of the means of the parts and of the wholes. The mean of plain numbers has 1 for every whole."""
    runs = len(pairs)
    if not runs or not 0 < confidence < 1:
        raise ValueError("An estimate needs at least one run and a confidence between 0 and 1.")
    whole = sum(below for _, below in pairs) / runs
    ratio = sum(above for above, _ in pairs) / runs / whole
    if runs == 1:
        return Estimate(ratio, inf, runs)
    spread = sum((above - ratio * below) ** 2 for above, below in pairs) / (runs - 1)
    return Estimate(ratio, t_quantile((1 + confidence) / 2, runs - 1) * sqrt(spread / runs) / abs(whole), runs)


def t_quantile(probability: float, freedom: int) -> float:
    """Student's t for a probability above one half; by halving the angle whose tangent is t ÷ √freedom."""
    low, high = 0.0, pi / 2
    for _ in range(60):
        angle = (low + high) / 2
        if (1 + _within(angle, freedom)) / 2 < probability:
            low = angle
        else:
            high = angle
    return sqrt(freedom) * sin(low) / cos(low)


def _within(angle: float, freedom: int) -> float:
    """The probability that |t| is below √freedom × tan(angle); M. Abramowitz, I. Stegun, 26.7.3 and 26.7.4."""
    odd = freedom % 2
    term = total = (cos(angle) if odd else 1.0) * (freedom > 1)
    for k in range(2 + odd, freedom - 1, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
