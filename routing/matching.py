"""Who gets what: while any waiting work has somebody for it, the most urgent such work goes to the first agent in order.

Everything is matched after every event, so a new match needs somebody or something that just changed; only those are looked at.
During a settlement agents only become busier. So a work that finds nobody will find nobody, and the best work for an agent only
gets less urgent: one agenda, in which an agent is looked at again after each turn, is enough.
"""

from heapq import heapify, heappop, heappush
from typing import TypeAlias

from routing.config import AgentOrder
from routing.effects import OfferMade
from routing.explain import Choice, Record, decision_record, enough_are_free
from routing.facts import Id, WorkState
from routing.floor import Floor
from routing.heads import Allowed, Entry, Reach
from routing.records import Agent, Item, Trigger

Candidate: TypeAlias = tuple[Entry, bool, Id]
"""The place of the work in the order; whether an agent found it, and which."""


def settle(floor: Floor) -> None:
    if not floor.works_to_match and not floor.agents_to_match:
        return
    _rearrange(floor)
    agenda = _agenda(floor)
    while agenda:
        entry, by_agent, agent_id = heappop(agenda)
        item = floor.line.items[entry[-1]]
        if not by_agent:
            again = _offer_to_best(floor, item)
        else:
            agent = floor.roster.agents[agent_id]
            again = _offer(floor, item, agent) if _only_for(floor, item) else _offer_to_best(floor, item)
            _look(floor, agent, agenda)
        for agent in again:
            _look(floor, agent, agenda)
    floor.agents_to_match.clear()
    floor.works_to_match.clear()


def best_work(floor: Floor, agent: Agent, changed: str | None = None) -> Entry | None:
    """The most urgent work that this agent can take now; `changed` is the only channel that did since the last time."""
    if agent.signature is None or not agent.open:
        return None
    items, now, me, reserves = floor.line.items, floor.now, agent.id, floor.line.reserves
    boards, holding = floor.eligibility.boards, floor.holding
    best = _best_reserved(floor, agent) if floor.line.reserved_for else None

    def allowed(work: Id) -> bool:
        item = items[work]
        return not (item.exclusions and item.excludes(me, now)) and (not reserves or enough_are_free(floor, item))

    for channel in agent.open:
        if changed is None or channel == changed:
            agent.firsts[channel] = boards[channel].waiting.best(agent.signature.reach[channel], allowed, now)
        entry = agent.firsts[channel]
        if entry is None or (best is not None and best < entry):
            continue
        # What holds the first of a channel holds all of it, because the others are less urgent still.
        if holding.after is None or holding.holder(agent, channel, entry, now) is None:
            best = entry
    return best


def best_agent(floor: Floor, item: Item, without: Id | None = None) -> Agent | None:
    """The first agent in the order who can take this work now."""
    idle = floor.eligibility.boards[item.facts.channel].idle if not floor.line.fault(item.facts) else None
    if idle is None:
        return None
    if item.private and item.facts.preferred is not None:
        agents = (floor.agent(agent_id) for agent_id in item.facts.preferred.agents if agent_id != without)
        return next((agent for agent in agents if agent is not None and _may_have(floor, agent, item)), None)
    if not enough_are_free(floor, item):
        return None
    allowed = _allowed(floor, item, without)
    floor.roster.boards_are_current()
    for reach in _tiers(floor, item):
        entry = idle.best(reach, allowed)
        if entry is not None:
            return floor.roster.agents[entry[-1]]
    return None


def _allowed(floor: Floor, item: Item, without: Id | None) -> Allowed | None:
    """Which of those who fit may have it; None: all of them."""
    now, agents, holder = floor.now, floor.roster.agents, floor.holding.holder
    if floor.holding.after is not None:
        channel, entry = item.facts.channel, item.entry
        return lambda agent_id: (
            agent_id != without
            and not item.excludes(agent_id, now)
            and holder(agents[agent_id], channel, entry, now) is None
        )
    if item.exclusions or without is not None:
        return lambda agent_id: agent_id != without and not item.excludes(agent_id, now)
    return None


