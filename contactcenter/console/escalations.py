"""What is brought before more and more people about a case, and the way to say that one sees to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contactcenter.automation import escalations
from contactcenter.models.states import EscalationState


@dataclass(frozen=True, slots=True)
class Raised:
    """`taken` of `steps` were told; `next_at` is when the next one will be, None when there is none left."""

    id: int
    titles: Mapping[str, str]
    taken: int
    steps: int
    next_at: datetime | None


def raised(session: Session, case_id: int) -> list[Raised]:
    """Those that nobody has acknowledged."""
    return [
        Raised(one.id, one.plan["titles"], one.step, len(one.plan["steps"]), _next(one.plan, one.step, one.started_at))
        if one.state == EscalationState.RUNNING
        else Raised(one.id, one.plan["titles"], one.step, len(one.plan["steps"]), None)
        for one in escalations.of_case(session, case_id)
    ]


def _next(plan: Mapping[str, list[Mapping[str, int]]], taken: int, started: datetime) -> datetime:
    return started + timedelta(seconds=plan["steps"][taken]["after"])
