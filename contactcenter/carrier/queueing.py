"""Enqueue: waiting in line with a wait document that is asked for again and again."""

from collections.abc import Mapping

from contactcenter.carrier.documents import perform
from contactcenter.carrier.engine import Departure, Script, Wait
from contactcenter.carrier.exchange import Ask, Redirected
from contactcenter.carrier.network import Broken, Goto, HangUp, Here, Leave, Outcome, Verbs
from contactcenter.carrier.queues import DEFAULT_SIZE, Dequeued, Member, WaitingLine
from contactcenter.carrier.twiml import Node


def enqueue(here: Here, node: Node, wait_verbs: Verbs) -> Script[Outcome]:
    queues = here.network.queues
    line = queues.open(node.text, node.number("maxQueueSize", DEFAULT_SIZE))
    if len(line.members) >= line.max_size:
        return _afterwards(here, node, {"QueueResult": "queue-full", "QueueSid": line.sid, "QueueTime": "0"})
    member = queues.join(line, here.call)
    here.call.tell("waiting", queue=line.name)
    try:
        result, outcome = yield from _wait_in_line(here, node, (line, member), wait_verbs)
    except Departure as departure:
        queues.leave(line, member)
        result = "redirected" if isinstance(departure, Redirected) else "hangup"
        _last_word(here, node, _fields(here, line, member, result))
        raise
    queues.leave(line, member)
    fields = _fields(here, line, member, result)
    if isinstance(outcome, HangUp):
        _last_word(here, node, fields)
        return outcome
    return _afterwards(here, node, fields)


def leave(here: Here, node: Node) -> Script[Outcome]:  # noqa: ARG001 - the verb has nothing to say
    yield from ()
    return Leave()


def _wait_in_line(
    here: Here, node: Node, place: tuple[WaitingLine, Member], wait_verbs: Verbs
) -> Script[tuple[str, Outcome]]:
    line, member = place
    while True:
        try:
            outcome = yield from _hold_music(here, node, place, wait_verbs)
        except Dequeued as taken:
            if taken.agent.over:
                here.network.queues.put_back(line, member)
                continue
            yield from _talk(here, taken)
            return "bridged", None
        match outcome:
            case Leave():
                return "leave", None
            case HangUp():
                return "hangup", outcome
            case _:
                return "error", None


def _hold_music(here: Here, node: Node, place: tuple[WaitingLine, Member], wait_verbs: Verbs) -> Script[Outcome]:
    """The wait document in a loop, or music without end when there is none."""
    url = node.attributes.get("waitUrl", "")
    if not url:
        here.call.tell("music", url="")
        yield Wait(None)
    engine = here.exchange.engine
    queues = here.network.queues

    def fields() -> Mapping[str, str]:
        return queues.waiting_fields(*place)

    while True:
        began, inputs = engine.now(), here.call.inputs
        ask = Ask(here.resolve(url), node.attributes.get("waitUrlMethod", "POST"), fields())
        outcome = yield from perform(here.network, here.call, ask, wait_verbs, fields)
        if isinstance(outcome, Leave | HangUp | Broken):
            return outcome
        if engine.now() == began and here.call.inputs == inputs:  # a key may cut any document short
            here.exchange.journal.note(0, here.resolve(url), "A wait document of no length is asked for without end.")
            yield Wait(1.0)


def _talk(here: Here, taken: Dequeued) -> Script[None]:
    here.exchange.bridge(here.call, taken.agent)
    taken.agent.happen("bridged", here.call)
    yield Wait(None, frozenset({"bridge-over"}))


def _fields(here: Here, line: WaitingLine, member: Member, result: str) -> Mapping[str, str]:
    return {
        "QueueResult": result,
        "QueueSid": line.sid,
        "QueueTime": str(here.network.queues.seconds(member)),
    }


def _afterwards(here: Here, node: Node, fields: Mapping[str, str]) -> Outcome:
    action = node.attributes.get("action")
    return Goto(here.ask(action, node.attributes.get("method", "POST"), fields)) if action else None


def _last_word(here: Here, node: Node, fields: Mapping[str, str]) -> None:
    outcome = _afterwards(here, node, fields)
    if isinstance(outcome, Goto):
        here.exchange.notice(here.call, outcome.ask)
