"""Callers: they dial, listen, press keys, wait in line as long as their patience lasts, talk, and hang up."""

import time
from dataclasses import dataclass, field
from typing import Any

from contactcenter.floor.browser import Browser, BrowserError
from contactcenter.floor.ledger import Fate
from contactcenter.floor.people import HANGS_UP, Person
from contactcenter.floor.stage import Stage
from contactcenter.models.states import Channel

_LONGEST_TALK = 60.0
_LONGEST_IN_MENU = 90.0
_PAUSE = 0.7
"""Between two questions for news: people do not notice faster, and the door limits how often it is asked."""


@dataclass(slots=True)
class Caller:
    """One call. Whatever happens is told by the events that the caller's own page would be told."""

    stage: Stage
    person: Person
    browser: Browser
    sid: str = ""
    after: int = 0
    pressed: int = 0
    said: int = 0
    began: float = field(default_factory=time.monotonic)
    in_line_since: float | None = None
    talking_since: float | None = None
    hung_up: bool = False
    over: bool = False

    def come(self) -> None:
        """From dialling to the end of the call, or to the end of the play."""
        self.browser.open("/phone")
        self.sid = self._dial()
        while not self.over and not self.stage.frozen.is_set():
            for event in self._news():
                self._notice(event)
            self._lose_patience()
            self.stage.frozen.wait(_PAUSE)
        if self.hung_up and not self.over:
            for event in self._news():  # of a call that is over, all news is there at once
                self._notice(event)

    def leave(self) -> None:
        """Hang up, if that has not happened."""
        if self.sid and not self.over:
            self._do("hangup")

    def _dial(self) -> str:
        answer = self.stage.patiently(
            lambda: self.browser.post("/phone/calls", **{"from": self.person.address, "to": self.stage.number})
        )
        if answer.status_code != 201:
            raise BrowserError(f"Nobody could be called: {answer.status_code} {answer.text[:200]}")
        return str(answer.json()["sid"])

    def _news(self) -> list[dict[str, Any]]:
        path = f"/phone/calls/{self.sid}/events?after={self.after}"
        answer = self.stage.patiently(lambda: self.browser.get(path))
        if answer.status_code != 200:
            raise BrowserError(f"The call's events answered {answer.status_code}.")
        told = answer.json()
        self.after = told["last"]
        if told["over"] and not told["events"]:
            self._ended()
        events: list[dict[str, Any]] = told["events"]
        return events

    def _notice(self, event: dict[str, Any]) -> None:
        match event["kind"]:
            case "caption":
                self._hear(str(event["who"]))
            case "waiting":
                self.in_line_since = self.in_line_since or time.monotonic()
                self.stage.ledger.received(Channel.VOICE, self.person.number)
            case "joined" | "talking":
                self.talking_since = self.talking_since or time.monotonic()
                self.stage.ledger.became(Channel.VOICE, self.person.number, Fate.ANSWERED)
            case "lost_key":
                self.pressed = max(0, self.pressed - 1)
            case "ended":
                self._ended()
            case _:
                pass

    def _hear(self, who: str) -> None:
        """The menu asks, so press; a person speaks, so answer."""
        if who == "agent":
            if self.said < len(self.person.lines):
                self._think()
                self._do("say", text=self.person.lines[self.said])
                self.said += 1
        elif self.in_line_since is None and self.pressed < len(self.person.keys):
            self._think()
            key = self.person.keys[self.pressed]
            self.pressed += 1
            if key == HANGS_UP:
                self._hang_up()
            else:
                self._do("press", digits=key)

    def _lose_patience(self) -> None:
        now = time.monotonic()
        if self.talking_since is not None:
            content = self.person.hangs_up_first and self.said >= len(self.person.lines)
            tired = content or now - self.talking_since > _LONGEST_TALK
        elif self.in_line_since is not None:
            tired = now - self.in_line_since > self.person.patience
        else:
            tired = now - self.began > _LONGEST_IN_MENU
        if tired and not self.over:
            self._hang_up()

    def _hang_up(self) -> None:
        if not self.stage.frozen.is_set():
            self.hung_up = True
            self._do("hangup")

    def _do(self, verb: str, **words: str) -> None:
        """A call that has ended meanwhile refuses; its end is among the news."""
        self.stage.patiently(lambda: self.browser.post(f"/phone/calls/{self.sid}/{verb}", **words))

    def _think(self) -> None:
        self.stage.frozen.wait(self.person.thinks)

    def _ended(self) -> None:
        if self.over:
            return
        self.over = True
        in_line = self.in_line_since is not None
        self.stage.ledger.became(Channel.VOICE, self.person.number, Fate.ABANDONED if in_line else Fate.SELF_SERVICE)
