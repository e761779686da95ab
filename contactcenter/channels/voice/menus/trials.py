"""Trials: a draft is called like any menu, by the same documents, while all around it is pretended and nothing is kept."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import audio, documents, library
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.library import Library
from contactcenter.channels.voice.menus import checking, pretending
from contactcenter.channels.voice.menus.pretending import Line, Pretended
from contactcenter.foundation.db import add
from contactcenter.foundation.errors import BadInput, NotFound
from contactcenter.foundation.guards import changed
from contactcenter.foundation.languages import N_, best_language, gettext_for
from contactcenter.models import FlowTrial

_KEPT_FOR = timedelta(days=1)
_MOST_STEPS = 200
_WAITS = 4
"""Seconds in line after the announcement."""
_ANSWERED = N_("Here an agent would answer. This is a trial: the conversation is over at once.")


def begin(session: Session, body: str, pretended: Pretended, now: datetime) -> str:
    """Keep this text for a call on it; the token by which the call is answered."""
    token = secrets.token_urlsafe(24)
    add(session, FlowTrial, {"token": token, "body": body, "pretended": pretended.as_dict(), "at": now})
    return token


def readable(session: Session, body: str, name: str) -> ivr.Flow:
    """The flow of a draft with its parts. Raises BadInput with the first thing that keeps it from being read."""
    try:
        flow = ivr.joined(ivr.parse(body, name), library.published(session))
    except ivr.FlowError as error:
        first = error.findings[0]
        if first.source != name:
            raise checking.unfit(first) from error
        raise BadInput(
            "The draft cannot be read as it stands; line %(line)s: %(message)s.", line=first.line, message=first.message
        ) from error
    return ivr.stand_in(flow) if flow.part else flow


def answer(session: Session, token: str, caller: ivr.Caller, to: Addresses) -> str:
    """The first document of the call."""
    trial = load(session, token)
    return _turn(session, trial, 0, to, lambda flow, _state: ivr.begin(flow, caller))


def advance(session: Session, token: str, number: int, event: ivr.Event | None, to: Addresses) -> str:
    """The document after `event`; None stands for the way in which the caller left the line. Asked again, it is the same."""
    trial = load(session, token)
    noted = trial.position.get("left") or {"reason": "full", "key": None}
    happened = ivr.QueueLeft(**noted) if event is None else event
    return _turn(
        session, trial, number, to, lambda flow, state: _answered(ivr.advance(flow, state, happened), happened)
    )


def wait(session: Session, token: str, to: Addresses) -> str:
    """What the caller hears in line: first where they stand, then whatever was chosen to happen."""
    trial = load(session, token)
    line = Pretended.from_dict(trial.pretended).line
    ends = line in {Line.ANSWERED, Line.WAITED_TOO_LONG}
    if ends and trial.position.get("announced"):
        return _leave(session, trial, {"reason": line.value, "key": None})
    _keep(session, trial, {**trial.position, "announced": True})
    flow = _flow(session, trial)
    state = _state(flow, trial)
    speeches = ivr.queue_announcement(flow, state, pretending.PLACE, pretending.MINUTES)
    if ends:
        return documents.wait_shortly(flow, speeches, _WAITS, audio.playable(session, to))
    keys = bool(ivr.queue_keys_in_force(flow, state, pretending.PLACE, pretending.MINUTES))
    return documents.wait(flow, speeches, keys=keys, to=audio.playable(session, to))


def wait_key(session: Session, token: str, key: str, to: Addresses) -> str:
    trial = load(session, token)
    flow = _flow(session, trial)
    in_force = ivr.queue_keys_in_force(flow, _state(flow, trial), pretending.PLACE, pretending.MINUTES)
    if key not in in_force:
        return wait(session, token, to)
    return _leave(session, trial, {"reason": "key", "key": key})


def load(session: Session, token: str) -> FlowTrial:
    trial = session.scalar(select(FlowTrial).where(FlowTrial.token == token).execution_options(populate_existing=True))
    if trial is None:
        raise NotFound("This trial is over.")
    return trial


def forget_old(session: Session, now: datetime) -> None:
    """A trial is worth nothing once its call is over."""
    session.execute(delete(FlowTrial).where(FlowTrial.at < now - _KEPT_FOR))


def _turn(
    session: Session, trial: FlowTrial, number: int, to: Addresses, take: Callable[[ivr.Flow, ivr.State], ivr.Turn]
) -> str:
    """Take one turn, unless it was taken before: then its document is repeated."""
    if trial.turn != number:
        return str(trial.position.get("document") or documents.nothing())
    flow = _flow(session, trial)
    turn = _settle(flow, take(flow, _state(flow, trial)), Pretended.from_dict(trial.pretended))
    document = documents.turn(flow, turn, number + 1, audio.playable(session, to))
    position = {"state": turn.state.as_dict(), "document": document}
    moved = update(FlowTrial).where(FlowTrial.id == trial.id, FlowTrial.turn == number)
    if not changed(session, moved.values(position=position, turn=number + 1)):
        return str(load(session, trial.token).position["document"])
    return document


def _settle(flow: ivr.Flow, turn: ivr.Turn, pretended: Pretended) -> ivr.Turn:
    """Answer what the machine asks of the world, until it asks something of the caller."""
    spoken = turn.speak
    for _ in range(_MOST_STEPS):
        event = pretended.answer(flow, turn)
        if event is None:
            break
        spoken += turn.act.prompt if isinstance(turn.act, ivr.TransferCall) else ()
        turn = ivr.advance(flow, turn.state, event)
        spoken += turn.speak
    return replace(turn, speak=spoken)


def _answered(turn: ivr.Turn, happened: ivr.Event) -> ivr.Turn:
    """Where an agent would answer, the caller is told so."""
    if happened != ivr.QueueLeft("answered"):
        return turn
    language = turn.state.language
    told = ivr.Speech(language, gettext_for(best_language(language))(_ANSWERED))
    return replace(turn, speak=(told, *turn.speak))


def _leave(session: Session, trial: FlowTrial, left: dict[str, str | None]) -> str:
    _keep(session, trial, {**trial.position, "left": left})
    return documents.leave()


def _keep(session: Session, trial: FlowTrial, position: dict[str, object]) -> None:
    session.execute(update(FlowTrial).where(FlowTrial.id == trial.id).values(position=position))


def _state(flow: ivr.Flow, trial: FlowTrial) -> ivr.State:
    kept = trial.position.get("state")
    return ivr.State.from_json(json.dumps(kept)) if kept else ivr.begin(flow, ivr.Caller("")).state


def _flow(session: Session, trial: FlowTrial) -> ivr.Flow:
    return _read(trial.body, library.published(session))


@lru_cache(maxsize=16)
def _read(body: str, parts: Library) -> ivr.Flow:
    return ivr.joined(ivr.parse(body, "trial"), parts)
