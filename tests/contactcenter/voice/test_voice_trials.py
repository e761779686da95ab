"""A draft is called as callers would call it, with the world around it pretended; and calls stay on their version."""

import pytest
from house import BASE, NUMBER, House
from menus_world import MENU, NEW, OLD, Menus
from races import at_once, wait_until
from voice_world import Provider, action_of

from contactcenter import schedule
from contactcenter.carrier.call import Call
from contactcenter.channels.voice.menus import pretending, publishing, trials
from contactcenter.channels.voice.menus.pretending import Line, Pretended
from contactcenter.foundation import clock
from contactcenter.foundation.shelves import Wish
from contactcenter.models import FlowTrial

TESTER = "+14155550142"
FOUND = {"find_customer": "found", "find_order": "found"}


@pytest.fixture
def menus(house: House) -> Menus:
    return Menus(house)


def begin(menus: Menus, body: str | None = None, pretended: Pretended | None = None) -> str:
    with menus.house.db.transaction() as session:
        return trials.begin(session, body or menus.text(), pretended or Pretended(), clock.now(session))


def call(menus: Menus, body: str | None = None, **pretended: object) -> Call:
    token = begin(menus, body, Pretended(**pretended))  # type: ignore[arg-type]
    dialled = menus.house.sim.dial_in(TESTER, NUMBER, menus.house.parts.addresses.trial(token).begin)
    menus.house.sim.advance(1)
    return dialled


def play(menus: Menus, dialled: Call, *keys: str) -> str:
    """Press keys, each once all has been said, and hear the call to its end or for two minutes."""
    sim = menus.house.sim
    for key in keys:
        sim.advance(3)
        sim.press(dialled, key)
    sim.advance(120)
    assert sim.errors == []
    return " / ".join(text for _, text in dialled.heard)


def test_a_draft_is_heard_and_nothing_of_the_house_is_touched(menus: Menus, provider: Provider) -> None:
    body = menus.changed()
    menus.house.settle()
    before = provider.everything()
    heard = play(menus, call(menus, body), "1", "3")
    assert NEW in heard
    assert "You are number 2 in line." in heard
    assert "Here an agent would answer" in heard
    menus.house.settle()
    after = provider.everything()
    assert after == {**before, "flow_trial": 1}


@pytest.mark.parametrize(
    ("pretended", "keys", "heard", "silent"),
    [
        ({"hours": "closed"}, "1", "outside our opening hours", OLD),
        ({"hours": "emergency"}, "1", "Some of our services are down", "outside our opening hours"),
        ({"hooks": FOUND}, "1112345678#", "Your order is", "could not find"),
        ({"hooks": {"find_order": "missing"}}, "1112345678#", "could not find order", "Your order is"),
        ({"hooks": {"find_order": "error"}}, "1112345678#", "stay on the line", "could not find order"),
        ({"line": Line.NOBODY_LOGGED_IN}, "13", "nobody is free", "You are number 2"),
        ({"line": Line.FULL}, "13", "nobody is free", "You are number 2"),
        ({"line": Line.WAITED_TOO_LONG}, "13", "nobody is free", "Here an agent would answer"),
        ({"line": Line.WAITING}, "13", "You are number 2", "Here an agent would answer"),
    ],
    ids=str,
)
def test_what_is_chosen_happens(menus: Menus, pretended: dict, keys: str, heard: str, silent: str) -> None:
    told = play(menus, call(menus, **pretended), *keys)
    assert heard in told
    assert silent not in told


def test_a_key_in_line_leads_where_the_menu_says(menus: Menus) -> None:
    dialled = call(menus, line=Line.WAITING)
    told = play(menus, dialled, "1", "3", "2")
    assert "leave" in told.rpartition("You are number 2 in line.")[2].lower()
    assert dialled.over


def test_a_message_is_pretended_to_be_taken(menus: Menus, provider: Provider) -> None:
    dialled = call(menus, hours="closed")
    menus.house.sim.press(dialled, "1")
    menus.house.sim.advance(20)
    menus.house.sim.press(dialled, "#")
    told = play(menus, dialled)
    assert "outside our opening hours" in told
    assert dialled.over
    assert provider.everything()["timeline_entry"] == 0


