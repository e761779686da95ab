"""Promises to people who chat, and to the one person who comes by telephone, mail and chat."""

import json
import secrets

from house import BASE, NUMBER, House
from sqlalchemy import select
from test_story_mail import mail

from contactcenter.channels.email.receiving import receive
from contactcenter.customers import identity
from contactcenter.models import Case, Customer, Identity, Interaction, Offer, TimelineEntry


class Visitor:
    """A visitor's browser: it made a secret, and keeps it through a reload."""

    def __init__(self, house: House, token: str | None = None) -> None:
        self.client = house.app.test_client()
        self.token = token or secrets.token_urlsafe(32)

    def call(self, method: str, path: str, **said):
        return self.client.open(
            path,
            method=method,
            base_url=BASE,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            data=json.dumps(said) if said else None,
        )

    def open(self, text: str, client_id: str = "m-1", email: str = "", name: str = "Dana", topic: str = "billing"):
        return self.call("POST", "/widget/open", text=text, client_id=client_id, name=name, email=email, topic=topic)

    def say(self, text: str, client_id: str):
        return self.call("POST", "/widget/messages", text=text, client_id=client_id)

    def messages(self, after: int = 0):
        return self.call("GET", f"/widget/messages?after={after}").get_json()


def test_a_chat_moves_to_an_agent_and_survives_a_reload(house: House) -> None:
    ana = house.agent("ana")
    visitor = Visitor(house)
    assert visitor.open("Why was I charged twice?").status_code == 201
    house.settle()
    with house.db.transaction() as session:
        offer = session.scalars(select(Offer)).one()
        case = session.scalars(select(Case)).one()
    assert ana.post(f"/console/offers/{offer.id}/accept").status_code == 204
    ana.post(f"/console/cases/{case.id}/reply", body="Let me look.", client_id="agent-0001")

    reloaded = Visitor(house, visitor.token)
    said = reloaded.messages()
    assert [(m["mine"], m["text"]) for m in said["messages"]] == [
        (True, "Why was I charged twice?"),
        (False, "Let me look."),
    ]
    assert reloaded.say("Thanks!", "m-2").status_code == 201
    assert ana.get(f"/console/cases/{case.id}/timeline").get_data(as_text=True).count("Thanks!") == 1


def test_a_message_sent_twice_and_a_chat_opened_twice_are_there_once(house: House) -> None:
    visitor = Visitor(house)
    for _ in range(2):
        assert visitor.open("Hello?").status_code == 201
    for _ in range(3):
        assert visitor.say("Anybody there?", "m-2").status_code == 201
    assert [m["text"] for m in visitor.messages()["messages"]] == ["Hello?", "Anybody there?"]
    with house.db.transaction() as session:
        assert len(session.scalars(select(Interaction)).all()) == 1


def test_over_long_and_binary_text_is_refused_in_words(house: House) -> None:
    visitor = Visitor(house)
    visitor.open("Hello?")
    long = visitor.say("x" * 4001, "m-2")
    assert (long.status_code, long.mimetype) == (413, "application/problem+json")
    assert "4000" in long.get_json()["detail"]
    binary = visitor.say("\x00\x01\x02", "m-3")
    assert binary.status_code == 422
    assert visitor.call("POST", "/widget/messages", text=["no", "text"], client_id="m-4").status_code == 422
    stranger = Visitor(house)
    assert stranger.say("let me in", "m-5").status_code == 401
    assert len(visitor.messages()["messages"]) == 1


def test_one_person_over_three_channels_is_one_customer_with_one_history(house: House) -> None:
    house.agent("ana")
    receive(house.db, house.parts.mailbox, mail("Wrong invoice", "See attachment."), "pipe")
    with house.db.transaction() as session:
        customer = session.scalars(select(Customer).join(Identity).where(Identity.value == "dana@example.org")).one()
        identity.link(session, customer.id, identity.phone("+14155550123"), "agent", house.now())

    call = house.sim.dial_in("+14155550123", NUMBER)
    for key in ("1", "2", "3"):  # English; not about the open case; billing
        house.pass_time(6)
        house.sim.press(call, key)
    house.pass_time(2)
    Visitor(house).open("It is me again.", email="dana@example.org")
    house.settle()

    with house.db.transaction() as session:
        interactions = session.scalars(select(Interaction).order_by(Interaction.id)).all()
        cases = session.scalars(select(Case)).all()
        entries = session.scalars(select(TimelineEntry).order_by(TimelineEntry.seq)).all()
    assert [one.channel for one in interactions] == ["email", "voice", "chat"]
    assert {one.customer_id for one in interactions} == {customer.id}
    assert len(cases) == 1, "a contact about an open case joins it"
    assert {entry.channel for entry in entries if entry.kind in {"message_in", "call"}} == {"email", "voice", "chat"}
    page = house.agent("ana").get(f"/console/cases/{cases[0].id}").get_data(as_text=True)
    assert "See attachment." in page
    assert "It is me again." in page
