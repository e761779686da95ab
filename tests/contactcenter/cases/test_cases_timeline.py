"""The timeline: numbered without gaps whoever writes at once, every message on it once, read in order."""

import pytest
from races import at_once
from sqlalchemy.exc import IntegrityError
from world import World

from contactcenter.cases import interactions, timeline
from contactcenter.cases.timeline import Entry
from contactcenter.models import Case, Event, Interaction, TimelineEntry
from contactcenter.models.states import Channel, EntryKind, InteractionState


def write(world: World, case_id: int, text: str = "Hello", **values: object) -> int:
    entry = Entry(EntryKind.NOTE, {"text": text}, **values)
    return world.do(lambda session, now: timeline.write(session, case_id, entry, now))


def test_eight_writers_at_once_leave_no_gap_and_no_double(world: World) -> None:
    case_id = world.case().id

    def writer() -> None:
        for _ in range(8):
            write(world, case_id)

    assert at_once(*[writer] * 8) == [None] * 8
    numbers = [entry.seq for entry in world.all(TimelineEntry)]
    assert sorted(numbers) == list(range(1, 65))
    assert world.get(Case, case_id).entry_seq == 64
    assert world.violated() == []


def test_a_line_that_could_not_be_written_leaves_no_gap(world: World) -> None:
    case_id = world.case().id
    write(world, case_id)
    with pytest.raises(IntegrityError):
        write(world, case_id, interaction_id=4711)
    write(world, case_id)
    assert [entry.seq for entry in world.all(TimelineEntry)] == [1, 2]
    assert world.violated() == []


def test_the_same_message_at_once_is_one_line(world: World) -> None:
    case_id = world.case().id
    for number in range(5):
        results = at_once(
            *[lambda n=number: write(world, case_id, channel=Channel.CHAT, ext_id=f"chat:{n}") for _ in range(3)]
        )
        assert sum(isinstance(one, int) for one in results) == 1
        assert sum(isinstance(one, IntegrityError) for one in results) == 2
    assert world.get(Case, case_id).entry_seq == 5
    assert world.violated() == []


def test_each_line_is_told_to_whoever_has_the_case_open(world: World) -> None:
    case_id = world.case().id
    entry_id = write(world, case_id)
    told = world.all(Event, Event.kind == "entry_added")
    assert [(event.room, event.ref) for event in told] == [(f"case:{case_id}", entry_id)]


def test_a_visitor_hears_of_what_is_for_the_visitor_only(world: World) -> None:
    item = world.waiting(world.queue("general"))
    write(world, item.case_id, interaction_id=item.interaction_id)
    write(world, item.case_id, interaction_id=item.interaction_id, for_visitor=True)
    told = [event.room for event in world.all(Event, Event.kind == "entry_added", Event.room.startswith("chat:"))]
    assert told == [f"chat:{item.interaction_id}"]


def test_a_customers_history_runs_over_all_cases_oldest_first_and_keeps_the_newest(world: World) -> None:
    customer, other = world.customer(), world.customer("Other")
    first, second, foreign = world.case(customer), world.case(customer), world.case(other)
    for number, case in enumerate((first, second, foreign, first, second)):
        write(world, case.id, f"line {number}")
        world.pass_time(1)

    def texts(most: int) -> list[str]:
        return world.do(
            lambda s, _now: [line.body["text"] for line in timeline.of_customer(s, customer.id, most)],
        )

    assert texts(300) == ["line 0", "line 1", "line 3", "line 4"]
    assert texts(2) == ["line 3", "line 4"]


def test_a_conversation_can_be_read_on_from_where_one_stopped(world: World) -> None:
    item = world.waiting(world.queue("general"))
    for number in range(4):
        write(world, item.case_id, f"line {number}", interaction_id=item.interaction_id if number % 2 else None)

    def after(seq: int) -> list[int]:
        return world.do(lambda s, _now: [e.seq for e in timeline.of_interaction(s, item.interaction_id, seq)])

    assert (after(0), after(2), after(4)) == ([2, 4], [4], [])


def test_a_conversation_that_is_over_stays_over_and_keeps_its_first_instants(world: World) -> None:
    item = world.waiting(world.queue("general"))

    def move(state: InteractionState) -> bool:
        world.pass_time(1)
        return world.do(lambda s, now: interactions.move(s, item.interaction_id, state, now))

    assert move(InteractionState.CONNECTED)
    connected = world.get(Interaction, item.interaction_id).connected_at
    assert move(InteractionState.QUEUED)
    assert move(InteractionState.CONNECTED)
    assert world.get(Interaction, item.interaction_id).connected_at == connected
    for over in (InteractionState.COMPLETED, InteractionState.ABANDONED, InteractionState.FAILED):
        talk = world.waiting(world.queue(over)).interaction_id
        world.do(lambda s, now, t=talk, o=over: interactions.move(s, t, o, now))
        moved = [world.do(lambda s, now, t=talk, w=w: interactions.move(s, t, w, now)) for w in InteractionState]
        assert not any(moved)
        assert world.get(Interaction, talk).state == over
