"""What the router's engine was told is kept, and told again it decides the same; what was tampered with is found."""

from datetime import timedelta
from pathlib import Path

import pytest
from assignment_floor import Floor
from click.testing import CliRunner, Result
from house import CONFIG
from sqlalchemy import update
from world import World

from contactcenter import schedule
from contactcenter.assignment import journal
from contactcenter.assignment.replaying import Page, replay
from contactcenter.assignment.router import LEASE, Router
from contactcenter.configuration.routing_commands import routing
from contactcenter.foundation import leases
from contactcenter.models import Offer, RoutingLog, WorkItem
from routing import Tick, WakeAt


def router(world: World, holder: str = "test") -> Router:
    held = world.do(lambda session, now: leases.acquire(session, LEASE, holder, now, timedelta(days=2)))
    return Router.rebuilt(world.db, held)


def busy_hours(world: World, seed: int = 1, turns: int = 25) -> Router:
    """A floor on which much happens, routed by one router."""
    floor = Floor.furnished(world, seed)
    running = router(world)
    for _ in range(turns):
        for _ in range(floor.rng.randint(1, 6)):
            floor.something_happens()
        schedule.fire_due(world.db)
        running.step()
    running.step()
    return running


def told_again(world: World, since: timedelta = timedelta(days=365)) -> list[Page]:
    return world.do(lambda session, now: list(replay(session, now - since, now)))


def command(world: World, *words: str) -> Result:
    return CliRunner().invoke(routing, ["replay", *words], obj=lambda: world.db)


@pytest.mark.parametrize("seed", range(4))
def test_told_again_the_engine_makes_the_decisions_that_were_made(world: World, seed: int) -> None:
    busy_hours(world, seed)
    pages = told_again(world)
    assert not any(page.differs for page in pages)
    proposed = {tuple(pair) for page in pages for one in page.told for pair in one.now}
    made = {(offer.item_id, offer.agent_id) for offer in world.all(Offer, Offer.epoch > 0)}
    assert made <= proposed, "each offer of a router stands in its log"
    assert len(made) > 3


def test_every_hour_a_new_beginning_is_written_and_suffices(world: World) -> None:
    running = busy_hours(world)
    world.pass_time(journal.BEGINS_ANEW.total_seconds() + 1)
    running.step()
    world.waiting(world.queue("late"))
    running.step()
    running.step()
    pages = told_again(world, timedelta(minutes=1))
    assert next(page.begins for page in pages)
    assert len([page for page in told_again(world) if page.begins]) == 2
    assert not any(page.differs for page in pages)


def test_idle_turns_write_nothing(world: World) -> None:
    running = busy_hours(world)
    before = world.count(RoutingLog)
    for _ in range(20):
        running.step()
    assert world.count(RoutingLog) <= before + 1


def test_ticks_that_only_say_when_to_wake_are_written_once() -> None:
    log = journal.Journal(epoch=1)
    for second in range(3):
        log.hear(Tick(second), [WakeAt(second + 5)])
    assert len(log.pending) == 1


def test_a_changed_page_is_found_and_named(world: World) -> None:
    busy_hours(world)
    (page, *_) = [row for row in world.all(RoutingLog) if any(decided for _, decided in row.heard)]
    forged = [[event, [[work + 1, agent] for work, agent in decided]] for event, decided in page.heard]
    world.do(lambda s, _now: s.execute(update(RoutingLog).where(RoutingLog.id == page.id).values(heard=forged)))
    result = command(world)
    assert result.exit_code == 1
    assert "then [[" in result.output
    assert "different. Digest" in result.output.splitlines()[-1]


def test_the_command_says_how_much_was_told_and_that_nothing_differs(world: World) -> None:
    busy_hours(world)
    result = command(world, "--each")
    assert result.exit_code == 0, result.output
    last = result.output.splitlines()[-1]
    assert "none different" in last
    assert "to agent" in result.output


def test_a_time_without_a_log_is_one_sentence(world: World) -> None:
    result = command(world, "--from", "2001-01-01", "--to", "2001-01-02")
    assert result.exit_code == 1
    assert "Nothing was routed in this time" in result.output


def test_pages_are_forgotten_after_a_fortnight(world: World) -> None:
    busy_hours(world, turns=3)
    world.pass_time(journal.KEPT.total_seconds() - 60)
    world.do(journal.forget_old)
    assert world.count(RoutingLog) > 0
    world.pass_time(3700)
    world.do(journal.forget_old)
    assert world.count(RoutingLog) == 0


def test_another_configuration_is_compared_on_the_same_traffic(world: World) -> None:
    busy_hours(world)
    world.pass_time(1)
    result = command(world, "--config", str(CONFIG))
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    contacts = world.count(WorkItem)
    assert lines[0].startswith(f"{contacts} contacts from")
    assert sum("difference" in line for line in lines) >= 3
    received = [int(line[28:37]) for line in lines if line[14:].startswith("as it was")]
    assert sum(received) == 2 * contacts, "each once by its queue and once by its tier"


def test_a_configuration_with_a_mistake_is_told_and_nothing_compared(world: World, tmp_path: Path) -> None:
    busy_hours(world, turns=2)
    result = command(world, "--config", str(tmp_path))
    assert result.exit_code == 1
    assert "queues.yaml" in result.output
