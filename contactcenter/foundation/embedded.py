"""Private PostgreSQL and Valkey servers for whoever has none: started as our children, under `var`, ended with us."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from contactcenter.foundation import embedded_postgres, embedded_valkey
from contactcenter.foundation.children import Child
from contactcenter.foundation.occupancy import Occupancy, occupied, urls_of_running

_LONGEST_SOCKET_PATH = 90


@dataclass(frozen=True, slots=True)
class Servers:
    """`database` and `redis` are addresses, empty for a server that was not asked for."""

    database: str
    redis: str
    occupancy: Occupancy
    children: tuple[Child, ...]
    """To be started again by whoever supervises them: the addresses stay the same."""


@contextmanager
def servers(var: Path, need_postgres: bool, need_valkey: bool, fsync: bool = True) -> Iterator[Servers]:
    """Run what is needed while the block runs. Raises CannotStart with one sentence, and then nothing runs.

    Without `fsync` nothing survives a crash of the machine: for tests. The directory is ours alone meanwhile.
    """
    with occupied(var) as occupancy, servers_on(occupancy, need_postgres, need_valkey, fsync) as started:
        yield started


@contextmanager
def servers_on(occupancy: Occupancy, need_postgres: bool, need_valkey: bool, fsync: bool = True) -> Iterator[Servers]:
    """The same on a directory that we hold already."""
    with ExitStack() as stack:
        database = redis = ""
        children: list[Child] = []
        room = _room(occupancy) if need_postgres or need_valkey else occupancy.var
        if need_postgres:
            postgres, database = stack.enter_context(embedded_postgres.running(occupancy, room / "p", fsync))
            children.append(postgres)
        if need_valkey:
            valkey, redis = stack.enter_context(embedded_valkey.running(occupancy, room / "v", fsync))
            children.append(valkey)
        yield Servers(database, redis, occupancy, tuple(children))


def running(var: Path) -> tuple[str, str]:
    """The database and Redis addresses of the servers that another process of ours runs on `var`; empty when none."""
    urls = urls_of_running(var.resolve())
    return urls.get(embedded_postgres.NAME, ""), urls.get(embedded_valkey.NAME, "")


def _room(occupancy: Occupancy) -> Path:
    """A temporary directory with a short name: a socket's path has room for about a hundred letters."""
    base = tempfile.gettempdir()
    if len(base) > _LONGEST_SOCKET_PATH - len("/cc-12345678/p/.s.PGSQL.5432") and Path("/tmp").is_dir():  # noqa: S108
        base = "/tmp"  # noqa: S108 — mkdtemp makes a private directory in it
    room = Path(tempfile.mkdtemp(prefix="cc-", dir=base))
    occupancy.litter(room)
    room.chmod(0o711)  # walked through by the servers' user; what is in it is private
    return room
