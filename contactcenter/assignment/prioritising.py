"""The priority of a case, and with it the place in line of what waits for it."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from contactcenter.assignment import line
from contactcenter.assignment.line import BOOST
from contactcenter.cases import timeline
from contactcenter.foundation import audit, events
from contactcenter.foundation.permissions import Doer
from contactcenter.models import Case, WorkItem
from contactcenter.models.states import EntryKind, WorkState

LOWEST, HIGHEST = 0, 9
_BOOST_US = BOOST // timedelta(microseconds=1)


def prioritise(session: Session, case: Case, priority: int, doer: Doer, now: datetime) -> bool:
    """Give the case this priority, held within 0 to 9; False when it has it already. Whatever waits moves by as many steps."""
    line.hold_case(session, case.id)
    case = session.get_one(Case, case.id, populate_existing=True)
    wanted, before = min(max(priority, LOWEST), HIGHEST), case.priority
    if wanted == before:
        return False
    session.execute(update(Case).where(Case.id == case.id).values(priority=wanted, updated_at=now))
    steps = wanted - before
    moved = session.execute(
        update(WorkItem)
        .where(WorkItem.case_id == case.id, WorkItem.state == WorkState.WAITING)
        .values(
            priority=WorkItem.priority + steps,
            order_key=WorkItem.order_key - steps * _BOOST_US,
            version=WorkItem.version + 1,
        )
        .returning(WorkItem.id, WorkItem.queue_id)
        .execution_options(synchronize_session=False)
    ).all()
    audit.write(session, doer.actor, f"case:{case.id}", "prioritised", now, before=before, after=wanted)
    body = {"what": "prioritised", "before": before, "after": wanted}
    entry = timeline.Entry(EntryKind.ROUTING, body, actor_id=doer.id, actor_name=doer.name)
    timeline.write(session, case.id, entry, now)
    for item_id, queue_id in moved:
        events.record(session, events.WorkPrioritised(item_id, queue_id, case.id), now)
    events.record(session, events.CasePrioritised(case.id), now)
    return True
