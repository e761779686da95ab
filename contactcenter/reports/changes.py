"""What is asked to be different: agents who are missing or come on top, and what somebody learns or serves as well."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import routing
from contactcenter.reports.attending import ready_times
from contactcenter.reports.hours import Span
from contactcenter.reports.traffic import Attendance, Traffic


@dataclass(frozen=True, slots=True)
class Gift:
    """Levels that somebody has from the beginning on, and queues that they serve besides their own."""

    skills: Mapping[str, int] = field(default_factory=dict)
    queues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """`less` of the agents who were there (of those who serve `queue`), or `more` like them; gifts by agent."""

    less: int = 0
    more: int = 0
    queue: str | None = None
    gifts: Mapping[int, Gift] = field(default_factory=dict)


def changed(traffic: Traffic, span: Span, change: Change, dice: Random) -> Traffic:
    """The traffic with the change in it. Who is missing during the span is drawn, as is whose doubles come.

    Which agent is missing matters, and nobody can say who it will be: each is as likely as the time they were ready.
    """
    times = ready_times(traffic.attendance, span, change.queue)
    missing, doubled = _some(times, change.less, dice), _doubled(times, change.more, dice)
    there = given(traffic.attendance, change.gifts)
    return replace(traffic, attendance=tuple(without(joined(there, doubled, span), missing, span)))


def given(attendance: Iterable[Attendance], gifts: Mapping[int, Gift]) -> list[Attendance]:
    """The same people at the same hours, with these gifts."""
    return [replace(one, facts=one.facts and _with(one.facts, gifts.get(one.agent, Gift()))) for one in attendance]


def without(attendance: Sequence[Attendance], agents: Sequence[int], span: Span) -> list[Attendance]:
    """These agents take nothing new during the span; what they have in hand they finish."""
    found = [one for one in attendance if one.agent not in agents or not span.holds(one.at)]
    for agent in agents:
        before, after = _last(attendance, agent, span.since), _last(attendance, agent, span.until)
        if before is not None and before.facts is not None:
            found.append(Attendance(span.since, agent, replace(before.facts, ready=False, reason="missing")))
        if after is not None:
            found.append(replace(after, at=span.until))
    return _in_order(found)


def joined(attendance: Sequence[Attendance], doubled: Sequence[int], span: Span) -> list[Attendance]:
    """For each of these a new agent during the span, who comes, rests and goes with them."""
    found = list(attendance)
    new = max((one.agent for one in attendance), default=0)
    for agent in doubled:
        new += 1
        first, last = _last(attendance, agent, span.since), _last(attendance, agent, span.until)
        during = [one for one in attendance if one.agent == agent and span.since < one.at < span.until]
        found += [_double(one, new) for one in ([replace(first, at=span.since)] if first else []) + during]
        if last is not None and last.facts is not None:
            gone = replace(last, at=span.until, facts=replace(last.facts, ready=False))
            found.append(_double(gone, new))
    return _in_order(found)


def _some(times: Mapping[int, int], number: int, dice: Random) -> list[int]:
    left, found = dict(times), []
    for _ in range(number):
        found.append(dice.choices(list(left), list(left.values()))[0])
        del left[found[-1]]
    return found


def _doubled(times: Mapping[int, int], number: int, dice: Random) -> list[int]:
    return dice.choices(list(times), list(times.values()), k=number) if number else []


def _double(one: Attendance, new: routing.Id) -> Attendance:
    """What the engine remembers of the one it does not of the other."""
    if one.facts is None:
        return replace(one, agent=new)
    facts = replace(one.facts, id=new, idle_since=None, order=None, worked=None, offered_at=None)
    return replace(one, agent=new, facts=facts)


def _with(facts: routing.AgentFacts, gift: Gift) -> routing.AgentFacts:
    """Who only helped out in a queue after a while serves it from now on as if it were their own."""
    delays = {queue: after for queue, after in facts.delays.items() if queue not in gift.queues}
    return replace(facts, skills={**facts.skills, **gift.skills}, queues=facts.queues | gift.queues, delays=delays)


def _last(attendance: Iterable[Attendance], agent: int, at: int) -> Attendance | None:
    found = None
    for one in attendance:
        if one.agent == agent and one.at <= at:
            found = one
    return found


def _in_order(attendance: Iterable[Attendance]) -> list[Attendance]:
    return sorted(attendance, key=lambda one: one.at)
