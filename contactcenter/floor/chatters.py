"""Chatters: they open a chat, keep its socket, write, wait for an answer as long as their patience lasts, and go."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from contactcenter.floor.browser import Browser, BrowserError
from contactcenter.floor.ledger import Fate
from contactcenter.floor.people import Person
from contactcenter.floor.stage import Stage
from contactcenter.floor.wire import Wire, WireError
from contactcenter.models.states import Channel, InteractionState

_OVER = frozenset({*InteractionState}) - {
    InteractionState.IN_IVR, InteractionState.QUEUED, InteractionState.OFFERED, InteractionState.CONNECTED
}  # fmt: skip
_LOOKS_EVERY = 2.0
_LONGEST_TALK = 90.0


@dataclass(slots=True)
class Chatter:
    """One chat, on the visitor's side."""

    stage: Stage
    person: Person
    browser: Browser
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    wire: Wire | None = None
    seq: int = 0
    said: int = 0
    heard: int = 0
    opened: float = 0.0
    over: bool = False

    def come(self) -> None:
        """From the first message to the end of the chat, or to the end of the play."""
        self._open()
        while not self.over and not self.stage.frozen.is_set():
            self._wait_for_news()
            self._look()
            self._answer()
            self._lose_patience()

    def leave(self) -> None:
        """Close the chat, if that has not happened."""
        if self.opened and not self.over:
            self.over = True
            self._send("/widget/end", {})
        if self.wire is not None:
            self.wire.close()
            self.wire = None

    def _open(self) -> None:
        visitor = {
            "name": self.person.name, "email": self.person.address, "topic": self.person.topic,
            "client_id": "0", "text": self.person.lines[0],
        }  # fmt: skip
        answer = self._send(f"/widget/open?lang={self.person.language}", visitor)
        if answer.status_code != 201:
            raise BrowserError(f"The chat could not be opened: {answer.status_code} {answer.text[:200]}")
        self.opened, self.said = time.monotonic(), 1
        self.stage.ledger.received(Channel.CHAT, self.person.number)

    def _wait_for_news(self) -> None:
        """The socket says when to look; without it, looking now and then must do."""
        try:
            if self.wire is None:
                self.wire = Wire(self.browser.base_url, "/visitor", auth={"token": self.token})
            self.wire.hear(_LOOKS_EVERY)
        except WireError:
            self.wire = None
            self.stage.frozen.wait(_LOOKS_EVERY)

    def _look(self) -> None:
        answer = self.browser.get(f"/widget/messages?after={self.seq}", Authorization=f"Bearer {self.token}")
        if answer.status_code != 200:
            raise BrowserError(f"The chat's messages answered {answer.status_code}.")
        told = answer.json()
        for message in told["messages"]:
            self.seq = max(self.seq, message["seq"])
            self.heard += not message["mine"]
        if self.heard:
            self.stage.ledger.became(Channel.CHAT, self.person.number, Fate.ANSWERED)
        if told["state"] in _OVER:
            self.over = True
            self.stage.ledger.became(Channel.CHAT, self.person.number, Fate.ABANDONED)

    def _answer(self) -> None:
        """One line for each line of the agent's, as long as there is something to say."""
        if self.over or self.said > self.heard or self.said >= len(self.person.lines):
            return
        self.stage.frozen.wait(self.person.thinks)
        said = {"token": self.token, "client_id": str(self.said), "text": self.person.lines[self.said]}
        if self._say(said):
            self.said += 1

    def _say(self, said: dict[str, str]) -> bool:
        if self.wire is not None:
            try:
                told: dict[str, Any] = self.wire.ask("message.send", said)
                return bool(told["stored"])
            except WireError:
                self.wire = None
        return bool(self._send("/widget/messages", said).status_code == 201)

    def _lose_patience(self) -> None:
        waited = time.monotonic() - self.opened
        tired = waited > (_LONGEST_TALK if self.heard else self.person.patience)
        if tired and not self.over and not self.stage.frozen.is_set():
            self._send("/widget/end", {})
            self._look()

    def _send(self, path: str, said: object) -> Any:
        return self.browser.send(path, said, Authorization=f"Bearer {self.token}")
