"""Offers: made only where there is room, answered once, and the late one is told what has happened."""

from datetime import UTC, datetime, timedelta

import pytest
from races import at_once
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from world import World

from contactcenter.assignment import expiry, line, offers
from contactcenter.foundation.clock import Clock
from contactcenter.foundation.errors import Conflict, NotFound
from contactcenter.models import Agent, AgentChannel, Audit, Case, Interaction, Offer, Timer, WorkItem
from contactcenter.models.states import Channel


def load_of(world: World, agent_id: int, channel: str = "chat") -> tuple[int, int]:
    return world.get(Agent, agent_id).load, world.get(AgentChannel, (agent_id, channel)).live


def states(world: World, item: WorkItem) -> tuple[str, list[str]]:
    return world.item(item).state, [offer.state for offer in world.all(Offer, Offer.item_id == item.id)]


def test_an_accepted_offer_gives_the_agent_the_work_and_the_case(world: World) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue)
    item = world.waiting(queue)
    offer_id = world.ring(item, ana)
    assert states(world, item) == ("offered", ["pending"])
    world.accept(offer_id)
    assert states(world, item) == ("assigned", ["accepted"])
    assert world.get(Case, item.case_id).assignee_id == ana
    assert world.get(Interaction, item.interaction_id).agent_id == ana
    assert world.all(Timer, Timer.subject == f"offer:{offer_id}")[0].cancelled_at is not None
    assert load_of(world, ana) == (item.weight, 1)
    assert world.violated() == []


def test_an_offer_can_be_accepted_until_its_last_instant_and_expires_from_it_on(world: World) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue)
    tick = timedelta(microseconds=1)
    for accepted_early, moment in ((True, -tick), (False, timedelta(0)), (False, tick)):
        item = world.waiting(queue)
        offer = world.get(Offer, world.ring(item, ana))
        at = offer.expires_at + moment

        def accept(session, _now, offer=offer, at=at):
            offers.accept(session, offer.id, ana, at)

        def expire(session, _now, offer=offer, at=at):
            expiry.expire_offer(session, offer.id, at)

        if accepted_early:
            with pytest.raises(Conflict, match="not due"):
                world.do(expire)
            world.do(accept)
            assert states(world, item) == ("assigned", ["accepted"])
        else:
            with pytest.raises(Conflict, match="ran out"):
                world.do(accept)
            world.do(expire)
            assert states(world, item) == ("waiting", ["expired"])
            world.do(lambda session, _now: session.execute(update(Agent).where(Agent.id == ana).values(ready=True)))
    assert world.violated() == []


def test_accepting_at_the_moment_of_expiry_ends_in_one_of_both_never_in_both(world: World) -> None:
    world.db.clock = Clock()  # one that runs
    queue = world.queue("billing")
    outcomes = set()
    for number in range(24):
        agent = world.agent(f"agent{number}", queue)
        item = world.waiting(queue)
        offer = world.get(Offer, world.ring(item, agent, seconds=0.03))
        meant = offer.expires_at + timedelta(milliseconds=(number % 11) - 5)

        def at_that_moment(deed, meant=meant):
            while world.now() < meant:
                pass
            return world.do(deed)

        accepted, expired = at_once(
            lambda: at_that_moment(lambda session, now: offers.accept(session, offer.id, agent, now)),
            lambda: at_that_moment(lambda session, now: expiry.expire_offer(session, offer.id, now)),
        )
        state = world.get(Offer, offer.id).state
        outcomes.add(state)
        assert (state == "accepted") == (not isinstance(accepted, Exception))
        if isinstance(expired, Exception):
            assert str(expired) == "This offer is not due yet."
        if state == "pending":
            world.pass_time(1)
            world.do(lambda session, now: expiry.expire_offer(session, offer.id, now))
        decided = world.get(Offer, offer.id)
        assert decided.state == "expired" or decided.decided_at < decided.expires_at
    assert outcomes <= {"accepted", "expired", "pending"}
    assert world.violated() == []


def test_two_windows_of_one_agent_accept_at_once_and_one_is_told_it_was_done(world: World) -> None:
    queue = world.queue("billing")
    for number in range(10):
        agent = world.agent(f"agent{number}", queue)
        offer_id = world.ring(world.waiting(queue), agent)
        results = at_once(*[lambda offer_id=offer_id: world.accept(offer_id)] * 2)
        lost = [result for result in results if isinstance(result, Exception)]
        assert [str(one) for one in lost] == ["You have taken this already."]
    assert world.violated() == []


