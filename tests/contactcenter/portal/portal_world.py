"""A house on a real port with a carrier process's server beside it, as the product runs them; used by the phone's tests."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from werkzeug.serving import make_server

from contactcenter.app import create_app
from contactcenter.carrier.exchange import Number
from contactcenter.carrier.server import CarrierServer, QuietRequests, open_carrier
from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.composition import compose
from contactcenter.foundation.clock import Clock
from contactcenter.settings import Settings

PATIENCE = 30
NUMBER = "+14155550100"
CALLER = "+14155550142"


@dataclass
class World:
    url: str
    carrier: CarrierServer

    def page(self, login: str = "", password: str = "") -> "Page":
        page = Page(self.url, requests.Session())
        page.load("/sign-in")
        if login:
            sent = {"login": login, "password": password, "csrf_token": page.csrf}
            answer = page.session.post(f"{self.url}/sign-in", data=sent, timeout=PATIENCE, allow_redirects=False)
            assert answer.status_code == 302, answer.text
            page.load("/sign-in")
        return page


@dataclass
class Page:
    """A browser's tab: cookies, and the token that its requests carry."""

    url: str
    session: requests.Session
    csrf: str = ""

    def load(self, path: str) -> None:
        text = self.session.get(self.url + path, timeout=PATIENCE).text
        self.csrf = text.split('name="csrf-token" content="')[1].split('"')[0]

    def post(self, path: str, csrf: bool = True, **said: str) -> requests.Response:
        headers = {"X-CSRFToken": self.csrf} if csrf else {}
        return self.session.post(self.url + path, data=said, headers=headers, timeout=PATIENCE, allow_redirects=False)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=PATIENCE, allow_redirects=False)

    def dial(self, from_: str = CALLER, to: str = NUMBER) -> str:
        answer = self.post("/phone/calls", **{"from": from_, "to": to})
        assert answer.status_code == 201, answer.text
        return f"/phone/calls/{answer.json()['sid']}"

    def wait_for(self, path: str, kind: str, text: str = "") -> dict[str, Any]:
        """Ask for events, as the page does, until this one comes."""
        after, seen, deadline = 0, [], time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.get(f"{path}/events?after={after}")
            assert answer.status_code == 200, answer.text
            known = answer.json()
            seen += known["events"]
            found = next((one for one in seen if one["kind"] == kind and text in one["text"]), None)
            if found:
                return found
            if known["over"] and after == known["last"]:
                break
            after = known["last"]
        raise AssertionError(f"{kind} {text!r} did not come: {seen}")


@contextmanager
def running(house: Any) -> Iterator[World]:
    """The house's data behind a real port, with numbers that a real carrier server answers."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=QuietRequests)
    server.daemon_threads = True
    url = f"http://127.0.0.1:{server.server_port}"
    carrier = open_carrier("127.0.0.1", 0, SIMULATED_ACCOUNT_SID, house.parts.settings.twilio_auth_token, {}, url)
    to = Addresses(url)
    carrier.simulator.exchange.numbers[NUMBER] = Number(to.begin, fallback_url=to.fallback, status_callback=to.status)
    told = {"public_base_url": url, "carrier_url": carrier.url, "twilio_api_base": carrier.url}
    parts = compose(Settings(**{**house.parts.settings.model_dump(), **told}), Clock())
    server.app, _ = create_app(parts)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    carrier.start()
    try:
        yield World(url, carrier)
    finally:
        for call in carrier.simulator.live:
            carrier.simulator.hangup(call)
        carrier.stop()
        server.shutdown()
        thread.join()
        server.server_close()
        parts.close()
    assert carrier.simulator.errors == []
