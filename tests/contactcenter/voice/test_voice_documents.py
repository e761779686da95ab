"""Whatever callers and agents do: every document and every command is one the provider understands."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import pytest
from carrier_openapi import OpenApiJudge, openapi_file
from house import BASE, NUMBER, Browser, House
from twilio.rest import Client
from voice_world import Provider, action_of

from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID
from contactcenter.channels.voice.jobs import Voice
from contactcenter.models import CallCommand, Offer, PhoneCall, WorkItem

LOGINS = ("ana", "ken", "mia")


@dataclass
class Floor:
    """Callers with thumbs, agents with a mouse, and chance."""

    house: House
    provider: Provider
    rng: random.Random
    agents: dict[str, Browser] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def something_happens(self) -> None:
        deed = self.rng.choice(DEEDS)
        self.done[deed.__name__] += bool(deed(self))

    def callers(self) -> list:
        return [call for call in self.house.sim.live if call.to == NUMBER]

    def caller(self):
        calls = self.callers()
        return self.rng.choice(calls) if calls else None


def somebody_calls(floor: Floor) -> bool:
    if len(floor.callers()) >= 4:
        return False
    floor.house.sim.dial_in(floor.rng.choice(["+14155550123", "+8613800000000", "anonymous", "+85255550188"]), NUMBER)
    return True


def presses_what_leads_on(floor: Floor) -> bool:
    call = floor.caller()
    if call:
        floor.house.sim.press(call, floor.rng.choice(["1", "2", "3", "0", "0"]))
    return bool(call)


def presses_anything(floor: Floor) -> bool:
    call = floor.caller()
    if call:
        floor.house.sim.press(call, floor.rng.choice(["9", "*", "#", "12345678#", "4711#", "00"]))
    return bool(call)


def talks(floor: Floor) -> bool:
    call = floor.caller()
    if call:
        floor.house.sim.say(call, "Hello? 你好？")
    return bool(call)


def hangs_up(floor: Floor) -> bool:
    call = floor.caller()
    if call and floor.rng.random() < 0.5:
        floor.house.sim.hangup(call)
        return True
    return False


def is_answered(floor: Floor) -> bool:
    pending = floor.provider.all(Offer, Offer.state == "pending")
    for offer in pending:
        for login, browser in floor.agents.items():
            if floor.house.user_id(login) == offer.agent_id:
                verb = floor.rng.choice(["accept", "accept", "accept", "decline"])
                browser.post(f"/console/offers/{offer.id}/{verb}", reason="busy")
    return bool(pending)


def is_held_or_let_go(floor: Floor) -> bool:
    calls = floor.provider.all(PhoneCall, PhoneCall.status_rank < 3)
    if not calls:
        return False
    call, browser = floor.rng.choice(calls), floor.rng.choice(list(floor.agents.values()))
    verb = floor.rng.choice(["hold", "hold", "unhold", "unhold", "hang-up"])
    return browser.post(f"/console/calls/{call.id}/{verb}").status_code == 204


def wraps_up(floor: Floor) -> bool:
    for item in floor.provider.all(WorkItem, WorkItem.state == "wrap_up"):
        for browser in floor.agents.values():
            browser.post(f"/console/items/{item.id}/complete", disposition="solved", summary="", next_status="")
        return True
    return False


def telephone_vanishes(floor: Floor) -> bool:
    login = floor.rng.choice(LOGINS)
    if floor.rng.random() < 0.3:
        floor.house.sim.unregister(f"agent_{floor.house.user_id(login)}")
    return True


def is_back(floor: Floor) -> bool:
    login = floor.rng.choice(LOGINS)
    floor.house.sim.register(f"agent_{floor.house.user_id(login)}", auto_answer=floor.rng.random() < 0.8)
    floor.agents[login].post("/console/presence", chosen="available")
    return True


def time_passes(floor: Floor) -> bool:
    floor.house.pass_time(floor.rng.choice([0.2, 1, 3, 6]), step=3)
    return True


DEEDS: tuple[Callable[[Floor], bool], ...] = (
    somebody_calls, somebody_calls, presses_what_leads_on, presses_what_leads_on, presses_what_leads_on,
    presses_what_leads_on, presses_what_leads_on, presses_anything, talks, hangs_up, is_answered, is_answered, is_answered, is_held_or_let_go, is_held_or_let_go, wraps_up,
    telephone_vanishes, is_back, is_back, time_passes, time_passes, time_passes, time_passes,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_in_a_long_walk_the_provider_has_nothing_to_complain_of_and_everybody_gets_home(
    house: House, provider: Provider, seed: int
) -> None:
    judge = judged(house)
    house.sim.habits.notice_twice = house.sim.habits.document_twice = 0.2
    house.sim.habits.notice_delay = 1.5
    floor = Floor(house, provider, random.Random(seed))
    floor.agents = {login: house.agent(login) for login in LOGINS}
    for _ in range(240):
        floor.something_happens()
    for call in floor.callers():
        house.sim.hangup(call)
    house.settle()
    house.pass_time(200, step=10)

    assert house.sim.errors == []
    assert judge is None or judge.complaints == []
    documents = [one for one in house.sim.trace if one.url.startswith(BASE) and one.reply.lstrip().startswith("<")]
    assert len(documents) > 30, floor.done
    assert floor.provider.all(Offer, Offer.state.in_(["accepted", "released"])), floor.done
    for one in documents:
        assert ET.fromstring(one.reply).tag == "Response"
    assert {one.status for one in house.sim.trace if one.url.startswith(BASE)} <= {200, 204}
    assert house.sim.live == []
    assert {item.state for item in provider.all(WorkItem)} <= {"done", "abandoned", "cancelled", "waiting"}
    assert all(provider.agent(login).load == 0 for login in LOGINS)
    assert {one.state for one in provider.all(CallCommand)} <= {"confirmed", "failed"}
    assert provider.violated() == []


def judged(house: House) -> OpenApiJudge | None:
    """From now on every command is looked at by the provider's own description of its API, where that is at hand."""
    path = openapi_file()
    if path is None:
        return None
    judge = OpenApiJudge(house.sim.http_client(), path)
    client = Client(SIMULATED_ACCOUNT_SID, "simulated-token", http_client=judge)
    house.parts.__dict__["voice"] = Voice(house.db, lambda: client, house.parts.addresses)
    return judge


