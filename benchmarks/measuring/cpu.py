"""CPU time of a process and everything it started, as the kernel counts it (Linux)."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds so far: of the processes that serve, and of PostgreSQL."""

    serving: float
    database: float

    def since(self, earlier: "Spent") -> "Spent":
        return Spent(self.serving - earlier.serving, self.database - earlier.database)


def spent(serving: list[int], database: int) -> Spent:
    """Read both at one instant."""
    families = _families()
    return Spent(sum(_of(pid, families) for pid in serving), _of(database, families))


def busy() -> float:
    """CPU seconds that all processes of this machine have used since it started."""
    user, nice, system, _idle, _waits, *interrupts = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    return sum(int(ticks) for ticks in (user, nice, system, *interrupts)) / _TICK


def waited(pid: int) -> float:
    """Seconds that the process's first thread could have run and had no core to run on."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


def _of(root: int, families: dict[int, list[int]]) -> float:
    """The tree's own time plus that of children it has buried."""
    ticks = 0
    family = [root]
    while family:
        pid = family.pop()
        ticks += _ticks(pid)
        family += families.get(pid, [])
    return ticks / _TICK


def _families() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    return children


def _ticks(pid: int) -> int:
    fields = _stat(pid)
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) if fields else 0


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold anything: state, parent, … user and system time, buried children's."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
