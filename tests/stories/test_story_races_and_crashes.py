"""When two are as fast as each other, and when a process dies: one wins, nothing is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from house import House
from sqlalchemy import func, select, update
from test_story_calls import all_is_well, call_for_billing, offer_of
from test_story_mail import mail

from contactcenter.assignment import line, offers
from contactcenter.channels.email.receiving import receive
from contactcenter.foundation import events
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Agent, AgentChannel, Lease, Offer, WorkItem


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all deeds in the same instant, each in a thread of its own; an exception is a result."""
    gate = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[number] = deed()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_agents_accept_at_once_and_one_wins(house: House) -> None:
    """It rings at one of them; in the same instant a supervisor gives the work to the other."""
    both = [house.user_id("ana"), house.user_id("ken")]
    for login in ("ana", "ken"):
        house.agent(login)
    for number in range(10):
        call = call_for_billing(house, f"+1415555012{number}")  # each is new to us, so that nothing is asked first
        with house.db.transaction() as session:
            offer = session.scalars(select(Offer).where(Offer.state == "pending")).one()
            item = line.load(session, offer.item_id)
        (other,) = set(both) - {offer.agent_id}

        def accept(offer=offer):
            return house.db.run(lambda s: offers.accept(s, offer.id, offer.agent_id, house.parts.clock.now(s)))

        def withdraw_and_give(item=item, other=other):
            def work(session):
                fresh = line.load(session, item.id)
                held = session.get(Offer, fresh.current_offer)
                if not offers.end_unanswered(session, held, "withdrawn", "supervisor", house.parts.clock.now(session)):
                    raise Conflict("too late")
                return offers.assign_by_hand(
                    session, line.load(session, item.id), other, ("user:0", "Eva"), house.parts.clock.now(session)
                )

            return house.db.run(work)

        results = at_once(accept, withdraw_and_give)
        assert sum(isinstance(result, Exception) for result in results) == 1, results
        with house.db.transaction() as session:
            live = session.scalars(
                select(Offer).where(Offer.item_id == item.id, Offer.state.in_(["pending", "accepted"]))
            ).all()
        assert [one.agent_id for one in live] == [other if isinstance(results[0], Exception) else offer.agent_id]
        house.sim.hangup(call)
        house.settle()
        with house.db.transaction() as session:
            ended = session.scalars(select(WorkItem.id).where(WorkItem.state == "wrap_up")).all()
        house.pass_time(130, step=10)
        assert ended == [item.id]


def test_accepting_twice_in_the_same_instant_is_accepted_once(house: House) -> None:
    ana = house.agent("ana")
    call_for_billing(house)
    offer = offer_of(house, "ana")
    twin = house.browser()
    twin.sign_in("ana")
    answers = at_once(
        lambda: ana.post(f"/console/offers/{offer.id}/accept").status_code,
        lambda: twin.post(f"/console/offers/{offer.id}/accept").status_code,
    )
    assert sorted(answers) == [204, 409]
    house.settle()
    all_is_well(house)


def test_accept_and_hang_up_in_the_same_instant_leave_no_half_made_call(house: House) -> None:
    ana = house.agent("ana")
    call = call_for_billing(house)
    offer = offer_of(house, "ana")
    at_once(
        lambda: ana.post(f"/console/offers/{offer.id}/accept").status_code,
        lambda: house.sim.hangup(call),
    )
    house.settle()
    house.pass_time(130, step=10)
    with house.db.transaction() as session:
        states = session.scalars(select(WorkItem.state)).all()
        load = session.scalars(select(Agent.load).where(Agent.id == house.user_id("ana"))).one()
    assert states in (["done"], ["abandoned"])
    assert load == 0
    assert house.sim.live == []
    all_is_well(house)


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.05)


def test_the_router_is_killed_while_fifty_wait_and_the_standby_goes_on_with_nothing_lost(
    house: House, tmp_path: Path
) -> None:
    house.parts.clock.runs = True
    for number in range(50):
        receive(
            house.db, house.parts.mailbox, mail(f"Question {number}", message_id=f"<q{number}@example.org>"), "pipe"
        )
    environment = {
        **os.environ,
        **{name.upper(): str(value) for name, value in house.parts.settings.model_dump().items()},
    }

    def start(name: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"{name}.log").open("wb") as log:
            words = [sys.executable, "-m", "contactcenter.cli", "router"]
            return subprocess.Popen(words, env=environment, stderr=log, stdout=log)

    def holder() -> str:
        with house.db.transaction() as session:
            now = house.parts.clock.now(session)
            found = session.execute(select(Lease.holder, Lease.until).where(Lease.name == "router")).first()
            return found.holder if found and found.until > now else ""

    def holds(process: subprocess.Popen[bytes]) -> bool:
        return holder().endswith(f":{process.pid}")

    def count(model, *where) -> int:
        with house.db.transaction() as session:
            return session.scalar(select(func.count()).select_from(model).where(*where))

    first, standby = start("first"), start("standby")
    try:
        wait_until(lambda: holder() != "")
        active, other = (first, standby) if holds(first) else (standby, first)
        active.send_signal(signal.SIGKILL)
        active.wait()
        with house.db.transaction() as session:
            session.execute(update(AgentChannel).values(most=60))
            session.execute(update(Agent).values(capacity=2000))
            session.execute(
                update(Agent).values(chosen="available", ready=True, presence_until=house.now() + timedelta(hours=1))
            )
            for agent_id in session.scalars(select(Agent.id)).all():
                events.record(session, events.PresenceChanged(agent_id), house.now())
        wait_until(lambda: count(Offer) >= 50)
        wait_until(lambda: holds(other))
        wait_until(lambda: count(WorkItem, WorkItem.state == "offered") == 50)
        assert count(WorkItem) == 50
    finally:
        for process in (first, standby):
            process.send_signal(signal.SIGTERM)
            process.wait(20)
    all_is_well(house)
