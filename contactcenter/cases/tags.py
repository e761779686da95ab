"""Tags: short words on a case, by which it is found, counted and told apart."""

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.cases import timeline
from contactcenter.foundation import audit, events
from contactcenter.foundation.errors import BadInput, NotFound
from contactcenter.foundation.permissions import Doer
from contactcenter.models import Case
from contactcenter.models.states import EntryKind

MOST = 30
TAG = re.compile(r"[\w-]{1,40}")


def add(session: Session, case_id: int, tags: Collection[str], doer: Doer, now: datetime) -> bool:
    """Put these on; False when the case had all of them. Raises BadInput beyond thirty."""
    case = _held(session, case_id)
    new = [tag for tag in tags if tag not in case.tags]
    if len(case.tags) + len(new) > MOST:
        raise BadInput("A case has %(most)s tags at most.", most=MOST)
    return _write(session, case, [*case.tags, *new], ("tagged", new), doer, now)


def remove(session: Session, case_id: int, tags: Collection[str], doer: Doer, now: datetime) -> bool:
    """Take these off; False when it had none of them."""
    case = _held(session, case_id)
    gone = [tag for tag in case.tags if tag in tags]
    left = [tag for tag in case.tags if tag not in tags]
    return _write(session, case, left, ("untagged", gone), doer, now)


def _held(session: Session, case_id: int) -> Case:
    """Locked, so that two who tag at once do not undo each other."""
    case = session.get(Case, case_id, populate_existing=True, with_for_update=True)
    if case is None:
        raise NotFound("There is no case %(case)s.", case=case_id)
    return case


def _write(
    session: Session, case: Case, tags: list[str], told: tuple[str, list[str]], doer: Doer, now: datetime
) -> bool:
    deed, named = told
    if not named:
        return False
    session.execute(update(Case).where(Case.id == case.id).values(tags=tags))
    audit.write(session, doer.actor, f"case:{case.id}", deed, now, tags=named)
    body = {"what": deed, "tags": named}
    entry = timeline.Entry(EntryKind.ROUTING, body, actor_id=doer.id, actor_name=doer.name)
    timeline.write(session, case.id, entry, now)
    events.record(session, events.CaseTagged(case.id), now)
    return True
