"""Reads what the callers of the sample company pressed in its phone menu, one line for each kind of call."""

from dataclasses import dataclass

from contactcenter.configuration.entries import Entry

_KEYS = frozenset("0123456789*#")
SILENCE = "-"


@dataclass(frozen=True, slots=True)
class DemoCall:
    """A kind of call that came in `times` times; `waits` and `message` are seconds."""

    times: int
    presses: tuple[str, ...]
    waits: int
    answered: bool
    message: int
    closed: bool


def demo_call(entry: Entry) -> DemoCall:
    fields = entry.fields(("times", "presses"), ("waits", "answered", "message", "closed"))
    return DemoCall(
        times=fields.whole("times", 1, 1000),
        presses=tuple(_pressed(one) for one in fields.items("presses")),
        waits=fields.whole("waits", 1, 3600),
        answered=_is(fields.get("answered")),
        message=fields.whole("message", 1, 600),
        closed=_is(fields.get("closed")),
    )


def _is(entry: Entry | None) -> bool:
    return entry is not None and entry.truth()


def _pressed(entry: Entry) -> str:
    written = entry.text()
    if written != SILENCE and not set(written) <= _KEYS:
        entry.wrong(f"“{written}” cannot be pressed; write keys, or - for silence.")
    return written