@pytest.mark.parametrize("rival", ["decline", "hang up", "agent gone"])
def test_accepting_against_a_rival_in_the_same_instant_has_one_outcome(world: World, rival: str) -> None:
    queue = world.queue("billing")
    for number in range(8):
        agent = world.agent(f"agent{number}", queue)
        item = world.waiting(queue)
        offer_id = world.ring(item, agent)
        rivals = {
            "decline": lambda s, now: offers.decline(s, offer_id, agent, "busy", now),
            "hang up": lambda s, now: line.abandon(s, item.interaction_id, "caller_left", now),
            "agent gone": lambda s, now: expiry.end_lease(s, agent, now),
        }
        accepted, _ = at_once(lambda: world.accept(offer_id), lambda: world.do(rivals[rival]))
        state, made = states(world, item)
        if isinstance(accepted, Exception):
            assert made[0] in {"declined", "withdrawn"}
            assert load_of(world, agent) == (0, 0)
        else:
            # An agent who took a chat and is then found gone gives it back: accepted first, released after.
            assert (state, made) in [("assigned", ["accepted"]), ("waiting", ["released"])]
    assert world.violated() == []


def test_each_way_of_being_too_late_has_its_own_sentence(world: World) -> None:
    queue = world.queue("billing")
    ways = {
        "You have taken this already.": lambda o: world.accept(o.id),
        "You have declined this already.": lambda o: world.do(
            lambda s, now: offers.decline(s, o.id, o.agent_id, "busy", now)
        ),
        "The customer left before you could answer.": lambda o: world.do(
            lambda s, now: line.abandon(s, world.get(WorkItem, o.item_id).interaction_id, "caller_left", now)
        ),
        "This offer ran out before you answered. You are set to not ready; choose Available to go on.": lambda o: (
            world.pass_time(21),
            world.do(lambda s, now: expiry.expire_offer(s, o.id, now)),
        ),
    }
    for number, (sentence, ending) in enumerate(ways.items()):
        agent = world.agent(f"agent{number}", queue)
        offer = world.get(Offer, world.ring(world.waiting(queue), agent))
        ending(offer)
        with pytest.raises(Conflict) as refusal:
            world.accept(offer.id)
        assert str(refusal.value) == sentence
        assert refusal.value.status == 409


def test_nobody_answers_somebody_elses_offer(world: World) -> None:
    queue = world.queue("billing")
    ana, ken = world.agent("ana", queue), world.agent("ken", queue)
    item = world.waiting(queue)
    offer_id = world.ring(item, ana)
    for deed in (offers.accept, lambda s, o, a, now: offers.decline(s, o, a, "busy", now)):
        with pytest.raises(NotFound):
            world.do(lambda session, now, deed=deed: deed(session, offer_id, ken, now))
    assert states(world, item) == ("offered", ["pending"])


def test_declined_work_returns_to_its_old_place_and_the_agent_is_free(world: World) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue)
    first, _second = world.waiting(queue, ago=60), world.waiting(queue, ago=30)
    offer_id = world.ring(first, ana)
    world.do(lambda session, now: offers.decline(session, offer_id, ana, "busy", now))
    after = world.item(first)
    assert (after.state, after.order_key, after.enqueued_at) == ("waiting", first.order_key, first.enqueued_at)
    assert world.do(lambda session, _now: line.place(session, after)) == 1
    assert load_of(world, ana) == (0, 0)
    assert world.get(Agent, ana).ready, "who declines stays available"
    assert world.violated() == []


@pytest.mark.parametrize(
    ("why", "values", "channel"),
    [
        ("not ready", {"ready": False, "not_ready_reason": "missed_offer"}, Channel.CHAT),
        ("page silent", {"presence_until": "2026-01-01T00:00Z"}, Channel.CHAT),
        ("switched off", {"enabled": False}, Channel.CHAT),
        ("too full for a call", {"capacity": 90}, Channel.VOICE),
    ],
)
def test_no_offer_is_made_to_an_agent_who_cannot_take_it(
    world: World, why: str, values: dict, channel: Channel
) -> None:
    queue = world.queue("billing")
    agent = world.agent("ana", queue, **values)
    item = world.waiting(queue, channel)
    with pytest.raises(offers.LostRace):
        world.ring(item, agent)
    assert states(world, item) == ("waiting", []), why
    assert load_of(world, agent, channel) == (0, 0)


