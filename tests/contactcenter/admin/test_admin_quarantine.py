"""Mail that was put aside is shown as it came, and a second try really is one."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from contactcenter.admin import quarantine
from contactcenter.channels.email import keeping
from contactcenter.foundation import clock
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.permissions import Who
from contactcenter.models import Audit, Outbox, RawMail
from contactcenter.models.states import MailState, OutboxState, Role
from contactcenter.reports.service_level import local_midnight

ADA = Who(1, "ada", "Ada Wells", Role.ADMIN, "en", "UTC")


def put_aside(db, raw=b"Subject: Hello\r\n\r\nText", problem="It has no sender."):
    with db.transaction() as session:
        now = clock.now(session)
        raw_id = keeping.keep(session, raw, "smtp", now)
        keeping.quarantine(session, raw_id, problem, now)
        session.execute(update(Outbox).values(state=OutboxState.DONE))
    return raw_id


def shown(db, zone="UTC"):
    with db.transaction() as session:
        return quarantine.quarantine(session, zone)


def replay(db, raw_id):
    with db.transaction() as session:
        quarantine.replay(session, raw_id, ADA, clock.now(session))


def parcels(db):
    with db.transaction() as session:
        return session.execute(select(Outbox.dedupe_key, Outbox.payload).where(Outbox.state == OutboxState.NEW)).all()


def test_a_mail_aside_shows_its_reason_its_size_and_its_beginning(db):
    raw_id = put_aside(db, b"Subject: Hello\r\n\r\n" + b"x" * 5000)
    (mail,) = shown(db).mails
    assert (mail.id, mail.door, mail.size, mail.problem) == (raw_id, "smtp", 5018, "It has no sender.")
    assert mail.head.startswith("Subject: Hello\n\nxxx")
    assert (len(mail.head.encode()), mail.cut) == (2048 - 2, True)


def test_todays_mail_is_counted_by_what_became_of_it(db):
    put_aside(db)
    with db.transaction() as session:
        now = clock.now(session)
        for state in (MailState.JOINED, MailState.JOINED, MailState.OPENED):
            keeping.settle(session, keeping.keep(session, b"x", "smtp", now), state)
        keeping.keep(session, b"x", "smtp", now)
        old = keeping.keep(session, b"x", "smtp", now)
        midnight = local_midnight(now, "Asia/Shanghai")
        before = midnight - timedelta(seconds=1)
        session.execute(update(RawMail).where(RawMail.id == old).values(received_at=before))
    found = shown(db, "Asia/Shanghai")
    assert found.received == 5
    assert dict(found.today) == {"stored": 1, "joined": 2, "opened": 1, "quarantined": 1}


def test_a_second_try_is_posted_under_a_key_of_its_own_each_time(db):
    raw_id = put_aside(db)
    replay(db, raw_id)
    (first,) = parcels(db)
    assert first.payload == {"raw_mail_id": raw_id}
    assert shown(db).mails == ()
    with db.transaction() as session:
        keeping.quarantine(session, raw_id, "Still no sender.", clock.now(session))
    db.clock.ahead += timedelta(seconds=1)
    replay(db, raw_id)
    assert len(parcels(db)) == 2
    with db.transaction() as session:
        deeds = session.execute(select(Audit.actor, Audit.subject).where(Audit.action == "replayed")).all()
    assert [tuple(deed) for deed in deeds] == [("user:1", f"raw_mail:{raw_id}")] * 2


def test_a_mail_that_is_not_aside_is_not_tried_again(db):
    raw_id = put_aside(db)
    replay(db, raw_id)
    with pytest.raises(Conflict):
        replay(db, raw_id)
    assert len(parcels(db)) == 1


def test_a_mail_tried_again_has_all_its_attempts_again(db):
    raw_id = put_aside(db)
    with db.transaction() as session:
        session.execute(update(RawMail).values(attempts=3))
    replay(db, raw_id)
    with db.transaction() as session:
        keeping.failed(session, raw_id, "broken", clock.now(session))
        mail = session.get_one(RawMail, raw_id, populate_existing=True)
        assert (mail.state, mail.attempts) == ("stored", 1)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Grüße 您好\r\nA\tB".encode(), "Grüße 您好\nA\tB"),
        (b"caf\xe9\x00\x1b[31m", "caf\ufffd\ufffd\ufffd[31m"),
        ("a\u202eb\u2028c".encode(), "a\ufffdb\ufffdc"),
        (b"", ""),
    ],
)
def test_bytes_are_shown_as_text_that_cannot_move_about(raw, text):
    assert quarantine.as_text(raw) == text


def test_the_page_knows_where_the_room_stood(db):
    before = shown(db)
    put_aside(db)
    after = shown(db)
    assert (before.room, before.seq, after.seq) == ("mail:quarantine", 0, 1)
