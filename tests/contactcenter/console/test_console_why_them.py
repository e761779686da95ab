"""Why that agent, for everybody who reads the case: what the stored decision says, and nothing else."""

from datetime import timedelta

import pytest
from flask import Flask, g
from world import World

from contactcenter.assignment.line import Request
from contactcenter.assignment.router import LEASE, Router
from contactcenter.console.why_them import Level, Reasons, reasons
from contactcenter.foundation import leases
from contactcenter.models import Offer


@pytest.fixture(autouse=True)
def english():
    with Flask("words").app_context():
        g.language = "en"
        yield


def told(world: World) -> list[Reasons]:
    offers = {offer.id for offer in world.all(Offer)}
    return list(world.do(lambda session, _now: reasons(session, offers)).values())


def route(world: World) -> None:
    held = world.do(lambda session, now: leases.acquire(session, LEASE, "test", now, timedelta(days=2)))
    Router.rebuilt(world.db, held).step()


def test_the_levels_the_others_and_what_made_the_difference_are_told(world: World) -> None:
    queue, other = world.queue("billing", {"billing": 4}), world.queue("general")
    world.agent("ana", queue, skills={"billing": 6})
    world.agent("ken", queue, other, skills={"billing": 9})
    world.agent("leo", other)
    world.waiting(queue)
    route(world)
    [why] = told(world)
    assert why.levels == (Level("Billing", 6, 4),)
    assert (why.able, why.everybody, why.rival) == (2, 3, "Ken")
    assert why.difference == "serves fewer kinds of work, which keeps others free for theirs"


def test_who_knows_the_customer_was_asked_for_that(world: World) -> None:
    queue = world.queue("general")
    world.agent("ana", queue)
    world.waiting(queue, request=Request(preferred_agent=world.agent("ken", queue)))
    route(world)
    [why] = told(world)
    assert why.when == "The agent knows this customer."


def test_what_a_supervisor_gave_by_hand_has_no_reasons_of_the_router(world: World) -> None:
    queue = world.queue("general")
    world.ring(world.waiting(queue), world.agent("ana", queue))
    assert told(world) == []
