"""The waiting line stands in its order of service and says why somebody still waits."""

from datetime import timedelta

from contactcenter.supervisor import floor, waiting_line

STEPS = [{"after": 45, "skills": {"orders": 1}}, {"after": 120, "skills": {}}]


def line_of(world, queue=None):
    with world.db.transaction() as session:
        return waiting_line.waiting(session, floor.look(session, "UTC", queue))


def only(world):
    (row,) = line_of(world).rows
    return row.why


def test_places_count_in_each_queue_in_the_order_of_service(world):
    orders, urgent = world.queue("orders", target=20), world.queue("urgent", target=20)
    world.waiting(orders, "First", ago=30)
    world.waiting(urgent, "Alone", ago=20)
    world.waiting(orders, "Second", ago=10)
    shown = line_of(world)
    assert [(row.place, row.customer) for row in shown.rows] == [(1, "First"), (1, "Alone"), (2, "Second")]
    assert shown.count == 3
    assert [(row.place, row.customer) for row in line_of(world, orders).rows] == [(1, "First"), (2, "Second")]


def test_a_ringing_customer_still_waits_and_says_where_it_rings(world):
    queue = world.queue("orders")
    world.ring(world.waiting(queue), world.agent("Ana Lim", queue))
    assert [row.ringing for row in line_of(world).rows] == ["Ana Lim"]


def test_whoever_was_answered_is_not_in_line(world):
    queue = world.queue("orders")
    world.give(world.waiting(queue), world.agent("Ana", queue))
    assert line_of(world).rows == ()
    assert line_of(world).count == 0


def test_why_counts_those_who_serve_can_are_ready_and_free(world):
    queue = world.queue("orders", {"orders": 4})
    good = {"orders": 5}
    world.agent("Free", queue, skills=good)
    world.give(world.waiting(queue, channel="chat"), world.agent("Talking", queue, skills=good))
    busy = world.agent("Full", queue, skills=good)
    world.set(busy, load=100)
    world.agent("Eating", queue, skills=good, chosen="aux", ready=False)
    world.agent("Learning", queue, skills={"orders": 2})
    world.agent("Elsewhere", world.queue("general"), skills=good)
    world.waiting(queue, channel="voice")
    why = only(world)
    assert (why.serving, why.skilled, why.ready, why.free) == (5, 4, 3, 1)


def test_why_tells_the_next_widening_and_for_how_many(world):
    queue = world.queue("orders", {"orders": 4}, STEPS)
    world.agent("Skilled", queue, skills={"orders": 5})
    world.agent("Learning", queue, skills={"orders": 2})
    world.agent("Newcomer", queue)
    world.waiting(queue, ago=10)
    why = only(world)
    assert (why.skilled, why.widens_to) == (1, 2)
    assert timedelta(seconds=30) < why.widens_at - world.now() <= timedelta(seconds=35)
    assert line_of(world).restless


def test_a_step_that_time_has_taken_is_in_force(world):
    queue = world.queue("orders", {"orders": 4}, STEPS)
    world.agent("Skilled", queue, skills={"orders": 5})
    world.agent("Learning", queue, skills={"orders": 2})
    world.agent("Newcomer", queue)
    item = world.waiting(queue, ago=60)
    assert (only(world).skilled, only(world).widens_to) == (2, 3)
    world.leave(item, after=61)
    world.waiting(queue, ago=300)
    assert (only(world).skilled, only(world).widens_at) == (3, None)


def test_a_step_that_would_ask_for_more_is_passed_by(world):
    queue = world.queue("orders", {"orders": 4}, [{"after": 5, "skills": {"orders": 9}}])
    world.agent("Skilled", queue, skills={"orders": 5})
    world.waiting(queue, ago=60)
    assert (only(world).skilled, only(world).widens_at) == (1, None)


def test_a_hundred_are_shown_and_all_are_counted(world):
    queue = world.queue("orders")
    for number in range(103):
        world.waiting(queue, f"Customer {number}", "chat")
    shown = line_of(world)
    assert (len(shown.rows), shown.count) == (100, 103)
