"""The agents on the floor: who is signed in and ready, what each holds, and who has room for which channel."""

from dataclasses import replace

from routing.config import AgentOrder, Channel, Config
from routing.eligibility import Eligibility, Signature, Traits
from routing.facts import AgentFacts, Id
from routing.heads import Entry
from routing.records import Agent, Item

UNKNOWN = Channel("", cost=1_000_000)
"""Work on a channel that is no longer configured: whoever holds it takes nothing else until it is done."""


class Roster:
    __slots__ = (
        "_channels",
        "_eligibility",
        "_order",
        "_spare",
        "agents",
        "free",
        "ready",
        "room",
        "signed_in",
        "traits",
    )

    def __init__(self, config: Config, eligibility: Eligibility) -> None:
        self._channels = {channel.name: channel for channel in config.channels}
        self._eligibility = eligibility
        self._order = config.policy.agent_order
        self._spare: list[int] = []
        self.agents: dict[Id, Agent] = {}
        # One bit per signed-in agent, so that an explanation counts all of them in a few operations.
        self.signed_in = 0
        self.ready = 0
        self.free = dict.fromkeys(self._channels, 0)
        self.room = dict.fromkeys(self._channels, 0)
        self.traits = Traits()

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
        agent.ready, agent.reason = ready, reason
        self.show(agent)

    def take(self, agent_id: Id, item: Item) -> None:
        """The agent now holds the work. Whoever is not signed in may still hold what was accepted before."""
        agent = self._known(agent_id)
        agent.held.add(item.id)
        self._load(agent, item, 1)

    def give_back(self, item: Item, idle_since: int | None) -> Agent | None:
        """The agent who held it, unless this was the last trace of somebody who signed out; idle from then on, if given."""
        agent = self.agents[item.agent] if item.agent is not None else None
        if agent is None:
            return None
        agent.held.discard(item.id)
        if idle_since is not None and agent.signed_in:
            agent.idle_since = idle_since
            agent.worked += idle_since - (idle_since if item.since is None else item.since)
        self._load(agent, item, -1)
        return None if self.forget_if_gone(agent) else agent

    def forget_if_gone(self, agent: Agent) -> bool:
        gone = not agent.signed_in and not agent.held
        if gone:
            del self.agents[agent.id]
        return gone

    def has_free(self, agent: Agent, channel: Channel) -> bool:
        limit = agent.facts.channel_max.get(channel.name, channel.max_per_agent)
        return agent.counts.get(channel.name, 0) < limit

    def has_room(self, agent: Agent, channel: Channel) -> bool:
        return agent.load + channel.cost <= agent.facts.capacity

    def show(self, agent: Agent) -> None:
        """Let the boards know for which channels the agent can be chosen, and with which rank."""
        signature = agent.signature
        if signature is None:
            return
        bit = 1 << agent.slot
        self.ready = self.ready | bit if agent.ready else self.ready & ~bit
        entry = self._rank(agent, signature)
        for name, channel in self._channels.items():
            free, room = self.has_free(agent, channel), self.has_room(agent, channel)
            self.free[name] = self.free[name] | bit if free else self.free[name] & ~bit
            self.room[name] = self.room[name] | bit if room else self.room[name] & ~bit
            idle = self._eligibility.boards[name].idle
            idle.drop(agent.id)
            if free and room and agent.ready:
                idle.put(signature.index, entry)

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

    def _load(self, agent: Agent, item: Item, sign: int) -> None:
        name = item.facts.channel
        agent.load += sign * self._channels.get(name, UNKNOWN).cost
        agent.counts[name] = agent.counts.get(name, 0) + sign
        self.show(agent)

    def _enter(self, agent: Agent) -> None:
        agent.slot = self._spare.pop() if self._spare else self.signed_in.bit_length()
        agent.signed_in = True
        self.signed_in |= 1 << agent.slot
        agent.signature = self._eligibility.signature(agent.facts.queues, agent.facts.skills)
        agent.signature.members += 1
        self.traits.add(agent.slot, agent.facts.queues, agent.facts.skills)
        self.show(agent)

    def _leave(self, agent: Agent) -> None:
        if agent.signature is not None:
            agent.signature.members -= 1
        for board in self._eligibility.boards.values():
            board.idle.drop(agent.id)
        keep = ~(1 << agent.slot)
        self.signed_in &= keep
        self.ready &= keep
        self.traits.remove(agent.slot, agent.facts.queues, agent.facts.skills)
        self._spare.append(agent.slot)
        agent.signed_in, agent.signature, agent.slot = False, None, -1
