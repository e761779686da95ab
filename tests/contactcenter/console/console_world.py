"""What the console's tests share: contacts of each channel that have come in, and what an agent's browser shows."""

import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from house import NUMBER, Browser, House
from sqlalchemy import select
from werkzeug.serving import make_server

from contactcenter.channels.chat import conversations
from contactcenter.channels.chat.conversations import Said, Visitor
from contactcenter.channels.email.receiving import receive
from contactcenter.foundation import clock
from contactcenter.models import Interaction, Offer, WorkItem
from contactcenter.models.states import OfferState

CALLER = "+14155550123"
MAILER = "dana.reed@example.org"

MAIL = """\
From: Dana Reed <dana.reed@example.org>
To: billing@desk.example.com
Subject: The lamp arrived broken
Message-ID: <lamp-{n}@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8

The lamp of my order has a crack. <b>Please</b> send a new one.
--inner
Content-Type: text/html; charset=utf-8

<p>The lamp has a <b>crack</b>.</p><script>alert(1)</script><img src="http://example.net/spy.gif">
--inner--
--outer
Content-Type: text/html; name="page.html"
Content-Disposition: attachment; filename="page.html"

<script>alert("run")</script>
--outer--
"""


def call(house: House, keys: str = "13", caller: str = CALLER):
    """A caller who chose English and billing, and waits."""
    phone = house.sim.dial_in(caller, NUMBER)
    for key in keys:
        house.pass_time(4)
        house.sim.press(phone, key)
    house.pass_time(2)
    return phone


def mail(house: House, n: int = 1, **changes: str) -> int:
    """A mail that has come in; returns its case."""
    text = MAIL.format(n=n)
    for old, new in changes.items():
        text = text.replace(old, new)
    taken = receive(house.db, house.parts.mailbox, text.encode(), "test")
    assert taken.case_id is not None, taken
    house.settle()
    return taken.case_id


def chat(house: House, text: str = "Why was I charged twice?", name: str = "Dana", email: str = "") -> str:
    """A chat that has come in; returns the visitor's secret."""
    token = secrets.token_urlsafe(32)
    with house.db.transaction() as session:
        visitor = Visitor(name, email, "en", "billing")
        conversations.open_chat(session, token, visitor, Said("first-message", text), clock.now(session))
    house.settle()
    return token


def says(house: House, token: str, text: str, client_id: str = "second-message") -> None:
    with house.db.transaction() as session:
        conversations.say(session, conversations.by_token(session, token), Said(client_id, text), clock.now(session))


def pending(house: House, login: str) -> Offer | None:
    """What rings at this agent."""
    with house.db.transaction() as session:
        return session.scalar(
            select(Offer)
            .where(Offer.agent_id == house.user_id(login), Offer.state == OfferState.PENDING)
            .order_by(Offer.id.desc())
            .limit(1)
        )


def taken(house: House, browser: Browser, login: str) -> WorkItem:
    """Accept what rings; returns the item."""
    offer = pending(house, login)
    assert offer is not None, "nothing rings"
    assert browser.post(f"/console/offers/{offer.id}/accept").status_code == 204
    house.settle()
    return item(house, offer.item_id)


def item(house: House, item_id: int) -> WorkItem:
    with house.db.transaction() as session:
        return session.get_one(WorkItem, item_id)


def interaction(house: House, of: WorkItem) -> Interaction:
    with house.db.transaction() as session:
        return session.get_one(Interaction, of.interaction_id)


def shown(browser: Browser, url: str) -> str:
    """The text of a page or fragment, without tags and with single spaces."""
    answer = browser.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return words(answer.get_data(as_text=True))


def words(html: str) -> str:
    without = re.sub(r"<template.*?</template>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(without.split())


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of this application's pages for a real browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
