"""Models so plain that the engine's decisions follow from two rules: then nobody has to ask it, and a run is many times faster.

Everybody waits in one order, by arrival. A class is served by the groups that could serve it, those who are least flexible
first. That holds where one channel is used, an agent has room for one customer at a time, nobody has a place before others, and
no two groups that could serve the same class are equally flexible: of those the engine takes whoever is idle longest.
"""

from collections.abc import Iterable
from dataclasses import replace

from routing.config import AgentOrder, Config, ItemOrder, Policy
from routing.eligibility import flexibility
from routing.simulation_model import AgentGroup, Model, WorkClass, queue_of, queues_of


def in_plain_rules(model: Model, config: Config) -> Model | None:
    """The model with its classes' groups in the engine's order of choice; None where only the engine can tell."""
    if not model.classes or not _one_at_a_time(model) or not _by_arrival(model.classes, config.policy):
        return None
    found: list[WorkClass] = []
    for work in model.classes:
        able = _in_order(model, work, config)
        if able is None:
            return None
        found.append(replace(work, groups=tuple((group.name, 0.0) for group in able)))
    serves = {
        group.name: tuple(work.name for work in found if (group.name, 0.0) in (work.groups or ()))
        for group in model.groups
    }
    groups = tuple(replace(group, serves=serves[group.name]) for group in model.groups)
    return replace(model, classes=tuple(found), groups=groups)


def _one_at_a_time(model: Model) -> bool:
    names = {work.channel for work in model.classes}
    used = [channel for channel in model.channels if channel.name in names]
    if len(names) != 1 or len(used) != 1 or used[0].interruptible:
        return False
    return all(_room_of(group, used[0].name, used[0].cost, used[0].max_per_agent) == 1 for group in model.groups)


def _room_of(group: AgentGroup, channel: str, cost: int, most: int) -> int:
    most = group.channel_max.get(channel, most)
    return min(group.capacity // cost, most) if cost else most


def _by_arrival(classes: Iterable[WorkClass], policy: Policy) -> bool:
    """Whether the key of every piece of work is its arrival plus the same for all."""
    if any(work.steps for work in classes):
        return False
    match policy.item_order:
        case ItemOrder.FIFO:
            return True
        case ItemOrder.DUE:
            return len({(work.target, work.priority) for work in classes}) == 1
        case _:
            return False


def _in_order(model: Model, work: WorkClass, config: Config) -> list[AgentGroup] | None:
    queues = {group.name: queues_of(model, group) for group in model.groups}
    able = [
        group
        for group in model.groups
        if queue_of(work) in queues[group.name] and work.requirement.met_by(group.skills)
    ]
    if len(able) < 2:
        return able
    measured = {group.name: flexibility(queues[group.name], group.skills, config.demands) for group in able}
    if config.policy.agent_order is not AgentOrder.LEAST_FLEXIBLE or len(set(measured.values())) < len(able):
        return None
    return sorted(able, key=lambda group: measured[group.name])
