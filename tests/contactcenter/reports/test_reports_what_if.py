"""Traffic played again: who is served when, who leaves, and what another configuration changes."""

from dataclasses import replace

import pytest

import routing
from contactcenter.reports.traffic import Attendance, Contact, Traffic, staffed, under
from contactcenter.reports.what_if import as_it_was, played

SECOND = routing.SECOND
RULES = routing.Config(
    1,
    (routing.Channel("voice", 100, 1),),
    (routing.Queue("orders", 20 * SECOND), routing.Queue("returns", 20 * SECOND)),
)


def contact(number: int, at: int, handling: int = 60, patience: int | None = None, **facts: object) -> Contact:
    work = routing.WorkFacts(number, "orders", "voice", at * SECOND, target=20 * SECOND, **facts)  # type: ignore[arg-type]
    return Contact(work, "gold", handling * SECOND, None if patience is None else patience * SECOND, None)


def there(agent: int, at: int = 0, queues: str = "orders", **skills: int) -> Attendance:
    return Attendance(at * SECOND, agent, routing.AgentFacts(agent, frozenset(queues.split()), skills))


def traffic(*contacts: Contact, people: tuple[Attendance, ...] = (there(1),), until: int = 600) -> Traffic:
    return Traffic(0, until * SECOND, contacts, people)


def waits(outcome, queue: str = "orders") -> list[float]:
    return [wait / SECOND for wait in outcome.queues[queue].waits]


def test_one_agent_serves_one_after_the_other() -> None:
    outcome = played(traffic(contact(1, 0), contact(2, 10), contact(3, 200)), RULES)
    assert waits(outcome) == [0, 50, 0]
    assert outcome.queues["orders"].level.share == pytest.approx(2 / 3)
    assert outcome.tiers["gold"].received == 3
    assert outcome.occupancy == pytest.approx(180 / 600)


def test_who_left_then_leaves_now_unless_they_are_answered_before() -> None:
    seen = traffic(contact(1, 0), contact(2, 10, patience=30), contact(3, 20, patience=90))
    figures = played(seen, RULES).queues["orders"]
    assert figures.abandoned == 1
    assert figures.abandoned_late == 1
    assert [wait / SECOND for wait in figures.waits] == [0, 40]


def test_work_of_agents_who_go_home_waits_for_those_who_come() -> None:
    gone = Attendance(100 * SECOND, 1, None)
    outcome = played(traffic(contact(1, 150), people=(there(1), gone, there(2, at=200))), RULES)
    assert waits(outcome) == [50]


def test_other_rules_lead_to_other_figures() -> None:
    people = (there(1), there(2))
    seen = traffic(*(contact(n, n) for n in range(4)), people=people)
    kept = replace(RULES, queues=(replace(RULES.queues[0], reserve=1), RULES.queues[1]))
    assert waits(played(seen, RULES)) == [0, 0, 58, 58]
    assert waits(played(seen, kept)) == [0, 59, 118, 177], "one of the two is never drawn on"


def test_other_skills_and_queues_of_people_are_applied_to_the_same_hours() -> None:
    needs = contact(1, 10, requirement=routing.Requirement.of({"fr": 3}))
    seen = traffic(needs, people=(there(1), there(2)))
    assert waits(played(seen, RULES)) == []
    ken = staffed(seen, {2: (frozenset({"orders"}), {"fr": 3})})
    assert waits(played(ken, RULES)) == [0]


def test_customers_ask_what_the_other_queues_ask_and_keep_their_language() -> None:
    class Rules:
        target_seconds, priority, offer_seconds, reserve, overflow = 45, 0, 20, 0, None

    asked = contact(1, 0, requirement=routing.Requirement.of({"lang-zh": 5, "orders": 9}))
    (now,) = under(traffic(asked), {"orders": Rules()}, {"orders": {"orders": 2}}).contacts
    assert dict(now.work.requirement.all_of) == {"lang-zh": 5, "orders": 2}
    assert now.work.target == 45 * SECOND


def test_as_it_was_counts_what_happened() -> None:
    answered = replace(contact(1, 0), waited=5 * SECOND)
    left = contact(2, 0, patience=30)
    figures = as_it_was(traffic(answered, left)).queues["orders"]
    assert (figures.received, figures.abandoned, figures.in_time) == (2, 1, 1)
    assert figures.level.share == 0.5
