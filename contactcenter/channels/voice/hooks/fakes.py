"""Made-up answers of hooks: for calls in the terminal, and for the whole house with HOOKS=fake."""

from collections.abc import Mapping

import ivr
from contactcenter.channels.voice.hooks.answers import Outcome, error
from contactcenter.channels.voice.hooks.declared import Hook
from contactcenter.models.states import HookSource, HookState
from ivr.values import clean

SLOW = "slow"


def answer(hook: Hook, given: Mapping[str, str]) -> str | Mapping[str, object]:
    """The first fake that fits: a word, or the values found. A hook that has none for this finds nothing."""
    return next((fake.answer for fake in hook.fake if fake.fits(given)), "missing")


def outcome(hook: Hook, given: Mapping[str, str]) -> Outcome:
    match answer(hook, given):
        case "missing":
            return Outcome(HookState.MISSING, source=HookSource.FAKED)
        case str():
            return error("The made-up answer is an error.", HookSource.FAKED)
        case values:
            return Outcome(HookState.FOUND, clean(values), source=HookSource.FAKED)


def looked_up(hook: Hook, given: Mapping[str, str]) -> ivr.LookupAnswered:
    """The same as the menu machine is told; slow is an error that comes at once."""
    faked = outcome(hook, given)
    return as_event(faked.state, faked.values)


def as_event(state: str, values: Mapping[str, object]) -> ivr.LookupAnswered:
    match state:
        case HookState.FOUND:
            return ivr.LookupAnswered("found", values)
        case HookState.MISSING:
            return ivr.LookupAnswered("missing")
        case _:
            return ivr.LookupAnswered("error")