@pytest.mark.skipif(
    openapi_file() is None, reason="The provider's OpenAPI description is not here (TWILIO_OPENAPI_DIR)."
)
def test_every_command_of_a_call_from_dialling_to_hanging_up_fits_the_providers_own_description(
    house: House, provider: Provider
) -> None:
    judge = judged(house)
    assert judge is not None
    ana = house.agent("ana")
    call = house.sim.dial_in("+14155550123", NUMBER)
    for key in ("1", "3"):
        house.pass_time(4)
        house.sim.press(call, key)
    house.pass_time(2)
    ana.post(f"/console/offers/{provider.offered(call.sid).id}/accept")
    house.settle()
    call_id = provider.call(call.sid).id
    for verb in ("hold", "unhold", "hang-up"):
        assert ana.post(f"/console/calls/{call_id}/{verb}").status_code == 204
        house.settle()
    house.pass_time(25)
    assert call.over
    assert judge.complaints == []
    used = {(method, template.rpartition("/Accounts/{AccountSid}")[2]) for method, template in judge.seen}
    assert used == {
        ("post", "/Conferences/{ConferenceSid}/Participants.json"),
        ("post", "/Conferences/{ConferenceSid}/Participants/{CallSid}.json"),
        ("delete", "/Conferences/{ConferenceSid}/Participants/{CallSid}.json"),
        ("post", "/Calls/{Sid}.json"),
    }
    assert house.sim.errors == []


def test_words_from_outside_cannot_break_out_of_a_document(house: House, provider: Provider) -> None:
    """A customer's name, an order's status: everything that a prompt repeats is text, never markup."""
    from contactcenter.foundation.db import add
    from contactcenter.models import Customer, CustomerOrder

    hostile = "</Say><Hangup/><Say>&\"'<![CDATA["
    with house.db.transaction() as session:
        customer = add(session, Customer, {"name": hostile, "facts": {}, "created_at": house.now()})
        session.add(
            CustomerOrder(
                number="12345678",
                customer_id=customer,
                status={"en": hostile, "zh-Hans": hostile, "zh-Hant": hostile},
                eta="2026-12-01",
                total="1.00",
                placed_on="2026-11-20",
            )
        )
        session.flush()
    sid = provider.sid()
    document = provider.ring(sid).get_data(as_text=True)
    for keys in ("1", "1", "12345678"):
        document = provider.press(document, sid, keys).get_data(as_text=True)
    root = ET.fromstring(document)
    assert root.find(".//Hangup") is None
    assert hostile in "".join(root.itertext())
    assert action_of(document)


def test_a_caller_who_withholds_their_number_is_served_like_anybody(provider: Provider) -> None:
    for caller in ("anonymous", "+266696687", "client:friend", "sip:dana@example.org", ""):
        sid = provider.to_billing(caller=caller)
        assert provider.item(sid).state == "waiting"
    customers = {provider.interaction(call.call_sid).customer_id for call in provider.all(PhoneCall)}
    assert len(customers) == 5, "five strangers, not one"
    assert provider.violated() == []
