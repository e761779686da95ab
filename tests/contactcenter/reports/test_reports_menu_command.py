"""`contactcenter ivr report` and `ivr draw --from`: what a manager reads about calls that came in through the public door."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from house import CONFIG, House
from menu_calls import five_calls

from contactcenter.configuration.ivr_commands import ivr_group

SAMPLE = CONFIG / "ivr" / "main.yaml"
DAY = ("--from", "2020-01-01")


@pytest.fixture
def contactcenter(house: House) -> Callable[..., Result]:
    """The command line on the database of the house."""
    return lambda *words: CliRunner().invoke(ivr_group, [str(word) for word in words], obj=lambda: house.db)


@pytest.fixture
def came(house: House) -> None:
    five_calls(house)


@pytest.mark.usefixtures("came")
def test_the_report_tells_every_figure_with_its_counts(contactcenter: Callable[..., Result]) -> None:
    told = contactcenter("report", "main-line", *DAY)
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert lines[0].startswith("main-line, version 1, from 2020-01-01 00:00 to ")
    assert lines[0].endswith("UTC: 5 calls that are over")
    assert "  apparent containment  20 % (1 of 5)" in lines
    assert "  true containment      –; of calls older than 7 days from a number that is told" in lines
    assert "  mis-routed            0 % (0 of 1)" in lines
    row = next(line for line in lines if line.startswith("  main_menu")).split()
    assert row[:9] == ["main_menu", "5", "20", "%", "(1", "of", "5)", "0", "1"]
    assert "20 % (1 of 5)" in next(line for line in lines if line.startswith("  main_menu")).partition("5)")[2]
    ways = [line for line in lines if line.startswith("  queue")][-1].split(maxsplit=1)[1]
    assert ways == "hangup 67 % (2 of 3), answered 33 % (1 of 3)"


@pytest.mark.usefixtures("came")
def test_only_what_was_asked_for_is_counted(contactcenter: Callable[..., Result]) -> None:
    assert "0 calls that are over" in contactcenter("report", *DAY, "--language", "zh-Hant").output
    assert contactcenter("report", "main-line", *DAY, "--version", "9").output.startswith("No menu main-line answered")
    assert contactcenter("report", "--from", "2020-01-01", "--to", "2020-02-01").output.startswith("No menu answered")
    assert contactcenter("report", "--from", "2020-02-01", "--to", "2020-01-01").exit_code == 2


@pytest.mark.usefixtures("came")
def test_the_picture_says_what_was_counted_and_where_callers_hung_up(
    contactcenter: Callable[..., Result], tmp_path: Path
) -> None:
    target = tmp_path / "menu.svg"
    told = contactcenter("draw", SAMPLE, "-o", target, *DAY)
    assert told.exit_code == 0, told.output
    assert "; 5 calls of main-line, version 1, from 2020-01-01" in told.output
    picture = target.read_text("utf-8")
    assert "5 calls from 2020-01-01 to " in picture
    assert "▼ 20%" in picture
    without = contactcenter("draw", SAMPLE, "-o", target)
    assert without.exit_code == 0
    assert "▼" not in target.read_text("utf-8")
