"""The running product for the browser: all its processes as an operator starts them, and the end of them by number."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests
from ports import free_ports

from contactcenter.carrier.control import TOKEN_HEADER
from contactcenter.configuration.applying_staff import demo_password
from contactcenter.settings import Settings
from contactcenter.startup import of_running

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 150
STOPS_WITHIN = 40
LOOKS_EVERY = 0.2
CONFIGURED = {name.upper() for name in Settings.model_fields}
"""What would make the product use something of this machine's instead of its own."""


class NotStartedError(Exception):
    """One sentence, with the end of what the processes said."""


@dataclass(frozen=True)
class Product:
    """The product as it runs: its address, and who has signed in already and when (signing in is limited per minute)."""

    url: str
    var: Path
    signed_in: dict[str, tuple[float, dict]] = field(default_factory=dict)

    def names(self) -> set[str]:
        """What customers are called by now, whichever test they came with: boards show it in every language."""
        return self._column("SELECT name FROM customer")

    def writings(self) -> set[str]:
        """What people have written by now, whichever test they came with."""
        return self._column("""
            SELECT subject FROM cases
            UNION SELECT body ->> 'text' FROM timeline_entry
            UNION SELECT body ->> 'subject' FROM timeline_entry
            UNION SELECT unnest(tags) FROM cases
        """)

    def _column(self, query: str) -> set[str]:
        with psycopg.connect(of_running(Settings(var=self.var)).database_url) as connection:
            return {value for (value,) in connection.execute(query) if value}

    @property
    def numbers(self) -> list[str]:
        """The telephone numbers that the simulated network knows by now."""
        settings = of_running(Settings(var=self.var))
        answer = requests.get(
            f"{settings.carrier_url}/control/numbers",
            headers={TOKEN_HEADER: settings.twilio_auth_token},
            timeout=5,
        )
        answer.raise_for_status()
        return answer.json()["numbers"]

    def password(self, login: str) -> str:
        return demo_password(login)

    def is_there(self) -> bool:
        """Pages are served, and a call would be answered."""
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok and bool(self.numbers)
        except (requests.RequestException, json.JSONDecodeError):
            return False


@contextmanager
def running(var: Path) -> Iterator[Product]:
    """Start everything on this empty directory and on free ports; end it in order afterwards."""
    web, mail_door, mailbox = free_ports(3)
    chosen = {"HOST": "127.0.0.1", "PORT": web, "MAIL_DOOR_PORT": mail_door, "DEMO_MAILBOX_PORT": mailbox, "VAR": var}
    inherited = {name: value for name, value in os.environ.items() if name not in CONFIGURED}
    told = {**inherited, **{name: str(value) for name, value in chosen.items()}}
    var.mkdir(parents=True, exist_ok=True)
    said = var / "serve.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "contactcenter.cli", "serve"],
            cwd=ROOT,
            env=told,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    product = Product(f"http://127.0.0.1:{web}", var)
    try:
        _wait_until(product.is_there, process, said)
        yield product
    finally:
        _stop(process)


def _wait_until(is_there: Callable[[], bool], process: subprocess.Popen, said: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not is_there():
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOKS_EVERY)
            raise NotStartedError(f"`serve` ended with {process.returncode}. {_end_of(said)}")
        if time.monotonic() > deadline:
            raise NotStartedError(f"`serve` did not answer within {STARTS_WITHIN} s. {_end_of(said)}")


def _end_of(said: Path) -> str:
    return "It said:\n" + said.read_text(errors="replace")[-2000:]


def _stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
