"""Tags: short words on a case, by which it is found, counted and told apart."""

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contactcenter.cases import timeline
from contactcenter.foundation import audit, events
from contactcenter.foundation.errors import BadInput, NotFound
from contactcenter.foundation.permissions import Doer
from contactcenter.foundation.remembering import Remembered
from contactcenter.models import Case
from contactcenter.models.states import EntryKind

MOST = 30
TAG = re.compile(r"[\w-]{1,40}")
_NEWER, _OFFERED = 2000, 50
_in_use: Remembered[list[str]] = Remembered(60.0)


def read(written: str) -> list[str]:
    """The tags that somebody wrote into a field, told apart by spaces or commas. Raises BadInput for what is none."""
    found = list(dict.fromkeys(word for word in re.split(r"[\s,，、]+", written.strip()) if word))
    for tag in found:
        if not TAG.fullmatch(tag):
            raise BadInput("“%(tag)s” is no tag: use letters, digits, - and _, forty at most.", tag=tag[:60])
    if not found:
        raise BadInput("Write a tag.")
    return found


def in_use(session: Session) -> list[str]:
    """What newer cases are tagged with, the most frequent first: to choose from while one types, so a minute old at most."""
    return _in_use.get(session, None, lambda: _count(session))


def _count(session: Session) -> list[str]:
    newer = select(Case.tags).order_by(Case.id.desc()).limit(_NEWER).subquery()
    tag = func.unnest(newer.c.tags).label("tag")
    each = select(tag).subquery()
    counted = select(each.c.tag).group_by(each.c.tag).order_by(func.count().desc(), each.c.tag)
    return list(session.scalars(counted.limit(_OFFERED)))


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
