"""Routers die, pause and lose their database connections while work comes in: nothing is lost, nothing is done twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from house import House
from sqlalchemy import func, select, update
from test_story_mail import mail

from contactcenter.assignment import line, offers, wrap_up
from contactcenter.channels.email import keeping
from contactcenter.channels.email.receiving import take_in
from contactcenter.foundation import clock, events
from contactcenter.foundation.errors import Refusal
from contactcenter.invariants import check
from contactcenter.models import Agent, AgentChannel, Offer, WorkItem

pytestmark = pytest.mark.chaos
SEED = int(os.environ.get("CHAOS_SEED", "1"))
SECONDS = int(os.environ.get("CHAOS_SECONDS", "60"))


def test_routers_are_killed_paused_and_cut_off_while_work_comes_in(house: House, tmp_path: Path) -> None:
    house.parts.clock.runs = True
    chance = random.Random(SEED)
    environment = {
        **os.environ,
        **{name.upper(): str(value) for name, value in house.parts.settings.model_dump().items()},
    }

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / f"router-{time.monotonic_ns()}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "contactcenter.cli", "router"], env=environment, stderr=log, stdout=log
            )

    with house.db.transaction() as session:
        session.execute(update(AgentChannel).values(most=100))
        session.execute(
            update(Agent).values(
                capacity=10_000, chosen="available", ready=True, presence_until=house.now() + timedelta(hours=1)
            )
        )
        for agent_id in session.scalars(select(Agent.id)).all():
            events.record(session, events.PresenceChanged(agent_id), house.now())

    routers = [start() for _ in range(3)]
    stop = threading.Event()
    workers = [threading.Thread(target=work, args=(house, stop)) for work in (_write_mails, _answer_offers)]
    for worker in workers:
        worker.start()
    faults = {"kill": 0, "pause": 0, "cut": 0}
    end = time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            stop.wait(chance.uniform(0.5, 2.0))
            victim = chance.randrange(3)
            match chance.choice(("kill", "pause", "cut")):
                case "kill":
                    routers[victim].send_signal(signal.SIGKILL)
                    routers[victim].wait()
                    routers[victim] = start()
                    faults["kill"] += 1
                case "pause":
                    routers[victim].send_signal(signal.SIGSTOP)
                    stop.wait(chance.uniform(0.5, 4.0))
                    routers[victim].send_signal(signal.SIGCONT)
                    faults["pause"] += 1
                case "cut":
                    _cut_connections(house)
                    faults["cut"] += 1
        stop.set()
        for worker in workers:
            worker.join()
        _until(lambda: _count(house, WorkItem, WorkItem.state.in_(["waiting", "offered"])) == 0, house)
    finally:
        stop.set()
        for router in routers:
            router.send_signal(signal.SIGTERM)
            router.wait(20)
    with house.db.transaction() as session:
        results = check(session)
    print(f"seed {SEED}, {SECONDS} s, {faults}, {_count(house, WorkItem)} items, {_count(house, Offer)} offers")
    assert [result.line() for result in results if result.violations] == []


def _write_mails(house: House, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(0.2):
        number += 1
        raw = mail(f"Question {number}", message_id=f"<c{number}@example.org>")
        raw_id = house.db.run(lambda session, raw=raw: keeping.keep(session, raw, "chaos", clock.now(session)))
        take_in(house.db, house.parts.mailbox, raw_id)


def _answer_offers(house: House, stop: threading.Event) -> None:
    """Accept what rings and finish what was accepted, until nothing is left."""
    while not stop.wait(0.05) or _count(house, WorkItem, WorkItem.state.in_(["waiting", "offered", "assigned"])):
        with house.db.transaction() as session:
            pending = session.scalars(select(Offer).where(Offer.state == "pending").limit(5)).all()
            assigned = session.scalars(select(WorkItem).where(WorkItem.state == "assigned").limit(5)).all()
        for offer in pending:
            try:
                house.db.run(lambda s, offer=offer: offers.accept(s, offer.id, offer.agent_id, clock.now(s)))
            except Refusal:
                continue
        for item in assigned:
            house.db.run(lambda s, item=item: wrap_up.start(s, line.load(s, item.id), clock.now(s)))
            house.db.run(lambda s, item=item: wrap_up.end_wrap_up(s, item.id, clock.now(s)))


def _cut_connections(house: House) -> None:
    """Terminate the routers' database connections, not this test's."""
    with psycopg.connect(house.parts.settings.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'router'"
        )


def _count(house: House, model: type, *where: object) -> int:
    with house.db.transaction() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def _until(true: Callable[[], bool], house: House, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, _count(house, WorkItem, WorkItem.state == "waiting")
        threading.Event().wait(0.1)
