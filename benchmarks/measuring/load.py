"""A closed loop of HTTP clients that cost little: requests are bytes made beforehand, connections are kept."""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

CONNECTIONS = 8
_LONGEST = 30.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One request's answer; `number` is its place in the list of requests."""

    number: int
    seconds: float
    status: int
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole HTTP/1.1 request."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def webhook(token: str, url: str, form: Mapping[str, str]) -> bytes:
    """A request signed as the provider signs it."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": RequestValidator(token).compute_signature(url, dict(form)),
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    return post(url, urlencode(form).encode(), headers)


def closed_loop(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> list[Answered]:
    """Send each request once, `connections` at a time, each connection waiting for its answer."""

    def client(take: Callable[[], int | None], done: list[Answered]) -> None:
        with HttpLine(port) as line:
            while (number := take()) is not None:
                began = time.perf_counter()
                status, body = line.ask(requests[number])
                done.append(Answered(number, time.perf_counter() - began, status, body))

    return in_parallel(len(requests), client, connections)


def in_parallel(
    count: int,
    client: Callable[[Callable[[], int | None], list[Answered]], None],
    clients: int,
) -> list[Answered]:
    """Let several clients take the numbers below `count` one by one; a client that fails ends the run."""
    numbers = deque(range(count))
    done: list[Answered] = []
    failures: list[BaseException] = []

    def take() -> int | None:
        try:
            return None if failures else numbers.popleft()
        except IndexError:
            return None

    def run() -> None:
        try:
            client(take, done)
        except Exception as error:  # noqa: BLE001 — told below, by the thread that waits
            failures.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sorted(done, key=lambda answer: answer.number)


class HttpLine:
    """One kept connection; understands answers with a Content-Length, which is what our servers send."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _LONGEST)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> tuple[int, bytes]:
        self._socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        status = int(head[9:12])
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self._exactly(length)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._left:
            self._more()
        head, _, self._left = self._left.partition(mark)
        return head

    def _exactly(self, length: int) -> bytes:
        while len(self._left) < length:
            self._more()
        body, self._left = self._left[:length], self._left[length:]
        return body

    def _more(self) -> None:
        piece = self._socket.recv(65536)
        if not piece:
            raise ConnectionError("The server closed the connection.")
        self._left += piece


def refused(answers: Iterable[Answered]) -> list[Answered]:
    return [answer for answer in answers if not 200 <= answer.status < 300]
