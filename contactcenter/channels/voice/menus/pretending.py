"""What a trial pretends about the world outside the menu, as whoever tries it has chosen."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, Self, cast

import ivr
from ivr.flow import Lookup

PLACE, MINUTES = 2, 5
"""What a waiting caller is told."""
_READ = "…"
"""In place of an article, which is not read in a trial."""
PROMISED = "2026-01-05T14:30"
"""By when every call back is promised; nobody will make it."""


class Line(StrEnum):
    """What becomes of a caller in line."""

    ANSWERED = "answered"
    WAITED_TOO_LONG = "waited_too_long"
    NOBODY_LOGGED_IN = "nobody_logged_in"
    FULL = "full"
    WAITING = "waiting"


HOURS = ("open", "closed", "emergency")
RESULTS = ("found", "missing", "error")
_REFUSED = {Line.NOBODY_LOGGED_IN, Line.FULL}


@dataclass(frozen=True, slots=True)
class Pretended:
    """`hooks` is hook → found, missing or error; one that is not named misses."""

    hours: Literal["open", "closed", "emergency"] = "open"
    hooks: Mapping[str, str] | None = None
    line: Line = Line.ANSWERED

    @classmethod
    def read(cls, chosen: Mapping[str, str], hooks: tuple[str, ...]) -> Self:
        """From the fields `hours`, `line` and `hook.<name>`; what cannot be meant is as if it had not been said."""
        hours = chosen.get("hours", "")
        line = chosen.get("line", "")
        told = {hook: chosen.get(f"hook.{hook}", "") for hook in hooks}
        return cls(
            cast("Any", hours if hours in HOURS else "open"),
            {hook: result for hook, result in told.items() if result in RESULTS},
            Line(line) if line in set(Line) else Line.ANSWERED,
        )

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        return cls(kept["hours"], kept["hooks"], Line(kept["line"]))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def answer(self, flow: ivr.Flow, turn: ivr.Turn) -> ivr.Event | None:  # noqa: PLR0911 — a table: one case for each act
        """What the world says to this turn; None when it is the caller's to answer."""
        match turn.act:
            case ivr.AskHours():
                return ivr.HoursAnswered(self.hours)
            case ivr.AskLookup(hook):
                return self._looked_up(flow, hook)
            case ivr.WaitInQueue() if self.line in _REFUSED:
                return ivr.QueueLeft(cast("Any", self.line.value))
            case ivr.FindArticle():
                return ivr.ArticleAnswered("found", _READ)
            case ivr.BookCallback():
                return ivr.CallbackAnswered("booked", PROMISED)
            case ivr.TransferCall():
                return ivr.TransferEnded("answered")
            case _:
                return None

    def _looked_up(self, flow: ivr.Flow, hook: str) -> ivr.LookupAnswered:
        result = (self.hooks or {}).get(hook, "missing")
        if result != "found":
            return ivr.LookupAnswered("error" if result == "error" else "missing")
        return ivr.LookupAnswered("found", fake(flow, hook) or {})


def hooks_of(flow: ivr.Flow) -> tuple[str, ...]:
    """The hooks that a menu asks, in its order."""
    asked = (step.verb.hook for step in flow.steps.values() if isinstance(step.verb, Lookup))
    return tuple(dict.fromkeys(asked))


def fake(flow: ivr.Flow, hook: str) -> Mapping[str, object] | None:
    """Something for a hook to find: what the menu's own tests let it find; None where they let it find nothing."""
    answers = (script.hooks.get(hook) for script in flow.tests)
    return next((answer for answer in answers if answer is not None and not isinstance(answer, str)), None)
