"""Whoever comes is drawn from the seed alone, speaks three languages, and comes by every way."""

from collections import Counter

import pytest

from contactcenter.floor.people import HANGS_UP, Acquaintances, Known, Scene, cast
from contactcenter.models.states import Channel

LONG = Scene(seed=7, rate=60, minutes=10)
KNOWN = Acquaintances(
    phones=[Known("Ann Example", "+14155550101", "en")], mails=[Known("Ann Example", "ann@example.com", "en")]
)


def test_the_same_seed_brings_the_same_people():
    assert cast(LONG, "aa", KNOWN) == cast(LONG, "aa", KNOWN)


def test_another_seed_brings_others():
    assert cast(LONG, "aa", KNOWN) != cast(Scene(8, 60, 10), "aa", KNOWN)


def test_the_mark_changes_addresses_and_nothing_else():
    one, other = cast(LONG, "aa", KNOWN), cast(LONG, "bb", KNOWN)
    assert [(p.at, p.channel, p.keys, p.lines, p.patience) for p in one] == [
        (p.at, p.channel, p.keys, p.lines, p.patience) for p in other
    ]
    mails = {p.address for p in one if p.channel is Channel.EMAIL}
    assert mails.isdisjoint(p.address for p in other)


def test_a_longer_play_begins_like_a_shorter_one():
    assert cast(LONG, "aa", KNOWN)[:50] == cast(Scene(7, 60, 20), "aa", KNOWN)[:50]


def test_about_as_many_come_as_the_rate_says_and_none_after_the_end():
    people = cast(LONG, "aa", KNOWN)
    assert 500 < len(people) < 700
    assert max(person.at for person in people) <= 600
    assert [person.at for person in people] == sorted(person.at for person in people)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_way_is_taken_in_every_language(language):
    ways = Counter(person.channel for person in cast(LONG, "aa", KNOWN) if person.language == language)
    assert all(ways[channel] > 10 for channel in (Channel.VOICE, Channel.EMAIL, Channel.CHAT))


def test_a_mail_is_always_a_strangers_with_an_address_of_its_own():
    mails = [person.address for person in cast(LONG, "aa", KNOWN) if person.channel is Channel.EMAIL]
    assert len(set(mails)) == len(mails)
    assert "ann@example.com" not in mails


def test_customers_whom_the_company_knows_call_and_chat_too():
    people = cast(LONG, "aa", KNOWN)
    assert {person.channel for person in people if person.name == "Ann Example"} == {Channel.VOICE, Channel.CHAT}


def test_callers_choose_their_language_first():
    keys = {"en": "1", "zh-Hans": "2", "zh-Hant": "3"}
    callers = [person for person in cast(LONG, "aa", KNOWN) if person.channel is Channel.VOICE]
    assert all(person.keys[0] == keys[person.language] for person in callers)
    assert any(person.keys[-1] == HANGS_UP for person in callers)
    assert any(person.keys[-2].endswith("#") for person in callers)


def test_numbers_and_addresses_belong_to_nobody():
    for person in cast(LONG, "aa", Acquaintances()):
        allowed = ("+1415555012", "+1415555", "+86138000", "+8525555")
        assert person.address.startswith(allowed) or person.address.endswith("@example.com")