def _rearrange(floor: Floor) -> None:
    for agent_id in sorted(floor.agents_to_match):
        agent = floor.agent(agent_id)
        if agent is not None and (agent.interrupted or floor.roster.overloaded(agent)):
            floor.rearrange(agent)


def _agenda(floor: Floor) -> list[Candidate]:
    agenda: list[Candidate] = []
    for work in floor.works_to_match:
        item = floor.line.items.get(work)
        if item is not None and item.state is WorkState.WAITING:
            agenda.append((floor.line.standing(item, floor.now), False, 0))
    heapify(agenda)
    for agent_id in floor.agents_to_match:
        agent = floor.agent(agent_id)
        if agent is not None:
            _look(floor, agent, agenda)
    return agenda


def _look(floor: Floor, agent: Agent, agenda: list[Candidate]) -> None:
    entry = best_work(floor, agent)
    if entry is not None:
        heappush(agenda, (entry, True, agent.id))


def _only_for(floor: Floor, item: Item) -> bool:
    """Nobody but the one agent who changed can be free for work that did not change itself, nor waited for a reserve."""
    if floor.holding.after is not None:
        return False
    alone = len(floor.agents_to_match) == 1 and item.id not in floor.works_to_match
    return alone and (item.private or not floor.line.queues[item.facts.queue].reserve)


def _offer_to_best(floor: Floor, item: Item) -> list[Agent]:
    agent = best_agent(floor, item) if item.state is WorkState.WAITING else None
    return _offer(floor, item, agent) if agent is not None else []


def _offer(floor: Floor, item: Item, agent: Agent) -> list[Agent]:
    """Returns who may take something now because this is out of the line."""
    floor.decisions += 1
    decision, released = _explained(floor, item, agent) if floor.explains else ({}, floor.withdraw(item))
    expires_at = floor.clock + floor.line.queues[item.facts.queue].offer_timeout
    agent.offered_at = floor.now
    floor.hold(item, agent.id, WorkState.OFFERED, expires_at)
    floor.effects.append(OfferMade(item.id, agent.id, expires_at, decision))
    return released


def _explained(floor: Floor, item: Item, agent: Agent) -> tuple[Record, list[Agent]]:
    """Take the item out of the line, and say why it goes to this agent."""
    reserved, trigger = item.private, floor.works_to_match.get(item.id)
    rival_agent, rival_work = None, None
    if trigger is None:
        # With a reserve, one agent who becomes free may let another be taken.
        trigger = floor.agents_to_match.get(agent.id, Trigger.RESERVE)
        alone = _only_for(floor, item) and not floor.line.reserves
        released = floor.withdraw(item)
        entry = best_work(floor, agent, item.facts.channel if alone else None)
        rival_work = floor.line.items[entry[-1]] if entry is not None else None
    else:
        rival_agent = best_agent(floor, item, without=agent.id)
        released = floor.withdraw(item)
    return decision_record(floor, Choice(item, agent, trigger, reserved, rival_agent, rival_work)), released


def _tiers(floor: Floor, item: Item) -> list[Reach]:
    if item.place is None:
        return []
    if floor.config.policy.agent_order is AgentOrder.MOST_SKILLED:
        return floor.eligibility.tiers(item.place)
    return [item.place.reach]


def _best_reserved(floor: Floor, agent: Agent) -> Entry | None:
    works = floor.line.reserved_for.get(agent.id)
    if not works:
        return None
    items = (floor.line.items[work] for work in works)
    return min((floor.line.standing(item, floor.now) for item in items if _may_have(floor, agent, item)), default=None)


def _may_have(floor: Floor, agent: Agent, item: Item) -> bool:
    return (
        item.facts.channel in agent.open
        and item.facts.queue in agent.facts.queues
        and item.requirement.met_by(agent.facts.skills)
        and not item.excludes(agent.id, floor.now)
        and floor.holding.holder(agent, item.facts.channel, item.entry, floor.now) is None
    )
