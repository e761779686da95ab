"""`contactcenter ivr`: what a manager sees who checks, proves, tests, draws and calls a menu in the terminal."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.configuration.ivr_commands import ivr_group
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.shelves import Edition
from contactcenter.models.states import TextOrigin

CONFIG = Path(__file__).parents[3] / "config"
SAMPLE = CONFIG / "ivr" / "main.yaml"


@pytest.fixture
def contactcenter() -> Callable[..., Result]:
    return lambda *words, typed="": CliRunner().invoke(ivr_group, [str(word) for word in words], input=typed)


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str], Path]:
    """The sample line with one thing changed, in a folder of its own beside the queues."""

    def spoil(old: str, new: str) -> Path:
        for name in ("queues.yaml", "calendars.yaml", "hooks.yaml"):
            (tmp_path / name).write_text((CONFIG / name).read_text("utf-8"), "utf-8")
        text = SAMPLE.read_text("utf-8")
        assert old in text
        file = tmp_path / "ivr" / "main.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.replace(old, new, 1), "utf-8")
        return file

    return spoil


def test_the_sample_line_is_without_finding_proven_and_tested(contactcenter: Callable[..., Result]) -> None:
    checked, proven, tested = (contactcenter(verb, SAMPLE) for verb in ("check", "prove", "test"))
    assert (checked.exit_code, checked.output) == (0, f"{SAMPLE}: nothing found\n")
    assert proven.exit_code == 0, proven.output
    assert (
        "every path ends, in agent, callback, gave_up, solved, voicemail or because the caller hangs up"
        in proven.output
    )
    assert tested.exit_code == 0, tested.output
    assert "29 of 29 steps" in tested.output


def test_a_mistake_is_told_with_file_line_step_and_rule(contactcenter: Callable[..., Result], spoilt) -> None:
    file = spoilt("missing: order_unknown", "missing: order_unknwon")
    told = contactcenter("check", file)
    assert told.exit_code == 1
    line = next(
        number for number, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "order_lookup:" in text
    )
    assert (
        f"{file}:{line + 1}: order_lookup: F01: 'missing' goes to 'order_unknwon', which does not exist" in told.output
    )


def test_what_cannot_be_read_is_told_the_same_way(contactcenter: Callable[..., Result], spoilt) -> None:
    told = contactcenter("check", spoilt('"2": {means: Returns', '"2": {means: no'))
    assert told.exit_code == 1
    assert ": main_menu: Y02: means: 'no' is read as true or false; put quotes round it" in told.output


def test_a_menu_with_errors_is_not_proven(contactcenter: Callable[..., Result], spoilt) -> None:
    told = contactcenter("prove", spoilt("missing: order_unknown", "missing: nowhere"))
    assert told.exit_code == 1
    assert "not proven; mend what the check finds first" in told.output


def test_a_walk_that_is_too_long_is_refused_honestly(contactcenter: Callable[..., Result]) -> None:
    told = contactcenter("prove", SAMPLE, "--most", 100)
    assert told.exit_code == 2
    assert "NOT PROVEN: there are more than 100 situations" in told.output


def test_a_call_that_breaks_the_proof_is_told_step_by_step(contactcenter: Callable[..., Result], spoilt) -> None:
    told = contactcenter("prove", spoilt("    waited_too_long: nobody_free", "    waited_too_long: queue"))
    assert told.exit_code == 1
    assert "BROKEN: a call goes round without end: queue. A call that shows it:" in told.output
    assert "    calls, in en" in told.output


def test_a_test_that_fails_is_told_with_its_line(contactcenter: Callable[..., Result], spoilt) -> None:
    told = contactcenter("test", spoilt("Your order is {order.status", "It is {order.status"))
    assert told.exit_code == 1
    assert "FAILED" in told.output
    assert "was not heard" in told.output


def test_the_picture_is_written_where_it_is_wanted(contactcenter: Callable[..., Result], tmp_path: Path) -> None:
    target = tmp_path / "flow.svg"
    told = contactcenter("draw", SAMPLE, "-o", target, "--language", "zh-Hans")
    assert told.exit_code == 0, told.output
    assert ET.fromstring(target.read_text("utf-8")).tag == "{http://www.w3.org/2000/svg}svg"
    refused = contactcenter("draw", SAMPLE, "-o", target, "--language", "fr")
    assert refused.exit_code == 2
    assert "the flow speaks en, zh-Hans, zh-Hant" in refused.output


def test_a_call_is_held_in_the_terminal(contactcenter: Callable[..., Result]) -> None:
    hook = "find_order=status:shipped,eta:2026-01-07"
    told = contactcenter("call", SAMPLE, "--hook", hook, typed="1\n1\n12345678\n2\n")
    assert told.exit_code == 0, told.output
    assert "en: For English, press 1." in told.output
    assert "[find_order: found]" in told.output
    assert "Your order is shipped." in told.output
    assert told.output.endswith("The call ended: solved.\n")


def test_in_the_terminal_one_may_wait_in_line_leave_a_message_and_hang_up(contactcenter: Callable[..., Result]) -> None:
    told = contactcenter("call", SAMPLE, typed="1\n0\nx\nw\nplease call me back\n")
    assert "Nothing listens for that here." in told.output
    assert told.output.endswith("The call ended: voicemail.\n")
    assert contactcenter("call", SAMPLE, typed="q\n").output.endswith("You hung up.\n")


@pytest.mark.parametrize("hook", ["find_order", "=missing", "find_order=shipped"])
def test_a_hook_that_is_written_wrongly_is_refused(contactcenter: Callable[..., Result], hook: str) -> None:
    told = contactcenter("call", SAMPLE, "--hook", hook)
    assert told.exit_code == 2
    assert "should" in told.output


def test_what_is_in_force_comes_back_as_a_file(db: Database, tmp_path: Path) -> None:
    def run(*words: str) -> Result:
        return CliRunner().invoke(ivr_group, words, obj=lambda: db)

    nothing = run("export", "main-line")
    assert nothing.exit_code == 1
    assert "There is no phone menu main-line in force" in nothing.output
    with db.transaction() as session:
        edition = Edition("main-line", SAMPLE.read_text("utf-8"), TextOrigin.SCREEN, "Ada Wells", "user:1")
        MENUS.put_in_force(session, edition, None, clock.now(session))
    assert run("export", "main-line").output == SAMPLE.read_text("utf-8")
    file = tmp_path / "main.yaml"
    assert run("export", "main-line", "-o", str(file)).exit_code == 0
    assert file.read_bytes() == SAMPLE.read_bytes()
