"""`contactcenter serve`: starts every process under one parent, starts again what dies, and stops all in order."""

import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import click

from contactcenter import startup
from contactcenter.foundation import embedded
from contactcenter.foundation.children import CannotStart, Child, keep_log_small, kill_session
from contactcenter.foundation.knocking import Knock
from contactcenter.foundation.occupancy import Occupancy, occupied
from contactcenter.settings import SIMULATOR, Settings
from contactcenter.startup import Command, Plan

Announce = Callable[[Settings], Sequence[str]]

_STOP_WITHIN = 10.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY_AFTER = 30.0
_LOOK_FOR_WEB_EVERY = 0.1
_LOOK_AT_LOGS_EVERY = 60.0
_WEB = "web"


def serve(settings: Settings, announce: Announce, plan: Callable[[Settings], Plan] = startup.product) -> int:
    """Run everything until a signal asks to stop: 0. When it cannot start: one sentence, nothing left running, 1."""
    with _listening() as bell, ExitStack() as stack:
        try:
            house = _start(settings, plan, stack)
        except CannotStart as refusal:
            bell.may_interrupt = False
            click.echo(str(refusal), err=True)
            return 1
        except _Stop:
            return 0
        bell.may_interrupt = False
        _tend(house, bell, announce)
        click.echo("Stopping…")
        _stop(house.processes, bell)
    click.echo("Stopped.")
    return 0


@dataclass(slots=True)
class _Tended:
    """A child with what is known about its falls."""

    child: Child
    pause: float = _FIRST_PAUSE
    since: float = field(default_factory=time.monotonic)
    due: float | None = None

    def look(self, occupancy: Occupancy, now: float) -> float:
        """Start it again when that is due; how long it may be left alone from now."""
        if self.due is None and self.child.status is not None:
            self._has_died(now)
        if self.due is not None and self.due <= now:
            self._start_again(occupancy, now)
        return _LOOK_AT_LOGS_EVERY if self.due is None else max(0.0, self.due - now)

    def _has_died(self, now: float) -> None:
        if now - self.since > _STEADY_AFTER:
            self.pause = _FIRST_PAUSE
        self.due = now + self.pause
        kill_session(self.child.pid)  # what it had started would keep its port
        news = (
            f"{self.child.name} ended unexpectedly ({_ending(self.child.status)}); it starts again in {self.pause:g} s."
        )
        first = self.pause == _FIRST_PAUSE
        click.echo(f"{news} {self._last_words()}" if first else news, err=True)
        self.pause = min(self.pause * 2, _LONGEST_PAUSE)

    def _last_words(self) -> str:
        words = self.child.last_words().replace("\n", "\n    ")
        return f"The end of {self.child.log}:\n    {words}"

    def _start_again(self, occupancy: Occupancy, now: float) -> None:
        self.due, self.since = None, now
        with suppress(OSError, subprocess.SubprocessError):  # no memory or no process left: the next look sees it
            occupancy.start(self.child)


@dataclass(frozen=True, slots=True)
class _House:
    settings: Settings
    occupancy: Occupancy
    processes: tuple[Child, ...]
    tended: tuple[_Tended, ...]
    """The processes and the private servers alike."""


def _start(settings: Settings, plan: Callable[[Settings], Plan], stack: ExitStack) -> _House:
    """All checks come before the first process; what is started is in `stack`, which ends it whatever happens."""
    settings = startup.with_carrier(settings)
    occupancy = stack.enter_context(occupied(settings.var))
    startup.check_hooks(settings)
    startup.check_ports(settings)
    settings = startup.with_secrets(settings, occupancy.var)
    if settings.database_url:
        startup.check_database(settings.database_url)
    if settings.redis_url:
        startup.check_redis(settings.redis_url)
    servers = _start_servers(settings, occupancy, stack)
    addresses = {"database_url": servers.database, "redis_url": servers.redis}
    found = {name: address for name, address in addresses.items() if address}
    settings = settings.model_copy(update={**found, "var": occupancy.var, "config": settings.config.resolve()})
    occupancy.publish(SIMULATOR, settings.carrier_url)
    chosen = plan(settings)
    told = startup.environment(settings)
    for preparation in chosen.preparations:
        _prepare(preparation, occupancy.var, told)
    processes = tuple(_child(command, occupancy.var, told) for command in chosen.processes)
    for process in processes:
        click.echo(f"Starting {process.name}")
        stack.callback(process.kill)
        occupancy.start(process)
    return _House(settings, occupancy, processes, tuple(_Tended(child) for child in (*servers.children, *processes)))


