"""The signed door to the application: signature, cookies, retries, redirects and the limits of a real carrier."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urljoin, urlsplit

from twilio.request_validator import RequestValidator

from contactcenter.carrier.journal import Journal, TraceEntry
from contactcenter.carrier.transport import (
    ConnectError,
    Patience,
    SlowAnswerError,
    Transport,
    WebAnswer,
    WebRequest,
)

MOST_REDIRECTS = 10
MOST_SECONDS = 15.0
FORM = "application/x-www-form-urlencoded; charset=utf-8"
Cookies = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Problem:
    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one request may take and when it is tried again; a URL fragment may override each."""

    connect: float = 5.0
    read: float = MOST_SECONDS
    total: float = MOST_SECONDS
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request to the application. `standing` are the fields that survive a redirect; the rest does not."""

    kind: str
    method: str
    url: str
    params: Mapping[str, str]
    token: str
    standing: Mapping[str, str] = field(default_factory=dict)
    cookies: Cookies = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    url: str
    content_type: str = ""
    body: bytes = b""
    problem: Problem | None = None


class Door:
    def __init__(self, auth_token: str, transport: Transport, journal: Journal) -> None:
        self._signer = RequestValidator(auth_token)
        self._transport = transport
        self._journal = journal

    def send(self, webhook: Webhook) -> Reply:
        """Ask until there is an answer, as patiently as the URL says; never raises for what the application does."""
        bare, fragment = urldefrag(webhook.url)
        limits = self._limits(fragment, bare)
        step = replace(webhook, url=spelled(bare))
        for _ in range(MOST_REDIRECTS + 1):
            if not urlsplit(step.url).scheme.startswith("http"):
                return Reply(0, step.url, problem=Problem(11100, "The URL is not an absolute http(s) address."))
            answer = self._ask(step, limits)
            if isinstance(answer, Problem):
                return Reply(0, step.url, problem=answer)
            location = answer.header("Location")
            if not (300 <= answer.status < 400 and location):
                return _reply(answer, step.url)
            step = _follow(step, answer.status, location)
        return Reply(0, step.url, problem=Problem(11215, f"More than {MOST_REDIRECTS} redirects."))

    def _ask(self, webhook: Webhook, limits: Limits) -> WebAnswer | Problem:
        attempt = 0
        began = self._journal.clock.now()
        while True:
            attempt += 1
            outcome, answer = self._try(webhook, limits, attempt)
            out_of_time = self._journal.clock.now() - began >= limits.total
            if outcome not in limits.retry_on or attempt > limits.retries or out_of_time:
                return answer

    def _try(self, webhook: Webhook, limits: Limits, attempt: int) -> tuple[str, WebAnswer | Problem]:
        """One attempt, and the name under which its failure may be retried."""
        request = self._signed(webhook)
        status, reply = 0, ""
        outcome, answer = "ok", None
        try:
            answer = self._transport.send(request, Patience(limits.connect, limits.read))
            status, reply = answer.status, answer.body.decode("utf-8", "replace")
            outcome = f"{status // 100}xx"
        except ConnectError as error:
            outcome, reply = "ct", str(error)
        except SlowAnswerError as error:
            outcome, reply = "rt", str(error)
        now = self._journal.clock.now()
        self._journal.trace.append(
            TraceEntry(
                now, webhook.kind, webhook.method, request.url, webhook.params, status, webhook.token, attempt, reply
            )
        )
        if answer is None:
            return outcome, Problem(11205 if outcome == "ct" else 11200, f"No answer from the application: {reply}")
        _keep_cookies(webhook, answer)
        return outcome, answer

    def _signed(self, webhook: Webhook) -> WebRequest:
        url, body, fields = webhook.url, b"", dict(webhook.params)
        headers = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "I-Twilio-Idempotency-Token": webhook.token}
        if webhook.method == "GET":
            url, fields = with_query(url, fields), {}
        else:
            body = urlencode(fields).encode()
            headers["Content-Type"] = FORM
        headers["X-Twilio-Signature"] = str(self._signer.compute_signature(url, fields))
        host = urlsplit(url).netloc
        cookies = "; ".join(f"{name}={value}" for (owner, name), value in webhook.cookies.items() if owner == host)
        if cookies:
            headers["Cookie"] = cookies
        return WebRequest(webhook.method, url, headers, body)

    def _limits(self, fragment: str, url: str) -> Limits:
        try:
            return overridden(fragment)
        except ValueError as error:
            self._journal.note(0, url, f"Connection override not understood: {error}")
            return Limits()


def overridden(fragment: str) -> Limits:
    """Read `#ct=…&rt=…&tt=…&rc=…&rp=…`."""
    given = dict(parse_qsl(fragment, strict_parsing=True)) if fragment else {}
    unknown = given.keys() - {"ct", "rt", "tt", "rc", "rp", "sni", "e"}
    if unknown:
        raise ValueError(f"unknown key {min(unknown)!r}")
    policies = frozenset(given.get("rp", "ct").split(","))
    if policies - {"4xx", "5xx", "ct", "rt", "all"}:
        raise ValueError(f"unknown retry policy {given['rp']!r}")
    return Limits(
        connect=_number(given, "ct", 5000, (100, 10_000)) / 1000,
        read=_number(given, "rt", 15_000, (100, 15_000)) / 1000,
        total=_number(given, "tt", 15_000, (100, 15_000)) / 1000,
        retries=_number(given, "rc", 1, (0, 5)),
        retry_on=frozenset({"4xx", "5xx", "ct", "rt"}) if "all" in policies else policies,
    )


def spelled(url: str) -> str:
    """The URL as it goes over the wire: what is not ASCII is escaped, everything else stays untouched."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~-._")


def with_query(url: str, fields: Mapping[str, str]) -> str:
    if not fields:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(fields)}"


def _number(given: Mapping[str, str], key: str, default: int, allowed: tuple[int, int]) -> int:
    value = int(given.get(key, default))
    if not allowed[0] <= value <= allowed[1]:
        raise ValueError(f"{key}={value} is outside {allowed[0]}-{allowed[1]}")
    return value


def _follow(step: Webhook, status: int, location: str) -> Webhook:
    """307 and 308 repeat the request; every other redirect is a GET that has lost what the verb collected."""
    url = spelled(urldefrag(urljoin(step.url, location)).url)
    if status in {307, 308}:
        return replace(step, url=url)
    return replace(step, url=url, method="GET", params=step.standing)


def _reply(answer: WebAnswer, url: str) -> Reply:
    content_type = answer.header("Content-Type").split(";")[0].strip().lower()
    problem = None
    if not 200 <= answer.status < 300:
        problem = Problem(11200, f"The application answered with HTTP {answer.status}.")
    return Reply(answer.status, url, content_type, answer.body, problem)


def _keep_cookies(webhook: Webhook, answer: WebAnswer) -> None:
    host = urlsplit(webhook.url).netloc
    for key, line in answer.headers:
        if key.lower() != "set-cookie":
            continue
        try:
            morsels = SimpleCookie(line)
        except CookieError:
            continue
        for name, morsel in morsels.items():
            if morsel["max-age"] == "0" or re.search(r"\b1970\b", morsel["expires"]):
                webhook.cookies.pop((host, name), None)
            else:
                webhook.cookies[host, name] = morsel.coded_value
