"""Whatever a provider sends twice is done once and answered the same."""

import threading

import pytest
from races import at_once, somebody_waits_for_a_lock, wait_until

from contactcenter.foundation import inbox
from contactcenter.foundation.db import Database
from contactcenter.models import Inbox

REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>请稍候 — one moment</Say></Response>'


def take_in(db: Database, key: str, reply: str = REPLY) -> inbox.Receipt:
    def work(session):
        receipt = inbox.receive(session, "twilio", key)
        if receipt.is_new:
            inbox.reply(session, receipt, reply)
        return receipt

    return db.run(work)


def rows(db: Database) -> list[tuple[str, str]]:
    with db.transaction() as session:
        return [(row.ext_id, row.reply) for row in session.query(Inbox).order_by(Inbox.id)]


def test_a_message_delivered_five_times_is_one_row_and_gets_the_same_reply_each_time(db: Database) -> None:
    receipts = [take_in(db, "turn:CA1:0", REPLY if n == 0 else "another reply") for n in range(5)]
    assert [receipt.is_new for receipt in receipts] == [True, False, False, False, False]
    assert {receipt.repeated for receipt in receipts[1:]} == {REPLY}
    assert len({receipt.id for receipt in receipts}) == 1
    assert rows(db) == [("turn:CA1:0", REPLY)]


def test_the_same_message_twice_at_once_is_taken_in_by_one_and_answered_to_both(db: Database) -> None:
    for number in range(20):
        receipts = at_once(*[lambda n=number: take_in(db, f"turn:CA{n}:0")] * 2)
        new, repeated = sorted(receipts, key=lambda receipt: not receipt.is_new)
        assert (new.is_new, repeated.is_new, repeated.repeated) == (True, False, REPLY)
    assert len(rows(db)) == 20


def test_a_repetition_waits_for_the_first_arrival_to_be_answered(db: Database) -> None:
    second: list[inbox.Receipt] = []
    thread = threading.Thread(target=lambda: second.append(take_in(db, "turn:CA1:0")))
    with db.transaction() as session:
        receipt = inbox.receive(session, "twilio", "turn:CA1:0")
        thread.start()
        wait_until(lambda: somebody_waits_for_a_lock(db), what="the repetition's waiting")
        inbox.reply(session, receipt, REPLY)
    thread.join(10)
    assert [(one.is_new, one.repeated) for one in second] == [(False, REPLY)]


def test_a_first_arrival_that_failed_leaves_the_message_to_the_repetition(db: Database) -> None:
    second: list[inbox.Receipt] = []
    thread = threading.Thread(target=lambda: second.append(take_in(db, "turn:CA1:0")))

    def fails() -> None:
        with db.transaction() as session:
            inbox.receive(session, "twilio", "turn:CA1:0")
            thread.start()
            wait_until(lambda: somebody_waits_for_a_lock(db), what="the repetition's waiting")
            raise RuntimeError("the handler broke")

    with pytest.raises(RuntimeError):
        fails()
    thread.join(10)
    assert [one.is_new for one in second] == [True]
    assert rows(db) == [("turn:CA1:0", REPLY)]


def test_several_facts_about_one_call_are_all_kept(db: Database) -> None:
    facts = ["status:CA1:ringing", "status:CA1:in-progress", "status:CA1:completed", "turn:CA1:0", "turn:CA1:1"]
    assert all(take_in(db, fact).is_new for fact in facts)
    assert [key for key, _ in rows(db)] == facts


def test_two_providers_may_use_the_same_id(db: Database) -> None:
    with db.transaction() as session:
        assert inbox.receive(session, "twilio", "17").is_new
        assert inbox.receive(session, "imap", "17").is_new


def test_a_message_that_was_never_replied_to_is_repeated_with_an_empty_reply(db: Database) -> None:
    with db.transaction() as session:
        inbox.receive(session, "twilio", "status:CA1:ringing")
    with db.transaction() as session:
        again = inbox.receive(session, "twilio", "status:CA1:ringing")
    assert (again.is_new, again.repeated) == (False, "")
