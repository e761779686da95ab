"""The books: what was seen and what is stored are counted by the same words, and a lost contact shows."""

import threading
from datetime import timedelta

import pytest

from contactcenter.cases import interactions
from contactcenter.floor.ledger import Count, Fate, Ledger, counted, is_sound, lines, total
from contactcenter.foundation import clock
from contactcenter.foundation.db import add
from contactcenter.models import Case, Customer, Queue, WorkItem
from contactcenter.models.states import Channel, InteractionState, WorkState


def test_whoever_was_received_waits_until_more_is_known():
    ledger = Ledger()
    ledger.received(Channel.CHAT, 1)
    assert ledger.book()[Channel.CHAT] == Count(received=1, waiting=1)


def test_an_answer_stands_whatever_comes_later():
    ledger = Ledger()
    ledger.received(Channel.VOICE, 1)
    ledger.became(Channel.VOICE, 1, Fate.ANSWERED)
    ledger.became(Channel.VOICE, 1, Fate.ABANDONED)
    assert ledger.book()[Channel.VOICE] == Count(received=1, answered=1)


def test_a_call_that_ends_in_the_menu_is_not_received():
    ledger = Ledger()
    ledger.became(Channel.VOICE, 1, Fate.SELF_SERVICE)
    assert ledger.book()[Channel.VOICE] == Count(self_service=1)
    assert ledger.book()[Channel.VOICE].adds_up


def test_an_answer_to_somebody_who_was_never_received_does_not_add_up():
    ledger = Ledger()
    ledger.became(Channel.EMAIL, 1, Fate.ANSWERED)
    book = ledger.book()
    assert not book[Channel.EMAIL].adds_up
    assert not is_sound(book, book)
    assert any("does not add up" in line for line in lines(book, book))


def test_books_that_differ_are_not_sound():
    seen, stored = Ledger(), Ledger()
    seen.received(Channel.CHAT, 1)
    assert not is_sound(seen.book(), stored.book())
    assert "The two books do not agree." in list(lines(seen.book(), stored.book()))


def test_the_total_is_the_sum_of_the_channels():
    ledger = Ledger()
    for number in range(3):
        ledger.received(Channel.CHAT, number)
    ledger.received(Channel.EMAIL, 1)
    ledger.became(Channel.EMAIL, 1, Fate.ANSWERED)
    assert total(ledger.book()) == Count(received=4, answered=1, waiting=3)


def test_many_write_at_once():
    ledger = Ledger()
    writers = [threading.Thread(target=ledger.received, args=(Channel.CHAT, number)) for number in range(50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert ledger.book()[Channel.CHAT].received == 50


QUEUE = {"titles": {}, "skills": {}, "steps": [], "target_seconds": 20, "offer_seconds": 20, "wrap_up_seconds": 60}
ROWS = [
    # channel, state, was in line, was connected, work item, the column it belongs to
    (Channel.VOICE, InteractionState.QUEUED, True, False, WorkState.WAITING, "waiting"),
    (Channel.VOICE, InteractionState.OFFERED, True, False, WorkState.ASSIGNED, "waiting"),
    (Channel.VOICE, InteractionState.CONNECTED, True, True, WorkState.ASSIGNED, "answered"),
    (Channel.VOICE, InteractionState.WRAP_UP, True, False, WorkState.WRAP_UP, "abandoned"),
    (Channel.VOICE, InteractionState.ABANDONED, True, False, WorkState.ABANDONED, "abandoned"),
    (Channel.VOICE, InteractionState.COMPLETED, False, False, None, "self_service"),
    (Channel.VOICE, InteractionState.IN_IVR, False, False, None, ""),
    (Channel.EMAIL, InteractionState.QUEUED, True, False, WorkState.WAITING, "waiting"),
    (Channel.EMAIL, InteractionState.OFFERED, True, False, WorkState.ASSIGNED, "answered"),
    (Channel.EMAIL, InteractionState.COMPLETED, True, False, WorkState.DONE, "answered"),
    (Channel.CHAT, InteractionState.WRAP_UP, True, True, WorkState.WRAP_UP, "answered"),
    (Channel.CHAT, InteractionState.WRAP_UP, True, False, WorkState.WRAP_UP, "abandoned"),
    (Channel.CHAT, InteractionState.OFFERED, True, False, WorkState.OFFERED, "waiting"),
]


@pytest.mark.parametrize(("channel", "state", "queued", "connected", "work", "column"), ROWS)
def test_each_stored_conversation_is_in_its_column(db, channel, state, queued, connected, work, column):
    with db.transaction() as session:
        now = clock.now(session)
        contact(session, (channel, state, queued, connected, work), "guest@example.com", now)
    with db.transaction() as session:
        book = counted(session, {"guest@example.com"}, now - timedelta(seconds=1), clock.now(session))
    expected = Count(**({"received": int(queued), column: 1} if column else {}))
    assert book[channel] == expected
    assert book[channel].adds_up


def test_other_peoples_contacts_and_other_times_are_not_counted(db):
    waiting = (Channel.CHAT, InteractionState.QUEUED, True, False, WorkState.WAITING)
    with db.transaction() as session:
        now = clock.now(session)
        contact(session, waiting, "somebody@example.com", now)
        contact(session, waiting, "guest@example.com", now - timedelta(hours=1))
    with db.transaction() as session:
        book = counted(session, {"guest@example.com"}, now - timedelta(seconds=1), clock.now(session))
    assert total(book) == Count()


def contact(session, what, address, now):
    channel, state, queued, connected, work = what
    customer = add(session, Customer, {"name": "Guest", "language": "en", "facts": {}, "created_at": now})
    case = add(
        session,
        Case,
        {
            "customer_id": customer, "subject": "Question", "tier": "standard", "language": "en",
            "channel": channel, "opened_at": now, "updated_at": now,
        },
    )  # fmt: skip
    interaction = interactions.begin(
        session,
        {
            "channel": channel, "state": state, "language": "en", "address": address, "case_id": case,
            "queued_at": now if queued else None, "connected_at": now if connected else None,
        },
        now,
    )  # fmt: skip
    if work is None:
        return
    queue = add(session, Queue, {**QUEUE, "name": f"q{interaction.id}"})
    values = {
        "interaction_id": interaction.id, "case_id": case, "queue_id": queue, "channel": channel, "state": work,
        "weight": 20, "target_us": 1, "order_key": 1, "skills": {}, "steps": [], "enqueued_at": now,
    }  # fmt: skip
    add(session, WorkItem, values)
