"""Who comes, when, by which way and how patient they are: all of it drawn from one seed before anything begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from contactcenter.floor import phrases
from contactcenter.models.states import Channel

MOST_PEOPLE = 5000
HANGS_UP = "hang up"
"""In place of a key: the caller has had enough of the menu."""
_WAYS = (Channel.VOICE, Channel.EMAIL, Channel.CHAT)
_SHARES = (40, 30, 30)
_KNOWN_SHARE = 0.25
_TOPICS = ("orders", "returns", "billing", "general")
_ORDER_NUMBERS = ("12345678", "60298449", "45693891", "58245701")


@dataclass(frozen=True, slots=True)
class Scene:
    """What is played. `rate` is contacts per minute; for `minutes` people keep coming."""

    seed: int = 1
    rate: int = 20
    minutes: float = 10.0
    agents: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the sample company who calls or chats like everybody else."""

    name: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """Customers that the company knows, by the way they turn to it."""

    phones: Sequence[Known] = ()
    mails: Sequence[Known] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who turns to the company. `at` is in seconds after the beginning, as `patience` is in the line."""

    number: int
    at: float
    channel: Channel
    language: str
    name: str
    address: str
    patience: float
    thinks: float
    """Seconds before each key, each sentence."""
    keys: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    subject: str = ""
    topic: str = ""
    hangs_up_first: bool = False


def cast(scene: Scene, mark: str, known: Acquaintances) -> list[Person]:
    """Everybody, in order of arrival. `mark` tells this performance's strangers from those of others; it draws nothing."""
    random = Random(f"{scene.seed}:arrivals")  # noqa: S311 — a play, no secret
    people: list[Person] = []
    at = 0.0
    while len(people) < MOST_PEOPLE:
        at += random.expovariate(scene.rate / 60)
        if at > scene.minutes * 60:
            break
        number = len(people)
        people.append(_person(Random(f"{scene.seed}:{number}"), number, at, mark, known))  # noqa: S311 — as above
    return people


def _person(random: Random, number: int, at: float, mark: str, known: Acquaintances) -> Person:
    channel = random.choices(_WAYS, _SHARES)[0]
    language = random.choice(phrases.LANGUAGES)
    someone = _somebody_known(random, channel, language, known)
    name = someone.name if someone else _name(random, language)
    address = someone.address if someone else _address(channel, language, number, mark)
    patience, thinks = 15 + random.expovariate(1 / 60), random.uniform(0.8, 2.5)
    match channel:
        case Channel.VOICE:
            first = random.random() < 0.3
            keys, lines = _keys(random, language), phrases.CALLS[language]
            return Person(
                number, at, channel, language, name, address, patience, thinks, keys, lines, hangs_up_first=first
            )
        case Channel.EMAIL:
            subject, text = random.choice(phrases.MAILS[language])
            return Person(
                number, at, channel, language, name, address, patience, thinks, lines=(text,), subject=subject
            )
        case _:
            lines, topic = random.choice(phrases.CHATS[language]), random.choice(_TOPICS)
            return Person(number, at, channel, language, name, address, patience, thinks, lines=lines, topic=topic)


def _somebody_known(random: Random, channel: Channel, language: str, known: Acquaintances) -> Known | None:
    """A mail is always a stranger's: one from somebody known may join an old case, and then nobody new waits."""
    wanted, chosen = random.random() < _KNOWN_SHARE, random.random()
    circle = {Channel.VOICE: known.phones, Channel.CHAT: known.mails}.get(channel, ())
    speaking = [one for one in circle if one.language == language]
    return speaking[int(chosen * len(speaking))] if wanted and speaking else None


def _name(random: Random, language: str) -> str:
    given, family = random.choice(phrases.GIVEN_NAMES[language]), random.choice(phrases.FAMILY_NAMES[language])
    return f"{given} {family}".strip()


def _address(channel: Channel, language: str, number: int, mark: str) -> str:
    """From the ranges that belong to nobody."""
    if channel is not Channel.VOICE:
        return f"guest{number}.{mark}@example.com"
    match language:
        case "en":
            return f"+141555501{20 + number % 79:02d}"
        case "zh-Hans":
            return f"+861380000{1000 + number % 9000:04d}"
        case _:
            return f"+8525555{1000 + number % 9000:04d}"


def _keys(random: Random, language: str) -> tuple[str, ...]:
    """What the caller presses: the language first, then what they came for."""
    choose = phrases.LANGUAGE_KEYS[language]
    wish = random.random()
    if wish < 0.08:
        return (choose, HANGS_UP)
    if wish < 0.25:
        return (choose, "1", f"{random.choice(_ORDER_NUMBERS)}#", "2")
    return (choose, random.choices(("2", "3", "0"), (40, 30, 30))[0])
