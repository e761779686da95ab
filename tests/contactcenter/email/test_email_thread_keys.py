"""An answer finds its case by a key that only we can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.email.parsing import parse
from contactcenter.channels.email.subjects import base_subject, reply_subject
from contactcenter.channels.email.thread_keys import (
    KeyKind,
    Keys,
    find_key,
    foreign_ids,
    is_our_own,
    make_case_address,
    make_loop_mark,
    make_message_id,
    make_subject_token,
    search_keys,
)

KEYS = Keys(b"the current key", b"the previous key")
OLD = Keys(b"the previous key")
OTHER = Keys(b"somebody else's key")
DOMAIN = "desk.example.org"
BOX = f"support@{DOMAIN}"
IDS = st.integers(0, 10**18 - 1)


def mail(*header: str):
    return parse("\r\n".join(("From: a@example.com", *header, "", "")).encode())


def message_id(case: int = 12, entry: int = 34, keys: Keys = KEYS) -> str:
    return make_message_id(keys, case, entry, DOMAIN)


ADDRESS = make_case_address(KEYS, 12, BOX)
TOKEN = make_subject_token(KEYS, 12, DOMAIN)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ([f"In-Reply-To: {message_id()}"], KeyKind.MESSAGE_ID),
        ([f"References: <x@example.com> {message_id()}"], KeyKind.MESSAGE_ID),
        ([f"To: {ADDRESS}"], KeyKind.ADDRESS),
        ([f"Cc: Desk <{ADDRESS}>"], KeyKind.ADDRESS),
        (["To: alias@example.com", f"Delivered-To: {ADDRESS}"], KeyKind.ADDRESS),
        (["To: alias@example.com", f"X-Original-To: {ADDRESS}"], KeyKind.ADDRESS),
        (["References: <foreign@example.com>", f"Subject: Re: Order {TOKEN}"], KeyKind.SUBJECT),
        ([f"Subject: =?utf-8?q?AW=3A_Bestellung_{TOKEN.replace('#', '=23')}?="], KeyKind.SUBJECT),
        ([f"In-Reply-To: {message_id(keys=OLD)}"], KeyKind.MESSAGE_ID),
        ([f"To: {make_case_address(OLD, 12, BOX)}"], KeyKind.ADDRESS),
        ([f"In-Reply-To: {message_id().upper()}"], KeyKind.MESSAGE_ID),
        ([f"To: {ADDRESS.upper()}"], KeyKind.ADDRESS),
        ([f"References: <a@b> (a comment) garbage\r\n\t{message_id()}\r\n <c@d>"], KeyKind.MESSAGE_ID),
        ([f"In-Reply-To: Your message of Monday {message_id()}"], KeyKind.MESSAGE_ID),
    ],
)
def test_a_key_is_found_wherever_a_mail_program_leaves_it(header, kind):
    found = find_key(mail(*header), KEYS, DOMAIN)
    assert found is not None
    assert (found.kind, found.case_id) == (kind, 12)
    assert found.entry_id == (34 if kind is KeyKind.MESSAGE_ID else None)


@pytest.mark.parametrize(
    "header",
    [
        f"In-Reply-To: {message_id(keys=OTHER)}",
        f"In-Reply-To: {message_id().replace('c.12.', 'c.13.')}",
        f"In-Reply-To: {message_id().replace('.34.', '.35.')}",
        f"To: {make_case_address(OTHER, 12, BOX)}",
        f"To: {ADDRESS.replace('+c.12.', '+c.13.')}",
        f"To: {ADDRESS.replace('support', 'billing')}",
        f"Subject: {TOKEN.replace('#12', '#13')}",
    ],
)
def test_a_forged_key_is_ignored_and_counted(header):
    found = search_keys(mail(header), KEYS, DOMAIN)
    assert found.key is None
    assert found.forged == 1


@pytest.mark.parametrize(
    "header",
    [
        "Subject: Order",
        "Subject: [#12]",
        "Subject: [#abc-de]",
        "In-Reply-To: <c.12.34@desk.example.org>",
        f"In-Reply-To: {make_message_id(KEYS, 12, 34, 'other.example.org')}",
        f"To: {make_case_address(KEYS, 12, 'support@other.example.org')}",
    ],
)
def test_what_is_no_key_of_ours_is_neither_found_nor_counted(header):
    found = search_keys(mail(header), KEYS, DOMAIN)
    assert (found.key, found.forged) == (None, 0)


def test_the_address_counts_before_the_id_and_the_id_before_the_subject():
    address = make_case_address(KEYS, 1, BOX)
    token = make_subject_token(KEYS, 3, DOMAIN)
    header = [f"Subject: {token}", f"In-Reply-To: {message_id(2)}", f"To: {address}"]
    assert find_key(mail(*header), KEYS, DOMAIN).case_id == 1
    assert find_key(mail(*header[:2]), KEYS, DOMAIN).case_id == 2
    assert find_key(mail(*header[:1]), KEYS, DOMAIN).case_id == 3


def test_of_several_references_the_newest_of_ours_wins_among_two_hundred():
    ids = [f"<{number}@example.com>" for number in range(200)]
    ids[20], ids[150], ids[180] = message_id(1), message_id(2), message_id(3, keys=OTHER)
    found = search_keys(mail("References: " + "\r\n ".join(ids)), KEYS, DOMAIN)
    assert found.key.case_id == 2
    assert found.forged == 1


def test_in_reply_to_counts_before_references():
    assert find_key(mail(f"References: {message_id(1)}", f"In-Reply-To: {message_id(2)}"), KEYS, DOMAIN).case_id == 2


def test_a_delivery_report_leads_to_the_message_it_is_about():
    body = (
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id(7, 8)}\r\nSubject: x\r\n\r\nours\r\n--b--"
    )
    parsed = parse(
        f"From: mailer-daemon@example.com\r\nContent-Type: multipart/report; boundary=b\r\n\r\n{body}".encode()
    )
    found = find_key(parsed, KEYS, DOMAIN)
    assert (found.kind, found.case_id, found.entry_id) == (KeyKind.RETURNED, 7, 8)


def test_foreign_ids_are_offered_best_first_and_once():
    parsed = mail("References: <a@x> <b@x> <c@x>", "In-Reply-To: <b@x>")
    assert foreign_ids(parsed) == ("<b@x>", "<c@x>", "<a@x>")


def test_ids_without_angle_brackets_are_ids_all_the_same():
    assert foreign_ids(mail("References: a@x b@x")) == ("<b@x>", "<a@x>")


def test_a_key_of_one_kind_is_no_key_of_another():
    mac = message_id().split(".")[3].split("@")[0]
    assert find_key(mail(f"To: support+c.12.{mac}@{DOMAIN}"), KEYS, DOMAIN) is None


def test_our_own_mail_is_recognised_by_its_id_and_by_its_mark():
    assert is_our_own(mail(f"Message-ID: {message_id()}"), KEYS, DOMAIN)
    assert is_our_own(mail(f"X-CC-Loop: {make_loop_mark(OLD, 5, DOMAIN)}"), KEYS, DOMAIN)
    assert not is_our_own(mail(f"Message-ID: {message_id(keys=OTHER)}"), KEYS, DOMAIN)
    assert not is_our_own(mail("X-CC-Loop: 5.aaaaaaaaaa"), KEYS, DOMAIN)
    assert not is_our_own(mail(f"In-Reply-To: {message_id()}"), KEYS, DOMAIN)


@given(IDS, IDS)
def test_every_case_and_entry_comes_back_from_its_keys(case, entry):
    found = find_key(mail(f"In-Reply-To: {message_id(case, entry)}"), KEYS, DOMAIN)
    assert (found.case_id, found.entry_id) == (case, entry)
    assert find_key(mail(f"To: {make_case_address(KEYS, case, BOX)}"), KEYS, DOMAIN).case_id == case
    assert find_key(mail(f"Subject: Re: {make_subject_token(KEYS, case, DOMAIN)} x"), KEYS, DOMAIN).case_id == case


@given(st.text(max_size=60))
def test_no_header_text_makes_the_search_fail(text):
    clean = " ".join(text.split())
    parsed = parse(
        f"From: a@example.com\r\nTo: {clean}\r\nReferences: {clean}\r\nSubject: [#{clean}]\r\n\r\n".encode(
            "utf-8", "replace"
        )
    )
    assert find_key(parsed, KEYS, DOMAIN) is None


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Order", "Order"),
        ("RE: AW: Fwd: Order", "Order"),
        ("Re[2]: Order", "Order"),
        ("回复：订单", "订单"),
        ("答复: 转发: 订单", "订单"),
        ("SV: VS: Order", "Order"),
        (f"Re: Order {TOKEN}", "Order"),
        ("Regarding: Order", "Regarding: Order"),
        ("", ""),
    ],
)
def test_the_base_of_a_subject_has_no_prefixes_and_no_token(subject, base):
    assert base_subject(subject) == base


def test_the_subject_of_an_answer_has_one_prefix_and_one_token():
    assert reply_subject("AW: Re: Order", TOKEN) == f"Re: Order {TOKEN}"
    assert reply_subject(f"Re: Order {TOKEN}", TOKEN) == f"Re: Order {TOKEN}"
    assert reply_subject("", TOKEN) == f"Re: {TOKEN}"
    assert reply_subject("") == "Re:"
