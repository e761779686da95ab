"""The two ways a request can travel: over HTTP, or straight into a WSGI application under test."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from werkzeug.test import Client
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PIECE = 65_536


@dataclass(frozen=True, slots=True)
class WebRequest:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class WebAnswer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection and for the answer."""

    connect: float = 5.0
    read: float = 15.0


class ConnectError(Exception):
    """Nobody answered the door."""


class SlowAnswerError(Exception):
    """The door opened, but no answer came in time."""


class Transport(Protocol):
    def send(self, request: WebRequest, patience: Patience) -> WebAnswer:
        """Carry it exactly as it is; raise ConnectError or SlowAnswerError when there is no answer."""


class HttpTransport:
    """The plainest client there is: richer ones tidy the escaping, and the signature covers every character."""

    def send(self, request: WebRequest, patience: Patience) -> WebAnswer:
        connection = _connection(request.url, patience.connect)
        try:
            _connect(connection)
            return _ask(connection, request, patience.read)
        finally:
            connection.close()


class WsgiTransport:
    """For tests: the same bytes, without a network."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def send(self, request: WebRequest, patience: Patience) -> WebAnswer:  # noqa: ARG002 - nothing to wait for
        scheme, _, rest = request.url.partition("://")
        host, slash, target = rest.partition("/")
        target = (slash + target) or "/"
        path, _, query = target.partition("?")
        client = Client(self._application, Response, use_cookies=False)
        answer = client.open(
            path=path,
            query_string=query,
            base_url=f"{scheme}://{host}",
            method=request.method,
            headers=dict(request.headers),
            data=request.body,
            # The test client would tidy the escaping; a server passes on what was sent.
            environ_overrides={"RAW_URI": target, "REQUEST_URI": target},
        )
        with answer:
            return WebAnswer(answer.status_code, tuple(answer.headers), answer.get_data())


def _connection(url: str, seconds: float) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        return kind(parts.hostname or "", parts.port, timeout=seconds)
    except ValueError as error:
        raise ConnectError(str(error)) from error


def _connect(connection: HTTPConnection) -> None:
    try:
        connection.connect()
    except OSError as error:
        raise ConnectError(str(error)) from error


def _ask(connection: HTTPConnection, request: WebRequest, seconds: float) -> WebAnswer:
    """An answer that drips in is as late as one that does not come."""
    deadline = time.monotonic() + seconds
    connection.sock.settimeout(seconds)
    target = request.url.partition("://")[2].partition("/")
    try:
        connection.request(request.method, "/" + target[2], request.body or None, dict(request.headers))
        answer = connection.getresponse()
        body = bytearray()
        while piece := answer.read(PIECE):
            body += piece
            if time.monotonic() > deadline:
                raise SlowAnswerError(f"The answer was not complete after {seconds} s.")
    except TimeoutError as error:
        raise SlowAnswerError(f"No answer within {seconds} s.") from error
    except (OSError, HTTPException) as error:
        raise SlowAnswerError(f"The connection broke: {error!r}") from error
    return WebAnswer(answer.status, tuple(answer.getheaders()), bytes(body))
