"""When a promise falls due and how it stands: the arithmetic of one clock's life, and the working behind it.

Every answer rests on one rule: a promise is broken from the instant at which its open time is used up, that instant
included. A timer that fires when `due <= now` and the state worked out here can therefore never disagree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from contactcenter.sla.calendars import Calendar

_ZERO = timedelta(0)


class DeadlineError(ValueError):
    """A target or a clock's life that makes no sense."""


class DeadlineState(StrEnum):
    RUNNING = "running"
    WARNING = "warning"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: done within so much open time; `warnings` are the amounts of it after which to warn, in order."""

    kind: str
    within: timedelta
    warnings: tuple[timedelta, ...] = ()

    def __post_init__(self) -> None:
        if self.within <= _ZERO:
            raise DeadlineError(f"Target {self.kind!r} must allow some time, not {self.within}.")
        if any(not _ZERO < after < self.within for after in self.warnings):
            raise DeadlineError(
                f"Target {self.kind!r} must warn before its time is used up, not after {self.warnings}."
            )


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clock's life, running or paused. Only the last has no end; when all have one, the clock stopped."""

    start: datetime
    end: datetime | None
    running: bool
    reason: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """How a promise stands. `due` is None while a pause leaves it open, and so is each of `warns` that has not passed already;
    `remaining` falls below zero by how much it is late.
    """

    due: datetime | None
    warns: tuple[datetime | None, ...]
    elapsed: timedelta
    remaining: timedelta
    state: DeadlineState

    @property
    def warn(self) -> datetime | None:
        """From when on it is in danger."""
        return self.warns[0] if self.warns else None


@dataclass(frozen=True, slots=True)
class Line:
    """One segment in the arithmetic; a pause counts nothing."""

    start: datetime
    end: datetime
    ongoing: bool
    running: bool
    counted: timedelta
    elapsed: timedelta
    remaining: timedelta


def deadline(calendar: Calendar, target: Target, segments: Sequence[Segment], now: datetime) -> Deadline:
    """How the promise stands at `now`. Once met, `due` says when it would have fallen due had the clock run on."""
    _check(target, segments)
    lines = list(_lines(calendar, target, segments, _at_least(now, segments)))
    elapsed = lines[-1].elapsed
    return Deadline(
        due=_instant(calendar, lines, target.within),
        warns=tuple(_instant(calendar, lines, after) for after in target.warnings),
        elapsed=elapsed,
        remaining=target.within - elapsed,
        state=_state(target, lines[-1]),
    )


def _lines(calendar: Calendar, target: Target, segments: Sequence[Segment], now: datetime) -> Iterator[Line]:
    elapsed = _ZERO
    for segment in segments:
        end = now if segment.end is None else segment.end
        counted = calendar.elapsed(segment.start, end) if segment.running else _ZERO
        elapsed += counted
        yield Line(
            start=segment.start,
            end=end,
            ongoing=segment.end is None,
            running=segment.running,
            counted=counted,
            elapsed=elapsed,
            remaining=target.within - elapsed,
        )


def _instant(calendar: Calendar, lines: Sequence[Line], amount: timedelta) -> datetime | None:
    """When `amount` was or will be used up; None while a pause leaves that open."""
    for line in lines:
        if line.counted and line.elapsed >= amount:
            return calendar.add(line.start, amount - (line.elapsed - line.counted))
    last = lines[-1]
    if last.ongoing and not last.running:
        return None
    return calendar.add(last.end, amount - last.elapsed)


def _state(target: Target, last: Line) -> DeadlineState:
    if last.remaining <= _ZERO:
        return DeadlineState.BREACHED
    if not last.ongoing:
        return DeadlineState.MET
    if not last.running:
        return DeadlineState.PAUSED
    warned = any(last.elapsed >= after for after in target.warnings)
    return DeadlineState.WARNING if warned else DeadlineState.RUNNING


def _at_least(now: datetime, segments: Sequence[Segment]) -> datetime:
    """Two transactions at once may read a segment that begins after their own `now`; a fact is never in the future."""
    last = segments[-1]
    return max(now, last.start if last.end is None else last.end)


def _check(target: Target, segments: Sequence[Segment]) -> None:
    if not segments:
        raise DeadlineError(f"The clock {target.kind!r} has no segment: it starts with one that runs.")
    for segment in segments:
        if segment.end is not None and segment.end < segment.start:
            raise DeadlineError(f"The clock {target.kind!r} has a segment that ends before it starts, {segment.start}.")
    for before, after in pairwise(segments):
        if before.end is None or before.end > after.start:
            raise DeadlineError(
                f"The clock {target.kind!r} is told twice about {after.start}: the segment before must end first."
            )
