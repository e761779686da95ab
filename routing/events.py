"""What can happen to agents, offers and work: the only way anything enters the engine."""

from dataclasses import dataclass
from typing import TypeAlias

from routing.config import Config
from routing.facts import AgentFacts, Id, WorkFacts, WorkState
from routing.requirements import Requirement, Step


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """Also for an agent who is signed in already: then everything known about the agent is replaced, except what is held."""

    now: int
    facts: AgentFacts


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """Pending offers are revoked and wait again at once; accepted work stays with the agent until it ends or is requeued."""

    now: int
    agent: Id


@dataclass(frozen=True, slots=True)
class AgentPresence:
    now: int
    agent: Id
    ready: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentProfileChanged:
    """New queues, skills, capacity, channel maxima and order; presence and idle stamp stay."""

    now: int
    facts: AgentFacts


@dataclass(frozen=True, slots=True)
class WorkEnqueued:
    """Ignored when the work is known already: `WorkRestored` corrects."""

    now: int
    facts: WorkFacts


@dataclass(frozen=True, slots=True)
class WorkRestored:
    """The work stands like this in the rows, whatever the engine believed.

    It makes no offer by itself, so that rows can be loaded in any number: agents first, then work, then one `Tick`.
    """

    now: int
    facts: WorkFacts
    state: WorkState = WorkState.WAITING
    agent: Id | None = None
    until: int | None = None
    since: int | None = None
    """When it was accepted, for work that is assigned or in wrap-up; None: now."""

    def __post_init__(self) -> None:
        if (self.state is WorkState.WAITING) != (self.agent is None):
            raise ValueError(f"Work {self.facts.id} is restored as {self.state}: name its agent, unless it waits.")


@dataclass(frozen=True, slots=True)
class WorkUpdated:
    """What is None stays as it is. The place in time (`enqueued_at`) is kept."""

    now: int
    work: Id
    queue: str | None = None
    priority: int | None = None
    requirement: Requirement | None = None
    steps: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class WorkAbandoned:
    now: int
    work: Id


@dataclass(frozen=True, slots=True)
class WorkRequeued:
    """Back from whoever holds it; with `keep_position` False it counts as enqueued now.

    `exclude_until` keeps the agent who held it away until then; None excludes nobody.
    """

    now: int
    work: Id
    keep_position: bool = True
    exclude_until: int | None = None


@dataclass(frozen=True, slots=True)
class WorkCompleted:
    """With `wrap_up_until` the agent's capacity stays taken until `WrapUpEnded` (`NEVER`: no limit was set)."""

    now: int
    work: Id
    wrap_up_until: int | None = None


@dataclass(frozen=True, slots=True)
class WorkInterrupted:
    """Its agent has put aside what was accepted. It goes on by itself as soon as there is room."""

    now: int
    work: Id


@dataclass(frozen=True, slots=True)
class WorkResumed:
    """Its agent has gone back to it, whether there was room or not."""

    now: int
    work: Id


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    now: int
    work: Id


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    now: int
    work: Id
    agent: Id


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    """`exclude_until` None means the policy's cool-off from `now`."""

    now: int
    work: Id
    agent: Id
    exclude_until: int | None = None


@dataclass(frozen=True, slots=True)
class OfferTimedOut:
    """Not answered in time. The application's timer says so; the engine does not end offers by its own clock."""

    now: int
    work: Id
    agent: Id
    exclude_until: int | None = None


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    """Somebody took the offer back before it was answered."""

    now: int
    work: Id
    agent: Id
    exclude_until: int | None = None


@dataclass(frozen=True, slots=True)
class OfferRefused:
    """The proposal could not be committed: as if it had not been made, and nobody is excluded.

    It makes no new offer by itself, or the same one would come straight back: feed the facts that were read again, then a
    `Tick`.
    """

    now: int
    work: Id
    agent: Id


@dataclass(frozen=True, slots=True)
class Tick:
    """Time alone. With a `budget`, at most so many works that fall due are seen to: `next_wakeup` then stays in the past, and
    the next tick goes on. Works due at one instant are then matched in portions, in the order in which they came.

    Any other event catches up whole, so whoever wants short ticks gives them before other news.
    """

    now: int
    budget: int | None = None

    def __post_init__(self) -> None:
        if self.budget is not None and self.budget < 1:
            raise ValueError("A tick that may see to nothing never catches up: give a budget of 1 or more, or none.")


@dataclass(frozen=True, slots=True)
class ConfigChanged:
    now: int
    config: Config


Event: TypeAlias = (
    AgentSignedIn
    | AgentSignedOut
    | AgentPresence
    | AgentProfileChanged
    | WorkEnqueued
    | WorkRestored
    | WorkUpdated
    | WorkAbandoned
    | WorkRequeued
    | WorkCompleted
    | WorkInterrupted
    | WorkResumed
    | WrapUpEnded
    | OfferAccepted
    | OfferDeclined
    | OfferTimedOut
    | OfferWithdrawn
    | OfferRefused
    | Tick
    | ConfigChanged
)
