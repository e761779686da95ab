"""The status of a case: which changes are possible, who wins when two change it, and what each leaves behind."""

import itertools

import pytest
from races import at_once
from sqlalchemy import update
from world import World

from contactcenter.cases import opening, status
from contactcenter.foundation.errors import Conflict, NotFound
from contactcenter.models import Audit, Case, Event, SlaClock, TimelineEntry
from contactcenter.models.states import CaseStatus

NEW, OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED = CaseStatus
ALLOWED = {
    NEW: {OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED},
    OPEN: {PENDING, ON_HOLD, RESOLVED, CLOSED},
    PENDING: {OPEN, ON_HOLD, RESOLVED, CLOSED},
    ON_HOLD: {OPEN, PENDING, RESOLVED, CLOSED},
    RESOLVED: {OPEN, CLOSED},
    CLOSED: {OPEN},
}


def change(world: World, case_id: int, wanted: CaseStatus, name: str | None = "Ana") -> None:
    def work(session, now):
        status.change_status(session, status.load(session, case_id), wanted, ("user:1", name), now)

    world.do(work)


def test_every_change_that_makes_sense_is_possible_and_no_other(world: World) -> None:
    case_id = world.case().id
    possible = set()
    for before, wanted in itertools.permutations(CaseStatus, 2):
        world.do(lambda s, _now, b=before: s.execute(update(Case).where(Case.id == case_id).values(status=b)))
        try:
            change(world, case_id, wanted)
        except Conflict as refusal:
            assert str(refusal) == f"A case that is {before} cannot become {wanted}."
            assert world.get(Case, case_id).status == before
        else:
            possible.add((before, wanted))
            assert world.get(Case, case_id).status == wanted
    assert possible == {(before, wanted) for before, all_wanted in ALLOWED.items() for wanted in all_wanted}


def test_a_change_is_announced_audited_and_shown_under_its_version(world: World) -> None:
    case_id = world.case().id
    for wanted in (OPEN, PENDING, OPEN, RESOLVED):
        change(world, case_id, wanted)
    assert world.get(Case, case_id).status_version == 4
    told = [e.version for e in world.all(Event, Event.kind == "case_changed")]
    noted = [(a.version, a.body["before"], a.body["after"]) for a in world.all(Audit, Audit.action == "status")]
    shown = [(t.body["after"], t.actor_name) for t in world.all(TimelineEntry, TimelineEntry.kind == "status")]
    assert told == [1, 2, 3, 4]
    assert noted == [(1, "new", "open"), (2, "open", "pending"), (3, "pending", "open"), (4, "open", "resolved")]
    assert shown == [("open", "Ana"), ("pending", "Ana"), ("open", "Ana"), ("resolved", "Ana")]
    assert world.violated() == []


def test_changing_to_what_it_is_changes_nothing(world: World) -> None:
    case_id = world.case().id
    change(world, case_id, NEW)
    assert world.get(Case, case_id).status_version == 0
    assert world.count(TimelineEntry) == 0


def test_of_two_who_change_a_case_at_once_one_is_told_to_look_again(world: World) -> None:
    for _ in range(8):
        case_id = world.case().id
        results = at_once(*[lambda case_id=case_id, w=w: change(world, case_id, w) for w in (PENDING, RESOLVED)])
        lost = [one for one in results if isinstance(one, Exception)]
        # Who comes wholly after the other meets the new status, from which both of these are still possible.
        assert all(
            "Somebody else has just changed this case" in str(one) or "cannot become" in str(one) for one in lost
        )
        versions = world.get(Case, case_id).status_version
        assert versions == 2 - len(lost)
    assert world.violated() == []


def test_a_stale_page_does_not_overwrite_what_happened_meanwhile(world: World) -> None:
    case_id = world.case().id
    seen = world.get(Case, case_id)
    change(world, case_id, OPEN)
    with pytest.raises(Conflict, match="Somebody else"):
        world.do(lambda session, now: status.change_status(session, seen, RESOLVED, ("user:2", "Ken"), now))
    assert world.get(Case, case_id).status == OPEN


def test_a_case_remembers_when_it_was_resolved_and_forgets_it_when_it_opens_again(world: World) -> None:
    case_id = world.case().id
    change(world, case_id, RESOLVED)
    assert world.get(Case, case_id).resolved_at is not None
    change(world, case_id, OPEN)
    assert world.get(Case, case_id).resolved_at is None


def test_the_customers_word_opens_what_waited_for_it_or_was_over(world: World) -> None:
    for before, after in (
        (NEW, NEW),
        (OPEN, OPEN),
        (PENDING, OPEN),
        (ON_HOLD, ON_HOLD),
        (RESOLVED, OPEN),
        (CLOSED, OPEN),
    ):
        case_id = world.case().id
        change(world, case_id, before)
        world.do(lambda session, now, c=case_id: opening.customer_spoke(session, status.load(session, c), now))
        assert world.get(Case, case_id).status == after, before
    assert world.violated() == []


def test_our_first_answer_opens_a_new_case_and_keeps_the_promise_of_it(world: World) -> None:
    world.promises(first_response=600, next_response=600, resolution=3600)
    case_id = world.case().id
    world.do(lambda session, now: opening.we_answered(session, status.load(session, case_id), now))
    assert world.get(Case, case_id).status == OPEN
    kept = {clock.kind: clock.state for clock in world.all(SlaClock)}
    assert kept == {"first_response": "met", "resolution": "running"}


def test_a_case_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="There is no case 4711"):
        change(world, 4711, OPEN)
