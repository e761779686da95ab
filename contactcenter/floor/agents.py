"""Agents: they sign in like everybody, keep socket and telephone alive, take what rings, talk, write and wrap up."""

import heapq
import itertools
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from contactcenter.floor import desk_pages, phrases
from contactcenter.floor.browser import Browser, BrowserError
from contactcenter.floor.desk_pages import Bar, Ring, Row
from contactcenter.floor.stage import Stage
from contactcenter.floor.wire import Wire, WireError
from contactcenter.models.states import Channel

_BEATS_EVERY = 10.0
_LOOKS_EVERY = 5.0
_SOON = 0.1
_FOUND = 302

Took = Callable[[Channel, str], None]


@dataclass(slots=True)
class Work:
    """One conversation in hand; `left` are the agent's lines that have not been said yet."""

    case_id: int
    channel: Channel
    language: str
    left: list[str]
    awaits_caller: bool = False


@dataclass(slots=True)
class Agent:
    """One agent, who does one thing at a time and remembers what is due when."""

    stage: Stage
    login: str
    password: str
    took: Took
    browser: Browser
    random: Random
    agent_id: int = 0
    wire: Wire | None = None
    ready: threading.Event = field(default_factory=threading.Event)
    _agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)
    _offers: set[int] = field(default_factory=set)
    _hands: dict[int, Work] = field(default_factory=dict)
    _wrapping: set[int] = field(default_factory=set)
    _look_due: float = 0.0

    # --- the day ---

    def work(self) -> None:
        """From signing in to the end of the play."""
        self._sign_in()
        self._beat()
        self.browser.post("/console/presence", chosen="available")
        self.ready.set()
        self._look()
        while not self.stage.frozen.is_set():
            self._listen()
            while self._agenda and self._agenda[0][0] <= time.monotonic():
                _, _, act = heapq.heappop(self._agenda)
                self._try(act)

    def leave(self) -> None:
        """Go home: nothing more is offered, and the browser is closed."""
        if self.ready.is_set():
            self._try(lambda: self._ask("/console/presence", chosen="offline"))
            self._try(lambda: self._ask("/sign-out"))
        if self.wire is not None:
            self.wire.close()
        self.browser.close()

    def _sign_in(self) -> None:
        self.browser.open("/sign-in")
        answer = self.stage.patiently(lambda: self.browser.post("/sign-in", login=self.login, password=self.password))
        if answer.status_code != _FOUND:
            raise BrowserError(f"{self.login} could not sign in ({answer.status_code}).")
        found = desk_pages.agent_id(self.browser.open("/console"))
        if found is None:
            raise BrowserError(f"The desk of {self.login} does not say whose it is.")
        self.agent_id = found

    # --- being there ---

    def _listen(self) -> None:
        """Until something is due; what the socket tells brings the next look forward."""
        due = min(self._agenda[0][0] if self._agenda else 0.0, time.monotonic() + 1.0)
        try:
            if self.wire is None:
                self.wire = self._connect()
            event = self.wire.hear(max(0.01, due - time.monotonic()))
        except WireError:
            self.wire = None
            self.stage.frozen.wait(1.0)
            return
        if event and self._look_due > time.monotonic() + _SOON:
            self._in(_SOON, self._look)
            self._look_due = time.monotonic() + _SOON

    def _connect(self) -> Wire:
        wire = Wire(self.browser.base_url, cookie=self.browser.cookies)
        wire.ask("rooms.catch_up", {f"agent:{self.agent_id}": 0})
        return wire

    def _beat(self) -> None:
        """Both leases: of the page, and of the telephone."""
        self._in(_BEATS_EVERY, self._beat)
        if self.wire is None:
            self.wire = self._connect()
        self.wire.emit("presence.heartbeat")
        self._ask("/softphone/register")

    def _look(self) -> None:
        """Everything that may need doing; the next look comes in any case."""
        self._look_due = time.monotonic() + _LOOKS_EVERY
        if not any(act == self._look for _, _, act in self._agenda):
            self._in(_LOOKS_EVERY, self._look)
        for ring in desk_pages.rings(self.browser.fragment("/console/ringing")):
            if ring.offer_id not in self._offers:
                self._offers.add(ring.offer_id)
                self._in(self.random.uniform(0.5, 3.0), lambda ring=ring: self._accept(ring))  # type: ignore[misc]
        mine = desk_pages.rows(self.browser.fragment("/console/work"))
        self._hands = {row.case_id: self._hands[row.case_id] for row in mine if row.case_id in self._hands}
        for row in mine:
            self._see(row)
        self._see_call(desk_pages.bar(self.browser.fragment("/console/call-bar")))
        if not self._hands and desk_pages.is_held_back(self.browser.fragment("/console/presence")):
            self._ask("/console/presence", chosen="available")

    def _see(self, row: Row) -> None:
        if row.group == "wrap-up" and row.item_id not in self._wrapping:
            self._wrapping.add(row.item_id)
            self._in(self.random.uniform(1.0, 4.0), lambda: self._complete(row))
        elif row.group == "active" and row.case_id not in self._hands:
            self._begin(row.case_id, row.channel, "en")

    # --- a conversation ---

    def _accept(self, ring: Ring) -> None:
        answer = self._ask(f"/console/offers/{ring.offer_id}/accept")
        case_id = desk_pages.opened_case(answer)
        if case_id is None:
            return
        self.took(ring.channel, ring.address)
        self._begin(case_id, ring.channel, ring.language)

    def _begin(self, case_id: int, channel: Channel, language: str) -> None:
        """The first line comes after a moment of reading; on the telephone, once both are on the line."""
        work = Work(case_id, channel, language, list(phrases.AGENT_SAYS[language]))
        self._hands[case_id] = work
        match channel:
            case Channel.CHAT:
                self._in(self.random.uniform(2, 5), lambda: self._chat(work))
            case Channel.EMAIL:
                self._in(self.random.uniform(5, 15), lambda: self._write(work))
            case Channel.MESSAGING:
                self._in(self.random.uniform(3, 8), lambda: self._finish(work))
            case Channel.VOICE:
                work.awaits_caller = True

    def _see_call(self, bar: Bar | None) -> None:
        """Begin to talk when the provider says that both are on the line."""
        work = next((one for one in self._hands.values() if one.channel is Channel.VOICE and one.awaits_caller), None)
        if bar is None or work is None or bar.phase != "connected":
            return
        work.awaits_caller = False
        self._in(0.5, lambda: self._talk(work, bar.hang_up))

    def _talk(self, work: Work, hang_up: str) -> None:
        if work.left:
            self._ask("/softphone/say", text=work.left.pop(0))
            self._in(self.random.uniform(2.5, 6.0), lambda: self._talk(work, hang_up))
        else:
            self._ask(hang_up)

    def _chat(self, work: Work) -> None:
        if work.left and self._reply(work, work.left.pop(0)):
            self._in(self.random.uniform(3.0, 7.0), lambda: self._chat(work))
        else:
            self._finish(work)

    def _write(self, work: Work) -> None:
        self._reply(work, phrases.AGENT_WRITES[work.language])
        self._finish(work)

    def _reply(self, work: Work, text: str) -> bool:
        path = f"/console/cases/{work.case_id}/reply"
        return self.browser.post(path, body=text, client_id=secrets.token_hex(8), seen="").status_code < 300

    def _finish(self, work: Work) -> None:
        """End what no telephone ends; its wrap-up is among what the next look finds."""
        for row in desk_pages.rows(self.browser.fragment("/console/work")):
            if row.case_id == work.case_id and row.group == "active":
                self._ask(f"/console/items/{row.item_id}/finish")
        self._in(_SOON, self._look)

    def _complete(self, row: Row) -> None:
        form = self.browser.fragment(f"/console/cases/{row.case_id}/context?tab=wrap-up")
        work = self._hands.pop(row.case_id, None)
        possible = desk_pages.dispositions(form)
        ends = "resolved" if "resolved" in desk_pages.statuses(form) and self.random.random() < 0.8 else ""
        if possible:
            self._ask(
                f"/console/items/{row.item_id}/complete",
                disposition=self.random.choice(possible[:3]),
                summary=phrases.SUMMARIES[work.language if work else "en"],
                next_status=ends,
            )

    # --- small things ---

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (time.monotonic() + seconds, next(self._order), act))

    def _ask(self, path: str, **form: str) -> str:
        """Post; what is refused because others were faster is no trouble. Returns where to go on."""
        answer = self.browser.post(path, **form)
        if answer.status_code >= 400 and answer.status_code not in {404, 409}:
            self.stage.troubles.append(f"{self.login}: {path} answered {answer.status_code}")
        return str(answer.headers.get("HX-Location", ""))

    def _try(self, act: Callable[[], object]) -> None:
        """A desk that cannot reach the system for a moment goes on when it can."""
        try:
            act()
        except (BrowserError, WireError) as error:
            self.stage.troubles.append(f"{self.login}: {error}")
            self.wire = None if isinstance(error, WireError) else self.wire
