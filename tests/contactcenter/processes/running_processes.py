"""Programs under test as real processes, and the questions tests ask about them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from ports import free_port

from contactcenter.foundation import embedded
from contactcenter.foundation.children import born, kill_session, left_alone

DRIVER = Path(__file__).with_name("driver_processes.py")
PATIENCE = 60.0


def until(look: Callable[[], Any], what: str) -> Any:
    """Wait for a true answer."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := look()):
        assert time.monotonic() < deadline, f"still waiting for {what}"
        time.sleep(0.02)
    return answer


def clean_environment(**told: object) -> dict[str, str]:
    """Nothing of the tester's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, **{name.upper(): str(value) for name, value in told.items()}}


@dataclass
class Program:
    """`driver_processes.py` running in a process of its own."""

    var: Path
    told: dict[str, object] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    marks: dict[int, str] = field(default_factory=dict)

    def start(self, kind: str, argument: str) -> "Program":
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(DRIVER), kind, argument],
                env=clean_environment(var=self.var, **self.told),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    @property
    def output(self) -> Path:
        return self.var.parent / f"{self.var.name}-said-{id(self)}.txt"

    def said(self) -> str:
        return self.output.read_text()

    def says(self, pattern: str) -> re.Match[str]:
        assert self.process

        def heard() -> re.Match[str] | None:
            found = re.search(pattern, self.said(), re.MULTILINE)
            assert found or self.process.poll() is None, f"it ended without saying {pattern}: {self.said()}"
            return found or re.search(pattern, self.said(), re.MULTILINE)

        return until(heard, f"{pattern} in {self.said()}")

    def ends(self) -> int:
        assert self.process
        return self.process.wait(PATIENCE)

    def tell(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def children(self) -> dict[str, int]:
        """name → number of all that it runs now, remembered for `leaves_nothing`."""
        running = self.record()["children"]
        self.marks |= {pid: birth for pid, birth, _ in running.values()}
        return {name: pid for name, (pid, _, _) in running.items()}

    def record(self) -> dict[str, Any]:
        path = self.var / "running.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def leaves_nothing(self) -> None:
        until(lambda: all(born(pid) != birth for pid, birth in self.marks.items()), "the children to end")

    def put_an_end(self) -> None:
        if self.process and self.process.poll() is None:
            with suppress(KeyError):
                self.children()
            self.process.kill()
            self.process.wait()
        for pid, birth in self.marks.items():
            if born(pid) == birth or left_alone(pid, birth):
                kill_session(pid)
        for litter in self.record().get("litter", ()):
            shutil.rmtree(litter, ignore_errors=True)


@dataclass
class House(Program):
    """A supervisor with small children in place of the product."""

    port: int = field(default_factory=free_port)

    def serve(self, *processes: str, preparations: tuple[str, ...] = (), **told: object) -> "House":
        self.told |= {
            "host": "127.0.0.1",
            "port": self.port,
            "mail_door_port": free_port(),
            "demo_mailbox_port": free_port(),
            **told,
        }
        self.start("serve", json.dumps([preparations, processes]))
        return self

    def is_open(self) -> None:
        self.says(r"^Open http")

    def seen(self, name: str) -> list[dict[str, str]]:
        """What each process with this name was told, in the order of their starts."""
        files = sorted((self.var / "seen").glob(f"{name}.*.json"), key=lambda path: path.stat().st_mtime_ns)
        return [json.loads(path.read_text()) for path in files]


def answers(address: str) -> bool:
    with redis.Redis.from_url(address, socket_connect_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
        return True
    return False


def who_answers(port: int) -> int:
    """The process whose web server it is; 0 when nobody answers."""
    with suppress(OSError, ValueError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
        return int(answer.read())
    return 0


def addresses(var: Path) -> tuple[str, str]:
    return embedded.running(var)
