"""Answers about one piece of work: why it waits, and why a certain agent does not get it."""

from routing.explain import Record, funnel, key_parts, stages
from routing.facts import NEVER, Id, WorkState
from routing.fixes import fixes
from routing.floor import Floor
from routing.records import Agent, Item


def why_waiting(floor: Floor, work: Id) -> Record:
    item = floor.line.items.get(work)
    if item is None:
        return {"work": work, "state": "unknown"}
    if item.state is not WorkState.WAITING:
        return {"work": work, "state": item.state.value, "agent": item.agent, "until": item.until}
    left = stages(floor, item, reserved=item.private)
    return {
        "work": work,
        "state": item.state.value,
        "unroutable": floor.line.unroutable(item.facts),
        "queue": item.facts.queue,
        "channel": item.facts.channel,
        "requirement": item.requirement.spelled,
        "key": item.key,
        "parts": key_parts(item),
        "ahead": _ahead(floor, item),
        "step": item.step,
        "next_change_at": item.timer,
        "funnel": funnel(floor, item, left, reserved=item.private),
        "blocked_at": next((stage for stage, mask in left if not mask), None),
        "nearest": _nearest(floor, item),
        "fixes": fixes(floor, item),
    }


def why_not(floor: Floor, work: Id, agent_id: Id) -> Record:
    """The first test that this agent fails for this work; `failed` is None when nothing stands in the way."""
    item, agent = floor.line.items.get(work), floor.agent(agent_id)
    answer: Record = {"work": work, "agent": agent_id}
    if item is None or item.state is not WorkState.WAITING:
        return answer | {"failed": "waiting", "state": item.state.value if item else "unknown"}
    if agent is None:
        return answer | {"failed": "signed_in"}
    for stage, mask in stages(floor, item, reserved=item.private):
        if not mask >> agent.slot & 1:
            return answer | {"failed": stage} | _detail(floor, item, agent, stage)
    return answer | {"failed": None}


def _detail(floor: Floor, item: Item, agent: Agent, stage: str) -> Record:
    facts = agent.facts
    match stage:
        case "ready":
            return {"reason": agent.reason}
        case "skill" | "level":
            return {"has": dict(facts.skills), "needs": item.requirement.spelled}
        case "channel_free" | "capacity":
            return _fullness(floor, item, agent)
        case "delay" | "not_excluded" | "preferred":
            return {"until": _kept_away_until(item, agent, stage)}
        case "held_up" | "reserve":
            return _kept_for_others(floor, item, agent, stage)
        case _:
            return {}


def _kept_for_others(floor: Floor, item: Item, agent: Agent, stage: str) -> Record:
    if stage == "held_up":
        return {"for": floor.holding.holder(agent, item.facts.channel, item.entry, floor.now)}
    left = stages(floor, item, reserved=False)
    free = left[[stage for stage, _ in left].index("reserve") - 1][1]
    return {"reserve": floor.line.queues[item.facts.queue].reserve, "free": free.bit_count()}


def _kept_away_until(item: Item, agent: Agent, stage: str) -> int | None:
    if stage == "delay":
        return item.facts.enqueued_at + agent.facts.delays[item.facts.queue]
    if stage == "preferred":
        return item.facts.enqueued_at + item.facts.preferred.lasts if item.facts.preferred else None
    until = item.exclusions[agent.id]
    return None if until == NEVER else until


def _fullness(floor: Floor, item: Item, agent: Agent) -> Record:
    for channel in floor.config.channels:
        if channel.name == item.facts.channel:
            return {
                "has": agent.counts.get(channel.name, 0),
                "max": agent.facts.channel_max.get(channel.name, channel.max_per_agent),
                "load": agent.load,
                "cost": channel.cost,
                "capacity": agent.facts.capacity,
                "interruptible": agent.yielding,
                "interrupted": agent.interrupted,
            }
    return {"unroutable": floor.line.fault(item.facts)}


def _ahead(floor: Floor, item: Item) -> int:
    """How much waiting work of the same queue and channel comes first."""
    return sum(
        1
        for other in floor.line.items.values()
        if other.state is WorkState.WAITING
        and other.facts.queue == item.facts.queue
        and other.facts.channel == item.facts.channel
        and other.entry < item.entry
    )


def _nearest(floor: Floor, item: Item) -> list[Record]:
    """For each skill asked for, the highest level among the ready agents of the queue."""
    roster = floor.roster
    among = roster.ready & roster.traits.serving(item.facts.queue)
    return [
        {
            "skill": skill,
            "needs": level,
            "best": next((n for n in range(10, 0, -1) if among & roster.traits.holding(skill, n)), 0),
        }
        for skill, level in (*item.requirement.all_of, *item.requirement.any_of)
    ]
