"""The play itself: everybody comes in their time, a while is left to those who are still there, then the books are read."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from random import Random

import click

from contactcenter.floor import ledger, mailers
from contactcenter.floor.agents import Agent
from contactcenter.floor.browser import Browser, BrowserError
from contactcenter.floor.callers import Caller
from contactcenter.floor.chatters import Chatter
from contactcenter.floor.ledger import Fate
from contactcenter.floor.people import Acquaintances, Known, Person, Scene, cast
from contactcenter.floor.stage import Stage
from contactcenter.floor.wire import WireError
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models.states import Channel, IdentityKind, Role
from contactcenter.portal import sample
from contactcenter.settings import SIMULATOR, Settings

MOST_AT_ONCE = 40
"""People who are played at the same moment, each in a thread; whoever is one too many comes a little later."""
_LAST_CALL = 60.0
_AGREES_WITHIN = 20.0
_TELLS_EVERY = 15.0
_SETTLES_WITHIN = 30.0


def play(settings: Settings, scene: Scene) -> int:
    """Play the scene against the running system; 0 when both books add up and agree."""
    db = Database(settings.database_url)
    try:
        stage, people, agents = _set(settings, db, scene)
    except _CannotPlay as refusal:
        click.echo(str(refusal), err=True)
        return 1
    else:
        return _perform(db, stage, scene, people, agents)
    finally:
        db.dispose()


class _CannotPlay(Exception):  # noqa: N818 — a refusal, not a fault
    """One sentence that says why."""


def _set(settings: Settings, db: Database, scene: Scene) -> tuple[Stage, list[Person], list[Agent]]:
    """Find out whom to call and who works here; nothing has begun after this."""
    if settings.carrier != SIMULATOR:
        raise _CannotPlay("The floor calls through the phone simulator, and a real phone network is set.")
    if scene.rate < 1 or scene.minutes <= 0 or scene.agents < 0:
        raise _CannotPlay(
            "The rate is one contact per minute at least, the minutes more than none, the agents none or more."
        )
    try:
        Browser(settings.base_url).open("/sign-in")
    except BrowserError as error:
        raise _CannotPlay(f"Nobody answers at {settings.base_url}: start ./run first. ({error})") from error
    with db.transaction() as session:
        began = clock.now(session)
        numbers, staff = sample.numbers(session), sample.people(session)
        known = Acquaintances(
            *(
                [Known(one.name, one.address, one.language) for one in sample.customers(session, kind)]
                for kind in (IdentityKind.PHONE, IdentityKind.EMAIL)
            )
        )
    if not numbers:
        raise _CannotPlay("No phone number is configured: add one to config/numbers.yaml and apply it.")
    stage = Stage(settings, secrets.token_hex(3), numbers[0], began)
    people = cast(scene, stage.mark, known)
    # From the end of the list: whoever signs in by hand takes the first ones.
    workers = [login for login in reversed(sample.logins(staff)) if login.role is Role.AGENT][: scene.agents]
    took = _taking(stage, people)
    agents = [
        Agent(stage, one.login, one.password, took, Browser(settings.base_url), Random(f"{scene.seed}:{one.login}"))  # noqa: S311 — a play, no secret
        for one in workers
    ]
    return stage, people, agents


def _taking(stage: Stage, people: list[Person]) -> Callable[[Channel, str], None]:
    """A mail counts as answered once an agent has it, who knows the writer by the address on the ring card."""
    writers = {one.address: one.number for one in people if one.channel is Channel.EMAIL}

    def took(channel: Channel, address: str) -> None:
        if channel is Channel.EMAIL and address in writers:
            stage.ledger.became(channel, writers[address], Fate.ANSWERED)

    return took


def _perform(db: Database, stage: Stage, scene: Scene, people: list[Person], agents: list[Agent]) -> int:
    click.echo(
        f"Seed {scene.seed}: {len(people)} people in {scene.minutes:g} minutes, {len(agents)} agents "
        f"({', '.join(agent.login for agent in agents) or 'none'})."
    )
    with ExitStack() as stack:
        threads = _begin_work(stage, agents, stack)
        guests = _Guests(stage)
        stack.callback(guests.leave)
        try:
            guests.come(people)
            stage.closing.set()
            _wait_for(lambda: guests.are_done(people), _LAST_CALL, guests.tell)
        except KeyboardInterrupt:
            click.echo("Stopping…")
        stage.frozen.set()
        for thread in (*guests.threads, *threads):
            thread.join(_SETTLES_WITHIN)
        return _close_books(db, stage, people)


def _begin_work(stage: Stage, agents: list[Agent], stack: ExitStack) -> list[threading.Thread]:
    threads = []
    for agent in agents:
        stack.callback(agent.leave)
        thread = threading.Thread(target=_told, args=(stage, agent.login, agent.work), name=agent.login, daemon=True)
        thread.start()
        threads.append(thread)
    return threads


class _Guests:
    """Everybody who calls, writes and chats, each in a thread while they are there."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._there: list[Caller | Chatter] = []
        self._told = time.monotonic()
        self.threads: list[threading.Thread] = []

    def come(self, people: list[Person]) -> None:
        """One after the other, each in their time."""
        began = time.monotonic()
        for person in people:
            while (left := began + person.at - time.monotonic()) > 0:
                time.sleep(min(left, 1.0))
                self.tell()
            self._room.acquire()
            thread = threading.Thread(target=self._play, args=(person,), name=f"guest {person.number}", daemon=True)
            self.threads.append(thread)
            thread.start()

    def are_done(self, people: list[Person]) -> bool:
        """Whether everybody has left, and every mail has been taken."""
        mails = (one.number for one in people if one.channel is Channel.EMAIL)
        return not any(thread.is_alive() for thread in self.threads) and all(
            self._stage.ledger.is_answered(Channel.EMAIL, number) for number in mails
        )

    def leave(self) -> None:
        """Whoever is still on the phone or in a chat when the books are closed goes home."""
        for guest in self._there:
            _told(self._stage, f"guest {guest.person.number}", guest.leave)
            guest.browser.close()

    def tell(self) -> None:
        """A line now and then for whoever watches."""
        if time.monotonic() - self._told < _TELLS_EVERY:
            return
        self._told = time.monotonic()
        now = ledger.total(self._stage.ledger.book())
        click.echo(f"  {now.received} received, {now.answered} answered, {now.waiting} waiting, {now.abandoned} gone")

    def _play(self, person: Person) -> None:
        try:
            _told(self._stage, f"guest {person.number}", lambda: self._turn_to_us(person))
        finally:
            self._room.release()

    def _turn_to_us(self, person: Person) -> None:
        if person.channel is Channel.EMAIL:
            mailers.write(self._stage, person)
            return
        browser = Browser(self._stage.settings.base_url)
        kind = Caller if person.channel is Channel.VOICE else Chatter
        guest = kind(self._stage, person, browser)
        self._there.append(guest)
        guest.come()


