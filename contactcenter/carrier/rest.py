"""The REST surface: one table of addresses, authentication, pages, and errors in Twilio's shape."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from contactcenter.carrier import rest_calls, rest_conferences, rest_queues
from contactcenter.carrier.call import API_VERSION
from contactcenter.carrier.journal import TraceEntry
from contactcenter.carrier.rest_request import Desk, Handler, RestAnswer, RestError, RestRequest, check, not_found

PAGE_SIZE, LARGEST_PAGE = 50, 1000
Lister = Callable[..., list[object]]

RESOURCES: Mapping[tuple[str, str], Handler] = {
    ("POST", "/Calls.json"): rest_calls.create_call,
    ("GET", "/Calls/{sid}.json"): rest_calls.read_call,
    ("POST", "/Calls/{sid}.json"): rest_calls.update_call,
    ("POST", "/Calls/{call_sid}/Recordings.json"): rest_calls.record_call,
    ("POST", "/Calls/{call_sid}/Recordings/{sid}.json"): rest_calls.update_recording,
    ("GET", "/Recordings/{sid}.json"): rest_calls.read_recording,
    ("DELETE", "/Recordings/{sid}.json"): rest_calls.delete_recording,
    ("GET", "/Recordings/{sid}.wav"): rest_calls.read_sound,
    ("GET", "/Recordings/{sid}"): rest_calls.read_sound,
    ("GET", "/Conferences/{sid}.json"): rest_conferences.read_conference,
    ("POST", "/Conferences/{sid}.json"): rest_conferences.update_conference,
    ("POST", "/Conferences/{conference_sid}/Recordings/{sid}.json"): rest_calls.update_recording,
    ("POST", "/Conferences/{conference}/Participants.json"): rest_conferences.create_participant,
    ("GET", "/Conferences/{conference}/Participants/{who}.json"): rest_conferences.read_participant,
    ("POST", "/Conferences/{conference}/Participants/{who}.json"): rest_conferences.update_participant,
    ("DELETE", "/Conferences/{conference}/Participants/{who}.json"): rest_conferences.delete_participant,
    ("POST", "/Queues.json"): rest_queues.create_queue,
    ("GET", "/Queues/{sid}.json"): rest_queues.read_queue,
    ("POST", "/Queues/{sid}.json"): rest_queues.update_queue,
    ("DELETE", "/Queues/{sid}.json"): rest_queues.delete_queue,
    ("GET", "/Queues/{queue}/Members/{who}.json"): rest_queues.read_member,
    ("POST", "/Queues/{queue}/Members/{who}.json"): rest_queues.update_member,
    ("POST", "/Messages.json"): rest_queues.create_message,
    ("GET", "/Messages/{sid}.json"): rest_queues.read_message,
}
LISTS: Mapping[str, tuple[str, Lister]] = {
    "/Calls.json": ("calls", rest_calls.list_calls),
    "/Recordings.json": ("recordings", rest_calls.list_recordings),
    "/Calls/{call_sid}/Recordings.json": ("recordings", rest_calls.list_recordings),
    "/Conferences/{conference_sid}/Recordings.json": ("recordings", rest_calls.list_recordings),
    "/Conferences.json": ("conferences", rest_conferences.list_conferences),
    "/Conferences/{conference}/Participants.json": ("participants", rest_conferences.list_participants),
    "/Queues.json": ("queues", rest_queues.list_queues),
    "/Queues/{queue}/Members.json": ("queue_members", rest_queues.list_members),
    "/Messages.json": ("messages", rest_queues.list_messages),
}


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler


class RestSurface:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._routes = [Route(method, _pattern(path), handler) for (method, path), handler in RESOURCES.items()]
        self._routes += [Route("GET", _pattern(path), _paged(key, lister)) for path, (key, lister) in LISTS.items()]

    def handle(self, request: RestRequest) -> RestAnswer:
        exchange = self._desk.exchange
        with exchange.engine.acting():
            try:
                answer = self._answer(request)
            except RestError as error:
                answer = RestAnswer(error.status, _error_json(error))
            params = {name: " ".join(values) for name, values in request.form.items()}
            exchange.journal.trace.append(
                TraceEntry(exchange.engine.now(), "rest", request.method, request.path, params, answer.status)
            )
        return answer

    def _answer(self, request: RestRequest) -> RestAnswer:
        rest = self._inside_account(request)
        known_path = False
        for route in self._routes:
            match = route.pattern.fullmatch(rest)
            if match is None:
                continue
            known_path = True
            if route.method == request.method:
                check(request)
                return route.handler(self._desk, request, **{k: unquote(v) for k, v in match.groupdict().items()})
        if known_path:
            raise RestError(405, 20004, f"{request.method} is not allowed on {request.path}")
        raise not_found(request.path)

    def _inside_account(self, request: RestRequest) -> str:
        account = self._desk.exchange.account
        right = hmac.compare_digest(request.password.encode(), account.token.encode())
        if request.user != account.sid or not right:
            raise RestError(401, 20003, "Authenticate")
        prefix = f"/{API_VERSION}/Accounts/{account.sid}"
        if not request.path.startswith(prefix + "/"):
            raise not_found(request.path)
        return request.path.removeprefix(prefix)


def encoded(answer: RestAnswer) -> bytes:
    if answer.content:
        return answer.content
    return b"" if answer.body is None else json.dumps(answer.body).encode()


def _pattern(path: str) -> re.Pattern[str]:
    """One path segment for each name in braces."""
    parts = re.split(r"(\{\w+\})", path)
    return re.compile(
        "".join(f"(?P<{part[1:-1]}>[^/]+?)" if part.startswith("{") else re.escape(part) for part in parts)
    )


def _paged(key: str, lister: Lister) -> Handler:
    def handler(desk: Desk, request: RestRequest, **path: str) -> RestAnswer:
        items = lister(desk, request, **path)
        size = max(1, min(LARGEST_PAGE, _whole(request.asked("PageSize"), PAGE_SIZE)))
        page = max(0, _whole(request.asked("Page"), 0))
        shown = items[page * size : (page + 1) * size]

        def uri(number: int) -> str:
            kept = {name: values[0] for name, values in request.query.items()}
            return f"{request.path}?{urlencode(kept | {'PageSize': str(size), 'Page': str(number)})}"

        return RestAnswer(
            200,
            {
                key: shown,
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": max(0, page * size + len(shown) - 1),
                "uri": uri(page),
                "first_page_uri": uri(0),
                "next_page_uri": uri(page + 1) if len(items) > (page + 1) * size else None,
                "previous_page_uri": uri(page - 1) if page else None,
            },
        )

    return handler


def _whole(text: str, default: int) -> int:
    return int(text) if text.isdigit() else default


def _error_json(error: RestError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": str(error),
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
