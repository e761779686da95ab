"""Machines are told from people by evidence, and are never answered."""

from dataclasses import replace

import pytest

from contactcenter.channels.email.automatic import (
    Circumstances,
    Classification,
    MailKind,
    classify,
    may_answer_automatically,
)
from contactcenter.channels.email.bounces import Delivery, read_recipients
from contactcenter.channels.email.parsing import parse

US = Circumstances(our_addresses=frozenset({"support@example.org"}))


def mail(*header: str, sender: str = "Ann <ann@example.com>", body: str = "Hello"):
    return parse("\r\n".join((f"From: {sender}", "To: support@example.org", *header, "", body)).encode())


def report(status: str, *header: str, returned: str = "<c.1.2.aaaaaaaaaa@example.org>"):
    parts = ("Content-Type: text/plain\r\n\r\nSorry", f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n{status}",
             f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {returned}\r\nSubject: ours")  # fmt: skip
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--"
    return mail("Content-Type: multipart/report; report-type=delivery-status; boundary=b", *header, body=body)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (["Auto-Submitted: auto-replied"], MailKind.AUTO_REPLY),
        (["Auto-Submitted: auto-generated (rejected)"], MailKind.AUTO_REPLY),
        (["X-Autoreply: yes"], MailKind.AUTO_REPLY),
        (["X-Autorespond: yes"], MailKind.AUTO_REPLY),
        (["X-Autoresponder: tool"], MailKind.AUTO_REPLY),
        (["Precedence: auto_reply"], MailKind.AUTO_REPLY),
        (["Precedence: bulk"], MailKind.BULK),
        (["Precedence: junk"], MailKind.BULK),
        (["List-Unsubscribe: <mailto:x@example.com>"], MailKind.BULK),
        (["Precedence: list"], MailKind.LIST),
        (["List-Id: <list.example.com>"], MailKind.LIST),
        (["Return-Path: <>"], MailKind.DSN_SOFT),
        (["Subject: Out of office", "Auto-Submitted: auto-replied"], MailKind.VACATION),
        (["Subject: 自动回复: 订单", "Return-Path: <>"], MailKind.VACATION),
        (["Subject: Abwesenheitsnotiz", "X-Autoreply: yes"], MailKind.VACATION),
        (["Content-Type: multipart/report; report-type=feedback-report; boundary=b"], MailKind.FEEDBACK),
        (["Content-Type: multipart/report; report-type=disposition-notification; boundary=b"], MailKind.AUTO_REPLY),
        ([], MailKind.HUMAN),
        (["Auto-Submitted: no"], MailKind.HUMAN),
        (["Return-Path: <ann@example.com>"], MailKind.HUMAN),
        (["X-Auto-Response-Suppress: All"], MailKind.HUMAN),
        (["X-Autoreply: no"], MailKind.HUMAN),
        (["Subject: Out of office furniture"], MailKind.HUMAN),
        (["Subject: 关于休假的问题"], MailKind.HUMAN),
        (["Auto-Submitted: no", "X-Autoreply: yes"], MailKind.HUMAN),
        (["Auto-Submitted: auto-replied", "List-Id: <list.example.com>"], MailKind.AUTO_REPLY),
    ],
)
def test_each_piece_of_evidence_says_what_it_says(header, kind):
    found = classify(mail(*header))
    assert found.kind is kind
    assert found.evidence or kind is MailKind.HUMAN


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@example.com", "Mail Delivery Subsystem <mailer-daemon@example.com>"])
def test_a_daemon_sends_reports(sender):
    assert classify(mail("Subject: hm", sender=sender)).kind is MailKind.DSN_SOFT
    assert classify(mail("Subject: hm", sender=sender, body="550 5.1.1 user unknown")).kind is MailKind.DSN_HARD


def test_a_postmaster_may_be_a_person():
    assert classify(mail("Subject: Question", sender="postmaster@example.com")).kind is MailKind.HUMAN
    assert classify(mail("Subject: Undeliverable: x", sender="postmaster@example.com")).kind is MailKind.DSN_SOFT


