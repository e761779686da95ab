"""The sample company's customers in the database."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from contactcenter.cases import opening, timeline
from contactcenter.channels.voice.hooks.ours import find_customer, find_order
from contactcenter.configuration.applying import apply
from contactcenter.configuration.demo import load, load_demo
from contactcenter.configuration.reading import read
from contactcenter.configuration.reading_demo import read_demo
from contactcenter.customers import identity
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.invariants import check
from contactcenter.models import Case, Customer, CustomerOrder, Event, Identity, Interaction, TimelineEntry, User
from contactcenter.models.states import CaseStatus, Channel
from contactcenter.reports.menu_calls import Asked, measured
from contactcenter.reports.menu_containment import apparent_containment
from contactcenter.reports.menu_steps import drop_off
from contactcenter.reports.menu_times import time_to_a_person

FOLDER = Path(__file__).parents[3] / "config"
SAMPLE = read(FOLDER)
CONFIG = replace(SAMPLE, articles={}, staff={"ana": (SAMPLE.staff or {})["ana"]})
DEMO = read_demo(FOLDER / "demo")


@pytest.fixture
def loaded(db: Database) -> Database:
    with db.transaction() as session:
        now = clock.now(session)
        apply(session, CONFIG, now, "tester")
        assert load(session, DEMO, now) == 200
    return db


def test_a_customer_who_calls_is_known_by_name_and_finds_their_order(loaded: Database):
    first = DEMO.customers[0]
    with loaded.transaction() as session:
        assert find_customer({"phone": "+14155550101"}, session) == {"name": first.name, "tier": "gold"}
        found = find_order({"number": "12345678"}, session)
        assert found is not None
        assert found["status"] == {"en": "shipped", "zh-Hans": "已发货", "zh-Hant": "已出貨"}
        assert found["eta"] == (clock.now(session) + timedelta(days=2)).date().isoformat()
        assert session.scalar(select(func.count()).select_from(CustomerOrder)) == len(DEMO.orders)


def test_every_address_of_the_files_belongs_to_its_customer(loaded: Database):
    with loaded.transaction() as session:
        for wanted in DEMO.customers[:20]:
            for address in wanted.addresses:
                owner = identity.find(session, address)
                assert owner is not None
                assert (owner.key, owner.tier, owner.language) == (wanted.key, wanted.tier, wanted.language)


def test_history_is_resolved_numbered_without_gaps_and_in_the_past(loaded: Database):
    with loaded.transaction() as session:
        now = clock.now(session)
        cases = session.scalars(select(Case)).all()
        assert len(cases) == len(DEMO.cases)
        for case in cases:
            entries = session.scalars(
                select(TimelineEntry).where(TimelineEntry.case_id == case.id).order_by(TimelineEntry.seq)
            ).all()
            assert [entry.seq for entry in entries] == list(range(1, case.entry_seq + 1))
            assert (case.status, case.status_version) == (CaseStatus.RESOLVED, 0)
            assert case.opened_at == entries[0].at <= entries[-1].at == case.resolved_at < now
        assert session.scalar(select(func.count()).select_from(Event).where(Event.room.like("case:%"))) == 0


def test_an_entry_says_who_said_what_where(loaded: Database):
    mails = [case for case in DEMO.cases if case.channel is Channel.EMAIL and case.entries[1].by == "ana"]
    wanted = next(case for case in mails if case.entries[1].kind == "message_out")
    with loaded.transaction() as session:
        customer = session.scalars(select(Customer).where(Customer.key == wanted.customer)).one()
        told = [
            entry
            for entry in timeline.of_customer(session, customer.id)
            if entry.body["text"] in {said.text for said in wanted.entries[:2]}
        ]
        helper = session.scalars(select(User).where(User.login == wanted.entries[1].by)).one()
    assert [(entry.kind, entry.actor_name, entry.actor_id) for entry in told] == [
        ("message_in", customer.name, None),
        ("message_out", helper.name, helper.id),
    ]
    assert told[0].body["subject"] == wanted.subject
    assert told[1].body["to"] == [told[0].body["from"]]


def test_a_new_contact_opens_a_case_beside_the_history(loaded: Database):
    with loaded.transaction() as session:
        customer = session.scalars(select(Customer).where(Customer.key == DEMO.cases[0].customer)).one()
        contact = opening.Contact(Channel.EMAIL, "Again", "en")
        _, new = opening.open_or_join(session, customer, contact, clock.now(session))
        assert new


def test_loading_again_adds_nobody_and_changes_nothing(loaded: Database):
    with loaded.transaction() as session:
        before = counted(session)
        assert load_demo(session, FOLDER / "demo", clock.now(session)) == 0
        assert counted(session) == before


def test_only_who_is_missing_is_added_with_their_history(db: Database):
    half = replace(DEMO, customers=DEMO.customers[:100])
    with db.transaction() as session:
        now = clock.now(session)
        apply(session, CONFIG, now, "tester")
        assert load(session, half, now) == 100
        assert load(session, DEMO, now) == 100
        assert session.scalar(select(func.count()).select_from(Case)) == len(DEMO.cases)


def test_somebody_who_has_called_before_keeps_their_number(db: Database):
    with db.transaction() as session:
        now = clock.now(session)
        apply(session, CONFIG, now, "tester")
        number = identity.phone("+14155550101")
        caller = identity.find_or_create(session, number, identity.Newcomer("Caller", "en", "call"), now)
        load(session, DEMO, now)
        owner = identity.find(session, number)
        assert owner is not None
        assert owner.id == caller.id


def counted(session) -> list[int | None]:
    tables = (Customer, Identity, Case, TimelineEntry, CustomerOrder)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_calls_of_four_weeks_are_there_as_the_menu_would_have_walked_them(loaded: Database):
    with loaded.transaction() as session:
        now = clock.now(session)
        (one,) = measured(session, now - timedelta(days=28), now)
        assert (one.flow, one.version, one.calls) == ("main-line", 1, sum(call.times for call in DEMO.calls))
        asked = Asked("main-line", 1, now - timedelta(days=28), now)
        helped = sum(call.times for call in DEMO.calls if "12345678" in call.presses and call.presses[-1] == "2")
        assert apparent_containment(session, asked).part == helped > 0
        answered = [call for call in DEMO.calls if call.answered]
        assert time_to_a_person(session, asked).calls == sum(call.times for call in answered)
        assert drop_off(session, asked)["language"].before_key == 16
        newest = session.scalar(select(func.max(Interaction.ended_at)))
        assert newest is not None
        assert newest < now
        assert [one.line() for one in check(session) if one.violations] == []
