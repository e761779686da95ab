"""The ground that a benchmark stands on: private servers in a temporary directory, with our tables and sample company."""

import json
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg

from contactcenter.composition import Parts, compose
from contactcenter.configuration import applying, reading
from contactcenter.foundation import clock, embedded
from contactcenter.foundation.children import Child
from contactcenter.foundation.embedded_valkey import free_port
from contactcenter.migrations.run import upgrade
from contactcenter.settings import Settings
from contactcenter.startup import environment

ROOT = Path(__file__).parents[2]
NUMBER = "+14155550100"
_STARTS_WITHIN = 60.0

T = TypeVar("T")


@dataclass(slots=True)
class Ground:
    """Settings of a whole installation that nobody else uses, and its processes."""

    settings: Settings
    parts: Parts
    postgres: int
    _stack: ExitStack

    def start(self, *words: str) -> Child:
        """One of our processes: `contactcenter <words>`."""
        return self._start("-".join(words), (sys.executable, "-m", "contactcenter.cli", *words))

    def start_floor(self, port: int) -> Child:
        """The bare application, under the same gunicorn."""
        program = Path(__file__).with_name("bare.py")
        child = self._start("floor", (sys.executable, str(program), str(port)))
        wait_for_port(child, port)
        return child

    def start_web(self) -> Child:
        child = self.start("web")
        wait_for_port(child, self.settings.port)
        return child

    def _start(self, name: str, command: tuple[str, ...]) -> Child:
        told = environment(self.settings)
        told["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), told.get("PYTHONPATH"))))
        child = Child(name, command, self.settings.var / "log" / f"{name}.log", told, directory=ROOT)
        child.start()
        self._stack.callback(child.stop, 5.0)
        return child


@contextmanager
def ground(commit_times: bool = False) -> Iterator[Ground]:
    """Everything is made anew, writes reach the disk as in earnest, and nothing stays behind, even after SIGTERM.

    With `commit_times` PostgreSQL keeps the instant at which each transaction was committed.
    """
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit("Stopped."))
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cc-bench-")))
        servers = stack.enter_context(embedded.servers(var, need_postgres=True, need_valkey=True))
        if commit_times:
            keep_commit_times(servers)
        upgrade(servers.database)
        settings = Settings(
            port=free_port(),
            var=var,
            config=ROOT / "config",
            database_url=servers.database,
            redis_url=servers.redis,
            secret_key="a secret of benchmarks only, long enough",
            carrier="simulator",
            carrier_url=f"http://127.0.0.1:{free_port()}",
            twilio_account_sid="ACc0ffee" + "0" * 26,
            twilio_auth_token="a token of benchmarks only",
            mail_door_port=free_port(),
            demo_mailbox_port=free_port(),
            log_level="WARNING",
        )
        parts = compose(settings)
        stack.callback(parts.close)
        company = reading.read(settings.config)
        with parts.db.transaction() as session:
            applying.apply(session, company, clock.now(session), "benchmark")
        yield Ground(settings, parts, servers.children[0].pid, stack)


def keep_commit_times(servers: embedded.Servers) -> None:
    """The one setting of a benchmark's database that is not the product's; it costs ten bytes a transaction."""
    with psycopg.connect(servers.database, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    postgres = servers.children[0]
    postgres.stop(_STARTS_WITHIN)
    servers.occupancy.start(postgres)

    def answers() -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(servers.database, connect_timeout=5):
            return True
        return False

    wait_until(answers, "PostgreSQL answers", postgres)


def wait_for_port(child: Child, port: int) -> None:
    """Until an HTTP answer comes, whatever it says: an open port alone has nobody behind it."""

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            line.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return line.recv(5) == b"HTTP/"
        return False

    wait_until(answers, f"{child.name} answers", child)


def wait_until(holds: Callable[[], T], what: str, child: Child | None = None, seconds: float = _STARTS_WITHIN) -> T:
    """What `holds` returns once that is true. A child that ends instead tells why."""
    deadline = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if child is not None and child.status is not None:
            raise SystemExit(f"{child.name} ended:\n{child.last_words(40)}")
        if time.monotonic() > deadline:
            raise SystemExit(f"Not within {seconds:g} s: {what}." + (f"\n{child.last_words(40)}" if child else ""))
        time.sleep(0.02)


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
