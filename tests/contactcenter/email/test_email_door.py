"""The door for mail: 250 is said only of what is stored; what cannot be stored now is to be sent again."""

import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from email_world import DANA, Post, mail
from ports import free_port
from sqlalchemy import text
from world import World

from contactcenter.channels.email.door import demo_mailbox, mail_door
from contactcenter.foundation.db import Database
from contactcenter.models import RawMail

TO = ["support@desk.example.com"]


@contextmanager
def door(db: Database) -> Iterator[smtplib.SMTP]:
    controller = mail_door(db, "127.0.0.1", free_port())
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", controller.port, timeout=20) as client:
            yield client
    finally:
        controller.stop()


def kept(world: World) -> list[bytes]:
    return [bytes(row.raw) for row in world.all(RawMail)]


def test_what_is_acknowledged_is_stored_byte_for_byte_and_becomes_a_case(world: World) -> None:
    raw = b"From: dana@example.org\r\nSubject: \xe4\xb8\xad \xff\r\n\r\n.leading dot\r\n\xd6\xd0 8-bit\r\n..\r\n"
    with door(world.db) as client:
        assert client.sendmail(DANA, TO, raw) == {}
        assert kept(world) == [b"Delivered-To: support@desk.example.com\r\n" + raw]
    assert world.all(RawMail)[0].door == "smtp"
    post = Post.opened(world)
    assert post.take_in_everything() == 1
    assert len(post.lines()) == 1
    assert world.violated() == []


def test_every_recipient_of_the_envelope_is_noted_above_the_mail(world: World) -> None:
    with door(world.db) as client:
        client.sendmail(DANA, ["billing@desk.example.com", "support@desk.example.com"], mail())
    (raw,) = kept(world)
    assert raw.startswith(b"Delivered-To: billing@desk.example.com\r\nDelivered-To: support@desk.example.com\r\n")


def test_while_the_mail_cannot_be_committed_nothing_is_acknowledged_and_the_sender_is_asked_to_come_again(
    world: World,
) -> None:
    """Somebody holds the table; after the lock's patience the answer is 451, and nothing was stored."""
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        patient = Database(world.db.engine.url.render_as_string(hide_password=False), patient=True, pool_size=1)
        with patient.engine.begin() as other:
            other.execute(text("LOCK TABLE raw_mail IN EXCLUSIVE MODE"))
            holding.set()
            done.wait(20)
        patient.dispose()

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    with door(world.db) as client:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.sendmail(DANA, TO, mail())
        assert (refused.value.smtp_code, b"send it again" in refused.value.smtp_error) == (451, True)
        done.set()
        thread.join(10)
        assert kept(world) == []
        assert client.sendmail(DANA, TO, mail()) == {}
    assert len(kept(world)) == 1


def test_without_a_database_the_sender_keeps_the_mail() -> None:
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    with door(away) as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail(DANA, TO, mail())
    assert refused.value.smtp_code == 451
    away.dispose()


def test_several_mails_in_one_connection_are_all_stored(world: World) -> None:
    with door(world.db) as client:
        for number in range(12):
            client.sendmail(DANA, TO, mail(f"Question {number}", Message_ID=f"<{number}@example.org>"))
        assert len(kept(world)) == 12


def test_what_is_too_large_is_refused_before_it_is_sent(world: World) -> None:
    with door(world.db) as client:
        client.ehlo()
        code, _ = client.docmd(f"MAIL FROM:<{DANA}> SIZE={65 * 1024 * 1024}")
    assert code == 552
    assert kept(world) == []


def test_the_demos_mailbox_keeps_each_mail_as_a_file(tmp_path) -> None:
    controller = demo_mailbox(tmp_path / "var" / "demo-mailbox", "127.0.0.1", free_port())
    controller.start()
    with smtplib.SMTP("127.0.0.1", controller.port, timeout=20) as client:
        client.sendmail("support@desk.example.com", [DANA], mail())
    controller.stop()
    (file,) = (tmp_path / "var" / "demo-mailbox" / "new").iterdir()
    assert b"Please look at it." in file.read_bytes()
