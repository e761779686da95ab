"""Child processes: they end with their parent, can be started again, and are known by more than a reusable number."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_LARGEST_LOG = 20_000_000
_LAST_WORDS = 4_000


class CannotStart(Exception):  # noqa: N818 — a refusal to start, not a fault of the program
    """One sentence that says what to change. Whoever raises it leaves nothing running."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system that a child runs as."""

    uid: int
    gid: int


@dataclass(slots=True, eq=False)
class Child:
    """A command that runs at most once at a time, in a session of its own: Ctrl+C in a terminal reaches its parent only."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str]
    directory: Path | None = None
    account: Account | None = None
    feed: bytes = b""
    """What it reads on standard input: the place for secrets, which `ps` would show among the arguments."""
    stop_with: signal.Signals = signal.SIGTERM
    orphaned_with: signal.Signals = signal.SIGKILL
    """What the kernel sends it when its parent dies without a word (Linux only)."""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 — the command is ours
                self.command,
                stdin=subprocess.PIPE if self.feed else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.directory,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=_end_with_parent(self.orphaned_with),  # noqa: PLW1509 — one system call, no lock is taken
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        if self.process.stdin:
            self.process.stdin.write(self.feed)
            self.process.stdin.close()

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def status(self) -> int | None:
        """The exit status, None while it runs; never started counts as ended."""
        return self.process.poll() if self.process else 0

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_with)

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit status, or None when it still runs after `seconds`."""
        if self.process is None:
            return 0
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self, seconds: float) -> None:
        """Orderly if it can be done in time, else at once and with everything it started."""
        self.ask_to_stop()
        if self.wait(seconds) is None:
            self.kill()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            kill_session(self.process.pid)
            self.process.wait()

    def run(self) -> int:
        """Start it and wait for its end; an interrupted wait ends it."""
        self.start()
        try:
            return self.wait() or 0
        finally:
            self.kill()

    def last_words(self, lines: int = 12) -> str:
        return last_words(self.log, lines)


def last_words(log: Path, lines: int) -> str:
    """The end of a log, to be shown with the news that its writer died."""
    with log.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_WORDS))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def keep_log_small(log: Path) -> None:
    """Move a large log aside by copy: its writer holds the file open in append mode and goes on at its new beginning."""
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def kill_session(pid: int) -> None:
    """End a child and what it started; children lead sessions, so their process group has their number."""
    with suppress(ProcessLookupError, PermissionError):  # it has ended; some systems say so with the second
        os.killpg(pid, signal.SIGKILL)


def left_alone(pid: int, birth: str) -> bool:
    """Whether this child has ended but some that it started have not: their group keeps its number from being reused."""
    if sys.platform != "linux" or born(pid) or not birth.startswith(_boot()):
        return False
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def born(pid: int) -> str:
    """What tells this process from a later one with the same number; empty when it has ended."""
    if sys.platform == "linux":
        return _born_by_proc(pid)
    asked = subprocess.run(  # noqa: S603 — a number is the only input
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, since = asked.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else since.strip()


def _born_by_proc(pid: int) -> str:
    try:
        stat, boot = Path(f"/proc/{pid}/stat").read_text(), _boot()
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in {"Z", "X"} else f"{boot} {fields[18]}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Set after the change of user, which would clear it; a parent that died in between is noticed by its number."""
    if _PRCTL is None:
        return None
    prctl, parent = _PRCTL, os.getpid()

    def before_the_command() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_the_command
