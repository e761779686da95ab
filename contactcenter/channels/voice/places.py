"""The place in line that a call has left for another step of its menu: remembered with the call, so that coming back costs nothing."""

from datetime import datetime
from typing import Any

from contactcenter.assignment import line
from contactcenter.models import PhoneCall, WorkItem


def left(call: PhoneCall, item: WorkItem) -> dict[str, Any]:
    """What is to be remembered of the place, and of the step of the menu in which the caller waited."""
    step = call.position.get("state", {}).get("step")
    return {"queue": item.queue_id, "since": item.enqueued_at.isoformat(), "order_key": item.order_key, "step": step}


def kept(call: PhoneCall, queue_id: int) -> line.Place | None:
    """The place that this call left in this queue."""
    before = call.position.get("left") or {}
    if before.get("queue") != queue_id:
        return None
    return line.Place(datetime.fromisoformat(before["since"]), before["order_key"])
