"""The agents on the floor: who is signed in and ready, what each holds, and who has room for which channel."""

from dataclasses import replace
from typing import NamedTuple

from routing.config import AgentOrder, Channel, Config
from routing.eligibility import Eligibility, Profile, Signature, Traits
from routing.facts import AgentFacts, Id, WorkState
from routing.heads import Entry, groups_of
from routing.records import Agent, Item
from routing.requirements import Requirement

UNKNOWN = Channel("", cost=1_000_000)
"""Work on a channel that is no longer configured: whoever holds it takes nothing else until it is done."""


class Seats(NamedTuple):
    """A channel, with its two bits of an agent's `seats`."""

    channel: Channel
    below_most: int
    has_room: int


class Roster:
    __slots__ = (
        "_channels",
        "_eligibility",
        "_open",
        "_order",
        "_seats",
        "_spare",
        "_stale",
        "agents",
        "by_slot",
        "fits",
        "free",
        "ready",
        "room",
        "signed_in",
        "traits",
    )

    def __init__(self, config: Config, eligibility: Eligibility) -> None:
        self._channels = {channel.name: channel for channel in config.channels}
        self._seats = [Seats(one, 1 << 2 * n, 2 << 2 * n) for n, one in enumerate(self._channels.values())]
        self._open: dict[int, tuple[str, ...]] = {}
        self._eligibility = eligibility
        self._order = config.policy.agent_order
        self._spare: list[int] = []
        self._stale: set[Id] = set()
        self.agents: dict[Id, Agent] = {}
        self.by_slot: dict[int, Agent] = {}
        # One bit per signed-in agent, so that an explanation counts all of them in a few operations.
        self.signed_in = 0
        self.ready = 0
        self.free = dict.fromkeys(self._channels, 0)
        self.room = dict.fromkeys(self._channels, 0)
        self.traits = Traits()
        # How many are ready and fit, by what is asked: until somebody comes, goes, pauses or learns.
        self.fits: dict[tuple[str, Requirement, int, bool], dict[str, int]] = {}

    def sign_in(self, facts: AgentFacts, idle_since: int) -> Agent:
        agent = self._known(facts.id)
        if agent.signed_in:
            self._leave(agent)
        agent.facts, agent.idle_since = facts, idle_since
        agent.worked = agent.worked if facts.worked is None else facts.worked
        agent.offered_at = agent.offered_at if facts.offered_at is None else facts.offered_at
        agent.ready, agent.reason = facts.ready, facts.reason
        self._enter(agent)
        return agent

    def change_profile(self, agent: Agent, facts: AgentFacts) -> None:
        self._leave(agent)
        agent.facts = facts
        self._enter(agent)

    def sign_out(self, agent: Agent) -> None:
        self._leave(agent)
        agent.facts = AgentFacts(agent.id)
        agent.ready, agent.reason = False, ""
        agent.worked = agent.offered_at = 0
        self.forget_if_gone(agent)

    def facts(self) -> list[AgentFacts]:
        """Everybody who is signed in, as they stand now, in order of id."""
        here = (agent for _, agent in sorted(self.agents.items()) if agent.signed_in)
        return [
            replace(
                agent.facts,
                ready=agent.ready,
                reason=agent.reason,
                idle_since=agent.idle_since,
                worked=agent.worked,
                offered_at=agent.offered_at,
            )
            for agent in here
        ]

    def set_ready(self, agent: Agent, ready: bool, reason: str) -> None:
        if agent.ready is not ready:
            self.ready ^= 1 << agent.slot
            self.fits.clear()
        agent.ready, agent.reason = ready, reason
        self.show(agent)

    def take(self, agent_id: Id, item: Item) -> None:
        """The agent now holds the work. Whoever is not signed in may still hold what was accepted before."""
        agent = self._known(agent_id)
        agent.held.add(item.id)
        self._count(agent, item, 1)
        self._load(agent, item, 1)
        self.show(agent)

    def turn(self, item: Item, state: WorkState) -> None:
        """The agent who holds the work keeps it, in another state."""
        assert item.agent is not None
        agent = self.agents[item.agent]
        self._load(agent, item, -1)
        item.state = state
        self._load(agent, item, 1)
        self.show(agent)

    def give_back(self, item: Item, idle_since: int | None) -> Agent | None:
        """The agent who held it, unless this was the last trace of somebody who signed out; idle from then on, if given."""
        agent = self.agents[item.agent] if item.agent is not None else None
        if agent is None:
            return None
        agent.held.discard(item.id)
        if idle_since is not None and agent.signed_in:
            agent.idle_since = idle_since
            agent.worked += idle_since - (idle_since if item.since is None else item.since)
        self._count(agent, item, -1)
        self._load(agent, item, -1)
        self.show(agent)
        return None if self.forget_if_gone(agent) else agent

    def forget_if_gone(self, agent: Agent) -> bool:
        gone = not agent.signed_in and not agent.held
        if gone:
            del self.agents[agent.id]
        return gone

    def among(self, mask: int) -> list[Agent]:
        """The signed-in agents whose bits are set."""
        return [self.by_slot[slot] for slot in groups_of(mask)]

    def lacks_only_room(self, agent: Agent, channel: str) -> bool:
        """Ready and below the maximum of pieces, but without the units for one more."""
        bit = 1 << agent.slot
        return agent.ready and bool(self.free[channel] & bit) and not self.room[channel] & bit

    def overloaded(self, agent: Agent) -> bool:
        """More was accepted than there is room for."""
        return agent.load - agent.ringing > agent.facts.capacity

    def cost(self, item: Item) -> int:
        return self._channels.get(item.facts.channel, UNKNOWN).cost

    def yields(self, item: Item) -> bool:
        """Whether it would make way for work that may not wait."""
        return item.state is WorkState.ASSIGNED and self.interruptible(item)

    def interruptible(self, item: Item) -> bool:
        return self._channels.get(item.facts.channel, UNKNOWN).interruptible

    def show(self, agent: Agent) -> None:
        """Let it be seen for which channels the agent can be chosen; the boards hear of it when they are asked next."""
        if agent.signature is None:
            return
        limits, counts = agent.facts.channel_max, agent.counts
        left = agent.facts.capacity - agent.load
        seats = 0
        for channel, below_most, has_room in self._seats:
            if counts.get(channel.name, 0) < limits.get(channel.name, channel.max_per_agent):
                seats |= below_most
            if channel.cost <= (
                self._left_to_interruptible(agent, left) if channel.interruptible else left + agent.yielding
            ):
                seats |= has_room
        if seats != agent.seats:
            self._sit(agent, seats)
        agent.open = self._opened_by(seats) if agent.ready else ()
        self._stale.add(agent.id)

    def _left_to_interruptible(self, agent: Agent, left: int) -> int:
        """Units; none at all while something waits to be resumed."""
        if agent.interrupted:
            return -1
        pool = agent.facts.interruptible_capacity
        return left if pool is None else min(left, pool - agent.pool)

    def _sit(self, agent: Agent, seats: int) -> None:
        changed, bit = agent.seats ^ seats, 1 << agent.slot
        agent.seats = seats
        for channel, below_most, has_room in self._seats:
            if changed & below_most:
                self.free[channel.name] ^= bit
            if changed & has_room:
                self.room[channel.name] ^= bit

    def _opened_by(self, seats: int) -> tuple[str, ...]:
        """The channels of which one more piece fits."""
        found = self._open.get(seats)
        if found is None:
            both = ((one.channel.name, one.below_most | one.has_room) for one in self._seats)
            found = self._open[seats] = tuple(name for name, bits in both if seats & bits == bits)
        return found

    def boards_are_current(self) -> None:
        """To be called before the idle are looked at. Many changes of one agent cost one entry then."""
        boards = self._eligibility.boards
        for agent_id in self._stale:
            agent = self.agents.get(agent_id)
            if agent is not None and agent.signature is not None:
                for name in agent.listed:
                    boards[name].idle.drop(agent_id)
                entry = self._rank(agent, agent.signature) if agent.open else ()
                for name in agent.open:
                    boards[name].idle.put(agent.signature.index, entry)
                agent.listed = agent.open
        self._stale.clear()

    def _rank(self, agent: Agent, signature: Signature) -> Entry:
        """Smaller is chosen first; the most skilled are told apart by the reach that is asked, tier by tier."""
        match self._order:
            case AgentOrder.LEAST_FLEXIBLE:
                return (signature.flexibility, *agent.rank)
            case AgentOrder.LEAST_OCCUPIED:
                return (agent.load, agent.worked, *agent.rank[1:])
            case AgentOrder.ROUND_ROBIN:
                return (agent.offered_at, *agent.rank[2:])
            case AgentOrder.LONGEST_IDLE | AgentOrder.MOST_SKILLED:
                return agent.rank

    def _known(self, agent_id: Id) -> Agent:
        agent = self.agents.get(agent_id)
        if agent is None:
            agent = self.agents[agent_id] = Agent(AgentFacts(agent_id))
        return agent

    def _count(self, agent: Agent, item: Item, sign: int) -> None:
        name = item.facts.channel
        agent.counts[name] = agent.counts.get(name, 0) + sign

    def _load(self, agent: Agent, item: Item, sign: int) -> None:
        if item.state is WorkState.INTERRUPTED:
            agent.interrupted += sign
        else:
            channel = self._channels.get(item.facts.channel, UNKNOWN)
            cost = sign * channel.cost
            agent.load += cost
            if channel.interruptible:
                agent.pool += cost
                agent.yielding += cost if item.state is WorkState.ASSIGNED else 0
            elif item.state is WorkState.OFFERED:
                agent.ringing += cost

    def _enter(self, agent: Agent) -> None:
        agent.slot = self._spare.pop() if self._spare else self.signed_in.bit_length()
        agent.signed_in = True
        self.signed_in |= 1 << agent.slot
        self.by_slot[agent.slot] = agent
        agent.signature = self._eligibility.signature(Profile.of(agent.facts))
        agent.signature.members += 1
        if agent.ready:
            self.ready |= 1 << agent.slot
        self.traits.add(agent.slot, agent.signature.profile)
        self.fits.clear()
        self.show(agent)

    def _leave(self, agent: Agent) -> None:
        keep = ~(1 << agent.slot)
        if agent.signature is not None:
            agent.signature.members -= 1
            self.traits.remove(agent.slot, agent.signature.profile)
        for name in agent.listed:
            self._eligibility.boards[name].idle.drop(agent.id)
        for name in self.free:
            self.free[name] &= keep
            self.room[name] &= keep
        self.signed_in &= keep
        self.ready &= keep
        self.fits.clear()
        del self.by_slot[agent.slot]
        self._spare.append(agent.slot)
        agent.signed_in, agent.signature, agent.slot, agent.seats = False, None, -1, 0
        agent.open = agent.listed = ()
