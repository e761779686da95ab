"""Hooks over HTTP: one small JSON document from a server the operator named, before the time is up."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from contactcenter.channels.voice.hooks.answers import HookFailed
from contactcenter.channels.voice.hooks.declared import OverHttp
from contactcenter.channels.voice.hooks.destinations import Destination, host_and_port, reach
from contactcenter.channels.voice.hooks.surroundings import SECRET, Surroundings

MOST_BYTES = 64 * 1024
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATE = "The server took longer than the time-out."
_NOT_FOUND = 404
_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    read: Callable[[HTTPResponse], Any]


def fetch(way: OverHttp, given: Mapping[str, str], around: Surroundings, deadline: float) -> Any:
    """The decoded document; None where the server says 404. `deadline` is an instant of `monotonic()`.

    Raises HookFailed, after a second try if one is declared and there is time for it.
    """
    body = json.dumps(dict(given)).encode() if way.method == "POST" else None
    request = _Request(way.method, filled(way.url, given), _headers(way, around), body, _document)
    for tries_left in range(way.retry, -1, -1):
        try:
            return _exchange(request, reach(request.url, around.hosts), deadline)
        except HookFailed:
            if not tries_left or monotonic() >= deadline:
                raise
    raise AssertionError("unreachable")


def post(url: str, headers: Mapping[str, str], body: bytes, around: Surroundings, deadline: float) -> None:
    """Tell a server something as JSON; whatever it answers with 2xx is as good. Raises HookFailed."""
    whole = {"User-Agent": "contactcenter", "Content-Type": "application/json", **headers}
    request = _Request("POST", url, whole, body, _accepted)
    _exchange(request, reach(url, around.hosts), deadline)


def filled(url: str, given: Mapping[str, str]) -> str:
    """The URL with its holes filled, so encoded that a value cannot become another path, parameter or header."""

    def value(hole: re.Match[str]) -> str:
        if hole[1] not in given:
            raise HookFailed(f"The menu gives no {hole[1]}, which the url needs.")
        return quote(given[hole[1]], safe="")

    whole = _HOLE.sub(value, url)
    if {".", ".."} & set(urlsplit(whole).path.split("/")):
        raise HookFailed("What was given would lead to another place on the server.")
    return whole


def _headers(way: OverHttp, around: Surroundings) -> dict[str, str]:
    told = {"Accept": "application/json", "User-Agent": "contactcenter"}
    if way.method == "POST":
        told["Content-Type"] = "application/json"
    for name, value in way.headers.items():
        secret = value.removeprefix(SECRET) if value.startswith(SECRET) else None
        if secret is not None and secret not in around.secrets:
            raise HookFailed(f"HOOK_SECRETS has no {secret}.")
        told[name] = value if secret is None else around.secrets[secret]
    return told


def _exchange(request: _Request, to: Destination, deadline: float) -> Any:
    """Ask, and go on where the same server points to."""
    url = request.url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            with closing(_connect(to, deadline)) as connection, _cut_off(connection, deadline):
                target = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
                connection.request(request.method, target, request.body, dict(request.headers))
                with connection.getresponse() as response:
                    if response.status not in _REDIRECTS:
                        return request.read(response)
                    url = _elsewhere(request, url, response.getheader("Location", ""))
    except HookFailed:
        if monotonic() >= deadline:  # what was cut off looks like a document that is no JSON
            raise HookFailed(_LATE) from None
        raise
    except (OSError, HTTPException, ValueError) as error:
        # What the library says may hold what was given, or a secret.
        raise HookFailed(_told(error, late=monotonic() >= deadline)) from None
    raise HookFailed(f"The server redirects more than {_MOST_REDIRECTS} times.")


def _connect(to: Destination, deadline: float) -> HTTPConnection:
    """A connection to the address that was checked: a name looked up again might lead elsewhere by now."""
    left = max(deadline - monotonic(), 0.01)
    connection = HTTPSConnection(to.host, to.port) if to.encrypted else HTTPConnection(to.host, to.port)
    plain = socket.create_connection((to.address, to.port), left)
    try:
        connection.sock = _trust().wrap_socket(plain, server_hostname=to.host) if to.encrypted else plain
    except OSError:
        plain.close()
        raise
    return connection


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


class _cut_off:  # noqa: N801 — reads as a verb after `with`
    """Ends the connection when the time is up: a server that sends one byte a second would never time out by itself."""

    def __init__(self, connection: HTTPConnection, deadline: float) -> None:
        self._sock = connection.sock
        self._timer = threading.Timer(max(deadline - monotonic(), 0.01), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_raised: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


def _elsewhere(request: _Request, url: str, location: str) -> str:
    """Where a redirect leads, if it stays on the server; a POST is not repeated."""
    if request.method == "POST":
        raise HookFailed("The server answers a POST with a redirect.")
    onward = urljoin(url, location)
    parts = urlsplit(onward)
    known = parts.scheme in {"http", "https"} and parts.username is None
    if not known or (parts.scheme, host_and_port(onward)) != (urlsplit(url).scheme, host_and_port(url)):
        raise HookFailed("The server redirects to another one.")
    return onward


def _accepted(response: HTTPResponse) -> None:
    if not 200 <= response.status < 300:
        raise HookFailed(f"The server answers {response.status}.")


def _document(response: HTTPResponse) -> Any:
    if response.status == _NOT_FOUND:
        return None
    _accepted(response)
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise HookFailed(f"The server sends more than {MOST_BYTES // 1024} kB.")
    if response.length:
        raise HookFailed("The server breaks off in the middle.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise HookFailed("The server sends something that is not JSON.") from None


def _told(error: Exception, *, late: bool) -> str:
    match error:
        case _ if late or isinstance(error, TimeoutError):
            return _LATE
        case ssl.SSLError():
            return f"The server cannot be believed: {error.reason or type(error).__name__}."
        case OSError(strerror=str() as reason):
            return f"The server cannot be reached: {reason}."
        case ValueError():
            return "The request cannot be made: an address or a header holds what may not stand there."
        case _:
            return f"The server does not speak HTTP as it should: {type(error).__name__}."
