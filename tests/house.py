"""A whole house in one process for tests: the web application, the router and the worker, driven step by step.

The phone simulator reaches it as the provider would, through signed requests; time moves only when a test says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse
from world import StandingClock

from contactcenter import jobs
from contactcenter.agents import presence
from contactcenter.app import create_app
from contactcenter.assignment import router
from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID, Simulator
from contactcenter.carrier.transport import WsgiTransport
from contactcenter.composition import Parts, compose
from contactcenter.configuration import applying, reading
from contactcenter.configuration.applying_staff import demo_password
from contactcenter.foundation import clock, leases
from contactcenter.foundation.db import Database
from contactcenter.running import RouterProcess
from contactcenter.settings import Settings

CONFIG = Path(__file__).parents[1] / "config"
BASE = "http://desk.test"
TOKEN = "simulated-token"
NUMBER = "+14155550100"


@dataclass
class House:
    """Everything a story needs; `settle` lets the house do all that is due, `pass_time` moves every clock."""

    parts: Parts
    app: Flask
    sim: Simulator
    router: RouterProcess
    open_pages: set[int] = field(default_factory=set)
    """Agents whose console is open: it sends their heartbeat."""

    @property
    def db(self) -> Any:
        return self.parts.db

    def now(self) -> Any:
        with self.db.transaction() as session:
            return clock.now(session)

    def settle(self, rounds: int = 12) -> None:
        """Router and worker run until nothing is left to do; the simulator carries what they asked for."""
        for _ in range(rounds):
            self.router.turn()
            jobs.carry_out_due(self.parts)
            self.sim.advance(0.2)
            self.parts.clock.ahead += timedelta(seconds=0.2)

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        """Seconds go by for the database's clock and the simulator's alike, with the house at work meanwhile."""
        left = seconds
        while left > 0:
            now = min(step, left)
            self._beat()
            self.parts.clock.ahead += timedelta(seconds=now)
            self.sim.advance(now)
            self.router.turn()
            jobs.carry_out_due(self.parts)
            left -= now

    def browser(self) -> "Browser":
        return Browser(self.app.test_client())

    def agent(self, login: str) -> "Browser":
        """A signed-in browser, available, with its telephone registered."""
        browser = self.browser()
        browser.sign_in(login)
        browser.post("/console/presence", chosen="available")
        self.sim.register(f"agent_{self.user_id(login)}", auto_answer=True)
        self.open_pages.add(self.user_id(login))
        return browser

    def _beat(self) -> None:
        with self.db.transaction() as session:
            now = clock.now(session)
            for agent_id in sorted(self.open_pages):
                presence.heartbeat(session, agent_id, now)

    def user_id(self, login: str) -> int:
        from sqlalchemy import select

        from contactcenter.models import User

        with self.db.transaction() as session:
            return session.scalars(select(User.id).where(User.login == login)).one()


@dataclass
class Browser:
    """A person's browser without a screen: cookies, forms with their CSRF token, fragments."""

    client: Any

    def sign_in(self, login: str) -> TestResponse:
        answer = self.post("/sign-in", login=login, password=demo_password(login))
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return answer

    def get(self, url: str, **headers: str) -> TestResponse:
        return self.client.get(url, base_url=BASE, headers=headers)

    def post(self, url: str, /, **form: Any) -> TestResponse:
        return self.client.post(url, base_url=BASE, data={**form, "csrf_token": self.csrf()})

    def csrf(self) -> str:
        page = self.client.get("/sign-in", base_url=BASE).get_data(as_text=True)
        return page.split('name="csrf-token" content="')[1].split('"')[0]


class SteadyRouter(RouterProcess):
    """Keeps its lease, however far a test moves the clock: no router process can follow it."""

    def _acquire(self) -> leases.Held | None:
        with self.db.transaction() as session:
            return leases.acquire(session, router.LEASE, self.holder, clock.now(session), timedelta(days=3650))

    def _hold_lease(self) -> None:
        if self.router is None:
            super()._hold_lease()


def furnish(database_url: str) -> None:
    """Put the sample company's configuration into a migrated database."""
    db = Database(database_url, patient=True, pool_size=1)
    with db.transaction() as session:
        applying.apply(session, reading.read(CONFIG), clock.now(session), "test")
    db.dispose()


def build(database_url: str, redis_url: str, var: Path) -> Iterator[House]:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        var=var,
        config=CONFIG,
        public_base_url=BASE,
        secret_key="test secret key of sufficient length",
        carrier="simulator",
        twilio_account_sid=SIMULATED_ACCOUNT_SID,
        twilio_auth_token=TOKEN,
        demo_mailbox_port=9,
    )
    # The patient kind: a test that is starved of time must not fail by it.
    parts = compose(settings, StandingClock(), name="router")
    app, _socketio = create_app(parts)
    to = parts.addresses
    numbers = {NUMBER: {"voice_url": to.begin, "fallback_url": to.fallback, "status_callback": to.status}}
    sim = Simulator(SIMULATED_ACCOUNT_SID, TOKEN, WsgiTransport(app.wsgi_app), numbers=numbers)
    parts.__dict__["voice"] = type(parts.voice)(parts.db, sim.client, parts.addresses)
    parts.__dict__["messages"] = type(parts.messages)(parts.db, sim.client, parts.desk)
    yield House(parts, app, sim, SteadyRouter(parts, "test"))
    parts.close()
