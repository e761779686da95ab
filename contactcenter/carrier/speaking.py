"""Say, Play and Pause: what a caller hears, and how long it takes."""

import io
import re
import wave
from urllib.parse import urlsplit

from contactcenter.carrier.door import Reply
from contactcenter.carrier.engine import Happening, Script, Wait
from contactcenter.carrier.network import Here
from contactcenter.carrier.twiml import Node

HAN_PER_SECOND = 4.5
WORDS_PER_SECOND = 2.6
SHORTEST_SPEECH = 0.5
UNKNOWN_SOUND = 5.0
TONE_SECONDS = 0.25
NOTHING: frozenset[str] = frozenset()


def speech_seconds(text: str) -> float:
    """How long a calm voice needs."""
    han = len(re.findall(r"[\u3400-\u9fff\uf900-\ufaff]", text))
    words = len(re.findall(r"[A-Za-z0-9']+", text))
    return max(SHORTEST_SPEECH, han / HAN_PER_SECOND + words / WORDS_PER_SECOND)


def say(here: Here, node: Node) -> Script[None]:
    yield from speak(here, node, NOTHING)


def play(here: Here, node: Node) -> Script[None]:
    yield from speak(here, node, NOTHING)


def pause(here: Here, node: Node) -> Script[None]:
    yield from speak(here, node, NOTHING)


def speak(here: Here, node: Node, events: frozenset[str]) -> Script[Happening | None]:
    """Perform one of the three; returns what interrupted it."""
    if node.tag == "Pause":
        return (yield from _wait(node.number("length", 1), events))
    times = node.number("loop", 1)
    seconds = yield from _length(here, node)
    turn = 0
    while times == 0 or turn < times:
        turn += 1
        _sound(here, node)
        happening = yield from _wait(seconds, events)
        if happening is not None:
            return happening
    return None


def _wait(seconds: float, events: frozenset[str]) -> Script[Happening | None]:
    happening = yield Wait(seconds, events)
    return None if happening.kind == "timeout" else happening


def _sound(here: Here, node: Node) -> None:
    if node.tag == "Say":
        here.exchange.hear(here.call, node.text)
    elif "digits" in node.attributes:
        here.call.tell("tones", digits=node.attributes["digits"])
    elif node.caption:
        here.exchange.hear(here.call, node.caption)
    else:
        here.call.tell("music", url=here.resolve(node.text))


def _length(here: Here, node: Node) -> Script[float]:
    if node.tag == "Say":
        return speech_seconds(node.text)
    digits = node.attributes.get("digits")
    if digits is not None:
        return max(SHORTEST_SPEECH, sum(0.5 if tone == "w" else TONE_SECONDS for tone in digits))
    return (yield from _sound_length(here, here.resolve(node.text)))


def _sound_length(here: Here, url: str) -> Script[float]:
    """Load the file as a carrier does. Only the application's own files: the simulator calls nobody else."""
    sounds = here.network.sounds
    if url not in sounds and urlsplit(url).netloc == urlsplit(here.url).netloc:
        exchange = here.exchange
        happening = yield exchange.fetch(exchange.webhook(here.call, here.ask(url, "GET"), "sound"))
        reply: Reply = happening.value
        if reply.problem is not None:
            exchange.journal.note(reply.problem.code, url, f"The sound cannot be played: {reply.problem.message}")
            return SHORTEST_SPEECH
        sounds[url] = _wave_seconds(reply.body)
    return sounds.get(url, UNKNOWN_SOUND)


def _wave_seconds(body: bytes) -> float:
    try:
        with wave.open(io.BytesIO(body), "rb") as file:
            return max(SHORTEST_SPEECH, file.getnframes() / file.getframerate())
    except (wave.Error, EOFError):
        return UNKNOWN_SOUND
