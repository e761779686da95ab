"""Who somebody is: one customer for an address, however it is written and however many come at once."""

import pytest
from races import at_once
from world import World

from contactcenter.customers import identity
from contactcenter.customers.identity import Address, Newcomer
from contactcenter.models import Customer, Identity

DANA = Newcomer("Dana Reed", "en", "call")


@pytest.mark.parametrize(
    ("written", "region", "stored"),
    [
        ("+14155550123", "US", "+14155550123"),
        ("+1 (415) 555-0123", "US", "+14155550123"),
        ("(415) 555-0123", "US", "+14155550123"),
        ("415.555.0123", "US", "+14155550123"),
        ("1-415-555-0123", "US", "+14155550123"),
        ("  +1 415 555 0123  ", "US", "+14155550123"),
        ("tel:+1-415-555-0123", "US", "+14155550123"),
        ("+8613800000000", "US", "+8613800000000"),
        ("138 0000 0000", "CN", "+8613800000000"),
        ("+86 138-0000-0000", "US", "+8613800000000"),
        ("+852 5555 0188", "US", "+85255550188"),
        ("5555 0188", "HK", "+85255550188"),
        ("＋１４１５５５５０１２３", "US", "+14155550123"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
    ],
)
def test_one_number_is_one_address_however_it_is_written(written: str, region: str, stored: str) -> None:
    found = identity.phone(written, region)
    assert found is not None
    assert (found.kind, found.value) == ("phone", stored)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "+", "anonymous", "Anonymous", "unknown", "unavailable", "Restricted", "private",
        "client:agent_1", "client:agent_14155550123", "sip:dana@example.org", "sip:14155550123@example.org",
        "sip:+14155550123@example.org", "0", "0000000000", "911", "12345", "+1", "+999999999999999", "+1415555012",
        "+141555501234567890", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253",
        "not a number at all", "<script>alert(1)</script>", "'; DROP TABLE identity; --", "１２",
    ],
)  # fmt: skip
def test_what_is_no_telephone_number_identifies_nobody(written: str) -> None:
    assert identity.phone(written) is None


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("dana@example.org", "dana@example.org"),
        ("  Dana@Example.ORG \n", "dana@example.org"),
        ("dana+orders@example.org", "dana+orders@example.org"),
        ("陈@例子.example.org", "陈@例子.example.org"),
        ("no-at.example.org", None),
        ("@example.org", None),
        ("dana@localhost", None),
        ("da na@example.org", None),
        ("", None),
        ("x" * 400 + "@example.org", None),
    ],
)
def test_mail_addresses_are_compared_without_regard_to_case(written: str, stored: str | None) -> None:
    found = identity.email(written)
    assert (found.value if found else None) == stored


def contact(world: World, address: Address | None, newcomer: Newcomer = DANA) -> int:
    return world.do(lambda session, now: identity.find_or_create(session, address, newcomer, now).id)


def test_who_calls_again_is_the_same_customer_and_keeps_their_name(world: World) -> None:
    first = contact(world, identity.phone("+14155550123"))
    assert contact(world, identity.phone("(415) 555-0123"), Newcomer("Somebody Else", "zh-Hans", "call")) == first
    assert world.get(Customer, first).name == "Dana Reed"
    assert world.count(Identity) == 1


def test_two_first_contacts_at_once_are_one_customer(world: World) -> None:
    for number in range(12):
        address = identity.phone(f"+141555501{number:02}")
        found = at_once(*[lambda address=address: contact(world, address)] * 4)
        assert len(set(found)) == 1
    assert (world.count(Customer), world.count(Identity)) == (12, 12)


def test_callers_who_withhold_their_number_are_not_taken_for_one_another(world: World) -> None:
    first, second = contact(world, identity.phone("anonymous")), contact(world, identity.phone("anonymous"))
    assert first != second
    assert world.count(Identity) == 0
    assert world.do(lambda session, _now: identity.find(session, None)) is None


def test_an_address_belongs_to_one_customer_only(world: World) -> None:
    dana, kim = world.customer("Dana"), world.customer("Kim")
    address = identity.email("dana@example.org")
    assert address is not None

    def link(customer: Customer) -> bool:
        return world.do(lambda session, now: identity.link(session, customer.id, address, "agent", now))

    assert sorted(at_once(lambda: link(dana), lambda: link(kim))) == [False, True]
    assert not link(dana)
    assert world.count(Identity) == 1


def test_the_same_letters_as_a_number_and_as_a_visitor_key_are_two_addresses(world: World) -> None:
    number, visitor = identity.phone("+14155550123"), identity.visitor("+14155550123")
    assert contact(world, number) != contact(world, visitor)


def test_every_address_of_a_customer_is_listed_in_the_order_they_were_learnt(world: World) -> None:
    dana = contact(world, identity.phone("+14155550123"))
    learnt = identity.email("dana@example.org")
    world.do(lambda session, now: identity.link(session, dana, learnt, "mail", now))
    found = world.do(lambda session, _now: [(a.kind, a.value, a.proof) for a in identity.addresses(session, dana)])
    assert found == [("phone", "+14155550123", "call"), ("email", "dana@example.org", "mail")]
