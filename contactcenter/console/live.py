"""What makes a fragment keep itself true: the rooms it watches, where they stood, and where it is pulled anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contactcenter.foundation import rooms


@dataclass(frozen=True, slots=True)
class Live:
    """The attributes of a fragment that refreshes itself; `kinds` limits the events that concern it."""

    rooms: str
    seqs: str
    url: str
    kinds: str


def watch(session: Session, names: Iterable[str], url: str, kinds: Iterable[str] = ()) -> Live:
    """Must be read before what the fragment shows: numbers that are too old cost a refresh, too new ones lose a change."""
    watched = list(dict.fromkeys(names))
    numbers = rooms.counters(session, watched)
    return Live(" ".join(watched), " ".join(str(numbers[name]) for name in watched), url, " ".join(kinds))
