"""The two ways a request can travel: over HTTP, or straight into a WSGI application under test."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Protocol

import requests
from werkzeug.test import Client
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


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
    def __init__(self, connections: int = 64) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        # Cookies belong to a call, not to the connection: the door keeps them.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=connections))

    def send(self, request: WebRequest, patience: Patience) -> WebAnswer:
        prepared = self._session.prepare_request(
            requests.Request(request.method, request.url, headers=dict(request.headers), data=request.body or None)
        )
        prepared.url = request.url  # requests would tidy the escaping, and the signature covers every character
        try:
            answer = self._session.send(
                prepared, timeout=(patience.connect, patience.read), allow_redirects=False, verify=True
            )
        except requests.ReadTimeout as error:
            raise SlowAnswerError(str(error)) from error
        except requests.RequestException as error:
            raise ConnectError(str(error)) from error
        return WebAnswer(answer.status_code, tuple(_each_header(answer)), answer.content)

    def close(self) -> None:
        self._session.close()


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


def _each_header(answer: requests.Response) -> list[tuple[str, str]]:
    """One pair per header line: requests would join several Set-Cookie lines by commas."""
    return list(answer.raw.headers.items())
