"""The REST resources of queues, their members, and messages."""

from contactcenter.carrier.exchange import Ask
from contactcenter.carrier.messages import Message
from contactcenter.carrier.payloads import member_json, message_json, queue_json
from contactcenter.carrier.queues import DEFAULT_SIZE, Member, WaitingLine
from contactcenter.carrier.rest_request import Desk, RestAnswer, RestError, RestRequest, not_found
from contactcenter.carrier.verbs import follow

FRONT = "Front"


def create_queue(desk: Desk, request: RestRequest) -> RestAnswer:
    name = request.required("FriendlyName")
    queues = desk.network.queues
    if queues.named(name) is not None:
        raise RestError(400, 22003, f"A queue named {name!r} exists already.")
    line = queues.open(name, int(request.get("MaxSize", str(DEFAULT_SIZE))))
    return RestAnswer(201, queue_json(desk.exchange.account, queues, line))


def list_queues(desk: Desk, request: RestRequest) -> list[object]:  # noqa: ARG001 - one shape for all handlers
    queues = desk.network.queues
    return [queue_json(desk.exchange.account, queues, line) for line in queues.lines.values()]


def read_queue(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all handlers
    return RestAnswer(200, queue_json(desk.exchange.account, desk.network.queues, _line(desk, sid)))


def update_queue(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:
    line = _line(desk, sid)
    line.name = request.get("FriendlyName", line.name)
    line.max_size = int(request.get("MaxSize", str(line.max_size)))
    return RestAnswer(200, queue_json(desk.exchange.account, desk.network.queues, line))


def delete_queue(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all handlers
    if _line(desk, sid).members:
        raise RestError(400, 22004, "A queue with callers in it cannot be deleted.")
    del desk.network.queues.lines[sid]
    return RestAnswer(204)


def list_members(desk: Desk, request: RestRequest, queue: str) -> list[object]:  # noqa: ARG001 - one shape for all
    line = _line(desk, queue)
    return [member_json(desk.exchange.account, desk.network.queues, line, member) for member in line.members]


def read_member(desk: Desk, request: RestRequest, queue: str, who: str) -> RestAnswer:  # noqa: ARG001 - one shape
    line = _line(desk, queue)
    return RestAnswer(200, member_json(desk.exchange.account, desk.network.queues, line, _member(line, who)))


def update_member(desk: Desk, request: RestRequest, queue: str, who: str) -> RestAnswer:
    """Take a caller out of the line and give the call another document."""
    line = _line(desk, queue)
    member = _member(line, who)
    shown = member_json(desk.exchange.account, desk.network.queues, line, member)
    ask = Ask(request.required("Url"), request.get("Method", "POST"))
    desk.exchange.redirect(member.call, follow(desk.network, member.call, ask))
    return RestAnswer(200, shown)


def create_message(desk: Desk, request: RestRequest) -> RestAnswer:
    to = request.required("To")
    if not (request.get("Body") or request.get("ContentSid") or request.get("MediaUrl")):
        raise RestError(400, 21602, "A message needs a Body, a MediaUrl or a ContentSid.")
    from_, service = request.get("From"), request.get("MessagingServiceSid")
    if not (from_ or service):
        raise RestError(400, 21603, "A message needs a From or a MessagingServiceSid.")
    body = request.get("Body") or request.get("ContentVariables")
    message = desk.messages.send(from_, to, body, request.get("StatusCallback"), service)
    message.media = tuple(request.form.get("MediaUrl", ()))
    return RestAnswer(201, message_json(desk.exchange.account, message))


def list_messages(desk: Desk, request: RestRequest) -> list[object]:
    return [
        message_json(desk.exchange.account, message)
        for message in reversed(desk.messages.all.values())
        if request.asked("To") in {"", message.to} and request.asked("From") in {"", message.from_}
    ]


def read_message(desk: Desk, request: RestRequest, sid: str) -> RestAnswer:  # noqa: ARG001 - one shape for all handlers
    return RestAnswer(200, message_json(desk.exchange.account, _message(desk, sid)))


def _line(desk: Desk, sid: str) -> WaitingLine:
    line = desk.network.queues.lines.get(sid)
    if line is None:
        raise not_found(f"/Queues/{sid}.json")
    return line


def _member(line: WaitingLine, who: str) -> Member:
    for member in line.members:
        if who in {FRONT, member.call.sid}:
            return member
    raise not_found(f"/Queues/{line.sid}/Members/{who}.json")


def _message(desk: Desk, sid: str) -> Message:
    message = desk.messages.all.get(sid)
    if message is None:
        raise not_found(f"/Messages/{sid}.json")
    return message
