"""`contactcenter staffing` reads what was recorded and prints one line for each hour of each queue."""

from click.testing import CliRunner, Result
from world import World

from contactcenter.models.states import Channel
from contactcenter.reports.staffing_commands import staffing


def run(world: World, *words: str) -> Result:
    return CliRunner().invoke(staffing, words, obj=lambda: world.db)


def test_a_line_for_each_hour_with_its_interval(world: World) -> None:
    queue = world.queue("orders")
    for _ in range(5):
        world.waiting(queue, Channel.VOICE, ago=120)
    world.waiting(queue, Channel.CHAT, ago=120)
    result = run(world, "--level", "80", "--within", "20")
    assert result.exit_code == 0, result.output
    header, *lines = result.output.splitlines()
    assert header.split()[:3] == ["queue", "hour", "calls"]
    rows = [line.split() for line in lines if line.startswith("orders")]
    assert sum(int(row[2]) for row in rows) == 5, "calls, not chats"


def test_nothing_recorded_is_a_sentence(world: World) -> None:
    result = run(world, "--from", "2001-01-01", "--to", "2001-01-02")
    assert (result.exit_code, result.output) == (0, "No calls came in during this time.\n")


def test_a_level_that_is_no_percentage_is_refused(world: World) -> None:
    assert run(world, "--level", "100").exit_code == 2
