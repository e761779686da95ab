"""Refusals: what a door answers when something cannot be done, as a sentence with a status."""

from dataclasses import dataclass


@dataclass
class Refusal(Exception):  # noqa: N818 — a refusal is an answer, not a fault
    """An expected 'no'. `sentence` is English with %(name)s places; the door translates it."""

    sentence: str
    values: dict[str, object]
    status: int = 400

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class BadInput(Refusal):
    status = 422


class NotFound(Refusal):
    status = 404


class Forbidden(Refusal):
    status = 403


class Unsigned(Refusal):
    status = 403


class SignInNeeded(Refusal):
    status = 401


class Conflict(Refusal):
    """The state has moved on; the sentence says to what."""

    status = 409


class TooLarge(Refusal):
    status = 413


class TooOften(Refusal):
    status = 429


class Unavailable(Refusal):
    status = 503
