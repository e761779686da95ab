"""A phone call in the terminal: what would be heard is printed, what would be pressed is typed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Self, cast

import click

import ivr
from contactcenter.channels.voice.hooks import fakes
from contactcenter.channels.voice.hooks.declared import Hook

_KEYS = re.compile(r"[0-9*#]+")
_HANG_UP = "q"
_PROMISED = "2026-01-05T14:30"
"""The local time by which every call is promised here."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the world answers where no telephone is: the hours, some hooks by name, and the others as they are declared."""

    hours: Literal["open", "closed", "emergency"]
    hooks: Mapping[str, ivr.LookupAnswered]
    declared: Mapping[str, Hook]
    minutes: int | None
    """How long the wait in line is expected to be; None when nobody can tell."""

    @classmethod
    def read(cls, hours: str, hooks: Iterable[str], declared: Mapping[str, Hook], minutes: int | None) -> Self:
        """From the options of the command. Raises BadParameter."""
        return cls(cast("Literal['open', 'closed', 'emergency']", hours), dict(map(_hook, hooks)), declared, minutes)

    def looked_up(self, hook: str, given: Mapping[str, str]) -> ivr.LookupAnswered:
        if hook in self.hooks:
            return self.hooks[hook]
        return fakes.looked_up(self.declared[hook], given) if hook in self.declared else ivr.LookupAnswered("error")


def hold(flow: ivr.Flow, caller: ivr.Caller, answers: Answers) -> None:
    """The whole call, until somebody hangs up."""
    turn = ivr.begin(flow, caller)
    while True:
        if turn.entered:
            click.secho(f"  [{' > '.join(turn.entered)}]", dim=True)
        _hear(turn.speak)
        event = _next(flow, turn, answers)
        if event is None:
            click.echo("You hung up.")
            return
        turn = ivr.advance(flow, turn.state, event)
        if isinstance(turn.act, ivr.HangUp):
            _hear(turn.speak)
            click.echo(f"The call ended: {turn.act.outcome}.")
            return


def _hear(said: Iterable[ivr.Speech]) -> None:
    for one in said:
        click.echo(f"  {one.language}: {one.text}" + (f"   (plays {one.audio})" if one.audio else ""))


def _next(flow: ivr.Flow, turn: ivr.Turn, answers: Answers) -> ivr.Event | None:  # noqa: C901, PLR0911 — a table: one case for each act
    match turn.act:
        case ivr.AskKeys(prompt):
            _hear(prompt)
            return _answer(click.prompt("keys", default="", show_default=False))
        case ivr.AskHours(calendar):
            click.secho(f"  [{calendar}: {answers.hours}]", dim=True)
            return ivr.HoursAnswered(answers.hours)
        case ivr.AskLookup(hook, given):
            answer = answers.looked_up(hook, given)
            click.secho(f"  [{hook}: {answer.result}]", dim=True)
            return answer
        case ivr.WaitInQueue():
            return _queue(flow, turn, turn.act, answers.minutes)
        case ivr.FindArticle(article, question):
            return _read(article or question)
        case ivr.BookCallback(number):
            return _book(number)
        case ivr.TransferCall(prompt, number):
            _hear(prompt)
            return _transfer(number)
        case ivr.RecordMessage(prompt):
            _hear(prompt)
            typed = click.prompt("message (Enter: none)", default="", show_default=False)
            return None if typed == _HANG_UP else ivr.MessageRecorded(len(typed.split()))
        case _:
            return None


def _answer(typed: str) -> ivr.Event | None:
    if typed == _HANG_UP:
        return None
    if not typed.strip():
        return ivr.Silence()
    return ivr.KeysPressed(typed) if _KEYS.fullmatch(typed) else ivr.WordsSpoken(typed)


def _queue(flow: ivr.Flow, turn: ivr.Turn, waiting: ivr.WaitInQueue, minutes: int | None) -> ivr.Event | None:
    needs = ", ".join(f"{skill} {level}" for skill, level in waiting.skills.items())
    click.secho(f"  [waits in {waiting.queue}{': ' if needs else ''}{needs}]", dim=True)
    _hear(ivr.queue_announcement(flow, turn.state, 1, minutes))
    keys = ivr.queue_keys_in_force(flow, turn.state, 1, minutes)
    reasons = {"": "answered", "w": "waited_too_long", "n": "nobody_logged_in", "f": "full"}
    choices = f"Enter: an agent answers, w: too long, n: nobody is there, f: full{''.join(f', {key}' for key in keys)}"
    typed = _chosen(choices, {*reasons, *keys})
    if typed is None:
        return None
    if typed in keys:
        return ivr.QueueLeft("key", typed)
    reason = cast("Literal['answered', 'waited_too_long', 'nobody_logged_in', 'full']", reasons[typed])
    return ivr.QueueLeft(reason)


def _read(about: str) -> ivr.Event | None:
    click.secho(f"  [reads from the knowledge base: {about}]", dim=True)
    typed = _chosen("Enter: an article is read, m: there is none", {"", "m"})
    return None if typed is None else ivr.ArticleAnswered("missing" if typed else "found", "An article.")


def _book(number: str) -> ivr.Event | None:
    click.secho(f"  [books a call to {number}]", dim=True)
    typed = _chosen("Enter: promised, b: the number cannot be called, r: no call can be promised", {"", "b", "r"})
    if typed is None:
        return None
    return ivr.CallbackAnswered({"": "booked", "b": "bad_number", "r": "refused"}[typed], "" if typed else _PROMISED)  # type: ignore[arg-type]  # these three words


def _transfer(number: str) -> ivr.Event | None:
    click.secho(f"  [calls {number}]", dim=True)
    typed = _chosen("Enter: somebody answers, b: busy, n: no answer, f: it fails", {"", "b", "n", "f"})
    if typed is None:
        return None
    return ivr.TransferEnded({"": "answered", "b": "busy", "n": "no_answer", "f": "failed"}[typed])  # type: ignore[arg-type]  # these four words


def _chosen(question: str, choices: set[str]) -> str | None:
    """What was typed, of these; None for hanging up."""
    while (typed := click.prompt(question, default="", show_default=False)) not in {*choices, _HANG_UP}:
        click.echo("Nothing listens for that here.")
    return None if typed == _HANG_UP else str(typed)


def _hook(written: str) -> tuple[str, ivr.LookupAnswered]:
    name, _, told = written.partition("=")
    if not name or not told:
        raise click.BadParameter(f"'{written}' should read like find_order=missing or find_order=status:shipped.")
    if told in {"missing", "error"}:
        return name, ivr.LookupAnswered(cast("Literal['missing', 'error']", told))
    pairs = [pair.partition(":") for pair in told.split(",")]
    if not all(key and colon for key, colon, _ in pairs):
        raise click.BadParameter(f"'{told}' should be missing, error, or values like status:shipped,eta:2026-01-07.")
    return name, ivr.LookupAnswered("found", {key: value for key, _, value in pairs})
