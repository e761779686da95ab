"""Directories in memory for the servers of a test run: a database is cloned there in a tenth of the time that a disk takes."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

MEMORY = Path("/dev/shm")
_ROOM = 3 * 2**30
"""Bytes; a whole run stays below half of that."""
_NAME = "contactcenter-tests-"
_LOCK = "in-use"
"""Held as long as the run lives, and let go by the kernel however it ends."""


@contextmanager
def directory(otherwise: Path) -> Iterator[Path]:
    """One that is gone afterwards, or the other where this machine has no memory to spare."""
    if not _has_room():
        yield otherwise
        return
    _forget_the_dead()
    made = Path(mkdtemp(prefix=_NAME, dir=MEMORY))
    with (made / "new").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (made / "new").rename(made / _LOCK)  # seen by others only when it is held
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _has_room() -> bool:
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= _ROOM


def _forget_the_dead() -> None:
    """A run that was killed could not clean up, and memory comes back only by that."""
    for lock in MEMORY.glob(f"{_NAME}*/{_LOCK}"):
        with suppress(OSError), lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
