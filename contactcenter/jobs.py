"""The worker's jobs: carry out one parcel of the outbox, or whichever are due. RQ only says when; the rows say what."""

import structlog

from contactcenter.composition import Parts, compose
from contactcenter.foundation import clock, outbox
from contactcenter.foundation.outbox import Claim
from contactcenter.models.states import OutboxState
from contactcenter.settings import Settings

log = structlog.get_logger()


_IN_USE: list[Parts] = []


def use(parts: Parts) -> None:
    """Give this process's jobs the parts they work with: RQ hands them nothing but numbers."""
    _IN_USE[:] = [parts]


def carry_out(outbox_id: int) -> None:
    """RQ's job: one parcel."""
    if not _IN_USE:
        use(compose(Settings()))
    carry_out_one(_IN_USE[0], outbox_id)


def carry_out_one(house: Parts, outbox_id: int) -> bool:
    """Carry the parcel out unless somebody else has it; True when it was ours."""
    with house.db.transaction() as session:
        taken = outbox.claim(session, outbox_id, clock.now(session))
    if taken is not None:
        _do(house, taken)
    return taken is not None


def carry_out_due(house: Parts, most: int = 100) -> int:
    """Carry out what nobody was woken for, or what a dead worker left behind."""
    for done in range(most):
        with house.db.transaction() as session:
            taken = outbox.claim_due(session, clock.now(session))
        if taken is None:
            return done
        _do(house, taken)
    return most


def _do(house: Parts, taken: Claim) -> None:
    try:
        state = _carry_out(house, taken)
    except Exception as error:
        log.exception("parcel_failed", topic=taken.topic, attempt=taken.attempt)
        with house.db.transaction() as session:
            outbox.give_back(session, taken, f"{type(error).__name__}: {error}"[:500], clock.now(session))
        return
    with house.db.transaction() as session:
        outbox.finish(session, taken, state)


def _carry_out(house: Parts, taken: Claim) -> OutboxState:
    channel, _, _ = taken.topic.partition(".")
    match channel:
        case "voice":
            return house.voice.carry_out(taken)
        case "email":
            return house.post.carry_out(taken)
        case "messaging":
            return house.messages.carry_out(taken)
        case "automation":
            return house.automation.carry_out(taken)
        case _:
            raise LookupError(f"Nobody carries out {taken.topic}.")
