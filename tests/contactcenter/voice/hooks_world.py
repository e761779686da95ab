"""A shop's HTTP server on loopback that answers as a test says, and a caller who asks the sample line for an order."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from house import House
from sqlalchemy import delete, insert, select
from voice_world import Provider

from contactcenter.channels.voice.hooks.surroundings import Surroundings
from contactcenter.models import HookRun, HookText

SECRET = "Bearer of a word nobody may read"
ORDER = "12345678"
SHIPPED = {"order": {"status": {"en": "on a lorry", "zh": "在卡车上"}, "eta": "2026-01-09", "margin": 17}}
SAVE = {"status": {"en": "order.status.en", "zh-Hans": "order.status.zh"}, "eta": "order.eta"}


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Shop:
    """`answers` write the responses, one after another, the last one for ever; `asked` lists what came in."""

    port: int = 0
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=lambda: [found])
    gate: threading.Event = field(default_factory=threading.Event)
    """What a slow answer waits for."""

    def replies(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def replies_slowly(self) -> None:
        """With what is found, once the test opens the gate."""
        self.replies(lambda request: found(request) if self.gate.wait(60) else None)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    server: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def found(request: BaseHTTPRequestHandler, document: object = SHIPPED) -> None:
    send(request, 200, json.dumps(document).encode())


def send(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def open_shop() -> Iterator[Shop]:
    shop = Shop()

    class Counter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            shop.asked.append((self.command, self.path, dict(self.headers), body))
            with suppress(OSError):  # whoever asked did not wait for it
                shop.answer(self)

        do_POST = do_GET  # noqa: N815 — http.server looks for these names

        def log_message(self, *_told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    server.daemon_threads = True
    shop.server = server
    server.handle_error = lambda *_told: None  # type: ignore[method-assign]
    shop.port = server.server_address[1]
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
    thread.start()
    yield shop
    shop.gate.set()
    server.shutdown()
    server.server_close()
    thread.join()


def over_http(shop: Shop, **more: Any) -> dict[str, Any]:
    return {
        "kind": "http",
        "url": shop.url + "/orders/{number}",
        "method": "GET",
        "headers": {"Authorization": "secret:shop_token"},
        "retry": 0,
        "timeout": 4,
        "save": SAVE,
        **more,
    }


def allowed(shop: Shop) -> Surroundings:
    return Surroundings(hosts=frozenset({f"127.0.0.1:{shop.port}"}), secrets={"shop_token": SECRET})


def declare(house: House, definition: dict[str, Any], name: str = "find_order") -> None:
    """Before the first call of a test: processes remember hooks for a moment."""
    with house.db.transaction() as session:
        session.execute(delete(HookText).where(HookText.name == name))
        session.execute(insert(HookText).values(name=name, definition=definition))


def asks_for_order(provider: Provider, sid: str, number: str = ORDER) -> str:
    """The document that a caller gets who typed an order number."""
    return provider.press(to_order_number(provider, sid), sid, number).get_data(as_text=True)


def to_order_number(provider: Provider, sid: str) -> str:
    document = provider.ring(sid).get_data(as_text=True)
    document = provider.in_main_menu(provider.press(document, sid, "1").get_data(as_text=True), sid)
    return provider.press(document, sid, "1").get_data(as_text=True)


def runs(house: House, hook: str = "find_order") -> list[HookRun]:
    with house.db.transaction() as session:
        return list(session.scalars(select(HookRun).where(HookRun.hook == hook).order_by(HookRun.id)))


def redirect_of(document: str) -> str:
    return document.partition("<Redirect")[2].partition(">")[2].partition("<")[0].replace("&amp;", "&")
