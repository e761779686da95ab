"""A discrete-event simulator of contact centers: the same engine, or plain rules, under customers drawn from a model.

A model is data (`Model`), a seed gives the same result every time, and `replicate` puts error bars on what many seeds say:

    model = Model(
        periods=(480.0,),
        classes=(WorkClass("calls", Poisson((4.2,)), (Exponential(2),), (Exponential(1),), target=1 / 3),),
        groups=(AgentGroup("agents", (12,), ("calls",)),),
    )
    run(model, seed=1).of("calls").service_level
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush, merge
from itertools import accumulate
from math import inf
from operator import attrgetter
from typing import Any

from routing.simulation_distributions import (
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
from routing.simulation_draws import customers, sampler, stream
from routing.simulation_engine import ByEngine, EngineRouter, config_of
from routing.simulation_estimates import Estimate, Measure, estimates
from routing.simulation_model import AgentGroup, Break, Model, Retry, WorkClass, changes_of_size
from routing.simulation_people import Bucket, Customer
from routing.simulation_plain import in_plain_rules
from routing.simulation_results import Presence, Result, Tally, result_of
from routing.simulation_rules import AgentChoice, Router, RuleRouter, Rules, WorkChoice

__all__ = [
    "AgentChoice",
    "AgentGroup",
    "Break",
    "ByEngine",
    "Constant",
    "Distribution",
    "Empirical",
    "Estimate",
    "Exponential",
    "Gamma",
    "Lognormal",
    "Measure",
    "Mixture",
    "Model",
    "Poisson",
    "Presence",
    "Recorded",
    "Result",
    "Retry",
    "Rules",
    "Tally",
    "Uniform",
    "WorkChoice",
    "WorkClass",
    "config_of",
    "replicate",
    "run",
]

BY_ENGINE = ByEngine()


def run(model: Model, seed: int, routing: ByEngine | Rules = BY_ENGINE) -> Result:
    """Play the model once. Customers depend on the seed alone, so different routings meet the same ones.

    Where plain rules decide what the engine would, they are asked instead, which is many times faster and the same day.
    """
    match routing:
        case Rules():
            return _Run(model, seed, RuleRouter(model, routing, seed)).play()
        case ByEngine():
            plain = (
                None if routing.always or routing.config else in_plain_rules(model, config_of(model, routing.policy))
            )
            router = EngineRouter(model, routing) if plain is None else RuleRouter(plain, Rules(), seed)
            return _Run(model, seed, router).play()


def replicate(
    model: Model,
    seeds: Iterable[int],
    measures: Mapping[str, Measure],
    routing: ByEngine | Rules = BY_ENGINE,
    confidence: float = 0.95,
) -> dict[str, Estimate]:
    """Play the model once per seed; a measure takes a result to a number, or to the two parts of a ratio of means."""
    return estimates((run(model, seed, routing) for seed in seeds), measures, confidence)


class _Run:
    """The clock of one run: arrivals in order of time, and between them whatever was due."""

    def __init__(self, model: Model, seed: int, router: Router) -> None:
        self._model = model
        self._router = router
        self._room = inf if model.trunks is None else model.trunks
        self._buckets = [[Bucket() for _ in model.periods] for _ in model.classes]
        self._uncounted = Bucket()
        # What will happen: when, in which order at one instant, what, and to whom.
        self._agenda: list[tuple[float, int, Callable[[Any, float], None], Any]] = []
        self._entries = 0
        self._waiting: dict[Customer, None] = {}
        self._ends = list(accumulate(model.periods))
        self._end = inf if model.drain else model.horizon
        self._last = model.horizon
        self._alarm = inf
        # Agent time at the start of each period, from the warm-up on.
        self._marks: list[list[tuple[float, float]]] = []
        self._again = [
            (work.retry, sampler(work.retry.delay, dice), dice) if work.retry else None
            for work in model.classes
            for dice in [stream(seed, work.name, "retry")]
        ]
        self._arrivals = merge(
            *(customers(model, kind, seed, buckets) for kind, buckets in enumerate(self._buckets)),
            key=attrgetter("arrived"),
        )

    def play(self) -> Result:
        self._plan()
        agenda = self._agenda
        for customer in self._arrivals:
            while agenda and agenda[0][0] <= customer.arrived:
                now, _, happen, subject = heappop(agenda)
                happen(subject, now)
            self._arrive(customer, customer.arrived)
        while agenda and agenda[0][0] <= self._end:
            now, _, happen, subject = heappop(agenda)
            happen(subject, now)
        end = max(self._last, self._model.horizon) if self._model.drain else self._end
        for customer in self._waiting:
            customer.bucket.waiting.append(end - customer.arrived)
        self._mark(None, end)
        return result_of(self._model, self._buckets, self._marks)

    def _plan(self) -> None:
        for index, group in enumerate(self._model.groups):
            for at, size in changes_of_size(self._model, group):
                self._enter(at, self._resize, (index, size))
        for at in (0.0, *self._ends):
            self._enter(at, self._mark, None)
        if self._model.warm_up:
            self._enter(self._model.warm_up, self._forget, None)

    def _arrive(self, customer: Customer, now: float) -> None:
        self._last = now
        customer.bucket.offered += 1
        if self._room < 1:
            customer.bucket.blocked += 1
            self._perhaps_again(customer, now, blocked=True)
            return
        self._room -= 1
        customer.waiting = True
        self._begin(self._router.arrived(customer, now), now)
        if customer.waiting:
            self._waiting[customer] = None
            if customer.patience < inf:
                self._enter(now + customer.patience, self._give_up, customer)

    def _begin(self, customers: Iterable[Customer], now: float) -> None:
        for customer in customers:
            customer.waiting = False
            self._waiting.pop(customer, None)
            customer.bucket.served.append(now - customer.arrived)
            lasts = customer.service
            if customer.service_by is not None:
                lasts = customer.service_by.get(customer.group, lasts)
            self._enter(now + lasts, self._finish, customer)
        if self._router.timed:
            self._set_alarm(now)

    def _finish(self, customer: Customer, now: float) -> None:
        self._room += 1
        self._last = now
        self._begin(self._router.finished(customer, now), now)

    def _give_up(self, customer: Customer, now: float) -> None:
        if not customer.waiting:
            return
        self._room += 1
        self._last = now
        customer.waiting = False
        del self._waiting[customer]
        customer.bucket.lost.append(now - customer.arrived)
        self._begin(self._router.gave_up(customer, now), now)
        self._perhaps_again(customer, now, blocked=False)

    def _perhaps_again(self, customer: Customer, now: float, *, blocked: bool) -> None:
        again = self._again[customer.kind]
        if again is not None and (again[0].blocked or not blocked):
            retry, delay, dice = again
            if dice.random() < retry.probability:
                self._enter(now + delay(), self._return, customer)

    def _return(self, before: Customer, now: float) -> None:
        """A new customer with the old needs: the old one may still stand in a line that skips who gave up."""
        period = min(bisect_right(self._ends, now), len(self._ends) - 1)
        bucket = self._uncounted if now < self._model.warm_up else self._buckets[before.kind][period]
        customer = Customer(before.kind, now, before.service, before.patience, bucket)
        customer.service_by = before.service_by
        bucket.repeated += 1
        self._arrive(customer, now)

    def _resize(self, change: tuple[int, int], now: float) -> None:
        self._last = now
        self._begin(self._router.resized(*change, now), now)

    def _set_alarm(self, now: float) -> None:
        at = self._router.next_wakeup()
        if at is not None and at < self._alarm:
            self._alarm = at
            self._enter(max(at, now), self._wake, at)

    def _wake(self, at: float, now: float) -> None:
        if at == self._alarm:
            self._alarm = inf
            self._begin(self._router.woken(now), now)

    def _mark(self, _: None, now: float) -> None:
        self._marks.append([staff.until(now) for staff in self._router.staff])

    def _forget(self, _: None, now: float) -> None:
        """The warm-up is over: whatever was noted until now is as if it had not been."""
        self._marks = [[staff.until(now) for staff in self._router.staff]] * len(self._marks)

    def _enter(self, at: float, happen: Callable[[Any, float], None], subject: Any) -> None:
        self._entries += 1
        heappush(self._agenda, (at, self._entries, happen, subject))
