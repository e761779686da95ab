"""How a piece of work stands at an instant: which step is in force, whether it is still reserved, and when that changes next."""

from collections.abc import Iterable

from routing.facts import NEVER, Exclusion, WorkFacts
from routing.records import Item
from routing.requirements import Requirement


def step_in_force(facts: WorkFacts, now: int) -> tuple[int, Requirement]:
    """How many steps were taken, and the requirement they lead to. A step that would narrow it is passed by."""
    taken, current = 0, facts.requirement
    if not facts.steps:
        return taken, current
    for step in sorted(facts.steps, key=lambda step: step.after):
        if facts.enqueued_at + step.after > now:
            break
        if step.requirement.admits(current):
            taken, current = taken + 1, step.requirement
    return taken, current


def outwaited(facts: WorkFacts, delays: Iterable[int], now: int) -> int:
    """The longest of its queue's delays that the work has waited for; 0 if none."""
    age = now - facts.enqueued_at
    return max((delay for delay in delays if delay <= age), default=0)


def reserved(item: Item, now: int) -> bool:
    """Whether only its preferred agents may have it."""
    preferred = item.facts.preferred
    if preferred is None or now >= item.facts.enqueued_at + preferred.lasts:
        return False
    return any(agent not in item.exclusions for agent in preferred.agents)


def next_change(item: Item, now: int, turns: list[int]) -> int | None:
    """The next instant at which it stands otherwise merely because time passes; `turns` are those of its queue and policy."""
    facts = item.facts
    if not (turns or facts.steps or facts.preferred or item.exclusions):
        return None
    instants = turns + [facts.enqueued_at + step.after for step in facts.steps]
    if facts.preferred is not None:
        instants.append(facts.enqueued_at + facts.preferred.lasts)
    instants += item.exclusions.values()
    return min((instant for instant in instants if now < instant < NEVER), default=None)


def excluded(item: Item) -> tuple[Exclusion, ...]:
    """The exclusions as facts, in a fixed order."""
    return tuple(Exclusion(agent, until) for agent, until in sorted(item.exclusions.items()))