def _told(stage: Stage, name: str, act: Callable[[], object]) -> None:
    """Nobody's trouble ends the play; all of it is told at the end."""
    try:
        act()
    except (BrowserError, WireError, OSError) as error:
        stage.troubles.append(f"{name}: {error}")


def _close_books(db: Database, stage: Stage, people: list[Person]) -> int:
    """Both books at one instant. What was only on its way to the database is given a few seconds to arrive."""
    addresses = {person.address for person in people}
    with db.transaction() as session:
        until = clock.now(session)
    seen, stored = _books(db, stage, people, addresses, until)
    for _ in _while_patient(_AGREES_WITHIN):
        if seen == stored:
            break
        with db.transaction() as session:
            until = clock.now(session)
        seen, stored = _books(db, stage, people, addresses, until)
    for trouble in stage.troubles[:20]:
        click.echo(f"Trouble: {trouble}", err=True)
    click.echo("\n".join(ledger.lines(seen, stored)))
    return 0 if ledger.is_sound(seen, stored) else 1


def _books(
    db: Database, stage: Stage, people: list[Person], addresses: set[str], until: datetime
) -> tuple[ledger.Book, ledger.Book]:
    mailers.look_for_answers(stage, people)
    with db.transaction() as session:
        stored = ledger.counted(session, addresses, stage.began, until)
    return stage.ledger.book(), stored


def _wait_for(holds: Callable[[], bool], seconds: float, meanwhile: Callable[[], None]) -> None:
    for _ in _while_patient(seconds):
        if holds():
            return
        meanwhile()


def _while_patient(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.5)
