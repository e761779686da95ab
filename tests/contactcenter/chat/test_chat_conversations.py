"""The rules of a chat: opened once, every message stored once, nothing shown to anybody else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from contactcenter.assignment import line, wrap_up
from contactcenter.cases import timeline
from contactcenter.channels.chat import conversations
from contactcenter.channels.chat.conversations import Said, Visitor
from contactcenter.customers import identity
from contactcenter.foundation import clock
from contactcenter.foundation.errors import BadInput, Conflict, Refusal, SignInNeeded, TooLarge
from contactcenter.foundation.permissions import Who
from contactcenter.models import Case, Chat, Customer, Interaction, Queue, TimelineEntry, WorkItem
from contactcenter.models.states import Channel, EntryKind, InteractionState, Role, WorkState

TOKEN = "t" * 43
NORA = Visitor("Nora Field", "", "en", "")


def opened(db, token=TOKEN, visitor=NORA, text="Where is my order?", client_id="m-1"):
    with db.transaction() as session:
        return conversations.open_chat(session, token, visitor, Said(client_id, text), clock.now(session)).id


def spoken(db, text, client_id, token=TOKEN):
    with db.transaction() as session:
        chat = conversations.by_token(session, token)
        return conversations.say(session, chat, Said(client_id, text), clock.now(session)).seq


def texts(db, interaction_id, after=0):
    with db.transaction() as session:
        return [entry.body["text"] for entry in conversations.messages(session, interaction_id, after)]


def counted(db, model):
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(model))


def given_to(house, login):
    """The chat's work in the hands of an agent; returns the item and the agent."""
    house.agent(login)
    house.settle()
    browser = house.agent(login)
    with house.db.transaction() as session:
        item = session.scalars(select(WorkItem)).one()
    assert item.state == WorkState.OFFERED, item.state
    assert browser.post(f"/console/offers/{item.current_offer}/accept").status_code == 204
    with house.db.transaction() as session:
        item = session.scalars(select(WorkItem).execution_options(populate_existing=True)).one()
    return item, Who(house.user_id(login), login, "Ana Lim", Role.AGENT, "en", "UTC")


def test_the_same_secret_opens_one_chat_however_often_it_asks(house):
    assert len({opened(house.db) for _ in range(3)}) == 1
    assert (counted(house.db, Chat), counted(house.db, WorkItem), counted(house.db, Case)) == (1, 1, 1)


def test_a_repeated_message_is_the_stored_one(house):
    interaction_id = opened(house.db)
    first = spoken(house.db, "It is 12345678.", "m-2")
    assert spoken(house.db, "It is 12345678.", "m-2") == first
    assert texts(house.db, interaction_id) == ["Where is my order?", "It is 12345678."]


def test_the_first_message_is_not_stored_again_as_a_second_one(house):
    interaction_id = opened(house.db)
    spoken(house.db, "Where is my order?", "m-1")
    assert texts(house.db, interaction_id) == ["Where is my order?"]


def test_the_same_message_id_in_two_chats_is_two_messages(house):
    one, other = opened(house.db), opened(house.db, token="u" * 43, text="Something else")
    assert texts(house.db, one) == ["Where is my order?"]
    assert texts(house.db, other) == ["Something else"]


def test_a_known_address_finds_its_customer(house):
    with house.db.transaction() as session:
        address = identity.email("nora.field@example.net")
        known = identity.find_or_create(
            session, address, identity.Newcomer("N. Field", "en", "imported"), clock.now(session)
        ).id
    opened(house.db, visitor=Visitor("Nora", " Nora.Field@Example.NET ", "en", ""))
    with house.db.transaction() as session:
        assert session.scalars(select(Case)).one().customer_id == known
    assert counted(house.db, Customer) == 1


def test_the_topic_chooses_the_queue_and_an_unknown_one_the_general_queue(house):
    opened(house.db, visitor=Visitor("Nora", "", "en", "billing"))
    opened(house.db, token="u" * 43, visitor=Visitor("Nora", "", "en", "no-such-topic"))
    with house.db.transaction() as session:
        names = session.scalars(
            select(Queue.name).join(WorkItem, WorkItem.queue_id == Queue.id).order_by(WorkItem.id)
        ).all()
    assert names == ["billing", "general"]


