"""Before a supervisor gives work away, everybody's fit is on the table."""

import pytest

from contactcenter.foundation.errors import Conflict
from contactcenter.supervisor import candidates, floor
from contactcenter.supervisor.candidates import Fit


def choice(world, item):
    with world.db.transaction() as session:
        return candidates.for_item(session, floor.look(session, "UTC"), item)


def test_everybody_is_listed_with_the_first_thing_in_the_way_the_best_first(world):
    queue, other = world.queue("orders", {"orders": 4}), world.queue("general")
    good = {"orders": 5}
    world.set(world.agent("Full", queue, skills=good), load=100)
    world.agent("Gone", queue, skills=good, here=False)
    world.agent("Eating", queue, skills=good, chosen="aux", ready=False)
    world.agent("Learning", queue, skills={"orders": 2})
    world.agent("Guest", other, skills=good)
    world.agent("Fitting", queue, skills=good)
    found = choice(world, world.waiting(queue))
    assert [(one.person.name, one.fit, one.possible) for one in found.candidates] == [
        ("Fitting", Fit.GOOD, True),
        ("Guest", Fit.OTHER_QUEUE, True),
        ("Learning", Fit.NO_SKILL, True),
        ("Eating", Fit.NOT_READY, True),
        ("Gone", Fit.AWAY, False),
        ("Full", Fit.FULL, False),
    ]


def test_each_skill_shows_what_there_is_and_what_is_needed(world):
    queue = world.queue("orders", {"orders": 4, "english": 1})
    world.agent("Ana", queue, skills={"orders": 3, "english": 9})
    (ana,) = choice(world, world.waiting(queue)).candidates
    assert {one.titles["en"]: (one.has, one.needs, one.enough) for one in ana.skills} == {
        "Orders": (3, 4, False),
        "English": (9, 1, True),
    }


def test_a_mail_may_be_left_for_somebody_who_is_not_here(world):
    queue = world.queue("orders")
    world.agent("Gone", queue, here=False)
    (gone,) = choice(world, world.waiting(queue, channel="email")).candidates
    assert gone.possible


def test_a_channel_can_be_full_before_the_person_is(world):
    queue = world.queue("orders")
    ana = world.agent("Ana", queue)
    for _ in range(3):
        world.give(world.waiting(queue, channel="chat"), ana)
    (found,) = choice(world, world.waiting(queue, channel="chat")).candidates
    assert found.fit is Fit.FULL
    (by_mail,) = choice(world, world.waiting(queue, channel="email")).candidates
    assert by_mail.fit is Fit.GOOD


def test_what_does_not_wait_any_more_has_no_candidates(world):
    queue = world.queue("orders")
    item = world.waiting(queue)
    world.give(item, world.agent("Ana", queue))
    with pytest.raises(Conflict):
        choice(world, item)


def test_a_case_can_go_to_anybody_but_who_has_it(world):
    queue, other = world.queue("orders"), world.queue("general")
    item = world.waiting(queue)
    world.give(item, world.agent("Ana", queue))
    world.agent("Guest", other)
    world.agent("Gone", queue, here=False)
    world.agent("Ken", queue)
    with world.db.transaction() as session:
        found = candidates.for_case(session, floor.look(session, "UTC"), world.case(item).id)
    assert found.holder == "Ana"
    assert [person.name for person in found.people] == ["Ken", "Gone", "Guest"]
