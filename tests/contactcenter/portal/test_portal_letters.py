"""Letters: real mails, handed to a real door, and what comes back into the mailbox."""

import os
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ports import free_port
from sqlalchemy import select

from contactcenter import jobs
from contactcenter.channels.email.door import demo_mailbox, mail_door
from contactcenter.foundation.errors import BadInput, Unavailable
from contactcenter.models import MailMessage
from contactcenter.portal import letters
from contactcenter.portal.letters import Letter

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
US = "support@desk.example.com"
NORA = "nora.field@example.net"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mailbox"


@pytest.fixture
def mailbox(folder):
    door = demo_mailbox(folder, "127.0.0.1", free_port())
    door.start()
    yield door
    door.stop()


def deliver(mailbox, folder, letter):
    letters.post(letters.composed(letter, US, folder, NOW), mailbox.hostname, mailbox.port)


def test_a_letter_arrives_as_it_was_written(mailbox, folder):
    deliver(mailbox, folder, Letter(NORA, "Wo ist es? 我的包裹", "Zeile eins\n第二行 ✓"))
    [mail] = letters.arrived(folder)
    assert (mail.sender, mail.to, mail.subject) == (NORA, US, "Wo ist es? 我的包裹")
    assert mail.text == "Zeile eins\n第二行 ✓"
    assert mail.at == NOW


def test_an_answer_refers_to_the_whole_thread(mailbox, folder):
    deliver(mailbox, folder, Letter(NORA, "Parcel", "First"))
    first = letters.arrived(folder)[0]
    second = letters.composed(Letter(NORA, "Re: Parcel", "Second", first.name), US, folder, NOW)
    assert second["In-Reply-To"] == first.message_id
    assert second["References"] == first.message_id
    letters.post(second, mailbox.hostname, mailbox.port)
    answered = next(mail for mail in letters.arrived(folder) if mail.text == "Second")
    third = letters.composed(Letter(NORA, "Re: Parcel", "Third", answered.name), US, folder, NOW)
    assert third["References"].split() == [first.message_id, answered.message_id]


def test_the_newest_mails_are_shown_newest_first(folder):
    (folder / "new").mkdir(parents=True)
    for number in range(25):
        file = folder / "new" / f"{number * 7 % 25:02}"
        file.write_text(f"Subject: Mail {number}\n\ntext")
        os.utime(file, ns=(0, number * 10**9))
    assert [mail.subject for mail in letters.arrived(folder)] == [f"Mail {number}" for number in range(24, 4, -1)]


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a b@example.com", "x@example", "a@example.com\r\nBcc: b@example.com"]
)
def test_a_sender_who_cannot_be_answered_is_refused(folder, sender):
    with pytest.raises(BadInput):
        letters.composed(Letter(sender, "Hello", "text"), US, folder, NOW)


def test_an_empty_letter_is_refused(folder):
    with pytest.raises(BadInput):
        letters.composed(Letter(NORA, "Hello", "  \n "), US, folder, NOW)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "no such mail", "..", "."])
def test_only_mails_of_the_folder_can_be_answered(folder, name):
    (folder / "new").mkdir(parents=True)
    (folder / "secret").write_text("Message-ID: <secret@example.com>\n\nsecret")
    assert letters.found(folder, name) is None
    assert letters.composed(Letter(NORA, "Hello", "text", name), US, folder, NOW)["In-Reply-To"] is None


@given(subject=st.text(max_size=300), text=st.text(min_size=1, max_size=300).filter(str.strip))
def test_no_text_breaks_the_headers(tmp_path_factory, subject, text):
    try:
        raw = letters.composed(Letter(NORA, subject, text), US, tmp_path_factory.getbasetemp(), NOW).as_bytes()
    except UnicodeEncodeError:
        assert any(0xD800 <= ord(c) <= 0xDFFF for c in subject + text)
        return
    mail = message_from_bytes(raw, policy=policy.default)
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip
    assert mail["To"] == US


def test_a_closed_door_is_said_as_that(folder):
    with pytest.raises(Unavailable):
        letters.post(letters.composed(Letter(NORA, "Hello", "text"), US, folder, NOW), "127.0.0.1", 9)


def test_the_mailbox_shows_even_a_broken_mail(folder):
    (folder / "new").mkdir(parents=True)
    (folder / "new" / "1").write_bytes(b"Subject: =?x?\nContent-Type: text/plain; charset=nonsense\n\n\xff\xfe text")
    (folder / "new" / "2").write_bytes(b"")
    assert len(letters.arrived(folder)) == 2


def test_the_example_can_be_taken_in_as_it_stands(house):
    from contactcenter.channels.email.receiving import receive

    taken = receive(house.db, house.parts.mailbox, letters.example(US).encode(), "pipe")
    assert taken.case_id is not None


def test_the_form_sends_a_mail_that_becomes_a_case(house):
    port = free_port()
    settings = house.parts.settings.model_copy(update={"mail_door_port": port})
    house.parts.__dict__["settings"] = settings
    door = mail_door(house.db, settings.host, port)
    door.start()
    try:
        from contactcenter.app import create_app

        house.app, _ = create_app(house.parts)
        sent = house.browser().post(
            "/mail/send", **{"from": NORA, "subject": "Parcel", "text": "Where is it?", "answers": ""}
        )
        assert sent.status_code == 303, sent.get_data(as_text=True)
        assert house.browser().get(sent.headers["Location"]).status_code == 200
    finally:
        door.stop()
    for _ in range(5):
        jobs.carry_out_due(house.parts)
    with house.db.transaction() as session:
        assert session.scalars(select(MailMessage.subject)).all() == ["Parcel"]
