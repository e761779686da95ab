"""Webhooks of rules: signed, to named hosts only, told again until the other side has heard."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contactcenter.automation.webhooks_out import Delivery, deliver
from contactcenter.channels.voice.hooks.answers import HookFailed
from contactcenter.channels.voice.hooks.surroundings import Surroundings


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is told, and answers what the test wants."""

    heard: list[tuple[dict[str, str], bytes]]
    status: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(b"thanks, no JSON")

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.heard, server.status = [], 202  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def told(port: int, secret: str = "secret:crm") -> Delivery:
    return Delivery(f"http://127.0.0.1:{port}/cases", secret, "17:service/one:1", {"case": 7, "name": "張"})


def around(port: int) -> Surroundings:
    return Surroundings(hosts=frozenset({f"127.0.0.1:{port}"}), secrets={"crm": "a key"})


def test_what_is_told_is_json_with_a_signature_and_a_key_of_its_own(receiver: ThreadingHTTPServer) -> None:
    port = receiver.server_address[1]
    deliver(told(port), around(port))
    [(headers, body)] = receiver.heard  # type: ignore[attr-defined]
    assert json.loads(body) == {"case": 7, "name": "張"}
    assert headers["X-Delivery"] == "17:service/one:1"
    assert headers["X-Signature"] == "sha256=" + hmac.new(b"a key", body, hashlib.sha256).hexdigest()
    assert headers["Content-Type"] == "application/json"


def test_without_a_secret_it_is_not_signed(receiver: ThreadingHTTPServer) -> None:
    port = receiver.server_address[1]
    deliver(told(port, secret=""), around(port))
    [(headers, _)] = receiver.heard  # type: ignore[attr-defined]
    assert "X-Signature" not in headers


def test_a_server_that_says_no_has_not_heard_it(receiver: ThreadingHTTPServer) -> None:
    port = receiver.server_address[1]
    receiver.status = 503  # type: ignore[attr-defined]
    with pytest.raises(HookFailed, match="The server answers 503"):
        deliver(told(port), around(port))


def test_a_host_that_nobody_named_is_not_reached(receiver: ThreadingHTTPServer) -> None:
    port = receiver.server_address[1]
    with pytest.raises(HookFailed):
        deliver(told(port), Surroundings(hosts=frozenset({"crm.example.com"}), secrets={"crm": "a key"}))
    assert receiver.heard == []  # type: ignore[attr-defined]


def test_a_private_address_is_reached_only_with_its_port_named(receiver: ThreadingHTTPServer) -> None:
    port = receiver.server_address[1]
    with pytest.raises(HookFailed):
        deliver(told(port), Surroundings(hosts=frozenset({"127.0.0.1"}), secrets={"crm": "a key"}))
    assert receiver.heard == []  # type: ignore[attr-defined]


def test_a_secret_that_is_not_set_is_named_and_nothing_is_sent(receiver: ThreadingHTTPServer) -> None:
    port = receiver.server_address[1]
    with pytest.raises(HookFailed, match="HOOK_SECRETS has no crm"):
        deliver(told(port), Surroundings(hosts=frozenset({f"127.0.0.1:{port}"})))
    assert receiver.heard == []  # type: ignore[attr-defined]
