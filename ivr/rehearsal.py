"""Runs a scripted call through the machine with made-up answers, to see whether the flow does what its tests say."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from ivr.flow import Flow
from ivr.machine import advance, begin
from ivr.nodes import Plain
from ivr.scripts import Cue, Doing, Script
from ivr.state import Caller, State
from ivr.trail import Taken, passed, taken
from ivr.turns import (
    Act,
    ArticleAnswered,
    AskHours,
    AskKeys,
    AskLookup,
    BookCallback,
    CallbackAnswered,
    Event,
    FindArticle,
    HangUp,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    MessageRecorded,
    QueueLeft,
    RecordMessage,
    Silence,
    Speech,
    TransferCall,
    TransferEnded,
    Turn,
    WaitInQueue,
    WordsSpoken,
)
from ivr.waiting import queue_announcement, queue_keys_in_force

_MOST_AUTOMATIC_ANSWERS = 200
_ARTICLE = "An article of the knowledge base."
_BY = "2026-01-05T14:30"
"""The time promised in every script."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of a script: nothing in `problems` means that it went as expected."""

    problems: tuple[str, ...]
    steps: tuple[str, ...]
    exits: tuple[Taken, ...]
    """Each exit taken, in order, as its step and its name in the graph."""
    heard: tuple[str, ...]
    end: str | None
    queue: str | None


def rehearse(flow: Flow, script: Script) -> Rehearsal:
    run = _Run(flow, script)
    run.start()
    for cue in script.cues:
        run.play(cue)
    problems = [*run.problems, *_unmet(script, run)]
    return Rehearsal(tuple(problems), tuple(run.steps), tuple(run.exits), tuple(run.heard), run.end, run.queue)


