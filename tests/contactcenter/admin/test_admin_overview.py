"""The overview tells what is in force, what comes in, and what did not get out."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from contactcenter.admin import overview
from contactcenter.channels.email import keeping
from contactcenter.foundation import clock, leases, outbox
from contactcenter.models import MailCursor, Outbox, User


def shown(db):
    with db.transaction() as session:
        return overview.overview(session)


def post(db, key, **values):
    with db.transaction() as session:
        posted = outbox.post(session, outbox.Parcel("voice.dial", key, {}))
        if values:
            session.execute(update(Outbox).where(Outbox.id == posted).values(**values))


def test_an_empty_house_says_so(db):
    found = shown(db)
    assert (found.applied, found.mailboxes, found.duties) == (None, (), ())
    assert (found.effects.waiting, found.effects.stuck) == (0, ())


def test_effects_are_counted_and_the_troubled_ones_listed_with_their_error(db):
    post(db, "waits")
    post(db, "done", state="done")
    post(db, "lost", state="unknown", error="HTTP 503", attempts=2)
    post(db, "dead", state="dead", error="no such address", attempts=8)
    post(db, "again", error="timed out", attempts=1)
    found = shown(db).effects
    assert (found.waiting, found.unknown, found.dead) == (2, 1, 1)
    assert [(one.state, one.error, one.attempts) for one in found.stuck] == [
        ("new", "timed out", 1),
        ("dead", "no such address", 8),
        ("unknown", "HTTP 503", 2),
    ]
    assert found.oldest_at is not None


def test_each_mailbox_and_door_tells_how_it_is(db):
    with db.transaction() as session:
        now = clock.now(session)
        keeping.keep(session, b"x", "smtp", now - timedelta(hours=1))
        keeping.keep(session, b"x", "imap:box@mail.example.com/INBOX", now - timedelta(hours=2))
        session.execute(
            insert(MailCursor).values(
                mailbox="box@mail.example.com/INBOX", uid_validity=1, highest_uid=1, failures=4, last_error="refused"
            )
        )
    box, door = shown(db).mailboxes
    assert (box.name, box.failures, box.last_error) == ("box@mail.example.com/INBOX", 4, "refused")
    assert box.last_mail_at == now - timedelta(hours=2)
    assert (door.name, door.failures, door.last_mail_at) == ("smtp", 0, now - timedelta(hours=1))


def test_a_duty_is_held_only_until_its_lease_ends(db):
    with db.transaction() as session:
        leases.acquire(session, "router", "desk-1", clock.now(session))
    (duty,) = shown(db).duties
    assert (duty.name, duty.holder, duty.held) == ("router", "desk-1", True)
    db.clock.ahead += timedelta(minutes=1)
    assert not shown(db).duties[0].held


@pytest.mark.parametrize("enabled", [True, False])
def test_only_who_may_sign_in_is_counted(db, enabled):
    with db.transaction() as session:
        values = {"login": "ada", "name": "Ada Wells", "password_hash": "", "role": "admin", "enabled": enabled}
        session.execute(insert(User).values(**values))
    assert shown(db).counts.users == enabled
