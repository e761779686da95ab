"""How a router hears of changes: what it was hinted at first, everything in the end, its own offers not at all."""

from collections.abc import Callable

import pytest
from sqlalchemy import event
from test_assignment_router import pairs, router
from world import World

from contactcenter import schedule
from contactcenter.agents import presence
from contactcenter.assignment import facts, offers
from contactcenter.assignment.router import Router
from contactcenter.models import Offer, Queue, RoutingLog, WorkItem

BOUND = 65_535
"""So many parameters PostgreSQL lets one statement have."""


def is_up_to_date(running: Router) -> bool:
    """Whether the memory is what the rows say."""
    return running.engine.digest() == Router.rebuilt(running.db, running.held).engine.digest()


# --- many ---


def asked(world: World) -> list[tuple[str, int]]:
    """The questions of a router that starts, each with the number of its parameters."""
    found: list[tuple[str, int]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, len(parameters)))

    event.listen(world.db.engine, "before_cursor_execute", note)
    router(world)
    event.remove(world.db.engine, "before_cursor_execute", note)
    world.pass_time(3 * 86400)
    return found


def test_a_router_that_starts_asks_the_same_however_much_there_is_so_that_no_statement_has_too_many_parameters(
    world: World,
) -> None:
    queue = world.queue("general")

    def somebody_declines_and_somebody_waits(login: str) -> None:
        agent = world.agent(login, queue, skills={"billing": 3})
        declined(world, world.get(Offer, world.ring(world.waiting(queue), agent)))
        world.waiting(queue)

    somebody_declines_and_somebody_waits("ana")
    with_few = asked(world)
    for number in range(4):
        somebody_declines_and_somebody_waits(f"agent{number}")
    assert len(with_few) > 5
    assert asked(world) == with_few


def test_more_work_can_be_named_than_one_statement_may_have_parameters(world: World) -> None:
    queue = world.queue("general")
    ana = world.agent("ana", queue, skills={"billing": 3})
    item = world.waiting(queue)
    declined(world, world.get(Offer, world.ring(item, ana)))
    ids = range(1, BOUND + 500)
    (work,) = world.do(lambda session, now: facts.live_work(session, now, ids))
    (agent,) = world.do(lambda session, now: facts.agents(session, now, ids))
    assert (work.facts.id, [one.agent for one in work.facts.excluded]) == (item.id, [ana])
    assert (agent.id, agent.skills) == (ana, {"billing": 3})


# --- hints ---


@pytest.fixture
def two(world: World) -> tuple[Queue, Queue]:
    """Two queues, each with somebody who is free."""
    queues = world.queue("billing"), world.queue("general")
    for queue in queues:
        world.agent(f"agent of {queue.name}", queue)
    return queues


def room(queue: Queue) -> str:
    return f"queue:{queue.id}"


def test_a_room_that_was_hinted_at_is_followed_at_once_and_the_others_when_all_are_looked_at(
    world: World, two: tuple[Queue, Queue]
) -> None:
    billing, general = two
    running = router(world)
    bill, question = world.waiting(billing), world.waiting(general)
    assert running.step({room(billing)}) == 1
    assert {item for item, _ in pairs(world)} == {bill.id}
    assert running.step(set()) == 0, "nobody hinted at the other queue"
    assert running.step() == 1
    assert {item for item, _ in pairs(world)} == {bill.id, question.id}
    assert is_up_to_date(running)


def test_a_hint_at_a_room_nobody_has_spoken_in_does_no_harm(world: World, two: tuple[Queue, Queue]) -> None:
    running = router(world)
    world.waiting(two[0])
    assert running.step({"queue:999", "agent:999", room(two[0])}) == 1


def test_a_hint_that_comes_while_the_router_catches_up_is_followed_right_after(
    world: World, two: tuple[Queue, Queue]
) -> None:
    """Two stages of catching up: the hint comes at the first, and nobody repeats it."""
    billing, general = two
    picky = world.queue("picky", {"elvish": 9}, steps=[{"after": 30, "skills": {"elvish": 5}}])
    world.waiting(picky)
    running = router(world)
    running.step()
    world.pass_time(31)
    bill, question = world.waiting(billing), world.waiting(general)
    assert running.step({room(billing)}) == 0, "it catches up with the clock first"
    assert running.wakes_at() <= world.now(), "and wants to be asked again at once"
    assert running.step({room(general)}) == 2
    assert {item for item, _ in pairs(world)} == {bill.id, question.id}
    assert running.wakes_at() is None or running.wakes_at() > world.now()
    assert is_up_to_date(running)


# --- its own offers ---


def heard(world: World) -> int:
    """How much the engine has been told."""
    return sum(len(page.heard) for page in world.all(RoutingLog))


def test_what_the_router_offered_itself_is_no_news_to_it(world: World, two: tuple[Queue, Queue]) -> None:
    running = router(world)
    running.step()
    for queue in two:
        world.waiting(queue)
    assert running.step() == 2
    before = heard(world)
    assert running.step() == 0
    assert heard(world) == before, "neither the work nor the agents were read again"
    assert running.own == set(), "what has been met is not kept in mind"
    assert is_up_to_date(running)


def test_what_another_one_offered_is_news(world: World) -> None:
    queue = world.queue("general")
    ana = world.agent("ana", queue, chosen="offline", ready=False)
    item = world.waiting(queue)
    running = router(world)
    assert running.step() == 0, "nobody is there"
    world.do(lambda session, now: presence.choose(session, world.who(ana), "available", None, now))
    world.ring(item, ana)
    assert running.step() == 0
    assert running.lost == 0, "it did not even try"
    assert running.engine.why_waiting(item.id)["agent"] == ana
    assert is_up_to_date(running)


def accepted(world: World, offer: Offer) -> None:
    world.accept(offer.id)


def declined(world: World, offer: Offer) -> None:
    world.do(lambda session, now: offers.decline(session, offer.id, offer.agent_id, "busy", now))


def expired(world: World, _offer: Offer) -> None:
    world.pass_time(20)
    assert schedule.fire_due(world.db) == 1


@pytest.mark.parametrize("met", [True, False], ids=["met before", "met in the same look"])
@pytest.mark.parametrize(
    ("answer", "then"),
    [(accepted, "assigned"), (declined, "waiting"), (expired, "waiting")],
    ids=["accepted", "declined", "expired"],
)
def test_the_answer_to_its_own_offer_is_news(
    world: World, answer: Callable[[World, Offer], None], then: str, met: bool
) -> None:
    world.agent("ana", world.queue("general"))
    running = router(world)
    item = world.waiting(world.all(Queue)[0])
    assert running.step() == 1
    if met:
        assert running.step() == 0
    (offer,) = world.all(Offer)
    answer(world, offer)
    running.step()
    assert running.engine.why_waiting(item.id)["state"] == then == world.get(WorkItem, item.id).state
    assert is_up_to_date(running)
