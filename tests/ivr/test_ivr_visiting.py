"""The stays of calls: told by a walk of chance and compared with what the machine itself says it entered."""

import random

import pytest
from ivr_flows import small
from ivr_mutants import FILES
from ivr_sketches import any_flow
from ivr_walker import events

import ivr
from ivr.flow import Answer, Callback, Menu, Survey
from ivr.graph import exits
from ivr.visiting import HANGUP, LOST, PASSED_BY

FLOWS = [ivr.parse(path.read_text(encoding="utf-8"), path.name) for path in FILES]


def walked(flow: ivr.Flow, dice: random.Random, most: int = 60):
    """One call of chance: what was entered in all, what was told to be over, and whether anything was lost."""
    turn = ivr.begin(flow, ivr.Caller("+14155550100", language=dice.choice(flow.languages)))
    entered, told, lost = [*turn.entered], [*ivr.visited_first(flow, turn)], False
    tries: dict[int, tuple[int, int]] = {}
    for _ in range(most):
        if isinstance(turn.act, ivr.HangUp):
            break
        event = ivr.Lost() if dice.random() < 0.02 else dice.choice([one for one, _ in events(flow, turn)])
        before, turn = turn.state, ivr.advance(flow, turn.state, event)
        over = ivr.visited(flow, before, event, turn)
        lost = lost or isinstance(event, ivr.Lost)
        place = len(entered) - 1
        silences, wrong = tries.get(place, (0, 0))
        stayed = not turn.entered and not turn.state.ended
        asked = isinstance(event, ivr.KeysPressed | ivr.Silence | ivr.WordsSpoken)
        if stayed or (over and asked and over[0].exit in {"stuck", "skipped", "declined"}):
            unheard = isinstance(event, ivr.Silence) or (
                isinstance(event, ivr.KeysPressed) and not _counts(flow, before, event)
            )
            repeat = stayed and event == ivr.KeysPressed("*") and "*" in flow.keys_at(flow.steps[before.step])
            silences += unheard
            wrong += not unheard and not repeat
        tries[place] = (silences, wrong)
        if over and not isinstance(
            flow.steps[before.step].verb, Answer | Callback
        ):  # each of its questions counts anew
            assert (over[0].silences, over[0].wrong_keys) == (silences, wrong), (before, event)
        entered += turn.entered
        told += over
    return turn, entered, told, lost


def _counts(flow: ivr.Flow, state: ivr.State, event: ivr.KeysPressed) -> bool:
    """A number's own end is no number."""
    one_key = isinstance(flow.steps[state.step].verb, Menu | Survey)
    return bool(event.digits if one_key else event.digits.rstrip("#"))


@pytest.mark.parametrize(
    "flow", [*FLOWS, small(), *(any_flow(12, seed) for seed in range(6))], ids=lambda flow: flow.title["en"]
)
def test_every_step_that_was_entered_is_told_once_with_an_exit_that_leads_to_the_next(flow: ivr.Flow) -> None:
    dice = random.Random(7)
    for _ in range(60):
        turn, entered, told, lost = walked(flow, dice)
        stays = [one for one in told if one.exit != PASSED_BY]
        over = entered if turn.state.ended else entered[:-1]
        assert [one.step for one in stays] == over
        for place, one in enumerate(told):
            led = {way.name: way.target for way in exits(flow, flow.steps[one.step])}
            if one.exit in led:
                onward = told[place + 1].step if place + 1 < len(told) else entered[-1]
                assert led[one.exit] == onward or flow.name == "drawn", "only a flow that runs in circles is broken off"
            else:
                assert one.exit in {LOST, HANGUP} or one.exit.startswith("end "), one
            if one.exit == LOST and flow in FLOWS:
                assert lost


def test_what_happens_after_the_end_is_no_visit() -> None:
    flow = FLOWS[0]
    state = ivr.State(flow.name, flow.version, "thanks", "en", ended="solved")
    assert ivr.visited(flow, state, ivr.KeysPressed("1"), ivr.advance(flow, state, ivr.KeysPressed("1"))) == ()


def test_the_language_of_a_stay_is_the_one_the_caller_was_asked_in() -> None:
    flow = FLOWS[0]
    turn = ivr.begin(flow, ivr.Caller("+14155550100"))
    after = ivr.advance(flow, turn.state, ivr.KeysPressed("2"))
    assert after.state.language != turn.state.language
    (one,) = ivr.visited(flow, turn.state, ivr.KeysPressed("2"), after)
    assert one.language == turn.state.language
