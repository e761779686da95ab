"""What everybody on the floor shares: the system's address, the ledger, the two moments at which the play ends."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import requests

from contactcenter.floor.ledger import Ledger
from contactcenter.settings import Settings

_TOO_MANY = 429
_TRIES = 30
_PAUSE = 3.0


@dataclass(frozen=True, slots=True)
class Stage:
    """One performance. `mark` tells it from others; `number` is called; `began` is an instant of the database."""

    settings: Settings
    mark: str
    number: str
    began: datetime
    ledger: Ledger = field(default_factory=Ledger)
    closing: threading.Event = field(default_factory=threading.Event)
    """Nobody new comes; whoever is there goes on."""
    frozen: threading.Event = field(default_factory=threading.Event)
    """Everybody stops where they are, for the books to be read."""
    troubles: list[str] = field(default_factory=list)

    def patiently(self, ask: Callable[[], requests.Response]) -> requests.Response:
        """Ask; a door that says `too much in a short time` is asked again a little later."""
        answer = ask()
        for _ in range(_TRIES):
            if answer.status_code != _TOO_MANY or self.frozen.wait(_PAUSE):
                break
            answer = ask()
        return answer
