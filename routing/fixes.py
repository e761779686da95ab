"""What would help a piece of work that waits, the nearest first, with the people it takes: counts, and some of them by id."""

from collections.abc import Iterator
from dataclasses import replace

from routing import phase
from routing.explain import Record, stages
from routing.facts import Id
from routing.floor import Floor
from routing.records import Agent, Item
from routing.requirements import Requirement

_NAMED = 5


def fixes(floor: Floor, item: Item) -> list[Record]:
    """Each says what would have to happen: `free`, `kept_free`, `ready`, `time` (at an instant), `overflow` or `without` (a skill).

    Nothing while somebody can take it, as after rows were restored.
    """
    if floor.line.fault(item.facts):
        return []
    left = dict(stages(floor, item, reserved=item.private))
    if left["candidates"]:
        return []
    found = [_people("free", floor, left["level"] & ~left["capacity"])]
    if "held_up" in left:
        found.append(_people("kept_free", floor, left["not_excluded"] & ~left["held_up"]))
    found += [_not_ready(floor, item), *_in_time(floor, item), *_without(floor, item)]
    return [fix for fix in found if fix.get("count") != 0]


def _people(fix: str, floor: Floor, mask: int) -> Record:
    """The idlest first."""
    agents = sorted(floor.roster.among(mask), key=lambda agent: agent.rank)
    return {"fix": fix, "count": len(agents), "agents": [agent.id for agent in agents[:_NAMED]]}


def _not_ready(floor: Floor, item: Item) -> Record:
    """Who is here and would do, were they ready."""
    roster = floor.roster
    away = roster.signed_in & ~roster.ready & roster.traits.serving(item.facts.queue)
    fitting = sorted(roster.among(roster.traits.meeting(item.requirement, away)), key=lambda agent: agent.id)
    return {
        "fix": "ready",
        "count": len(fitting),
        "agents": [agent.id for agent in fitting[:_NAMED]],
        "reasons": [agent.reason for agent in fitting[:_NAMED]],
    }


def _in_time(floor: Floor, item: Item) -> Iterator[Record]:
    """The first instant from which somebody who is free now could take it, and the queue it goes to if nobody does."""
    for at in sorted(_instants(floor, item)):
        could = _candidates_at(floor, item, at)
        if could:
            named = [agent.id for agent in sorted(could, key=lambda agent: agent.rank)[:_NAMED]]
            yield {"fix": "time", "at": at, "count": len(could), "agents": named}
            break
    queue = floor.line.queues[item.facts.queue]
    if queue.overflow is not None and not (item.facts.overflowed and queue.overflow.to is None):
        yield {"fix": "overflow", "at": item.facts.enqueued_at + queue.overflow.after, "to": queue.overflow.to}


def _instants(floor: Floor, item: Item) -> set[int]:
    facts = item.facts
    afters = [step.after for step in facts.steps] + list(floor.eligibility.delays.get(facts.queue, ()))
    if facts.preferred is not None:
        afters.append(facts.preferred.lasts)
    found = {facts.enqueued_at + after for after in afters} | set(item.exclusions.values())
    return {at for at in found if at > floor.now}


def _candidates_at(floor: Floor, item: Item, at: int) -> list[Agent]:
    """Who is free now and could take it then."""
    _, requirement = phase.step_in_force(item.facts, at)
    waited = phase.outwaited(item.facts, floor.eligibility.delays.get(item.facts.queue, ()), at)
    lasting = {agent: until for agent, until in item.exclusions.items() if until > at}
    private = phase.reserved(item, at)
    supposed = replace(item, requirement=requirement, waited=waited, exclusions=lasting, private=private)
    return floor.roster.among(stages(floor, supposed, reserved=private)[-1][1])


def _without(floor: Floor, item: Item) -> Iterator[Record]:
    """The skills each of which alone keeps everybody from it."""
    for skill, _ in item.requirement.all_of:
        rest = tuple(pair for pair in item.requirement.all_of if pair[0] != skill)
        supposed = replace(item, requirement=Requirement(rest, item.requirement.any_of))
        could: list[Id] = [
            agent.id for agent in floor.roster.among(stages(floor, supposed, reserved=item.private)[-1][1])
        ]
        yield {"fix": "without", "skill": skill, "count": len(could), "agents": could[:_NAMED]}
