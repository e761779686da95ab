"""The pure rules of hooks: when one is paused, what an answer is worth, where one may go, and that a URL keeps its shape."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.voice.hooks import answers, breaker, declared, destinations, fakes, kind_http
from contactcenter.channels.voice.hooks.answers import HookFailed

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@given(st.lists(st.integers(0, 200), max_size=12), st.integers(0, 300))
def test_a_hook_is_paused_half_a_minute_after_each_error_that_is_the_fifth_in_a_minute(
    errors: list[int], now: int
) -> None:
    """Against a count of every window, second by second."""
    happened = sorted((at for at in errors if at <= now), reverse=True)
    latest = [NOON + timedelta(seconds=at) for at in happened[: breaker.ERRORS]]
    until = breaker.pause_after(latest)
    paused = until is not None and until > NOON + timedelta(seconds=now)
    last = max(happened, default=None)
    fifth = last is not None and sum(last - 60 <= at <= last for at in happened) >= 5
    assert paused == (fifth and now < last + 30)


def hook(save: declared.Saved, found_when: str = "") -> declared.Hook:
    definition = {"kind": "python", "entry_point": "x", "timeout": 1, "save": save, "found_when": found_when}
    return declared.hook("x", definition)


@pytest.mark.parametrize(
    ("save", "when", "document", "state", "values"),
    [
        ({"a": "a"}, "", None, "missing", {}),
        ({"a": "a"}, "", {"b": 1}, "missing", {}),
        ({"a": "a"}, "", [1, 2], "missing", {}),
        ({"a": "0.b"}, "", [{"b": "x"}], "found", {"a": "x"}),
        ({"a": "items.1.b"}, "", {"items": [{"b": 1}]}, "missing", {}),
        ({"a": "a"}, "", {"a": False}, "found", {"a": False}),
        ({"a": "a"}, "", {"a": {"en": "x", "deep": {"er": 1}}}, "found", {"a": {"en": "x"}}),
        ({"a": "a"}, "", {"a": ["no", "lists"]}, "missing", {}),
        ({"a": "a"}, "", {"a": "x" * 500}, "found", {"a": "x" * 200}),
        ({"a": "a"}, "", {"a": "x\x00\x1b\u202ey\nz"}, "found", {"a": "xy z"}),
        ({"a": "a"}, "", {"a": Decimal("12.50")}, "found", {"a": 12.5}),
        ({"a": "a"}, "", {"a": NOON.date()}, "found", {"a": "2026-01-05"}),
        ({"a": "a"}, "items is not empty", {"items": [], "a": 1}, "missing", {}),
        ({"a": "a"}, "items is not empty", {"items": [0], "a": 1}, "found", {"a": 1}),
        ({"a": "a"}, "ok is true", {"ok": True}, "found", {}),
        ({"n": "totalCount"}, "n >= 1", {"totalCount": 0}, "missing", {}),
        ({"n": {"en": "e", "zh": "z"}}, "", {"e": "x"}, "found", {"n": {"en": "x"}}),
    ],
)  # fmt: skip
def test_of_an_answer_only_what_is_declared_and_can_be_spoken_is_kept(save, when, document, state, values) -> None:
    outcome = answers.judged(hook(save, when), document)
    assert (outcome.state, dict(outcome.values)) == (state, values)


@given(st.text(max_size=40))
def test_what_is_filled_into_a_url_stays_one_segment_and_one_parameter(value: str) -> None:
    url = "https://crm.example/a/{it}/b?q={it}&z=1"
    try:
        filled = kind_http.filled(url, {"it": value})
    except HookFailed:
        assert value in {".", ".."}
        return
    except UnicodeEncodeError:
        assert any("\ud800" <= character <= "\udfff" for character in value)
        return
    parts = urlsplit(filled)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "crm.example", "")
    before, middle, after = parts.path.split("/")[1:]
    assert (before, unquote(middle), after) == ("a", value, "b")
    assert parts.query.count("&") == 1
    assert filled.isascii()
    assert not any(character.isspace() or character < " " for character in filled)


PUBLIC = ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"]
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "2001:0:1::1",
]  # fmt: skip


@pytest.mark.parametrize(("address", "public"), [*((one, True) for one in PUBLIC), *((one, False) for one in PRIVATE)])
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert destinations.is_public(address) is public


def test_of_made_up_answers_the_first_that_fits_is_taken() -> None:
    definition = {"kind": "python", "entry_point": "x", "timeout": 1, "save": {"a": "a"},
                  "fake": [{"with": {"n": "1", "m": "2"}, "answer": {"a": 1}}, {"with": {"n": "1"}, "answer": "error"}]}  # fmt: skip
    made_up = declared.hook("x", definition)
    assert fakes.looked_up(made_up, {"n": "1", "m": "2"}).values == {"a": 1}
    assert fakes.looked_up(made_up, {"n": "1"}).result == "error"
    assert fakes.looked_up(made_up, {"n": "2"}).result == "missing"
