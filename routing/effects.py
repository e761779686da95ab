"""What the engine asks for. Each is a proposal: the application commits it, or feeds back why it could not."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from routing.facts import Id


@dataclass(frozen=True, slots=True)
class OfferMade:
    """`decision` is the explain record: plain JSON, made of ids and integers, the same for the same history."""

    work: Id
    agent: Id
    expires_at: int
    decision: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfferRevoked:
    work: Id
    agent: Id
    reason: str


@dataclass(frozen=True, slots=True)
class AgentNotReady:
    agent: Id
    reason: str
    work: Id


@dataclass(frozen=True, slots=True)
class StepAdvanced:
    """Step 0 is the requirement the work came with."""

    work: Id
    step: int


@dataclass(frozen=True, slots=True)
class Overflowed:
    """The work waited too long in queue `left`. It waits in queue `to` now, or is to be called back when `to` is None."""

    work: Id
    left: str
    to: str | None


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The work makes way for what the same agent has accepted."""

    work: Id
    agent: Id


@dataclass(frozen=True, slots=True)
class Resume:
    """There is room again for work that had made way."""

    work: Id
    agent: Id


@dataclass(frozen=True, slots=True)
class DeadlineAtRisk:
    """The work waits, and its deadline is near or past. Told each time it begins to wait like this."""

    work: Id
    deadline: int


@dataclass(frozen=True, slots=True)
class Unroutable:
    """Nobody can ever be found for this as things stand: no such queue or channel, or nobody of the staff fits.

    The work waits for a configuration that has.
    """

    work: Id
    reason: str


@dataclass(frozen=True, slots=True)
class WakeAt:
    """When time alone changes something next, None: never as things stand. Told last: when it is another instant than was told
    before, and again after every event while it is due already, which asks for a `Tick` at once.
    """

    at: int | None


Effect: TypeAlias = (
    OfferMade
    | OfferRevoked
    | AgentNotReady
    | StepAdvanced
    | Overflowed
    | Interrupt
    | Resume
    | DeadlineAtRisk
    | Unroutable
    | WakeAt
)
