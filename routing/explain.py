"""The record kept with every decision: what was compared with what, in ids and integers, so that it can be told in any language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from routing.config import AgentOrder
from routing.facts import Id, WorkState
from routing.floor import Floor
from routing.records import Agent, Item, Trigger

Record = dict[str, Any]

_FIT = 6
"""So many of the stages, to the level, tell who could take such work at all; the others, who can now."""
_MOST_KNOWN = 4096

_RULES = {
    AgentOrder.LEAST_FLEXIBLE: ("flexibility", "load", "idle_since", "order"),
    AgentOrder.LONGEST_IDLE: ("load", "idle_since", "order"),
    AgentOrder.MOST_SKILLED: ("proficiency", "load", "idle_since", "order"),
    AgentOrder.LEAST_OCCUPIED: ("load", "worked", "idle_since", "order"),
    AgentOrder.ROUND_ROBIN: ("offered_at", "order"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A match about to be proposed, and what came second: another agent for this work, or another work for this agent."""

    item: Item
    agent: Agent
    trigger: Trigger
    reserved: bool
    rival_agent: Agent | None = None
    rival_work: Item | None = None


def decision_record(floor: Floor, choice: Choice) -> Record:
    item = choice.item
    return {
        "decision": floor.decisions,
        "at": floor.clock,
        "seq": floor.events,
        "config_version": floor.config.version,
        "trigger": choice.trigger.value,
        "work": {
            "id": item.id,
            "class": {
                "queue": item.facts.queue,
                "channel": item.facts.channel,
                "requirement": item.requirement.spelled,
            },
            "key": item.key,
            "parts": key_parts(item),
            "step": item.step,
        },
        "agent": _described(choice.agent, item),
        "funnel": funnel(floor, item, stages(floor, item, reserved=choice.reserved), reserved=choice.reserved),
        "order": _rules(floor, choice),
        "runner_up": _runner_up(floor, choice),
        "policy": floor.policy,
    }


def stages(floor: Floor, item: Item, *, reserved: bool) -> list[tuple[str, int]]:
    """Who is left after each test, as masks over the signed-in agents; every stage is part of the one before."""
    roster, channel, requirement = floor.roster, item.facts.channel, item.requirement
    ready = roster.ready
    queue = ready & roster.traits.serving(item.facts.queue)
    later = 0 if reserved else roster.traits.not_yet(item.facts.queue, item.waited)
    helping = queue & ~later if later else queue
    skill = roster.traits.meeting(requirement, helping, at_any_level=True)
    level = roster.traits.meeting(requirement, skill)
    free = level & roster.free.get(channel, 0)
    room = free & roster.room.get(channel, 0)
    allowed = room
    if item.exclusions:
        allowed = room & ~_slots(floor, [agent for agent in item.exclusions if item.excludes(agent, floor.now)])
    found = [
        ("signed_in", roster.signed_in),
        ("ready", ready),
        ("queue", queue),
        ("delay", helping),
        ("skill", skill),
        ("level", level),
        ("channel_free", free),
        ("capacity", room),
        ("not_excluded", allowed),
    ]
    if floor.holding.after is not None:
        allowed = _not_held_up(floor, item, allowed)
        found.append(("held_up", allowed))
    if reserved and item.facts.preferred is not None:
        allowed &= _slots(floor, item.facts.preferred.agents)
        found.append(("preferred", allowed))
    elif kept := _kept_free(floor, item):
        allowed = allowed if allowed.bit_count() > kept else 0
        found.append(("reserve", allowed))
    return [*found, ("candidates", 0 if floor.line.fault(item.facts) else allowed)]


def _not_held_up(floor: Floor, item: Item, among: int) -> int:
    for agent in floor.roster.among(among):
        if floor.holding.holder(agent, item.facts.channel, item.entry, floor.now) is not None:
            among &= ~(1 << agent.slot)
    return among


