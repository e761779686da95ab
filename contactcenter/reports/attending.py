"""Who was there, for how long, and when a queue had somebody at all: read from the attendance of a traffic."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contactcenter.reports.hours import Span
from contactcenter.reports.traffic import Attendance


def ready_times(attendance: Iterable[Attendance], span: Span, queue: str | None = None) -> dict[int, int]:
    """How many microseconds of the span each agent was ready, of those who were and serve the queue."""
    times: dict[int, int] = defaultdict(int)
    since: dict[int, int] = {}
    for one in attendance:
        if one.agent in since:
            times[one.agent] += _within(span, since.pop(one.agent), one.at)
        if one.facts is not None and one.facts.ready and (queue is None or queue in one.facts.queues):
            since[one.agent] = one.at
    for agent, at in since.items():
        times[agent] += _within(span, at, span.until)
    return {agent: time for agent, time in sorted(times.items()) if time}


@dataclass(frozen=True, slots=True)
class Service:
    """When somebody was ready for each queue: the instants at which that began and ended by turns."""

    turns: Mapping[str, tuple[int, ...]]

    def stretch(self, queue: str, instant: int, whole: Span) -> Span:
        """The time around the instant in which the queue was as open, or as closed, as it was then."""
        turns = self.turns.get(queue, ())
        place = bisect_right(turns, instant)
        begin = turns[place - 1] if place else whole.since
        end = turns[place] if place < len(turns) else whole.until
        return Span(max(begin, whole.since), min(end, whole.until))


def service(attendance: Iterable[Attendance]) -> Service:
    serving: dict[int, frozenset[str]] = {}
    number: dict[str, int] = defaultdict(int)
    turns: dict[str, list[int]] = defaultdict(list)
    for one in attendance:
        before = serving.get(one.agent, frozenset())
        after = one.facts.queues if one.facts is not None and one.facts.ready else frozenset()
        serving[one.agent] = after
        for queue, more in [*((name, 1) for name in after - before), *((name, -1) for name in before - after)]:
            was_served = number[queue] > 0
            number[queue] += more
            if was_served != (number[queue] > 0):
                turns[queue].append(one.at)
    return Service({queue: tuple(instants) for queue, instants in turns.items()})


def _within(span: Span, begin: int, end: int) -> int:
    return max(0, min(end, span.until) - max(begin, span.since))
