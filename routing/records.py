"""The two records that change: an agent on the floor and a piece of work, each around the facts it came with."""

from dataclasses import dataclass, field
from enum import StrEnum

from routing.eligibility import Signature, WaitingClass
from routing.facts import AgentFacts, Id, WorkFacts, WorkState
from routing.heads import Entry
from routing.requirements import ANYONE, Requirement


class Trigger(StrEnum):
    """Why a decision could be made just then."""

    AGENT_FREE = "agent_free"
    ARRIVAL = "arrival"
    STEP = "step"
    COOL_OFF = "cool_off"
    OVERFLOW = "overflow"
    RESERVE = "reserve"
    QUEUE_DELAY = "queue_delay"
    RELEASED = "released"
    """Work that had held this up is out of the line."""
    PRESENCE = "presence"
    PROFILE = "profile"
    RONA = "rona"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    SIGNED_OUT = "signed_out"
    REQUEUED = "requeued"
    UPDATED = "updated"
    RESTORED = "restored"
    CONFIG = "config"


@dataclass(slots=True)
class Agent:
    facts: AgentFacts
    signed_in: bool = False
    ready: bool = False
    reason: str = ""
    idle_since: int = 0
    slot: int = -1
    signature: Signature | None = None
    load: int = 0
    """Units taken now. `pool` are those of interruptible channels, `yielding` those of them that would make way, `ringing` those
    that other channels have on offer.
    """
    pool: int = 0
    yielding: int = 0
    ringing: int = 0
    interrupted: int = 0
    worked: int = 0
    offered_at: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    held: set[Id] = field(default_factory=set)
    firsts: dict[str, Entry | None] = field(default_factory=dict)
    """The most urgent work of each channel when it was looked for last."""
    open: tuple[str, ...] = ()
    """The channels on which work can be offered now; `listed` are those whose board says so already."""
    listed: tuple[str, ...] = ()
    seats: int = 0
    """Per channel of the roster two bits: below the maximum of pieces, and room for one more."""
    id: Id = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.facts.id

    @property
    def order(self) -> int:
        return self.facts.id if self.facts.order is None else self.facts.order

    @property
    def rank(self) -> tuple[int, int, int, Id]:
        """Who is idler: nothing at hand before something, then the longest since, then the fixed order."""
        return (self.load, self.idle_since, self.order, self.id)


@dataclass(slots=True)
class Item:
    facts: WorkFacts
    entry: tuple[int, int, Id] = (0, 0, 0)
    """The place in the order of work: its key, then who came first."""
    parts: tuple[int, int] = (0, 0)
    """What the key is made of besides the instant at which the work came: the target, and the boost that is taken off."""
    state: WorkState = WorkState.WAITING
    agent: Id | None = None
    until: int | None = None
    exclusions: dict[Id, int] = field(default_factory=dict)
    step: int = 0
    requirement: Requirement = ANYONE
    place: WaitingClass | None = None
    private: bool = False
    waited: int = 0
    """The longest delay of its queue that it has outwaited."""
    at_risk: bool = False
    timer: int | None = None
    since: int | None = None
    id: Id = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.facts.id

    def rank(self, key: int) -> None:
        """Always a new entry: those of one heap are told apart by identity."""
        self.entry = (key, self.id if self.facts.seq is None else self.facts.seq, self.id)

    @property
    def key(self) -> int:
        return self.entry[0]

    @property
    def arrival(self) -> tuple[int, int, Id]:
        """Who came first, whatever the order of work says."""
        return (self.facts.enqueued_at, *self.entry[1:])

    def excludes(self, agent: Id, now: int) -> bool:
        until = self.exclusions.get(agent)
        return until is not None and until > now

    def exclude(self, agent: Id, until: int) -> None:
        self.exclusions[agent] = max(until, self.exclusions.get(agent, until))