@pytest.mark.parametrize(
    "header", ["List-Id: <l.example.com>", "Precedence: bulk", "List-Unsubscribe: <mailto:x@example.com>"]
)
def test_a_person_who_answers_us_through_a_list_stays_a_person_but_gets_no_automatic_answer(header):
    parsed = mail(header)
    found = classify(parsed, answers_us=True)
    assert found.kind is MailKind.HUMAN
    assert not may_answer_automatically(parsed, found, US).allowed


def test_a_vacation_note_that_carries_our_id_is_still_a_vacation_note():
    parsed = mail("Subject: Out of office: Re: Order", "Auto-Submitted: auto-replied")
    assert classify(parsed, answers_us=True).kind is MailKind.VACATION


def test_our_own_mail_is_a_loop_whatever_else_it_is():
    assert classify(mail("Auto-Submitted: auto-replied"), is_ours=True).kind is MailKind.LOOP


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 user unknown", MailKind.DSN_HARD),
        ("Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 no such user here", MailKind.DSN_HARD),
        ("Action: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 mailbox full", MailKind.DSN_SOFT),
        ("Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 554 rejected as spam", MailKind.DSN_SOFT),
        ("Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 relay access denied", MailKind.DSN_SOFT),
        ("Action: failed\r\nStatus: 4.4.7", MailKind.DSN_SOFT),
        ("Action: failed\r\nStatus: 5.0.0", MailKind.DSN_SOFT),
        ("Action: delayed\r\nStatus: 4.4.1", MailKind.DELAYED),
        ("Action: delivered\r\nStatus: 2.0.0", MailKind.AUTO_REPLY),
    ],
)
def test_a_delivery_report_is_hard_only_when_the_address_is_dead(fields, kind):
    assert classify(report(f"Final-Recipient: rfc822; gone@example.com\r\n{fields}")).kind is kind


def test_a_delivery_report_says_who_did_not_get_it_and_why():
    parsed = report(
        "Final-Recipient: rfc822; gone@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550\r\n user unknown\r\n\r\n"
        "Final-Recipient: rfc822;full@example.com\r\nAction: failed\r\nStatus: 5.2.2"
    )
    gone, full = read_recipients(parsed)
    assert (gone.address, gone.delivery, gone.status, gone.diagnostic) == (
        "gone@example.com",
        Delivery.HARD,
        "5.1.1",
        "550 user unknown",
    )
    assert (full.address, full.delivery) == ("full@example.com", Delivery.SOFT)
    assert parsed.returned_ids == ("<c.1.2.aaaaaaaaaa@example.org>",)


def test_a_person_who_writes_to_us_may_be_answered():
    parsed = mail()
    assert may_answer_automatically(parsed, classify(parsed), US).allowed


@pytest.mark.parametrize(
    "around",
    [
        replace(US, authentication_failed=True),
        replace(US, imported=True),
        replace(US, answers_in_case=1),
        replace(US, answers_today=5),
        replace(US, sender_is_automatic=True, answers_today=1),
        replace(US, same_body_recently=3),
        replace(US, our_addresses=frozenset({"other@example.org"})),
        replace(US, our_addresses=frozenset({"support@example.org", "ann@example.com"})),
    ],
)
def test_circumstances_forbid_an_automatic_answer_with_a_reason(around):
    parsed = mail()
    permission = may_answer_automatically(parsed, classify(parsed), around)
    assert not permission.allowed
    assert permission.refusal


@pytest.mark.parametrize(
    "parsed",
    [
        mail(sender="no-reply@example.com"),
        mail(sender="DoNotReply@example.com"),
        mail(sender="bounces+12@example.com"),
        mail("X-Auto-Response-Suppress: OOF, AutoReply"),
        mail("Subject: Out of office"),
        mail("Auto-Submitted: no", "X-Autoreply: yes"),
    ],
)
def test_doubtful_mail_from_people_gets_no_automatic_answer(parsed):
    found = classify(parsed)
    assert found.kind is MailKind.HUMAN
    assert not may_answer_automatically(parsed, found, US).allowed


@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind is not MailKind.HUMAN])
def test_automatic_mail_is_never_answered_automatically(kind):
    assert not may_answer_automatically(mail(), Classification(kind, ("x",)), US).allowed