def test_two_routers_offer_one_item_at_once_and_one_offer_is_made(world: World) -> None:
    queue = world.queue("billing")
    for number in range(8):
        one, other = world.agent(f"one{number}", queue), world.agent(f"other{number}", queue)
        item = world.waiting(queue)
        results = at_once(lambda: world.ring(item, one), lambda: world.ring(item, other))
        assert sum(isinstance(result, offers.LostRace) for result in results) == 1
        assert states(world, item) == ("offered", ["pending"])
    assert world.violated() == []


def test_many_calls_for_one_agent_at_once_are_one_call(world: World) -> None:
    queue = world.queue("billing")
    agent = world.agent("ana", queue)
    items = [world.waiting(queue, Channel.VOICE) for _ in range(5)]
    results = at_once(*[lambda item=item: world.ring(item, agent) for item in items])
    assert sum(isinstance(result, offers.LostRace) for result in results) == 4
    assert load_of(world, agent, "voice") == (100, 1)
    assert world.violated() == []


def test_a_supervisor_may_give_work_to_an_agent_who_is_away_but_not_to_one_who_is_full(world: World) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue, ready=False, chosen="aux")
    first, second = world.waiting(queue, Channel.VOICE), world.waiting(queue, Channel.VOICE)

    def give(item: WorkItem) -> int:
        return world.do(lambda s, now: offers.assign_by_hand(s, line.load(s, item.id), ana, ("user:9", "Eva"), now))

    give(first)
    assert states(world, first) == ("assigned", ["accepted"])
    with pytest.raises(Conflict, match="Ana has no room for this now"):
        give(second)
    with pytest.raises(Conflict, match="not waiting any more: assigned"):
        give(first)
    assert states(world, second) == ("waiting", [])
    assert world.count(Audit, Audit.action == "assigned_by_hand") == 1
    assert world.violated() == []


@pytest.mark.parametrize("gone", [{"chosen": "offline"}, {"presence_until": datetime(2020, 1, 1, tzinfo=UTC)}])
def test_a_call_is_not_given_to_somebody_who_is_not_here_but_a_mail_is(world: World, gone: dict) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue, ready=False, **gone)
    call, mail = world.waiting(queue, Channel.VOICE), world.waiting(queue, Channel.EMAIL)

    def give(item: WorkItem) -> int:
        return world.do(lambda s, now: offers.assign_by_hand(s, line.load(s, item.id), ana, ("user:9", "Eva"), now))

    with pytest.raises(Conflict, match="Ana is not here"):
        give(call)
    assert states(world, call) == ("waiting", [])
    give(mail)
    assert states(world, mail) == ("assigned", ["accepted"])


def test_the_schema_itself_refuses_what_must_never_be(world: World) -> None:
    """The second line of defence: no code of ours, only the database's own rules."""
    queue = world.queue("billing")
    ana, ken = world.agent("ana", queue), world.agent("ken", queue)
    item, other = world.waiting(queue, Channel.VOICE), world.waiting(queue)
    offer_id = world.ring(item, ana)
    made = {"item_id": item.id, "made_at": world.now(), "expires_at": world.now(), "epoch": 1, "decision": {}}
    forbidden = {
        "uq_offer_live": insert(Offer).values(agent_id=ken, **made),
        "load_within_capacity": update(Agent).where(Agent.id == ana).values(load=101),
        "ck_agent_load": update(Agent).where(Agent.id == ken).values(load=-1),
        "live_within_most": text(
            f"UPDATE agent_channel SET live = live + 1 WHERE agent_id = {ana} AND channel = 'voice'"
        ),
        "waiting_has_no_offer": update(WorkItem).where(WorkItem.id == other.id).values(current_offer=offer_id),
        "state_known": update(WorkItem).where(WorkItem.id == other.id).values(state="lost"),
        "uq_work_item_live": text(
            "INSERT INTO work_item (interaction_id, case_id, queue_id, channel, weight, target_us, order_key, skills, "
            "steps, enqueued_at) SELECT interaction_id, case_id, queue_id, channel, weight, target_us, order_key, "
            f"skills, steps, enqueued_at FROM work_item WHERE id = {item.id}"
        ),
    }
    for rule, statement in forbidden.items():
        with pytest.raises(IntegrityError, match=rule):
            world.do(lambda session, _now, statement=statement: session.execute(statement))
