"""The engine's state as plain JSON: complete for a dump, and reduced to what rows can tell for the digest."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from routing.config import AgentOrder, Config
from routing.facts import AgentFacts, Exclusion, Preferred, WorkFacts, WorkState
from routing.floor import Floor
from routing.records import Agent, Item, Trigger
from routing.requirements import Requirement, Step

FORMAT = 3


def dump(floor: Floor) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "config_version": floor.config.version,
        "clock": floor.clock,
        "events": floor.events,
        "decisions": floor.decisions,
        "corrected": floor.corrected,
        "agents": [_agent(agent) for _, agent in sorted(floor.roster.agents.items()) if agent.signed_in],
        "works": [_work(item) | {"until": item.until} for _, item in sorted(floor.line.items.items())],
        "agents_to_match": [[key, trigger.value] for key, trigger in sorted(floor.agents_to_match.items())],
        "works_to_match": [[key, trigger.value] for key, trigger in sorted(floor.works_to_match.items())],
    }


def load(config: Config, data: dict[str, Any]) -> Floor:
    """The floor as it was dumped. Under another configuration everything is looked at again with the next event."""
    if data.get("format") != FORMAT:
        raise ValueError(f"This dump has format {data.get('format')!r}; this version reads format {FORMAT}.")
    floor = Floor(config)
    floor.clock = floor.now = data["clock"]
    for agent in data["agents"]:
        floor.sign_in(_agent_facts(agent), agent["idle_since"], Trigger.RESTORED)
    for work in data["works"]:
        _put_back(floor, work)
    floor.effects.clear()
    floor.corrected = data["corrected"] or data["config_version"] != config.version
    if data["config_version"] == config.version:
        floor.agents_to_match = {key: Trigger(trigger) for key, trigger in data["agents_to_match"]}
        floor.works_to_match = {key: Trigger(trigger) for key, trigger in data["works_to_match"]}
    else:
        floor.agents_to_match = dict.fromkeys(floor.roster.agents, Trigger.CONFIG)
    floor.events, floor.decisions = data["events"], data["decisions"]
    return floor


def digest(floor: Floor) -> str:
    """The same for two engines that will decide the same: no counters, no expiry of offers, nothing a row does not say or no rule asks for."""
    order = floor.config.policy.agent_order
    untold: dict[str, None] = {"reason": None}
    if order is not AgentOrder.LEAST_OCCUPIED:
        untold |= {"worked": None, "since": None}
    if order is not AgentOrder.ROUND_ROBIN:
        untold |= {"offered_at": None}
    state = {
        "config": asdict(floor.config),
        "agents": [_agent(agent) | untold for _, agent in sorted(floor.roster.agents.items()) if agent.signed_in],
        "works": [
            _work(item) | untold | {"key": floor.line.key(item.facts, floor.now)}
            for _, item in sorted(floor.line.items.items())
        ],
    }
    return hashlib.sha256(json.dumps(state, sort_keys=True, default=sorted).encode()).hexdigest()


def _put_back(floor: Floor, work: dict[str, Any]) -> None:
    item = floor.line.admit(_work_facts(work))
    if work["agent"] is None:
        floor.wait(item, Trigger.RESTORED)
    else:
        floor.hold(item, work["agent"], WorkState(work["state"]), work["until"])
        item.since = work["since"]


def _agent(agent: Agent) -> dict[str, Any]:
    facts = agent.facts
    return {
        "id": facts.id,
        "queues": sorted(facts.queues),
        "skills": dict(sorted(facts.skills.items())),
        "ready": agent.ready,
        "reason": agent.reason,
        "capacity": facts.capacity,
        "channel_max": dict(sorted(facts.channel_max.items())),
        "idle_since": agent.idle_since,
        "order": agent.order,
        "worked": agent.worked,
        "offered_at": agent.offered_at,
        "interruptible_capacity": facts.interruptible_capacity,
        "delays": dict(sorted(facts.delays.items())),
    }


def _agent_facts(data: dict[str, Any]) -> AgentFacts:
    return AgentFacts(**(data | {"queues": frozenset(data["queues"])}))


def _work(item: Item) -> dict[str, Any]:
    facts = item.facts
    return {
        "id": facts.id,
        "state": item.state.value,
        "agent": item.agent,
        "queue": facts.queue,
        "channel": facts.channel,
        "enqueued_at": facts.enqueued_at,
        "requirement": facts.requirement.spelled,
        "steps": [[step.after, step.requirement.spelled] for step in facts.steps],
        "priority": facts.priority,
        "target": facts.target,
        "preferred": None if facts.preferred is None else [list(facts.preferred.agents), facts.preferred.lasts],
        "excluded": [list(pair) for pair in sorted(item.exclusions.items())],
        "seq": item.entry[1],
        "overflowed": facts.overflowed,
        "deadline": facts.deadline,
        "since": item.since,
    }


def _work_facts(data: dict[str, Any]) -> WorkFacts:
    preferred = data["preferred"]
    return WorkFacts(
        id=data["id"],
        queue=data["queue"],
        channel=data["channel"],
        enqueued_at=data["enqueued_at"],
        requirement=_requirement_from(data["requirement"]),
        steps=tuple(Step(after, _requirement_from(requirement)) for after, requirement in data["steps"]),
        priority=data["priority"],
        target=data["target"],
        preferred=None if preferred is None else Preferred(tuple(preferred[0]), preferred[1]),
        excluded=tuple(Exclusion(agent, until) for agent, until in data["excluded"]),
        seq=data["seq"],
        overflowed=data["overflowed"],
        deadline=data["deadline"],
    )


def _requirement_from(data: dict[str, dict[str, int]]) -> Requirement:
    return Requirement.of(data["all_of"], data["any_of"])