@pytest.mark.parametrize(("language", "skill"), [("en", "lang-en"), ("zh-Hans", "lang-zh"), ("zh-Hant", "lang-zh")])
def test_the_language_asks_for_somebody_who_speaks_it(house, language, skill):
    opened(house.db, visitor=Visitor("Nora", "", language, ""))
    with house.db.transaction() as session:
        assert session.scalars(select(WorkItem)).one().skills[skill] == 1


@pytest.mark.parametrize(
    ("token", "visitor", "said"),
    [
        ("short", NORA, Said("m", "Hello")),
        ("!" * 43, NORA, Said("m", "Hello")),
        (TOKEN, Visitor("  ", "", "en", ""), Said("m", "Hello")),
        (TOKEN, Visitor("Nora", "not an address", "en", ""), Said("m", "Hello")),
        (TOKEN, NORA, Said("m", "   ")),
        (TOKEN, NORA, Said("m", "\x00")),
        (TOKEN, NORA, Said("m", "\ud800")),
        (TOKEN, NORA, Said("m", "x" * 4001)),
    ],
)
def test_what_cannot_be_a_chat_is_refused_and_leaves_nothing(house, token, visitor, said):
    with pytest.raises(Refusal), house.db.transaction() as session:
        conversations.open_chat(session, token, visitor, said, clock.now(session))
    assert (counted(house.db, Chat), counted(house.db, Case), counted(house.db, Customer)) == (0, 0, 0)


@pytest.mark.parametrize("client_id", ["", "x" * 65])
def test_a_message_needs_an_id_of_its_own(house, client_id):
    opened(house.db)
    with pytest.raises(BadInput):
        spoken(house.db, "Hello", client_id)


@given(st.one_of(st.text(), st.none(), st.integers(), st.lists(st.text())))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_checked_text_is_storable_and_any_other_is_refused(text):
    try:
        kept = conversations.checked(text)
    except (BadInput, TooLarge):
        good = isinstance(text, str) and text.strip() and len(text) <= 4000
        assert not (good and all(c.isprintable() for c in text))
    else:
        assert kept
        assert kept == kept.strip()
        assert kept.encode("utf-8")
        assert "\x00" not in kept


def test_a_foreign_secret_opens_nothing(house):
    opened(house.db)
    with pytest.raises(SignInNeeded), house.db.transaction() as session:
        conversations.by_token(session, "x" * 43)


def test_a_visitor_who_leaves_the_line_has_abandoned_it(house):
    interaction_id = opened(house.db)
    with house.db.transaction() as session:
        conversations.end(session, conversations.by_token(session, TOKEN), clock.now(session))
    with house.db.transaction() as session:
        assert session.get(Interaction, interaction_id).state == InteractionState.ABANDONED
        assert line.live_item(session, interaction_id) is None
    with pytest.raises(Conflict):
        spoken(house.db, "Are you there?", "m-2")


def test_only_the_agent_who_holds_the_chat_answers_and_only_once(house):
    interaction_id = opened(house.db)
    item, ana = given_to(house, "ana")
    for _ in range(2):
        with house.db.transaction() as session:
            conversations.answer(session, item, ana, Said("a-1", "Good morning!"), clock.now(session))
    assert texts(house.db, interaction_id) == ["Where is my order?", "Good morning!"]
    ken = Who(house.user_id("ken"), "ken", "Ken Zhao", Role.AGENT, "en", "UTC")
    with pytest.raises(Conflict), house.db.transaction() as session:
        conversations.answer(session, item, ken, Said("k-1", "Me too!"), clock.now(session))


def test_a_visitor_who_ends_a_conversation_sends_its_agent_to_wrap_up(house):
    opened(house.db)
    item, ana = given_to(house, "ana")
    with house.db.transaction() as session:
        conversations.end(session, conversations.by_token(session, TOKEN), clock.now(session))
    with house.db.transaction() as session:
        after = session.get(WorkItem, item.id)
        assert after.state == WorkState.WRAP_UP
        assert wrap_up.agent_of(session, after) == ana.id


def test_a_visitor_sees_messages_and_nothing_else_of_the_case(house):
    interaction_id = opened(house.db)
    with house.db.transaction() as session:
        case_id = session.get(Interaction, interaction_id).case_id
        note = timeline.Entry(EntryKind.NOTE, {"text": "Sounds upset."}, Channel.CHAT, interaction_id)
        timeline.write(session, case_id, note, clock.now(session))
    assert texts(house.db, interaction_id) == ["Where is my order?"]
    assert counted(house.db, TimelineEntry) >= 2
