"""Promises to people who write e-mail: nothing is lost, everything is answered where it belongs."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from house import House
from ports import free_port
from sqlalchemy import select

from contactcenter import jobs
from contactcenter.channels.email.receiving import receive
from contactcenter.channels.email.sending import Post
from contactcenter.models import Case, Offer, RawMail, TimelineEntry

CUSTOMER = "dana@example.org"


class Mailbox:
    """A real SMTP server on loopback that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.mails.append(envelope.original_content)
        return "250 OK"


@pytest.fixture
def mailbox(house: House):
    handler = Mailbox()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    house.parts.__dict__["post"] = Post(house.db, house.parts.mailbox, f"smtp://127.0.0.1:{port}", house.parts.desk)
    yield handler
    controller.stop()


def mail(subject: str = "My invoice is wrong", text: str = "Please look at it.", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = f"Dana Reed <{CUSTOMER}>"
    message["To"] = "billing@desk.example.com"
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("message_id", "<first@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def send(house: House, raw: bytes):
    taken = receive(house.db, house.parts.mailbox, raw, "pipe")
    house.settle()
    return taken


def test_a_mail_opens_a_case_reaches_an_agent_and_the_reply_threads(house: House, mailbox: Mailbox) -> None:
    ana = house.agent("ana")
    taken = send(house, mail())
    assert taken.state == "opened"
    with house.db.transaction() as session:
        offer = session.scalars(select(Offer)).one()
    assert ana.post(f"/console/offers/{offer.id}/accept").status_code == 204
    sent = ana.post(f"/console/cases/{taken.case_id}/reply", body="We have corrected it.", client_id="reply-0001")
    assert sent.status_code == 204, sent.get_data(as_text=True)
    house.settle()

    assert len(mailbox.mails) == 1
    reply = email.message_from_bytes(mailbox.mails[0], policy=email.policy.default)
    assert reply["To"] == CUSTOMER
    assert reply["In-Reply-To"] == "<first@example.org>"
    assert "We have corrected it." in reply.get_content()
    with house.db.transaction() as session:
        assert session.get(Case, taken.case_id).status == "pending"

    back = send(
        house,
        mail(
            "Re: My invoice is wrong", "Thank you!", message_id="<second@example.org>", In_Reply_To=reply["Message-ID"]
        ),
    )
    assert (back.state, back.case_id) == ("joined", taken.case_id)
    with house.db.transaction() as session:
        assert session.get(Case, taken.case_id).status == "open"


def test_a_reply_without_any_thread_header_comes_back_by_the_address_it_was_sent_to(
    house: House, mailbox: Mailbox
) -> None:
    ana = house.agent("ana")
    taken = send(house, mail())
    with house.db.transaction() as session:
        offer = session.scalars(select(Offer)).one()
    ana.post(f"/console/offers/{offer.id}/accept")
    ana.post(f"/console/cases/{taken.case_id}/reply", body="Done.", client_id="reply-0001")
    house.settle()
    reply = email.message_from_bytes(mailbox.mails[0], policy=email.policy.default)
    message = EmailMessage()
    message["From"] = CUSTOMER
    message["To"] = str(reply["Reply-To"])
    message["Subject"] = "something else entirely"
    message["Message-ID"] = "<third@example.org>"
    message.set_content("And one more thing.")
    back = send(house, message.as_bytes())
    assert (back.state, back.case_id) == ("joined", taken.case_id)


def test_the_same_reply_sent_twice_by_an_impatient_hand_goes_out_once(house: House, mailbox: Mailbox) -> None:
    ana = house.agent("ana")
    taken = send(house, mail())
    with house.db.transaction() as session:
        offer = session.scalars(select(Offer)).one()
    ana.post(f"/console/offers/{offer.id}/accept")
    for _ in range(2):
        assert (
            ana.post(f"/console/cases/{taken.case_id}/reply", body="Done.", client_id="reply-0001").status_code == 204
        )
    house.settle()
    assert len(mailbox.mails) == 1


def test_the_same_mail_twice_is_one_line_of_one_case(house: House) -> None:
    first, second = send(house, mail()), send(house, mail())
    assert first.case_id == second.case_id
    with house.db.transaction() as session:
        assert len(session.scalars(select(Case)).all()) == 1
        assert len(session.scalars(select(TimelineEntry).where(TimelineEntry.kind == "message_in")).all()) == 1


def test_an_automatic_mail_is_kept_but_makes_no_work(house: House) -> None:
    taken = send(house, mail("Out of office", "I am away.", Auto_Submitted="auto-replied"))
    assert taken.case_id is not None
    with house.db.transaction() as session:
        assert session.scalars(select(Offer)).all() == []
        from contactcenter.models import WorkItem

        assert session.scalars(select(WorkItem)).all() == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe this is no mail",
        b"Subject: nobody wrote this\r\n\r\nhello",
        b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\npart\r\n" * 1000,
        b"From: big@example.org\r\nSubject: big\r\n\r\n" + b"x" * (30 * 1024 * 1024),
    ],
    ids=["empty", "binary", "no sender", "1,000 parts", "30 MB"],
)
def test_what_cannot_be_understood_is_kept_raw_and_reported(house: House, raw: bytes) -> None:
    taken = receive(house.db, house.parts.mailbox, raw, "pipe")
    assert taken.state == "quarantined"
    assert taken.problem
    with house.db.transaction() as session:
        row = session.scalars(select(RawMail)).one()
    assert bytes(row.raw) == raw
    assert (row.state, row.problem) == ("quarantined", taken.problem)


def test_a_mail_in_a_broken_charset_is_taken_in_all_the_same(house: House) -> None:
    raw = b"From: li@example.cn\r\nSubject: =?gb2312?B?1f3Ktw==?=\r\nContent-Type: text/plain; charset=x-unknown\r\n\r\n\xd6\xd0\xce\xc4\xff"
    taken = receive(house.db, house.parts.mailbox, raw, "pipe")
    assert taken.state == "opened"


def test_a_mail_server_that_is_away_is_asked_again_and_the_mail_goes_out_once(house: House, mailbox: Mailbox) -> None:
    ana = house.agent("ana")
    working = house.parts.__dict__["post"]
    house.parts.__dict__["post"] = Post(house.db, house.parts.mailbox, "smtp://127.0.0.1:9", house.parts.desk)
    taken = send(house, mail())
    with house.db.transaction() as session:
        offer = session.scalars(select(Offer)).one()
    ana.post(f"/console/offers/{offer.id}/accept")
    ana.post(f"/console/cases/{taken.case_id}/reply", body="Done.", client_id="reply-0001")
    house.settle()
    assert mailbox.mails == []
    house.parts.__dict__["post"] = working
    house.pass_time(10)
    jobs.carry_out_due(house.parts)
    assert len(mailbox.mails) == 1
