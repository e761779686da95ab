"""A promise is warned of and broken on time, waits while the customer has the word, and shows its working."""

from datetime import datetime, timedelta

from house import House
from sqlalchemy import select, update
from test_story_mail import mail, send

from contactcenter.cases import status
from contactcenter.foundation import clock
from contactcenter.models import Breach, CalendarText, Case, Event, SlaClock, TimelineEntry
from contactcenter.models.states import CaseStatus
from contactcenter.sla import editions

MONDAY_NINE = datetime.fromisoformat("2026-11-23T01:00:00+00:00")
"""Nine in the morning in Shanghai, where the sample company counts its hours."""


def go_to(house: House, instant: datetime) -> None:
    house.parts.clock.ahead += instant - house.now()


def clock_of(house: House, case_id: int, kind: str) -> SlaClock:
    with house.db.transaction() as session:
        return session.scalars(
            select(SlaClock)
            .where(SlaClock.case_id == case_id, SlaClock.kind == kind)
            .order_by(SlaClock.gen.desc())
            .limit(1)
        ).one()


def test_a_promise_is_warned_of_and_broken_at_its_instants(house: House) -> None:
    go_to(house, MONDAY_NINE)
    case_id = send(house, mail()).case_id
    first = clock_of(house, case_id, "first_response")
    assert first.due_at is not None

    go_to(house, first.warn_at - timedelta(seconds=1))
    house.router.turn()
    assert clock_of(house, case_id, "first_response").warned_at is None
    go_to(house, first.warn_at)
    house.router.turn()
    assert clock_of(house, case_id, "first_response").warned_at is not None

    go_to(house, first.due_at - timedelta(seconds=1))
    house.router.turn()
    assert clock_of(house, case_id, "first_response").breached_at is None
    go_to(house, first.due_at)
    house.router.turn()
    house.router.turn()
    assert clock_of(house, case_id, "first_response").breached_at is not None
    with house.db.transaction() as session:
        assert len(session.scalars(select(Breach)).all()) == 1
        told = session.scalars(select(Event.kind).where(Event.room.like("queue:%"), Event.kind.like("promise%"))).all()
        lines = session.scalars(
            select(TimelineEntry).where(TimelineEntry.kind == "sla").order_by(TimelineEntry.seq)
        ).all()
    assert told == ["promises_warned", "promises_broken"]
    assert [line.body["what"] for line in lines] == ["warned", "broken"]


def test_the_night_and_the_weekend_do_not_count(house: House) -> None:
    friday_evening = datetime.fromisoformat("2026-11-27T09:30:00+00:00")
    go_to(house, friday_evening)
    case_id = send(house, mail()).case_id
    first = clock_of(house, case_id, "first_response")
    left = timedelta(seconds=first.target_seconds) - timedelta(minutes=30)
    assert left > timedelta(0)
    assert first.due_at >= datetime.fromisoformat("2026-11-30T01:00:00+00:00") + min(left, timedelta(hours=3))


def test_waiting_for_the_customer_stops_the_clock_and_their_answer_starts_it_again(house: House) -> None:
    go_to(house, MONDAY_NINE + timedelta(minutes=30))
    case_id = send(house, mail()).case_id
    before = clock_of(house, case_id, "resolution").due_at
    with house.db.transaction() as session:
        case = status.load(session, case_id)
        status.change_status(session, case, CaseStatus.PENDING, ("test", None), clock.now(session))
    paused = clock_of(house, case_id, "resolution")
    assert (paused.state, paused.due_at) == ("paused", None)

    house.parts.clock.ahead += timedelta(minutes=45)
    house.router.turn()
    send(
        house,
        mail("Re: My invoice is wrong", "Here it is.", message_id="<n@example.org>", In_Reply_To="<first@example.org>"),
    )
    running = clock_of(house, case_id, "resolution")
    assert running.state == "running"
    assert running.due_at - before == timedelta(minutes=45)
    with house.db.transaction() as session:
        assert session.get(Case, case_id).status == "open"


def test_a_deadline_shows_its_working_to_the_agent(house: House) -> None:
    go_to(house, MONDAY_NINE)
    case_id = send(house, mail()).case_id
    first = clock_of(house, case_id, "first_response")
    ana = house.agent("ana")
    shown = ana.get(f"/console/clocks/{first.id}/working")
    assert shown.status_code == 200
    assert "09:00" in shown.get_data(as_text=True) or "01:00" in shown.get_data(as_text=True)


def test_all_that_fell_due_while_everything_was_down_is_fired_once_at_the_start(house: House) -> None:
    with house.db.transaction() as session:
        session.execute(update(CalendarText).values(definition={"weekly": "24x7"}))
        editions.put_in_force(session, clock.now(session))
    cases = [send(house, mail(f"Subject {n}", message_id=f"<{n}@example.org>")).case_id for n in range(3)]
    house.parts.clock.ahead += timedelta(days=30)
    house.router.turn()
    house.router.turn()
    with house.db.transaction() as session:
        broken = session.scalars(
            select(SlaClock.case_id).where(SlaClock.breached_at.is_not(None), SlaClock.kind == "first_response")
        ).all()
        assert sorted(broken) == sorted(cases)
        assert len(session.scalars(select(Breach)).all()) == len(
            session.scalars(select(SlaClock).where(SlaClock.breached_at.is_not(None))).all()
        )
