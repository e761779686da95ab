"""Remembering for a moment what hardly ever changes: configuration that every request reads.

A change is seen by every process within the given seconds; whatever must be right at once is not remembered.
"""

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers per database and key, each good for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: WeakKeyDictionary[Any, dict[object, tuple[float, T]]] = WeakKeyDictionary()

    def get(self, session: Session, key: object, load: Callable[[], T]) -> T:
        """The remembered answer, or the one that `load` gives now."""
        answers = self._known.setdefault(session.get_bind(), {})
        until, answer = answers.get(key, (0.0, None))
        if until < time.monotonic():
            answer = load()
            answers[key] = (time.monotonic() + self._seconds, answer)
        return answer  # type: ignore[return-value]  # None only until the first load
