"""Directories in memory for the servers of a test run: a database is cloned there in a tenth of the time that a disk takes."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

MEMORY = Path("/dev/shm")
_ROOM = 3 * 2**30
"""Bytes; a whole run stays below half of that."""
_NAME = "contactcenter-tests-"


@contextmanager
def directory(otherwise: Path) -> Iterator[Path]:
    """One that is gone afterwards, or the other where this machine has no memory to spare."""
    if not _has_room():
        yield otherwise
        return
    _forget_the_dead()
    made = Path(mkdtemp(prefix=f"{_NAME}{os.getpid()}-", dir=MEMORY))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _has_room() -> bool:
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= _ROOM


def _forget_the_dead() -> None:
    """A run that was killed could not clean up, and memory comes back only by that."""
    for left in MEMORY.glob(f"{_NAME}*"):
        number = left.name.removeprefix(_NAME).partition("-")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(left, ignore_errors=True)
