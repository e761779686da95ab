"""How long until one's turn in a line whose customers give up: a distribution without a closed form, integrated exactly.

Who finds all c servers busy and j customers waiting has a turn after j + 1 departures, at rates c + j·ease … c (unit: mean
service time). Summed over the stationary j, the density at v is proportional to exp(-c·v + load/ease · (1 - exp(-ease·v)));
those who stay until their turn add a factor exp(-ease·v). The exponent is concave: one peak, and short tails.
"""

from collections.abc import Callable
from math import exp, expm1, log

_LEAST = 46.0
"""Where the density is exp(-46) of its peak, what lies beyond is less than a float can show."""
_PANELS = 48
_GAUSS = (
    (0.1834346424956498, 0.3626837833783620),
    (0.5255324099163290, 0.3137066458778873),
    (0.7966664774136267, 0.2223810344533745),
    (0.9602898564975363, 0.1012285362903763),
)
"""Abscissas and weights of the Gauss-Legendre rule with 8 points on [-1, 1]; each stands for itself and its mirror image."""


def share_within(time: float, rate: float, load: float, ease: float) -> float:
    """The share of the mass of exp(-rate·v + load/ease · (1 - exp(-ease·v))), v ≥ 0, that lies up to `time`."""

    def exponent(v: float) -> float:
        return -rate * v - load / ease * expm1(-ease * v)

    peak = log(load / rate) / ease if load > rate else 0.0
    height = exponent(peak)
    low = 0.0 if exponent(0) > height - _LEAST else _crossing(exponent, height - _LEAST, peak, 0.0)
    far = max(peak, 1 / rate)
    while exponent(far) > height - _LEAST:
        far *= 2
    high = _crossing(exponent, height - _LEAST, peak, far)
    cut = min(max(time, low), high)
    before = _integral(lambda v: exp(exponent(v) - height), low, cut)
    after = _integral(lambda v: exp(exponent(v) - height), cut, high)
    return before / (before + after)


def _crossing(exponent: Callable[[float], float], level: float, above: float, below: float) -> float:
    """Where the exponent passes the level, between a point above it and a point below it. A rough place is enough."""
    for _ in range(50):
        middle = (above + below) / 2
        if exponent(middle) > level:
            above = middle
        else:
            below = middle
    return below


def _integral(density: Callable[[float], float], low: float, high: float) -> float:
    half = (high - low) / _PANELS / 2
    total = 0.0
    for panel in range(_PANELS):
        centre = low + (2 * panel + 1) * half
        total += sum(
            weight * (density(centre - node * half) + density(centre + node * half)) for node, weight in _GAUSS
        )
    return total * half
