"""One owner per `var` directory, and an end to what an owner that was killed has left behind."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from contactcenter.foundation.children import CannotStart, Child, born, kill_session, left_alone

_RECORD = "running.json"
_LOCK = "lock"
_PATIENCE = 15.0
_MOMENT = 1.0
"""For killed processes to go: where nobody collects the dead they keep their number, but no port."""


@dataclass(slots=True)
class Record:
    """What runs on a `var` directory now; kept on disk, so that the next owner can read it after a crash."""

    owner: int
    since: str
    children: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    """name → process number, birth, the signal that ends it in order"""
    litter: list[str] = field(default_factory=list)
    """Temporary directories that nobody needs once the owner has gone."""
    urls: dict[str, str] = field(default_factory=dict)


class Occupancy:
    """A `var` directory that is ours until we end, and the list of what runs on it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self._path = var / _RECORD
        self._record = Record(owner=os.getpid(), since=born(os.getpid()))
        self._save()

    def start(self, child: Child) -> None:
        child.start()
        self._record.children[child.name] = (child.pid, born(child.pid), int(child.stop_with))
        self._save()

    def litter(self, directory: Path) -> None:
        self._record.litter.append(str(directory))
        self._save()

    def publish(self, name: str, url: str) -> None:
        self._record.urls[name] = url
        self._save()

    def _save(self) -> None:
        write_private(self._path, json.dumps(asdict(self._record)))

    def leave(self) -> None:
        """All has ended in order."""
        for directory in self._record.litter:
            shutil.rmtree(directory, ignore_errors=True)
        self._path.unlink(missing_ok=True)


@contextmanager
def occupied(var: Path) -> Iterator[Occupancy]:
    """Hold the directory; the kernel drops the lock with our process, whatever ends it."""
    var = var.resolve()
    try:
        var.mkdir(parents=True, exist_ok=True)
        (var / "log").mkdir(mode=0o700, exist_ok=True)
        lock = os.open(var / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(
            f"The directory {var} cannot be written ({error.strerror}). Set VAR to a directory that can."
        ) from error
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, lock)
        _take(lock, var)
        _clear_up(var)
        occupancy = Occupancy(var)
        stack.callback(occupancy.leave)
        yield occupancy


def urls_of_running(var: Path) -> dict[str, str]:
    """The addresses of the private servers that run on this directory now; empty when none do."""
    record = _read(var)
    return dict(record.urls) if record and record.since and born(record.owner) == record.since else {}


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, readable to its owner only."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def _take(lock: int, var: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        record = _read(var)
        who = f" (process {record.owner})" if record else ""
        raise CannotStart(
            f"Another contactcenter{who} is running on {var}. Stop it first, or set VAR to another directory."
        ) from None


def _read(var: Path) -> Record | None:
    try:
        stored: dict[str, Any] = json.loads((var / _RECORD).read_text())
        return Record(**stored)
    except (OSError, ValueError, TypeError):
        return None


def _clear_up(var: Path) -> None:
    """End the children of an owner that is gone. Those that Linux has told already are only waited for."""
    record = _read(var)
    if record is None:
        return
    for pid, birth, number in record.children.values():
        if birth:
            _clear_up_after(pid, birth, signal.Signals(number))
    for directory in record.litter:
        shutil.rmtree(directory, ignore_errors=True)


def _clear_up_after(pid: int, birth: str, number: signal.Signals) -> None:
    if born(pid) == birth:
        _end(pid, birth, number)
    if left_alone(pid, birth):
        kill_session(pid)
        _wait_until(lambda: not left_alone(pid, birth), _MOMENT)


def _end(pid: int, birth: str, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
    if not _wait_until(lambda: born(pid) != birth, _PATIENCE):
        kill_session(pid)
        _wait_until(lambda: born(pid) != birth, _PATIENCE)


def _wait_until(done: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
