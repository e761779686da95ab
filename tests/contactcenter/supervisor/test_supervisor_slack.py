"""Deadlines stand in the lane of their slack, each with what the case waits for."""

from datetime import timedelta

from contactcenter.cases import opening, status
from contactcenter.foundation import clock
from contactcenter.foundation.db import add
from contactcenter.models import Customer
from contactcenter.models.states import CaseStatus, Channel
from contactcenter.supervisor import floor, slack

HOUR = 3600


def deadlines(world, queue=None, zone="UTC"):
    with world.db.transaction() as session:
        return slack.deadlines(session, floor.look(session, zone, queue))


def lanes(world, **asked):
    found = deadlines(world, **asked)
    return {lane.lane.value: [row.subject for row in lane.rows] for lane in found.lanes}


def case(world, subject, ago=0.0, queue=None):
    """A case opened so many seconds ago that nobody works on."""
    with world.db.transaction() as session:
        then = clock.now(session) - timedelta(seconds=ago)
        customer = session.get_one(
            Customer, add(session, Customer, {"name": "Kim Vale", "facts": {}, "created_at": then})
        )
        place = session.get_one(floor.Queue, queue) if queue else None
        return opening.open_case(session, customer, opening.Contact(Channel.EMAIL, subject, "en", place), then).id


def change(world, case_id, wanted):
    with world.db.transaction() as session:
        status.change_status(session, status.load(session, case_id), wanted, ("user:1", "Ana"), clock.now(session))


def the_only(world):
    return next(row for lane in deadlines(world).lanes for row in lane.rows)


def test_cases_fall_into_lanes_the_least_slack_first(world):
    world.promises(first_response=HOUR)
    case(world, "late", ago=HOUR + 60)
    case(world, "later than late", ago=HOUR + 600)
    case(world, "soon", ago=HOUR - 300)
    case(world, "far", ago=0)
    found = lanes(world)
    assert found["breached"] == ["later than late", "late"]
    assert found["soon"] == ["soon"]
    due_tomorrow = (world.now() + timedelta(hours=1)).date() != world.now().date()
    assert found["today"] == ([] if due_tomorrow else ["far"])


def test_what_falls_due_after_the_viewers_midnight_is_only_counted(world):
    world.promises(first_response=40 * HOUR)
    case(world, "one")
    case(world, "two")
    found = deadlines(world)
    assert all(lane.count == 0 for lane in found.lanes)
    assert found.later == 2


def test_the_day_ends_where_the_viewer_is(world):
    world.promises(first_response=12 * HOUR)
    case(world, "half a day")
    zones = ("Pacific/Kiritimati", "Pacific/Niue", "UTC")
    local = {zone: slack.local_midnight(world.now(), zone) + timedelta(days=1) for zone in zones}
    for zone, midnight in local.items():
        expected = ["half a day"] if world.now() + timedelta(hours=12) < midnight else []
        assert lanes(world, zone=zone)["today"] == expected


def test_the_nearest_promise_of_a_case_speaks_for_it(world):
    world.promises(first_response=HOUR, resolution=2 * HOUR)
    case_id = case(world, "one", ago=3 * HOUR)
    assert the_only(world).promise.kind == "first_response"
    with world.db.transaction() as session:
        opening.we_answered(session, status.load(session, case_id), clock.now(session))
    assert the_only(world).promise.kind == "resolution"


def test_a_paused_case_says_what_it_waits_for_and_a_resolved_one_is_gone(world):
    world.promises(resolution=HOUR)
    case_id = case(world, "one", ago=60)
    change(world, case_id, CaseStatus.PENDING)
    found = deadlines(world)
    paused = next(lane for lane in found.lanes if lane.lane == "paused")
    assert [(row.waits, row.reason) for row in paused.rows] == [(slack.Waits.PAUSED, "waiting_for_customer")]
    assert (world.now() - paused.rows[0].since).total_seconds() < 60
    change(world, case_id, CaseStatus.RESOLVED)
    assert all(lane.count == 0 for lane in deadlines(world).lanes)


def test_each_row_says_what_the_case_waits_for(world):
    world.promises(first_response=60)
    queue = world.queue("orders")
    case(world, "forgotten", ago=100)
    assert the_only(world).waits is slack.Waits.NOBODY
    item = world.waiting(queue, "Lee Moss", "email", ago=300)
    assert (the_only(world).waits, the_only(world).queue) == (slack.Waits.IN_LINE, {"en": "Orders"})
    ana = world.agent("Ana Lim", queue)
    world.ring(item, ana)
    assert (the_only(world).waits, the_only(world).name) == (slack.Waits.RINGING, "Ana Lim")


def test_work_in_hand_names_its_agent(world):
    world.promises(first_response=60)
    queue = world.queue("orders")
    world.give(world.waiting(queue, ago=300), world.agent("Ana Lim", queue))
    row = the_only(world)
    assert (row.waits, row.name, row.customer) == (slack.Waits.WITH, "Ana Lim", "Kim Vale")


def test_a_lane_shows_twenty_rows_and_counts_them_all(world):
    world.promises(first_response=60)
    for number in range(23):
        case(world, f"case {number:02}", ago=1000 - number)
    breached = deadlines(world).lanes[0]
    assert (breached.count, len(breached.rows)) == (23, 20)
    assert [row.subject for row in breached.rows[:2]] == ["case 00", "case 01"]


def test_one_queue_shows_its_own_cases_and_the_list_hears_of_them(world):
    world.promises(first_response=60)
    orders, general = world.queue("orders"), world.queue("general")
    mine = case(world, "mine", ago=100, queue=orders)
    case(world, "other", ago=100, queue=general)
    found = deadlines(world, queue=orders)
    assert [row.subject for row in found.lanes[0].rows] == ["mine"]
    watched = dict(zip(found.live.rooms.split(), map(int, found.live.seqs.split()), strict=True))
    assert set(watched) == {f"queue:{orders}", f"case:{mine}"}
    assert watched[f"case:{mine}"] > 0
