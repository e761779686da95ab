"""`contactcenter staffing --less`, `--more`, `--give`, `--serve`: from rows and the routing log to an answer, or a sentence."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, update
from world import World

from contactcenter.assignment.router import LEASE, Router
from contactcenter.foundation import leases
from contactcenter.models import Agent, Offer, Queue, RoutingLog, WorkItem
from contactcenter.models.states import Channel, OfferState, WorkState
from contactcenter.reports.staffing_commands import staffing
from contactcenter.reports.traffic import attendance

TUESDAY = datetime(2030, 3, 5, 7, tzinfo=UTC)
MORNING = ("--on", "tue", "--between", "09:00-11:00")
WHOLE_TIME = ("--from", "2030-03-05T08:00", "--to", "2030-03-05T12:00")


@pytest.fixture
def staff(world: World) -> World:
    """A Tuesday from seven to one with a router: Ken and Mia take orders, Ada returns; nobody calls."""
    world.db.clock.since = TUESDAY
    orders, returns = world.queue("orders"), world.queue("returns", {"fr": 2})
    world.agent("ken", orders)
    world.agent("mia", orders)
    world.agent("ada", returns, skills={"fr": 2})
    hours_of_routing(world, 6)
    return world


def hours_of_routing(world: World, number: int) -> None:
    held = world.do(lambda session, now: leases.acquire(session, LEASE, "test", now, timedelta(hours=12)))
    router = Router.rebuilt(world.db, held)
    for _ in range(number):
        world.pass_time(3600)
        router.step()


@pytest.fixture
def floor(staff: World) -> World:
    """The same, and from eight on a call comes every two minutes."""
    orders, returns = staff.all(Queue)
    agent = staff.all(Agent)[0].id
    for minute in range(0, 300, 2):
        queue = orders if minute % 8 else returns
        come(staff, staff.waiting(queue, Channel.VOICE, ago=300 * 60 - minute * 60), agent)
    return staff


def come(world: World, item: WorkItem, agent: int, after: float = 5) -> None:
    """Answered after a few seconds and busy for three minutes; each tenth leaves after 40 seconds."""
    if item.id % 10 == 0:
        left = {"state": WorkState.ABANDONED, "ended_at": item.enqueued_at + timedelta(seconds=40)}
        world.do(lambda session, _now: session.execute(update(WorkItem).where(WorkItem.id == item.id).values(left)))
        return
    at = item.enqueued_at + timedelta(seconds=after)
    told = {"made_at": at, "expires_at": at + timedelta(seconds=20), "decided_at": at, "epoch": 1, "decision": {}}
    made = insert(Offer).values(item_id=item.id, agent_id=agent, state=OfferState.ACCEPTED, **told)
    done = {"state": WorkState.DONE, "ended_at": at + timedelta(seconds=180)}

    def served(session, _now) -> None:
        offer = session.scalar(made.returning(Offer.id))
        session.execute(update(WorkItem).where(WorkItem.id == item.id).values(current_offer=offer, **done))

    world.do(served)


def run(world: World, *words: str) -> Result:
    return CliRunner().invoke(staffing, words, obj=lambda: world.db)


def figures(result: Result, queue: str) -> dict[str, list[float]]:
    """The numbers of a queue's block by the name of the figure."""
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{queue} ("))
    found = {}
    for line in lines[start + 1 : start + 5]:
        words = line[16:].replace("±", "").replace(" to ", " ").split()
        found[line[:16].strip()] = [float(word) for word in words]
    return found


def test_one_agent_less_in_some_hours_of_a_weekday(floor: World) -> None:
    result = run(floor, "--less", "1", "--queue", "orders", *MORNING)
    lines = result.output.splitlines()
    assert lines[0] == "What if: 1 agent of orders less; on tue 09:00-11:00 (UTC)"
    assert "one recorded day, 2030-03-05, in which 60 calls and chats came" in lines[1]
    assert "40 plays" in lines[1]
    staffed, asked, difference, computed, low, high = figures(result, "orders")["mean wait, s"]
    assert asked > staffed + 10
    assert difference == pytest.approx(asked - staffed, abs=0.11)
    assert low < difference < high
    assert 0 < computed < (high - low) / 2
    assert "returns: only 15 came, too few to say" in lines
    assert any(line.startswith("all together (60 came)") for line in lines)
    assert "Who is missing is drawn" in result.output
    assert "offers count as accepted at once" in result.output


def test_one_more_shortens_the_wait_and_the_same_seed_answers_the_same(floor: World) -> None:
    words = ("--more", "1", "--queue", "orders", *MORNING)
    once = run(floor, *words, "--seed", "3")
    assert figures(once, "orders")["mean wait, s"][2] < -3
    assert run(floor, *words, "--seed", "3").output == once.output
    other = run(floor, *words, "--seed", "4")
    assert figures(other, "orders") != figures(once, "orders")


def test_somebody_who_learns_a_skill_and_serves_a_queue_takes_its_work(floor: World) -> None:
    both = run(floor, "--give", "ken", "fr=2", "--serve", "ken", "returns", *WHOLE_TIME)
    assert both.output.splitlines()[0] == "What if: ken with fr 2, ken for returns too; every day (UTC)"
    assert figures(both, "returns")["mean wait, s"][2] < -3
    queue_alone = run(floor, "--serve", "ken", "returns", *WHOLE_TIME)
    assert figures(queue_alone, "returns")["mean wait, s"][2] == 0, "without French no return is for Ken"


def test_todays_rules_are_those_of_both_worlds(floor: World) -> None:
    before = run(floor, "--less", "1", "--queue", "orders", *MORNING)
    floor.do(lambda session, _now: session.execute(update(Queue).values(target_seconds=600)))
    after = run(floor, "--less", "1", "--queue", "orders", *MORNING)
    assert figures(after, "orders")["in time, %"][0] > figures(before, "orders")["in time, %"][0]


def test_the_hours_are_those_of_the_place(floor: World) -> None:
    there = ("--on", "tue", "--between", "17:00-19:00", "--zone", "Asia/Shanghai")
    same = run(floor, "--less", "1", "--queue", "orders", *MORNING)
    assert (
        run(floor, "--less", "1", "--queue", "orders", *there).output.splitlines()[3:] == same.output.splitlines()[3:]
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--less", "1", "--on", "tues"), "'tues' is no day of the week; there are mon, tue, wed"),
        (("--less", "1", "--between", "12:00-10:00"), "12:00-10:00 ends before it begins"),
        (("--less", "1", "--between", "10-12"), "'10' is no time of the day"),
        (("--less", "1", "--between", "10:00-24:30"), "'24:30' is no time of the day"),
        (("--give", "ken", "fr=11"), "'fr=11' is no skill with a level from 1 to 10"),
        (("--give", "ken", "fr"), "'fr' is no skill with a level from 1 to 10"),
        (("--less", "1", "--zone", "Mars"), "There is no zone 'Mars'"),
        (("--on", "tue"), "Say what is to be different"),
        (("--queue", "orders", "--give", "ken", "fr=3"), "--queue says whose agents"),
        (("--less", "1", "--level", "80"), "a what-if keeps the queues' own"),
        (("--less", "0"), "0 is not in the range"),
        (("--less", "1", "--plays", "39"), "39 is not in the range"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_looked_up(words: tuple[str, ...], sentence: str) -> None:
    result = CliRunner().invoke(staffing, words, obj=lambda: pytest.fail("the database was asked"))
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def test_what_does_not_exist_is_refused_with_what_there_is(staff: World) -> None:
    for words, sentence in (
        (("--less", "1", "--queue", "sales"), "--queue: There is no queue 'sales'; there is orders, returns."),
        (("--give", "kim", "fr=3"), "--give: There is no agent 'kim'; there is ada, ken, mia."),
        (("--give", "ken", "zh=3"), "--give: There is no skill 'zh'; there is fr."),
        (("--serve", "ken", "sales"), "--serve: There is no queue 'sales'; there is orders, returns."),
        (("--serve", "kim", "orders"), "--serve: There is no agent 'kim'"),
    ):
        result = run(staff, *words)
        assert result.exit_code == 2
        assert sentence in " ".join(result.output.split())
        assert "What if" not in result.output


def test_more_than_were_there_cannot_be_missing(staff: World) -> None:
    result = run(staff, "--less", "3", "--queue", "orders", *MORNING)
    assert result.exit_code == 1
    assert "On 2030-03-05 there were 2 agents who serve orders; 3 cannot be missing." in result.output


def test_who_was_not_there_would_change_nothing(staff: World) -> None:
    staff.agent("eve", ready=False)
    result = run(staff, "--give", "eve", "fr=3", *MORNING)
    assert result.exit_code == 1
    assert "eve was not ready in any of these times" in result.output


def test_too_little_is_a_sentence_and_no_numbers(staff: World) -> None:
    incomplete = "None of these times is recorded from its beginning to its end"
    for words, sentence in (
        (MORNING, "No calls and chats came, on tue 09:00-11:00 (UTC): too few to say what would have been."),
        (("--on", "wed"), f"{incomplete}: on wed (UTC)."),
        (("--on", "tue", "--between", "12:00-14:00"), f"{incomplete}: on tue 12:00-14:00 (UTC)."),
        (
            (),
            "every day (UTC). What is known goes from 2030-03-05 07:00 to 2030-03-05 13:00 UTC; --from and --to choose",
        ),
        (("--from", "2030-03-05T08:00"), incomplete),
        (("--to", "2030-03-05T12:00"), incomplete),
        (("--from", "2001-01-01", "--to", "2001-01-02"), "Nothing was routed in this time"),
    ):
        result = run(staff, "--less", "1", *words)
        assert result.exit_code == 0, result.output
        assert sentence in result.output, words
        assert len(result.output.splitlines()) == 1


def test_of_fewer_than_thirty_calls_nothing_is_told(floor: World) -> None:
    hours = ("--on", "tue", "--between", "09:00-09:58")
    result = run(floor, "--less", "1", *hours)
    assert result.output.startswith("Only 29 calls and chats came, on tue 09:00-09:58 (UTC): too few")
    assert "all together (30 came)" in run(floor, "--less", "1", *hours[:3], "09:00-10:00").output


def test_without_a_routing_log_nobody_knows_who_was_there(staff: World) -> None:
    staff.do(lambda session, _now: session.execute(delete(RoutingLog)))
    assert run(staff, "--less", "1", *MORNING).output.startswith("Nothing was routed in this time")


def test_a_time_in_which_nobody_was_ready_is_not_one_of_the_days(staff: World) -> None:
    staff.queue("general")
    result = run(staff, "--less", "1", "--queue", "general", *MORNING)
    assert result.output.startswith(
        "Nobody was ready, or nothing was routed, at any time in question: on tue 09:00-11:00"
    )


def test_a_day_without_a_log_is_left_out_and_it_is_said(floor: World) -> None:
    floor.pass_time(2 * 24 * 3600)
    hours_of_routing(floor, 1)
    result = run(floor, "--less", "1", "--on", "tue,wed", "--between", "09:00-11:00")
    assert "one recorded day, 2030-03-05 (1 more without anybody ready or without a log), in which 60" in result.output


def test_who_went_while_no_router_was_there_is_gone_when_the_next_one_begins(staff: World) -> None:
    ken, mia, ada = (agent.id for agent in staff.all(Agent))
    staff.pass_time(24 * 3600)
    staff.do(lambda session, now: session.execute(update(Agent).values(presence_until=now + timedelta(hours=9))))
    staff.do(lambda session, _now: session.execute(update(Agent).where(Agent.id == mia).values(chosen="offline")))
    hours_of_routing(staff, 1)
    there = staff.do(lambda session, now: attendance(session, now - timedelta(days=2), now))
    last = {one.agent: one.facts is not None for one in there}
    assert last == {ken: True, mia: False, ada: True}


def test_the_hours_begin_with_what_the_hour_before_has_left_and_go_on_until_it_is_answered(floor: World) -> None:
    agent, queue = floor.all(Agent)[0].id, floor.all(Queue)[0]
    usual = figures(run(floor, "--less", "1", *MORNING), "orders")["mean wait, s"][0]
    for second in range(0, 300, 15):
        come(floor, floor.waiting(queue, Channel.VOICE, ago=4 * 3600 + 600 - second), agent, after=600)
    after = figures(run(floor, "--less", "1", *MORNING), "orders")["mean wait, s"][0]
    assert after > usual + 35, "those who came at ten to nine are in line before them"
    rush = run(floor, "--less", "1", "--on", "tue", "--between", "08:00-08:55")
    assert "Still in line" not in rush.output
