"""How a call that the application places reaches a telephone: dialled, ringing, answered or not."""

from contactcenter.carrier.call import Call, CallStatus
from contactcenter.carrier.devices import CLIENT, parameters_of
from contactcenter.carrier.engine import TIMEOUT, Happening, Script, Wait
from contactcenter.carrier.exchange import Exchange
from contactcenter.carrier.network import Network

EXTRA_SECONDS = 5.0
"""A carrier rings this much longer than it was told to."""
NOT_AVAILABLE, BUSY_HERE, TERMINATED = 480, 486, 487
ANSWERS = frozenset({"answer", "decline", "gone"})


def queue_for_a_slot(exchange: Exchange, call: Call) -> None:
    """Only so many calls per second leave an account; the others wait, and the application is told how long."""
    rate = exchange.habits.calls_per_second
    if rate > 0:
        now = exchange.engine.now()
        slot = max(now, exchange.next_slot)
        exchange.next_slot = slot + 1 / rate
        call.queue_time = round((slot - now) * 1000)


def ring(network: Network, call: Call, timeout: float) -> Script[bool]:
    """True when somebody answered; otherwise the call has its final state already."""
    exchange = network.exchange
    if call.queue_time:
        yield Wait(call.queue_time / 1000)
    exchange.progress(call, CallStatus.INITIATED)
    yield Wait(exchange.habits.setup_seconds)
    device = network.devices.find(call.to)
    if device is None and call.to.startswith(CLIENT):
        exchange.conclude(call, CallStatus.NO_ANSWER, NOT_AVAILABLE)
        return False
    if device is not None:
        call.device_log = device.log
    exchange.progress(call, CallStatus.RINGING)
    call.tell("incoming", **{"from": call.from_, "to": call.to, "parameters": parameters_of(call.to)})
    patience = timeout + EXTRA_SECONDS
    if device is not None and device.auto_answer and device.answer_seconds <= patience:
        happening = yield Wait(device.answer_seconds, ANSWERS)
        happening = Happening("answer") if happening is TIMEOUT else happening
    else:
        happening = yield Wait(patience, ANSWERS)
    return _settled(exchange, call, happening)


def _settled(exchange: Exchange, call: Call, happening: Happening) -> bool:
    match happening.kind:
        case "answer":
            exchange.answer(call)
            return True
        case "decline":
            exchange.conclude(call, CallStatus.BUSY, BUSY_HERE)
        case _:
            exchange.conclude(call, CallStatus.NO_ANSWER, TERMINATED)
    return False


def drop(exchange: Exchange, call: Call) -> None:
    """End a call that somebody no longer wants, in the way that fits its state."""
    if call.live:
        exchange.end(call)
    else:
        exchange.end(call, CallStatus.CANCELED, TERMINATED)
