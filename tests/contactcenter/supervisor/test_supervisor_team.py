"""The team table says what somebody is really doing: work first, then what they chose, then what the machine holds."""

from datetime import timedelta

import pytest

from contactcenter.assignment import line, wrap_up
from contactcenter.foundation import clock
from contactcenter.supervisor import floor, team
from contactcenter.supervisor.team import Doing


def members(world, queue=None):
    with world.db.transaction() as session:
        shown = team.team(session, floor.look(session, "UTC", queue))
    return {member.person.name: member for member in shown.members}, shown


def finish_talking(world, item, ago=0):
    with world.db.transaction() as session:
        wrap_up.start(session, line.load(session, item), clock.now(session) - timedelta(seconds=ago))


@pytest.mark.parametrize(
    ("state", "expected", "held_back"),
    [
        ({}, Doing.AVAILABLE, ""),
        ({"chosen": "aux", "ready": False}, Doing.AUX, ""),
        ({"ready": False, "not_ready_reason": "missed_offer"}, Doing.NOT_READY, "missed_offer"),
        ({"ready": False, "not_ready_reason": "phone_unreachable"}, Doing.NOT_READY, "phone_unreachable"),
        ({"chosen": "offline", "ready": False}, Doing.OFFLINE, ""),
    ],
)
def test_with_empty_hands_a_person_is_what_they_or_the_machine_said(world, state, expected, held_back):
    world.agent("Ana", world.queue("orders"), **state)
    found, _ = members(world)
    assert (found["Ana"].doing, found["Ana"].held_back) == (expected, held_back)


def test_a_page_that_fell_silent_is_seen_before_the_house_has_swept_it(world):
    ana = world.agent("Ana", world.queue("orders"))
    world.set(ana, presence_until=world.now() - timedelta(seconds=1))
    found, shown = members(world)
    assert (found["Ana"].doing, found["Ana"].held_back) == (Doing.NOT_READY, "lease_ended")
    assert shown.staffed == 0


def test_work_in_hand_outranks_everything_and_talking_outranks_wrapping_up(world):
    queue = world.queue("orders")
    ana = world.agent("Ana", queue, chosen="aux", ready=False)
    chat = world.waiting(queue, channel="chat", ago=100)
    world.give(chat, ana, after=10)
    finish_talking(world, chat, ago=30)
    found, _ = members(world)
    assert found["Ana"].doing is Doing.WRAP_UP
    assert 30 <= (world.now() - found["Ana"].since).total_seconds() < 60
    world.give(world.waiting(queue, channel="chat", ago=90), ana, after=20)
    found, _ = members(world)
    assert found["Ana"].doing is Doing.CONTACT
    assert 70 <= (world.now() - found["Ana"].since).total_seconds() < 100
    assert [held.state for held in found["Ana"].holds] == ["wrap_up", "assigned"]


def test_mail_in_hand_is_writing_and_a_ringing_offer_is_incoming(world):
    queue = world.queue("orders")
    ana, ken = world.agent("Ana", queue), world.agent("Ken", queue)
    world.give(world.waiting(queue, "Lee Moss", "email"), ana)
    world.ring(world.waiting(queue, "Kim Vale"), ken)
    found, _ = members(world)
    assert found["Ana"].doing is Doing.WRITING
    assert found["Ken"].doing is Doing.INCOMING
    assert [held.customer for held in found["Ken"].holds] == ["Kim Vale"]


def test_one_queue_shows_its_own_people_and_those_who_are_gone_come_last(world):
    queue, other = world.queue("orders"), world.queue("general")
    world.agent("Ana", queue, here=False)
    world.agent("Ken", queue)
    world.agent("Mia", other)
    _, shown = members(world, queue)
    assert [member.person.name for member in shown.members] == ["Ken", "Ana"]
    _, everybody = members(world)
    assert [member.person.name for member in everybody.members] == ["Ken", "Mia", "Ana"]


def test_a_queue_that_does_not_exist_shows_everything(world):
    world.agent("Ana", world.queue("orders"))
    assert set(members(world, 999)[0]) == {"Ana"}