@dataclass(slots=True)
class _Run:
    flow: Flow
    script: Script
    steps: list[str] = field(default_factory=list)
    exits: list[Taken] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    unheard: str = ""
    problems: list[str] = field(default_factory=list)
    state: State | None = None
    act: Act | None = None
    queue: str | None = None
    end: str | None = None
    refused_number: bool = False
    passed: int = 0
    """Seconds gone by in the queue or in the recording that is under way."""

    def start(self) -> None:
        turn = begin(self.flow, Caller(self.script.caller, language=self.script.language))
        self.exits += passed(self.flow, turn.state, self.flow.start, turn)
        self.take(turn)

    def take(self, turn: Turn) -> None:
        """Follows the call until it waits for the caller: our own answers come at once."""
        for _ in range(_MOST_AUTOMATIC_ANSWERS):
            self.state, self.act, self.passed = turn.state, turn.act, 0
            self.steps += turn.entered
            self.hear(turn.speak)
            event = self.automatic(turn.act)
            if event is None:
                return
            turn = self.advance(turn.state, event)
        self.problems.append("the call runs on and on without waiting for the caller")

    def automatic(self, act: Act) -> Event | None:  # noqa: C901, PLR0911 — a table: one case for each act
        match act:
            case AskHours():
                return HoursAnswered(self.script.hours)  # type: ignore[arg-type]  # the reader admits these words only
            case AskLookup() as lookup:
                return self.looked_up(lookup)
            case WaitInQueue() as waiting:
                return self.queued(waiting)
            case FindArticle():
                return ArticleAnswered(self.script.article, _ARTICLE)  # type: ignore[arg-type]  # the reader admits these words only
            case BookCallback():
                return self.booked()
            case TransferCall() as transfer:
                self.hear(transfer.prompt)
                return TransferEnded(self.script.transfer)  # type: ignore[arg-type]  # the reader admits these words only
            case AskKeys() as asked:
                self.hear(asked.prompt)
            case RecordMessage() as recording:
                self.hear(recording.prompt)
            case HangUp(outcome):
                self.end = outcome
        return None

    def looked_up(self, lookup: AskLookup) -> LookupAnswered:
        answer = self.script.hooks.get(lookup.hook, "missing")
        if isinstance(answer, str):
            return LookupAnswered("missing" if answer == "missing" else "error")
        return LookupAnswered("found", answer)

    def booked(self) -> CallbackAnswered:
        """A number that cannot be called is refused once; the next one is taken."""
        result = "booked" if self.refused_number else self.script.callback
        self.refused_number = result == "bad_number"
        return CallbackAnswered(result, _BY if result == "booked" else "")  # type: ignore[arg-type]  # as above

    def queued(self, waiting: WaitInQueue) -> Event | None:
        setting = self.script.queue
        self.queue = waiting.queue
        if not setting.open:
            return QueueLeft("nobody_logged_in")
        if setting.full:
            return QueueLeft("full")
        if self.state:
            self.hear(queue_announcement(self.flow, self.state, setting.position, setting.minutes))
        return QueueLeft("answered") if setting.answered_after == 0 else None

    def hear(self, speeches: Iterable[Speech]) -> None:
        for said in speeches:
            self.heard.append(said.text)
            self.unheard += said.text + "\n"
            self.problems += [f"nothing to say for {{{path}}} in '{said.text}'" for path in said.unset]

    def play(self, cue: Cue) -> None:
        match cue.doing:
            case Doing.HEAR:
                self.listen(cue)
            case Doing.WAIT:
                self.wait(cue.seconds)
            case Doing.HANG_UP:
                if isinstance(self.act, RecordMessage):
                    self.tell(MessageRecorded(self.passed, hung_up=True))
            case Doing.SAY if isinstance(self.act, AskKeys):
                self.tell(WordsSpoken(cue.text))
            case Doing.PRESS if self.press(cue.text):
                pass
            case _:
                self.problems.append(f"line {cue.line}: nothing listens for '{cue.text}' now")

    def press(self, keys: str) -> bool:
        """Presses keys where somebody listens; false where nobody does."""
        match self.act:
            case AskKeys():
                self.tell(KeysPressed(keys))
            case RecordMessage():
                self.tell(MessageRecorded(self.passed))
            case WaitInQueue() if keys in self.queue_keys():
                self.tell(QueueLeft("key", keys))
            case _:
                return False
        return True

    def queue_keys(self) -> Collection[str]:
        setting = self.script.queue
        return queue_keys_in_force(self.flow, self.state, setting.position, setting.minutes) if self.state else ()

    def tell(self, event: Event) -> None:
        if self.state:
            self.take(self.advance(self.state, event))

    def advance(self, state: State, event: Event) -> Turn:
        turn = advance(self.flow, state, event)
        self.exits += taken(self.flow, state, event, turn)
        return turn

    def listen(self, cue: Cue) -> None:
        """Looks in what was said since the last text that was listened for."""
        _, found, rest = self.unheard.partition(cue.text)
        if found:
            self.unheard = rest
        else:
            said = " / ".join(self.unheard.split("\n")) or "nothing"
            self.problems.append(f"line {cue.line}: '{cue.text}' was not heard, but: {said}")

    def wait(self, seconds: int) -> None:
        """Lets time pass; whatever runs out on the way happens."""
        left = seconds
        while left > 0 and self.act is not None and not isinstance(self.act, HangUp):
            until, event = self.next_event()
            step = min(left, max(until - self.passed, 1))
            self.passed += step
            left -= step
            if self.passed >= until:
                self.tell(event)

    def next_event(self) -> tuple[int, Event]:
        """After how many seconds of nothing something happens, and what."""
        match self.act:
            case AskKeys() as asked:
                return asked.timeout, Silence()
            case RecordMessage() as recording:
                return recording.longest_seconds, MessageRecorded(recording.longest_seconds)
            case WaitInQueue() as waiting:
                answered = self.script.queue.answered_after
                if answered is not None and answered <= waiting.longest_seconds:
                    return answered, QueueLeft("answered")
                return waiting.longest_seconds, QueueLeft("waited_too_long")
            case _:
                return 1, Silence()


def _unmet(script: Script, run: _Run) -> list[str]:
    """What the script expects and did not come."""
    expect = script.expect
    compared = {
        "end": (expect.end, run.end),
        "queue": (expect.queue, run.queue),
        "steps": (expect.steps, tuple(run.steps)),
    }
    unmet = [
        f"{what} should be {wanted}, was {was}" for what, (wanted, was) in compared.items() if wanted not in {None, was}
    ]
    unmet += [
        f"tag {name} should be {wanted}, was {was}"
        for name, wanted in expect.tags.items()
        if (was := _tag(run.state, name)) != wanted
    ]
    everything = "\n".join(run.heard)
    unmet += [f"'{text}' should be heard" for text in expect.heard if text not in everything]
    return unmet + [f"'{text}' should not be heard" for text in expect.not_heard if text in everything]


def _tag(state: State | None, name: str) -> Plain | None:
    if state is None:
        return None
    return {
        "skill": next(iter(state.skills), None),
        "intent": state.intent,
        "priority": state.priority,
        "language": state.language,
    }[name]
