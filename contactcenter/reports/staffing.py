"""How many agents each hour of a queue's calls needs, by Erlang A over what was recorded, with how sure that is.

Calls only: a chat shares its agent with others, for which these formulas have no place.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf, sqrt
from statistics import fmean, stdev
from zoneinfo import ZoneInfo

from contactcenter.foundation.clock import instant
from contactcenter.models.states import Channel
from contactcenter.reports.traffic import Contact
from routing import SECOND
from routing.theory import agents_for_service_level

_SURE = 1.96
"""Standard deviations either side that hold 95 of 100 cases."""
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Goal:
    """Such a share of calls answered within so many seconds."""

    share: float
    within: float


@dataclass(frozen=True, slots=True)
class Need:
    """One hour of the day in one queue; pairs are the ends of a 95 % interval. Times are seconds.

    `patience` is infinite while nobody has given up. `agents` is what the mean calls for; `sure` is what the ends do.
    """

    queue: str
    hour: int
    calls: int
    hours: int
    per_hour: float
    per_hour_sure: tuple[float, float]
    handling: float
    patience: float
    agents: int
    sure: tuple[int, int]


def needs(
    contacts: Iterable[Contact], since: datetime, until: datetime, goals: dict[str, Goal], zone: str
) -> list[Need]:
    """By queue and hour of the day on this zone's clock; hours without a call are left out."""
    place = ZoneInfo(zone)
    grouped: dict[tuple[str, int], list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.work.channel == Channel.VOICE and contact.work.queue in goals:
            at = instant(contact.work.enqueued_at).astimezone(place)
            grouped[contact.work.queue, at.hour].append(contact)
    exposure = _hours(since, until, place)
    return [_need(queue, hour, calls, exposure[hour], goals[queue]) for (queue, hour), calls in sorted(grouped.items())]


def _need(queue: str, hour: int, calls: list[Contact], hours: float, goal: Goal) -> Need:
    handling = fmean(call.handling for call in calls) / SECOND
    spread = stdev(call.handling for call in calls) / SECOND / sqrt(len(calls)) if len(calls) > 1 else 0.0
    patience = _patience(calls)
    fewer, more = _poisson(len(calls))

    def agents(number: float, each: float) -> int:
        return agents_for_service_level(number / hours / _HOUR, each, goal.share, goal.within, patience)

    return Need(
        queue,
        hour,
        len(calls),
        round(hours),
        len(calls) / hours,
        (fewer / hours, more / hours),
        handling,
        patience,
        agents(len(calls), handling),
        (agents(fewer, max(1.0, handling - _SURE * spread)), agents(more, handling + _SURE * spread)),
    )


def _patience(calls: list[Contact]) -> float:
    """The mean of an exponential patience in seconds: all waiting there was, per customer who gave up."""
    left = sum(call.patience is not None for call in calls)
    waited = sum(call.waited if call.waited is not None else call.patience or 0 for call in calls)
    return max(waited / left / SECOND, 0.001) if left else inf


def _poisson(count: int) -> tuple[float, float]:
    """A 95 % interval for the mean of a Poisson count, by the square root's even spread."""
    return max(0.0, sqrt(count) - _SURE / 2) ** 2, (sqrt(count + 1) + _SURE / 2) ** 2


def _hours(since: datetime, until: datetime, place: ZoneInfo) -> dict[int, float]:
    """How much of each hour of the day lies between the instants, in hours."""
    found: dict[int, float] = defaultdict(float)
    at = since
    while at < until:
        local = at.astimezone(place)
        end = min(until, at + timedelta(seconds=_HOUR - local.minute * 60 - local.second - local.microsecond / 1e6))
        found[local.hour] += (end - at).total_seconds() / _HOUR
        at = end
    return found
