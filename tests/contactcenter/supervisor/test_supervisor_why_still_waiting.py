"""Why one piece of work still waits: the engine's answer in names, and on the supervisor's page."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from contactcenter.foundation.errors import Conflict
from contactcenter.models import PresenceReason
from contactcenter.supervisor.why_still_waiting import why_still_waiting


def answer(world, item):
    with world.db.transaction() as session:
        return why_still_waiting(session, item, world.now())


def test_those_who_fit_but_are_on_a_break_are_named_with_the_reason_they_chose(world):
    with world.db.transaction() as session:
        session.execute(insert(PresenceReason).values(name="lunch", titles={"en": "Lunch"}, position=1))
    queue = world.queue("orders", {"orders": 4})
    world.agent("Ken", queue, skills={"orders": 5}, chosen="aux", chosen_reason="lunch", ready=False)
    world.agent("Leo", queue, skills={"orders": 2})
    world.agent("Gone", queue, skills={"orders": 9}, chosen="offline", ready=False)
    found = answer(world, world.waiting(queue))
    nearest = found.fixes[0]
    assert nearest.kind == "ready"
    assert [(one.name, one.reason) for one in nearest.people] == [("Ken", {"en": "Lunch"})]
    assert [(stage.name, stage.left, stage.of) for stage in found.stages] == [
        ("signed_in", 2, 2),
        ("ready", 1, 2),
        ("level", 0, 1),
    ]


def test_a_step_is_named_with_its_instant_and_those_who_are_free_for_it(world):
    queue = world.queue("orders", {"orders": 4}, steps=[{"after": 45, "skills": {"orders": 2}}])
    world.agent("Leo", queue, skills={"orders": 2})
    item = world.waiting(queue)
    [step, _] = answer(world, item).fixes
    assert (step.kind, [one.name for one in step.people]) == ("time", ["Leo"])
    assert timedelta(seconds=30) < step.at - world.now() <= timedelta(seconds=35)


def test_those_who_are_busy_are_named_and_what_they_hold_is_counted(world):
    queue = world.queue("orders")
    ana = world.agent("Ana", queue)
    world.give(world.waiting(queue, channel="voice"), ana)
    [busy] = answer(world, world.waiting(queue, channel="voice")).fixes
    assert (busy.kind, [one.name for one in busy.people], busy.more) == ("free", ["Ana"], 0)


def test_work_that_is_about_to_ring_says_so(world):
    queue = world.queue("orders")
    world.agent("Ana", queue)
    found = answer(world, world.waiting(queue))
    assert (found.about_to_ring, found.fixes) == (True, ())


def test_what_waits_no_more_is_refused(world):
    queue = world.queue("orders")
    item = world.waiting(queue)
    world.give(item, world.agent("Ana", queue))
    with pytest.raises(Conflict, match="not waiting any more"):
        answer(world, item)
