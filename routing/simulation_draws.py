"""All chance of a simulation: one stream of numbers per class and purpose, each from the seed and its own name.

What one class draws never depends on another class nor on the routing, so that two ways of routing meet the same customers.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from math import inf, log, sqrt
from random import Random
from typing import TypeAlias

from routing.simulation_distributions import (
    Arrivals,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Poisson,
    Recorded,
    Uniform,
)
from routing.simulation_model import Model, WorkClass
from routing.simulation_people import Bucket, Customer

Dice: TypeAlias = Random


def stream(seed: int, *purpose: str) -> Dice:
    return Random(f"{seed}/{'/'.join(purpose)}")  # noqa: S311 — a model of chance, not a secret


def busyness(model: Model, seed: int) -> float:
    return 1.0 if model.busyness is None else sampler(model.busyness, stream(seed, "busyness"))()


def customers(model: Model, kind: int, seed: int, buckets: list[Bucket]) -> Iterator[Customer]:
    """The customers of one class in order of arrival, each with what they bring; `buckets` has one for each period."""
    work = model.classes[kind]
    dice = stream(seed, work.name, "arrivals")
    services = _samplers(model, work.service, stream(seed, work.name, "service"))
    patiences = _samplers(model, work.patience or (Constant(inf),), stream(seed, work.name, "patience"))
    others = _other_services(model, work, seed)
    uncounted = Bucket()
    for at, period in _instants(work.arrivals, model.periods, busyness(model, seed), dice):
        bucket = uncounted if at < model.warm_up else buckets[period]
        customer = Customer(kind, at, services[period](), patiences[period](), bucket)
        if others:
            customer.service_by = {group: draw() for group, draw in others}
        yield customer


def sampler(distribution: Distribution, dice: Dice) -> Callable[[], float]:
    random = dice.random
    match distribution:
        case Exponential(mean):
            return lambda: -mean * log(1 - random())
        case Constant(value):
            return lambda: value
        case Uniform(low, high):
            return lambda: low + (high - low) * random()
        case Gamma(shape, mean):
            return partial(dice.gammavariate, shape, mean / shape)
        case Lognormal(mean, deviation):
            spread = log(1 + (deviation / mean) ** 2)
            return partial(dice.lognormvariate, log(mean) - spread / 2, sqrt(spread))
        case Empirical() | Mixture():
            return _one_of(distribution, dice)


def _one_of(distribution: Empirical | Mixture, dice: Dice) -> Callable[[], float]:
    if isinstance(distribution, Empirical):
        values = distribution.values
        return lambda: values[int(dice.random() * len(values))]
    limits = list(accumulate(share for share, _ in distribution.parts))
    draws = [sampler(part, dice) for _, part in distribution.parts]

    def draw() -> float:
        chance = dice.random()
        return next((one for limit, one in zip(limits, draws, strict=True) if chance < limit), draws[-1])()

    return draw


def _samplers(model: Model, given: tuple[Distribution, ...], dice: Dice) -> list[Callable[[], float]]:
    """One for each period; periods share the stream."""
    draws = [sampler(one, dice) for one in given]
    return draws + draws[-1:] * (len(model.periods) - len(draws))


def _other_services(model: Model, work: WorkClass, seed: int) -> list[tuple[int, Callable[[], float]]]:
    return [
        (index, sampler(work.service_by[group.name], stream(seed, work.name, "service by", group.name)))
        for index, group in enumerate(model.groups)
        if group.name in work.service_by
    ]


def _instants(arrivals: Arrivals, periods: tuple[float, ...], busy: float, dice: Dice) -> Iterator[tuple[float, int]]:
    """Each arrival before the horizon, and its period."""
    match arrivals:
        case Recorded(instants):
            ends = list(accumulate(periods))
            period = 0
            for at in instants:
                while period < len(ends) and at >= ends[period]:
                    period += 1
                if period == len(ends):
                    return
                yield at, period
        case Poisson(rates):
            yield from _poisson([rate * busy for rate in rates], periods, dice)


def _poisson(rates: list[float], periods: tuple[float, ...], dice: Dice) -> Iterator[tuple[float, int]]:
    """A process of rate 1 laid over the rates, so that another rate moves the same customers in time."""
    random = dice.random
    start, left = 0.0, -log(1 - random())
    for period, length in enumerate(periods):
        rate, end = rates[min(period, len(rates) - 1)], start + length
        if rate:
            at = start + left / rate
            while at < end:
                yield at, period
                at -= log(1 - random()) / rate
            left = (at - end) * rate
        start = end
