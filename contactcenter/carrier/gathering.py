"""Gather: a question whose answer may come as keys or as speech."""

from collections.abc import Mapping

from contactcenter.carrier.engine import Happening, Script, Wait
from contactcenter.carrier.network import Goto, Here, Outcome
from contactcenter.carrier.speaking import speak
from contactcenter.carrier.twiml import Node

LONGEST_SPEECH_TIMEOUT = 5
CONFIDENCE = "0.9"


def gather(here: Here, node: Node) -> Script[Outcome]:
    kinds = node.attributes.get("input", "dtmf").split()
    events = frozenset({"key" if kind == "dtmf" else "speech" for kind in kinds})
    first = yield from _prompt(here, node, events)
    if first is None:
        first = yield Wait(_timeout(node), events)
    match first:
        case Happening("key", key):
            given = yield from _keys(node, str(key))
        case Happening("speech", text):
            _partial(here, node, str(text))
            given = {"SpeechResult": str(text), "Confidence": CONFIDENCE}
        case _:
            given = {}
    if given:
        return _submit(here, node, given)
    return _submit(here, node, {"Digits": ""}) if node.flag("actionOnEmptyResult", False) else None


def _prompt(here: Here, node: Node, events: frozenset[str]) -> Script[Happening | None]:
    """A key stops the prompt, unless the document forbids it: then it is lost like any other."""
    listening = events if node.flag("bargeIn", True) else frozenset[str]()
    for child in node.children:
        if child.tag not in {"Say", "Play", "Pause"}:
            continue
        happening = yield from speak(here, child, listening)
        if happening is not None:
            return happening
    return None


def _keys(node: Node, key: str) -> Script[Mapping[str, str]]:
    """Collect until the finish key, the wished number of digits, or silence. The finish key first means: no input."""
    finish = node.attributes.get("finishOnKey", "#")
    wanted = node.number("numDigits", 0)
    digits = ""
    while True:
        if finish and key == finish:
            return {"Digits": digits, "FinishedOnKey": key} if digits else {}
        digits += key
        if wanted and len(digits) >= wanted:
            return {"Digits": digits}
        happening = yield Wait(_timeout(node), frozenset({"key"}))
        if happening.kind == "timeout":
            return {"Digits": digits}
        key = str(happening.value)


def _timeout(node: Node) -> float:
    return float(node.number("timeout", LONGEST_SPEECH_TIMEOUT))


def _partial(here: Here, node: Node, text: str) -> None:
    url = node.attributes.get("partialResultCallback")
    if url:
        method = node.attributes.get("partialResultCallbackMethod", "POST")
        params = {"UnstableSpeechResult": text, "SequenceNumber": "0", "Stability": CONFIDENCE}
        here.exchange.notice(here.call, here.ask(url, method, params))


def _submit(here: Here, node: Node, given: Mapping[str, str]) -> Outcome:
    """Without an action the same document comes again."""
    action = node.attributes.get("action", "")
    return Goto(here.ask(action or here.url, node.attributes.get("method", "POST"), given))