def funnel(floor: Floor, item: Item, left: list[tuple[str, int]], *, reserved: bool) -> dict[str, int]:
    """How many agents are left after each of the stages. Who fits is counted once for all that ask for the same."""
    assert left[_FIT - 1][0] == "level"
    known = floor.roster.fits
    asked = (item.facts.queue, item.requirement, item.waited, reserved)
    fits = known.get(asked)
    if fits is None:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        fits = known[asked] = _counted(left[:_FIT])
    return {**fits, **_counted(left[_FIT:])}


def _counted(stages: list[tuple[str, int]]) -> dict[str, int]:
    """A test that changed nothing left the very same mask, which is not counted again."""
    counts: dict[str, int] = {}
    before, count = -1, 0
    for stage, mask in stages:
        if mask is not before:
            before, count = mask, mask.bit_count()
        counts[stage] = count
    return counts


def enough_are_free(floor: Floor, item: Item) -> bool:
    """Whether the queue's reserve lets this work be offered now: it is not drawn on for an agent of the work's own."""
    if item.private or not _kept_free(floor, item):
        return True
    return bool(stages(floor, item, reserved=False)[-1][1])


def _kept_free(floor: Floor, item: Item) -> int:
    queue = floor.line.queues.get(item.facts.queue)
    return queue.reserve if queue is not None else 0


def key_parts(item: Item) -> Record:
    target, boost = item.parts
    return {"enqueued": item.facts.enqueued_at, "target": target, "boost": boost}


def _described(agent: Agent, item: Item) -> Record:
    skills = agent.facts.skills
    return {
        "id": agent.id,
        "load": agent.load,
        "idle_since": agent.idle_since,
        "flexibility": _flexibility(agent),
        "proficiency": {skill: skills[skill] for skill in item.requirement.named if skill in skills},
    }


def _rules(floor: Floor, choice: Choice) -> list[str]:
    return ["preferred"] if choice.reserved else list(_RULES[floor.config.policy.agent_order])


def _runner_up(floor: Floor, choice: Choice) -> Record | None:
    if choice.rival_agent is not None:
        rival = choice.rival_agent
        compared = (
            (rule, _MEASURES[rule](choice.agent, choice.item), _MEASURES[rule](rival, choice.item))
            for rule in (*_rules(floor, choice), "id")
        )
        return {"agent": rival.id, "lost_by": _first_difference(compared)}
    if choice.rival_work is not None and choice.item.state is WorkState.WAITING:
        line, now = floor.line, floor.now
        theirs, mine = line.standing(choice.item, now), line.standing(choice.rival_work, now)
        rule, at = ("key", 0) if mine[0] != theirs[0] else ("seq", 1) if mine[1] != theirs[1] else ("id", 2)
        return {"work": choice.rival_work.id, "lost_by": {"rule": rule, "mine": mine[at], "theirs": theirs[at]}}
    return None


def _first_difference(compared: Iterable[tuple[str, int, int]]) -> Record:
    """`mine` is the runner-up's measure, `theirs` the winner's."""
    rule, theirs, mine = next(one for one in compared if one[1] != one[2])
    return {"rule": rule, "mine": mine, "theirs": theirs}


def _preference(agent: Agent, item: Item) -> int:
    preferred = item.facts.preferred
    return preferred.agents.index(agent.id) if preferred else 0


_MEASURES: dict[str, Callable[[Agent, Item], int]] = {
    "preferred": _preference,
    "flexibility": lambda agent, _: _flexibility(agent),
    "proficiency": lambda agent, item: item.requirement.proficiency(agent.facts.skills),
    "load": lambda agent, _: agent.load,
    "worked": lambda agent, _: agent.worked,
    "offered_at": lambda agent, _: agent.offered_at,
    "idle_since": lambda agent, _: agent.idle_since,
    "order": lambda agent, _: agent.order,
    "id": lambda agent, _: agent.id,
}


def _flexibility(agent: Agent) -> int:
    return agent.signature.flexibility if agent.signature is not None else 0


def _slots(floor: Floor, agents: Iterable[Id]) -> int:
    mask = 0
    for agent_id in agents:
        agent = floor.agent(agent_id)
        if agent is not None:
            mask |= 1 << agent.slot
    return mask