def _start_servers(settings: Settings, occupancy: Occupancy, stack: ExitStack) -> embedded.Servers:
    postgres, valkey = not settings.database_url, not settings.redis_url
    names = [name for name, needed in (("PostgreSQL", postgres), ("Valkey", valkey)) if needed]
    if names:
        click.echo(f"Starting a private {' and a private '.join(names)} under {occupancy.var}")
    return stack.enter_context(embedded.servers_on(occupancy, postgres, valkey))


def _prepare(command: Command, var: Path, told: dict[str, str]) -> None:
    click.echo(f"Running {command.name}")
    child = _child(command, var, told)
    if child.run():
        raise CannotStart(
            f"`{command.name}` failed, so nothing was started. The end of {child.log}:\n{child.last_words()}"
        )


def _child(command: Command, var: Path, told: dict[str, str]) -> Child:
    return Child(command.name, command.words, var / "log" / f"{command.name.replace(' ', '-')}.log", told)


def _tend(house: _House, bell: "_Bell", announce: Announce) -> None:
    """Until someone asks to stop: start again what died, say once when the pages can be opened, keep the logs small."""
    announced = all(process.name != _WEB for process in house.processes)
    if announced:
        _say(announce(house.settings))
    logs_due = 0.0
    with closing(Knock(house.settings.host, house.settings.port)) as knock:
        while not bell.asked:
            now = time.monotonic()
            patience = min(tended.look(house.occupancy, now) for tended in house.tended)
            if not announced and knock.is_answered():
                _say(announce(house.settings))
                announced = True
            if now >= logs_due:
                logs_due = now + _LOOK_AT_LOGS_EVERY
                for tended in house.tended:
                    keep_log_small(tended.child.log)
            bell.wait(patience if announced else min(patience, _LOOK_FOR_WEB_EVERY))


def _say(lines: Sequence[str]) -> None:
    click.echo("\n".join(lines))


def _stop(processes: Sequence[Child], bell: "_Bell") -> None:
    """All at once and in order; who is not done in time, or when someone asks a second time, is killed."""
    for process in processes:
        process.ask_to_stop()
    deadline = time.monotonic() + _STOP_WITHIN
    while any(process.status is None for process in processes):
        left = deadline - time.monotonic()
        if left <= 0 or bell.asked > 1:
            break
        bell.wait(left)
    for process in processes:
        if process.status is None:
            click.echo(f"{process.name} did not stop in time and was killed.", err=True)
            process.kill()


def _ending(status: int | None) -> str:
    return f"signal {signal.Signals(-status).name}" if status and status < 0 else f"exit status {status}"


class _Stop(BaseException):
    """Someone asked us to stop while we were still starting."""


class _Bell:
    """Rings when someone asks to stop or a child ends; waiting for it costs nothing."""

    def __init__(self, line: socket.socket) -> None:
        self.asked = 0
        self.may_interrupt = True
        self._line = line

    def ring(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if self.may_interrupt:
            self.may_interrupt = False  # what follows is tidying up, which has to be let finish
            raise _Stop

    def wait(self, seconds: float) -> None:
        select.select([self._line], [], [], seconds)
        with suppress(BlockingIOError):
            self._line.recv(4096)


@contextmanager
def _listening() -> Iterator[_Bell]:
    """Every signal writes a byte to a line that can be waited for, so that none is missed between look and wait."""
    hearing, telling = socket.socketpair()
    with hearing, telling:
        hearing.setblocking(False)
        telling.setblocking(False)
        bell = _Bell(hearing)
        handlers = dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), bell.ring)
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        line_before = signal.set_wakeup_fd(telling.fileno(), warn_on_full_buffer=False)
        try:
            yield bell
        finally:
            signal.set_wakeup_fd(line_before)
            for number, handler in before.items():
                signal.signal(number, handler)
