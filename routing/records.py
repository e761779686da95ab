"""The two records that change: an agent on the floor and a piece of work, each around the facts it came with."""

from dataclasses import dataclass, field
from enum import StrEnum

from routing.eligibility import Signature, WaitingClass
from routing.facts import AgentFacts, Id, WorkFacts, WorkState
from routing.requirements import ANYONE, Requirement


class Trigger(StrEnum):
    """Why a decision could be made just then."""

    AGENT_FREE = "agent_free"
    ARRIVAL = "arrival"
    STEP = "step"
    COOL_OFF = "cool_off"
    OVERFLOW = "overflow"
    RESERVE = "reserve"
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
    worked: int = 0
    offered_at: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    held: set[Id] = field(default_factory=set)

    @property
    def id(self) -> Id:
        return self.facts.id

    @property
    def order(self) -> int:
        return self.facts.id if self.facts.order is None else self.facts.order

    @property
    def rank(self) -> tuple[int, int, int, Id]:
        """Who is idler: nothing at hand before something, then the longest since, then the fixed order."""
        return (self.load, self.idle_since, self.order, self.facts.id)


@dataclass(slots=True)
class Item:
    facts: WorkFacts
    key: int
    state: WorkState = WorkState.WAITING
    agent: Id | None = None
    until: int | None = None
    exclusions: dict[Id, int] = field(default_factory=dict)
    step: int = 0
    requirement: Requirement = ANYONE
    place: WaitingClass | None = None
    private: bool = False
    timer: int | None = None
    since: int | None = None

    @property
    def id(self) -> Id:
        return self.facts.id

    @property
    def entry(self) -> tuple[int, int, Id]:
        """The place in the order of work."""
        return (self.key, self.facts.id if self.facts.seq is None else self.facts.seq, self.facts.id)

    def excludes(self, agent: Id, now: int) -> bool:
        until = self.exclusions.get(agent)
        return until is not None and until > now

    def exclude(self, agent: Id, until: int) -> None:
        self.exclusions[agent] = max(until, self.exclusions.get(agent, until))
