"""What applying a configuration does to the database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from contactcenter.assignment import facts, line
from contactcenter.cases import interactions, opening
from contactcenter.channels.voice import flows
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.configuration.applying import apply, latest_version
from contactcenter.configuration.contents import Config, Menu
from contactcenter.configuration.planning import Kind, Plan, plan
from contactcenter.configuration.reading import read
from contactcenter.customers import identity
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.languages import LANGUAGES
from contactcenter.foundation.shelves import Edition
from contactcenter.models import (
    Agent,
    AgentChannel,
    Audit,
    Base,
    ConfigApplied,
    Event,
    FlowText,
    KbArticle,
    KbLanguage,
    PhoneNumber,
    Queue,
    SlaPolicy,
    User,
)
from contactcenter.models.states import Channel, TextOrigin
from contactcenter.people.signing_in import sign_in
from contactcenter.sla import editions, timetables
from routing import SECOND, AgentFacts

SAMPLE = read(Path(__file__).parents[3] / "config")
FEW = {login: person for login, person in (SAMPLE.staff or {}).items() if login in {"ana", "ken", "max", "eva"}}
BARE = replace(SAMPLE, articles={}, staff=FEW)
"""The sample company without its articles and with few people: weighing words and hashing passwords take long."""


def applied(db: Database, config: Config) -> Plan:
    return db.run(lambda session: apply(session, config, clock.now(session), "tester"))


def planned(db: Database, config: Config) -> Plan:
    with db.transaction() as session:
        return plan(session, config)


def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with db.transaction() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def told(found: Plan) -> list[tuple[str, str, str]]:
    return [(str(change.kind), change.noun, change.name) for change in found.changes]


def without(rows: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in rows.items() if key != name}


def changed_queue(config: Config, name: str, **values: Any) -> Config:
    return replace(config, queues={**config.queues, name: replace(config.queues[name], **values)})


def changed_person(config: Config, login: str, **values: Any) -> Config:
    assert config.staff is not None
    return replace(config, staff={**config.staff, login: replace(config.staff[login], **values)})


# --- the first time ---


def test_applying_makes_the_sample_company_work(db: Database):
    done = applied(db, SAMPLE)
    assert done.version == 1
    assert {change.kind for change in done.changes} == {Kind.CREATE, Kind.PUBLISH}
    with db.transaction() as session:
        now = clock.now(session)
        assert flows.answering(session, "+14155550100").name == "main-line"
        assert timetables.calendar(session, "phones").is_open(now)
        made = editions.policy(session, "gold")
        assert made is not None
        assert made.targets["first_response"] == 1800
        assert session.scalar(select(func.count()).select_from(KbArticle)) == len(SAMPLE.articles)
        assert set(session.scalars(select(KbLanguage.language))) == set(LANGUAGES), "words are weighed together"
        assert {queue.name for queue in facts.config(session).queues} == set(SAMPLE.queues)


def test_the_router_knows_the_agents_with_their_skills_and_queues(db: Database):
    applied(db, replace(BARE, staff=SAMPLE.staff))
    with db.transaction() as session:
        by_login = dict(session.execute(select(User.login, User.id)).all())
        agents = {agent.id: agent for agent in working(session)}
    assert len(agents) == 8
    ana = agents[by_login["ana"]]
    assert ana.queues == {"orders", "returns", "billing", "general"}
    assert ana.skills["lang-zh"] == 7
    assert ana.channel_max == {"voice": 1, "chat": 3, "email": 5, "messaging": 5}
    assert agents[by_login["joy"]].channel_max["chat"] == 4


def test_a_demo_person_signs_in_with_the_demo_password_and_nobody_else_can(db: Database):
    applied(db, changed_person(BARE, "ken", demo_password=False))
    assert sign_in(db, "ana", "ana-demo") is not None
    assert sign_in(db, "ken", "ken-demo") is None


def test_a_plan_changes_nothing_and_says_what_applying_does(db: Database):
    before = everything(db)
    wanted = planned(db, BARE)
    assert everything(db) == before
    assert wanted.version is None
    assert told(applied(db, BARE)) == told(wanted)


# --- again ---


def test_applying_twice_changes_no_row(db: Database):
    few = replace(BARE, articles=SAMPLE.articles)
    applied(db, few)
    before = everything(db)
    again = applied(db, few)
    assert again == Plan(())
    assert everything(db) == before


def test_a_change_is_one_version_with_its_audit_entry_and_its_event(db: Database):
    applied(db, BARE)
    done = applied(db, changed_queue(BARE, "orders", wrap_up_seconds=60))
    assert done.version == 2
    assert [str(change) for change in done.changes] == ["update queue orders: wrap_up_seconds 120 → 60"]
    with db.transaction() as session:
        assert session.scalar(select(Queue.wrap_up_seconds).where(Queue.name == "orders")) == 60
        assert latest_version(session) == facts.config(session).version == 2
        entry = session.scalars(select(Audit).where(Audit.subject == "config:2")).one()
        assert (entry.actor, entry.action, entry.version) == ("tester", "applied", 2)
        assert entry.body["changes"][0]["before"] == {"wrap_up_seconds": 120}
        heard = session.scalars(select(Event.ref).where(Event.room == "config:applied").order_by(Event.room_seq)).all()
        assert heard == [1, 2]


def test_the_digest_of_what_was_applied_is_kept(db: Database):
    applied(db, BARE)
    with db.transaction() as session:
        assert session.scalars(select(ConfigApplied.digest)).all() == [BARE.digest()]


def test_a_failure_in_the_middle_leaves_nothing_behind(db: Database):
    before = everything(db)

    def fail_afterwards(session: Any) -> None:
        apply(session, BARE, clock.now(session), "tester")
        raise Conflict("Something else went wrong.")

    with pytest.raises(Conflict):
        db.run(fail_afterwards)
    assert everything(db) == before


def test_applying_may_take_its_time_where_a_web_request_may_not(database_url: str):
    db = Database(database_url, pool_size=1)
    with db.transaction() as session:
        apply(session, replace(BARE, staff=None), clock.now(session), "tester")
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "0"
    with db.transaction() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1500ms"
    db.dispose()


# --- what the files name no longer ---


def test_what_the_files_name_no_longer_is_disabled_and_not_deleted(db: Database):
    applied(db, BARE)
    rows = {name: len(found) for name, found in everything(db).items()}
    less = replace(
        BARE,
        queues=without(BARE.queues, "billing"),
        dispositions=without(BARE.dispositions, "spam"),
        presence_reasons=without(BARE.presence_reasons, "technical"),
        skills=without(BARE.skills, "general"),
        staff=without(BARE.staff or {}, "max"),
    )
    done = applied(db, less)
    expected = {("queue", "billing"), ("disposition", "spam"), ("presence reason", "technical"), ("person", "max")}
    assert {(noun, name) for kind, noun, name in told(done) if kind == "disable"} == expected
    now = {name: len(found) for name, found in everything(db).items()}
    assert all(now[name] >= count for name, count in rows.items())
    assert sign_in(db, "max", "max-demo") is None
    with db.transaction() as session:
        person = session.scalar(select(User.id).where(User.login == "max"))
        assert person not in {agent.id for agent in working(session)}
    assert applied(db, less).changes == ()


def test_what_comes_back_is_enabled_again_with_its_old_password(db: Database):
    applied(db, BARE)
    applied(db, replace(BARE, staff=without(BARE.staff or {}, "max"), queues=BARE.queues))
    done = applied(db, BARE)
    assert told(done) == [("update", "person", "max")]
    assert sign_in(db, "max", "max-demo") is not None
    with db.transaction() as session:
        assert session.scalar(select(Agent.enabled).join(User, User.id == Agent.id).where(User.login == "max"))


def test_a_number_and_a_promise_that_are_gone_hold_no_longer(db: Database):
    applied(db, BARE)
    applied(db, replace(BARE, numbers=without(BARE.numbers, "+14155550199"), promises=without(BARE.promises, "silver")))
    with db.transaction() as session:
        assert session.scalars(select(PhoneNumber.number)).all() == ["+14155550100"]
        made = editions.policy(session, "silver")
        assert made is not None
        assert made.tier == "standard"
        assert session.scalar(select(func.count()).select_from(SlaPolicy)) == 2


def test_people_who_are_kept_elsewhere_are_left_alone(db: Database):
    applied(db, BARE)
    assert applied(db, replace(BARE, staff=None)).changes == ()


def test_a_queue_with_work_in_it_cannot_be_disabled(db: Database):
    applied(db, BARE)
    with db.transaction() as session:
        enqueue(session, "billing", clock.now(session))
    before = everything(db)
    with pytest.raises(Conflict, match="The queue billing cannot be disabled while work is in it"):
        applied(db, replace(BARE, queues=without(BARE.queues, "billing")))
    assert everything(db) == before


def enqueue(session: Any, name: str, now: datetime) -> int:
    queue = session.scalars(select(Queue).where(Queue.name == name)).one()
    customer = identity.find_or_create(
        session, identity.phone("+14155550101"), identity.Newcomer("Somebody", "en", "call"), now
    )
    case = opening.open_case(session, customer, opening.Contact(Channel.CHAT, "A question", "en", queue), now)
    values = {"case_id": case.id, "customer_id": customer.id, "channel": "chat", "state": "in_ivr", "address": "x"}
    return line.enqueue(session, interactions.begin(session, values, now), queue, line.Request(), now)


# --- menus and articles ---


def test_a_changed_menu_is_a_new_version_and_a_call_on_the_old_one_goes_on(db: Database):
    applied(db, BARE)
    body = BARE.menus["main-line"].body.replace("Welcome to Yunfan Store.", "Hello, Yunfan Store.")
    changed = replace(BARE, menus={"main-line": Menu(body)})
    assert [str(change) for change in applied(db, changed).changes] == ["publish flow main-line, version 2"]
    with db.transaction() as session:
        current = flows.answering(session, "+14155550100")
        assert current.version == 2
        old = flows.version(session, "main-line", 1)
        assert old.version == 1
        assert "Hello" in str(current.steps["greet"])
        assert "Hello" not in str(old.steps["greet"])
    assert applied(db, changed).changes == ()


def test_a_menu_that_goes_back_to_its_old_text_is_a_third_version(db: Database):
    applied(db, BARE)
    applied(db, replace(BARE, menus={"main-line": Menu(BARE.menus["main-line"].body + "# a note\n")}))
    applied(db, BARE)
    with db.transaction() as session:
        rows = session.execute(select(FlowText.version, FlowText.current).order_by(FlowText.version)).all()
        assert [tuple(row) for row in rows] == [(1, False), (2, False), (3, True)]
        assert flows.answering(session, "+14155550100").version == 3


def test_the_version_written_in_a_menu_alone_changes_nothing(db: Database):
    applied(db, BARE)
    body = BARE.menus["main-line"].body.replace("version: 1", "version: 9", 1)
    assert applied(db, replace(BARE, menus={"main-line": Menu(body)})).changes == ()


def test_a_menu_that_is_gone_answers_no_call_and_comes_back_as_a_new_version(db: Database):
    applied(db, BARE)
    applied(db, replace(BARE, menus={}, numbers={}))
    with db.transaction() as session:
        assert session.scalars(select(FlowText.current)).all() == [False]
    applied(db, BARE)
    with db.transaction() as session:
        assert flows.answering(session, "+14155550100").version == 2


def test_only_a_changed_article_is_published_and_one_that_is_gone_is_withdrawn(db: Database):
    name, other, gone = list(SAMPLE.articles)[:3]
    few = {key: SAMPLE.articles[key] for key in (name, other, gone)}
    applied(db, replace(BARE, articles=few))
    edited = {name: replace(few[name], digest="another"), other: few[other]}
    done = applied(db, replace(BARE, articles=edited))
    assert told(done) == [("publish", "article", name), ("disable", "article", gone)]
    with db.transaction() as session:
        enabled = dict(session.execute(select(KbArticle.id, KbArticle.enabled)).all())
    assert enabled == {name: True, other: True, gone: False}
    assert applied(db, replace(BARE, articles=edited)).changes == ()


# --- people at work ---


def test_a_changed_skill_reaches_the_agents_room_so_that_the_router_reads_again(db: Database):
    applied(db, BARE)
    assert BARE.staff is not None
    skills = {**BARE.staff["max"].skills, "orders": 6}
    done = applied(db, changed_person(BARE, "max", skills=skills, queues=("general", "orders", "returns")))
    assert [sorted(change.after) for change in done.changes] == [["queues", "skills"]]
    with db.transaction() as session:
        person = session.scalars(select(User.id).where(User.login == "max")).one()
        [agent] = [one for one in working(session) if one.id == person]
        assert (agent.skills["orders"], agent.queues) == (6, {"general", "orders", "returns"})
        heard = session.scalars(select(Event.kind).where(Event.room == f"agent:{person}")).all()
        assert heard == ["presence_changed"] * 2


def test_who_helps_out_in_a_queue_is_asked_later_and_may_come_to_serve_it(db: Database):
    applied(db, changed_person(BARE, "max", queues=("general",), helps={"orders": 45}))
    person, agent = max_as_agent(db)
    assert (agent.queues, agent.delays) == ({"general", "orders"}, {"orders": 45 * SECOND})
    applied(db, changed_person(BARE, "max", queues=("general", "orders"), helps={"returns": 60}))
    person, agent = max_as_agent(db)
    assert (agent.queues, agent.delays) == ({"general", "orders", "returns"}, {"returns": 60 * SECOND})
    with db.transaction() as session:
        assert (
            session.scalars(select(Event.kind).where(Event.room == f"agent:{person}")).all() == ["presence_changed"] * 2
        )
    assert told(planned(db, changed_person(BARE, "max", queues=("general", "orders"), helps={"returns": 60}))) == []


def working(session: Session) -> list[AgentFacts]:
    """What the router knows of everybody, were they all at work."""
    session.execute(update(Agent).values(chosen="available"))
    return facts.agents(session, clock.now(session))


def max_as_agent(db: Database) -> tuple[int, AgentFacts]:
    with db.transaction() as session:
        person = session.scalars(select(User.id).where(User.login == "max")).one()
        [agent] = [one for one in working(session) if one.id == person]
        return person, agent


def test_a_new_name_leaves_password_and_presence_as_they_are(db: Database):
    applied(db, BARE)
    with db.transaction() as session:
        session.execute(update(User).where(User.login == "ana").values(password_hash="kept"))
        session.execute(update(Agent).values(ready=True, chosen="available"))
    applied(db, changed_person(BARE, "ana", name="Ana Lim-Tan"))
    with db.transaction() as session:
        row = session.execute(
            select(User.name, User.password_hash, Agent.ready, Agent.chosen)
            .join(Agent, Agent.id == User.id)
            .where(User.login == "ana")
        ).one()
    assert tuple(row) == ("Ana Lim-Tan", "kept", True, "available")


def test_work_in_hand_is_counted_on_and_a_maximum_never_falls_below_it(db: Database):
    applied(db, BARE)
    with db.transaction() as session:
        person = session.scalars(select(User.id).where(User.login == "ana")).one()
        chats = (AgentChannel.agent_id == person, AgentChannel.channel == "chat")
        session.execute(update(AgentChannel).where(*chats).values(live=2))
    assert BARE.staff is not None
    fewer = changed_person(BARE, "ana", most={**BARE.staff["ana"].most, "chat": 1})
    applied(db, fewer)
    with db.transaction() as session:
        assert session.execute(select(AgentChannel.most, AgentChannel.live).where(*chats)).one() == (2, 2)
        assert plan(session, fewer).changes == ()
        session.execute(update(AgentChannel).where(*chats).values(live=0))
    applied(db, fewer)
    with db.transaction() as session:
        assert session.execute(select(AgentChannel.most, AgentChannel.live).where(*chats)).one() == (1, 0)


def test_a_supervisor_who_serves_a_queue_becomes_an_agent_and_stops_being_one(db: Database):
    applied(db, BARE)
    assert BARE.staff is not None
    helping = changed_person(BARE, "eva", queues=("general",), skills={"lang-en": 5})
    applied(db, helping)
    with db.transaction() as session:
        person = session.scalars(select(User.id).where(User.login == "eva")).one()
        [agent] = [one for one in working(session) if one.id == person]
        assert (agent.queues, agent.skills) == ({"general"}, {"lang-en": 5})
    applied(db, BARE)
    with db.transaction() as session:
        assert session.scalars(select(Agent.enabled).where(Agent.id == person)).one() is False
    assert applied(db, BARE).changes == ()


def test_a_person_who_was_added_by_hand_and_is_not_in_the_file_is_disabled(db: Database):
    with db.transaction() as session:
        session.execute(insert(User).values(login="old", name="Old Hand", password_hash="x", role="agent"))
    assert ("disable", "person", "old") in told(applied(db, BARE))


def published_on_the_screen(db: Database, body: str) -> int:
    with db.transaction() as session:
        current = MENUS.current(session, "main-line").version
        edition = Edition("main-line", body, TextOrigin.SCREEN, "Ada Wells", "user:1")
        return MENUS.put_in_force(session, edition, current, clock.now(session))


def test_what_was_published_on_the_screen_is_not_undone_by_a_file_that_does_not_know_of_it(db: Database):
    applied(db, BARE)
    body = BARE.menus["main-line"].body
    assert published_on_the_screen(db, body.replace("Welcome to Yunfan Store.", "Hello.")) == 2
    for file in (body, body.replace("Welcome to Yunfan Store.", "Good day.")):
        done = applied(db, replace(BARE, menus={"main-line": Menu(file)}))
        assert done.changes == ()
        (held,) = done.held
        assert str(held).startswith(
            "keep flow main-line, version 2: version 2 was published on the screen by Ada Wells"
        )
    with db.transaction() as session:
        assert "Hello." in MENUS.current(session, "main-line").body


def test_a_file_that_knows_what_was_published_on_the_screen_goes_on_from_there(db: Database):
    applied(db, BARE)
    body = BARE.menus["main-line"].body
    published_on_the_screen(db, body.replace("Welcome to Yunfan Store.", "Hello."))
    with db.transaction() as session:
        taken_over = MENUS.current(session, "main-line").body
    same = applied(db, replace(BARE, menus={"main-line": Menu(taken_over)}))
    assert (same.changes, same.held) == ((), ())
    for words, number in (("Good day.", 3), ("Good evening.", 4)):
        edited = replace(BARE, menus={"main-line": Menu(taken_over.replace("Hello.", words))})
        assert [str(change) for change in applied(db, edited).changes] == [f"publish flow main-line, version {number}"]
    published_on_the_screen(db, taken_over)
    assert len(planned(db, edited).held) == 1, "version 5 came from the screen, and the file says 2"


def test_everything_else_is_applied_beside_a_menu_that_is_held(db: Database):
    applied(db, BARE)
    published_on_the_screen(db, BARE.menus["main-line"].body + "# a note\n")
    done = applied(db, replace(BARE, skills={**BARE.skills, "parcels": {"en": "Parcels"}}))
    assert told(done) == [("create", "skill", "parcels")]
    assert len(done.held) == 1
