"""What callers did at each step of a menu. Each figure is by step; a call that comes twice counts as two visits."""

from dataclasses import dataclass

from sqlalchemy import Interval, cast, func, literal
from sqlalchemy.orm import Session

from contactcenter.models import StepVisit
from contactcenter.reports.menu_calls import Asked, Share, passages, stays
from ivr.visiting import HANGUP, PASSED_BY

ZERO = "key 0"


@dataclass(frozen=True, slots=True)
class DropOff:
    """Hang-ups in a step, by whether the caller had pressed any key in the call by then."""

    visits: int = 0
    before_key: int = 0
    after_key: int = 0

    @property
    def all(self) -> Share:
        return Share(self.before_key + self.after_key, self.visits)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a question had to be put again, and why."""

    visits: int = 0
    silences: int = 0
    wrong_keys: int = 0

    @property
    def per_visit(self) -> float | None:
        return (self.silences + self.wrong_keys) / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class Stayed:
    """Seconds that callers spent in a step: the mean, and what nine of ten did not exceed."""

    mean: float
    most: float


def drop_off(session: Session, asked: Asked) -> dict[str, DropOff]:
    """Drop-off:

        visits that ended because the caller hung up ÷ visits

    apart for callers who had pressed no key in the whole call yet, and those who had. Who hangs up while a step only
    speaks is counted at the next step that waits for something: the menu does not hear how far a sentence was listened
    to. In a queue, who hangs up before an agent is joined.
    """
    gone = StepVisit.exit == HANGUP
    rows = session.execute(
        stays(
            asked,
            StepVisit.step,
            func.count(),
            func.count().filter(gone, ~StepVisit.keyed),
            func.count().filter(gone, StepVisit.keyed),
        ).group_by(StepVisit.step)
    )
    return {step: DropOff(*counts) for step, *counts in rows}


def zero_out(session: Session, asked: Asked) -> dict[str, Share]:
    """Zero-out:

        visits that ended with 0 ÷ visits

    Where 0 leads nowhere, as in the first step, pressing it is a wrong key.
    """
    pressed = func.count().filter(StepVisit.exit == ZERO)
    rows = session.execute(stays(asked, StepVisit.step, pressed, func.count()).group_by(StepVisit.step))
    return {step: Share(*counts) for step, *counts in rows}


def retries(session: Session, asked: Asked) -> dict[str, Retries]:
    """Retries:

        (silences + wrong keys) ÷ visits

    the last one too, after which the caller was led on as stuck. Hearing the question again by * is no retry.
    """
    tried = (func.coalesce(func.sum(StepVisit.silences), 0), func.coalesce(func.sum(StepVisit.wrong_keys), 0))
    rows = session.execute(stays(asked, StepVisit.step, func.count(), *tried).group_by(StepVisit.step))
    return {step: Retries(visits, int(silences), int(wrong)) for step, visits, silences, wrong in rows}


def waterfall(session: Session, asked: Asked) -> dict[str, dict[str, int]]:
    """Where callers went from a step: visits by exit, the most frequent first; the share of each is

        visits that ended by the exit ÷ visits

    `after` is no visit: it counts calls that were led past the step because they had been there often enough.
    """
    rows = session.execute(
        passages(asked, StepVisit.step, StepVisit.exit, func.count())
        .group_by(StepVisit.step, StepVisit.exit)
        .order_by(StepVisit.step, (StepVisit.exit == PASSED_BY), func.count().desc(), StepVisit.exit)
    )
    found: dict[str, dict[str, int]] = {}
    for step, name, count in rows:
        found.setdefault(step, {})[name] = count
    return found


def time_in_step(session: Session, asked: Asked) -> dict[str, Stayed]:
    """Time in a step: from entering it to leaving it, in seconds; the mean, and the 90th percentile.

    It contains what is said there and in the steps that led to it without waiting. Steps that run by themselves take none.
    """
    seconds = func.extract("epoch", cast(StepVisit.left_at - StepVisit.entered_at, Interval))
    most = func.percentile_cont(literal(0.9)).within_group(seconds)
    rows = session.execute(stays(asked, StepVisit.step, func.avg(seconds), most).group_by(StepVisit.step))
    return {step: Stayed(float(mean), float(most)) for step, mean, most in rows}