def test_a_question_asked_again_gets_the_same_document(menus: Menus, provider: Provider) -> None:
    token = begin(menus, menus.changed())
    first = [
        provider.post(f"{BASE}/twilio/voice/trial/{token}", CallSid="CA1", From=TESTER, To=NUMBER).text for _ in "123"
    ]
    assert len(set(first)) == 1
    later = [provider.press(first[0], "CA1", "1").text for _ in "123"]
    assert len(set(later)) == 1
    assert NEW in later[0]
    assert provider.press(first[0], "CA1", "2").text == later[0], "even another answer comes too late"


def test_of_several_answers_at_once_one_counts_and_the_others_hear_the_same(menus: Menus, provider: Provider) -> None:
    for _ in range(3):
        token = begin(menus)
        asked = provider.post(f"{BASE}/twilio/voice/trial/{token}", CallSid="CA1", From=TESTER, To=NUMBER).text
        answers = at_once(*[lambda asked=asked, key=key: provider.press(asked, "CA1", key).text for key in "1231"])
        assert len(set(answers)) == 1
    assert {trial.turn for trial in menus.all(FlowTrial)} == {2}


def test_a_trial_answers_only_the_provider_and_only_who_knows_its_name(menus: Menus, provider: Provider) -> None:
    token = begin(menus)
    url = f"{BASE}/twilio/voice/trial/{token}"
    assert provider.post(url, signature="forged", CallSid="CA1").status_code == 403
    assert provider.post(f"{BASE}/twilio/voice/trial/guessed", CallSid="CA1").status_code == 404
    assert provider.post(f"{url}/ivr/greet/keys?n=99", CallSid="CA1", Digits="1").status_code == 200


def test_a_trial_is_forgotten_after_a_day(menus: Menus) -> None:
    begin(menus)
    duty = schedule.DUTIES["forget_old_trials"][1]
    for seconds, left in ((3600, 1), (86_400, 0)):
        menus.house.parts.clock.ahead += schedule.timedelta(seconds=seconds)
        with menus.house.db.transaction() as session:
            duty(session, clock.now(session))
        assert len(menus.all(FlowTrial)) == left


def test_what_hooks_find_is_what_the_menus_own_tests_let_them_find(menus: Menus) -> None:
    text = menus.text()
    with menus.house.db.transaction() as session:
        flow = trials.readable(session, text, MENU)
    assert pretending.hooks_of(flow) == ("find_customer", "find_order")
    assert {"status", "eta"} <= set(pretending.fake(flow, "find_order") or {})
    assert pretending.fake(flow, "no_such_hook") is None


def test_what_is_chosen_wrongly_is_as_if_it_had_not_been_chosen() -> None:
    chosen = {"hours": "never", "line": "round the corner", "hook.find_order": "maybe", "hook.find_customer": "error"}
    assert Pretended.read(chosen, ("find_customer", "find_order")) == Pretended("open", {"find_customer": "error"})


# --- calls in progress ---


def test_a_call_in_progress_stays_on_its_version_and_a_new_one_hears_the_new_text(
    menus: Menus, provider: Provider
) -> None:
    early = provider.sid()
    asked = provider.ring(early).text
    menus.save(menus.changed())
    publishing.publish(menus.house.db, MENU, 1, Wish(menus.who("admin"), "", 1))
    late = [""]

    def hears_the_new_text() -> bool:
        late[0] = provider.sid()
        return NEW in provider.press(provider.ring(late[0]).text, late[0], "1").text

    wait_until(hears_the_new_text, what="the new version in every process")
    answered = provider.press(asked, early, "1").text
    assert OLD in answered
    assert NEW not in answered
    assert f"{MENU}@1/" in action_of(answered)
    assert (provider.call(early).flow_version, provider.call(late[0]).flow_version) == (1, 2)
