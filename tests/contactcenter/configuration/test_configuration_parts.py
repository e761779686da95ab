"""Parts among the files of config/ivr: numbered by their own text, run by menus applied in the same go or later."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from contactcenter.channels.voice import flows, library
from contactcenter.configuration.applying import apply
from contactcenter.configuration.ivr_commands import ivr_group
from contactcenter.configuration.planning import plan
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models import FlowText

CONFIG = Path(__file__).parents[3] / "config"
NUMBER = "+14155550100"
PART = """\
flow: ask-pin
version: 3
part: true
title: {en: A number}
languages: [en]
start: number
steps:
  number:
    collect: {ask: {en: "Your number, please, then pound."}, digits: 4, save: pin}
    then: thanked
  thanked:
    say: {en: Thank you.}
    then: back
"""
MENU = """\
flow: small-line
version: 1
title: {en: Small}
languages: [en]
voices:
  en: {voice: Polly.Joanna-Neural, language: en-US}
start: welcome
human: person
steps:
  welcome:
    say: {en: Welcome.}
    then: verify
  verify:
    flow: {name: ask-pin, version: 3}
    then: bye
  bye:
    end: solved
  person:
    queue: {name: general, longest: 10m}
    answered: bye
    waited_too_long: bye
    nobody_logged_in: bye
    full: bye
tests:
- name: a number
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{press: "1234#"}]
  expect: {end: solved}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample company's lists with a small menu and its part, without the articles and the people, which take long."""
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config, ignore=shutil.ignore_patterns("kb", "demo", "agents.yaml", "main.yaml"))
    (config / "ivr" / "small.yaml").write_text(MENU, "utf-8")
    (config / "ivr" / "part.yaml").write_text(PART, "utf-8")
    numbers = config / "numbers.yaml"
    numbers.write_text(numbers.read_text("utf-8").replace("main-line", "small-line"), "utf-8")
    return config


def applied(db: Database, folder: Path) -> list[str]:
    with db.transaction() as session:
        wanted = read(folder, library.published(session))
    done = db.run(lambda session: apply(session, wanted, clock.now(session), "tester"))
    return [str(change) for change in done.changes if change.noun == "flow"]


def wrong(db: Database, folder: Path) -> list[str]:
    with db.transaction() as session, pytest.raises(ConfigError) as refused:
        read(folder, library.published(session))
    return [str(problem).removeprefix(f"{folder}/ivr/") for problem in refused.value.problems]


def rewrite(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / "ivr" / name
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_a_part_is_published_under_the_number_in_its_file_and_run_by_menus_of_the_same_go(db: Database, folder: Path):
    assert sorted(applied(db, folder)) == ["publish flow ask-pin, version 3", "publish flow small-line, version 1"]
    assert applied(db, folder) == []
    with db.transaction() as session:
        assert list(flows.answering(session, NUMBER).steps)[1:3] == ["verify", "verify__thanked"]


def test_a_new_version_of_a_part_changes_no_menu_until_its_text_names_it(db: Database, folder: Path):
    applied(db, folder)
    rewrite(folder, "part.yaml", "Thank you.", "Thanks.")
    assert wrong(db, folder) == [
        "part.yaml:2: version: Up to 3 the versions of this part are published with other texts; write “version: 4”."
    ]
    rewrite(folder, "part.yaml", "version: 3", "version: 4")
    assert applied(db, folder) == ["publish flow ask-pin, version 4"]
    rewrite(folder, "small.yaml", "version: 3}", "version: 4}")
    assert applied(db, folder) == ["publish flow small-line, version 2"]
    with db.transaction() as session:
        old, new = (flows.version(session, "small-line", number) for number in (1, 2))
        assert [str(flow.steps["verify__thanked"]).count("Thanks.") for flow in (old, new)] == [0, 1]


def test_a_part_that_goes_from_the_files_stays_with_the_menus_that_name_it(db: Database, folder: Path):
    applied(db, folder)
    (folder / "ivr" / "part.yaml").unlink()
    assert applied(db, folder) == ["disable flow ask-pin"]
    with db.transaction() as session:
        assert session.scalars(select(FlowText.name).where(FlowText.current)).all() == ["small-line"]
        assert "verify__thanked" in flows.answering(session, NUMBER).steps


def test_a_version_that_is_nowhere_and_a_number_that_leads_to_a_part_are_refused(db: Database, folder: Path):
    rewrite(folder, "small.yaml", "version: 3}", "version: 2}")
    assert wrong(db, folder)[0] == (
        "small.yaml:14: step verify: flow 'ask-pin' version 2 does not exist (there is 3) (R08)."
    )
    rewrite(folder, "small.yaml", "version: 2}", "version: 3}")
    numbers = folder / "numbers.yaml"
    numbers.write_text(numbers.read_text("utf-8").replace("small-line", "ask-pin"), "utf-8")
    assert "ask-pin" in wrong(db, folder)[0]


def test_a_plan_looks_at_the_parts_that_are_published(db: Database, folder: Path):
    applied(db, folder)
    (folder / "ivr" / "part.yaml").unlink()
    with db.transaction() as session:
        assert plan(session, read(folder, library.published(session))).changes
    with pytest.raises(
        ConfigError, match="a file holds one version of a part, and older ones are in the database only"
    ):
        read(folder)


def test_the_commands_take_parts_from_the_files_beside_a_menu(folder: Path):
    menu, part = (str(folder / "ivr" / name) for name in ("small.yaml", "part.yaml"))

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(ivr_group, words)
        return done.exit_code, done.output

    code, said = run("check", part)
    assert (code, said) == (0, f"{part}: nothing found\n")
    assert run("prove", menu)[0] == 0
    code, said = run("test", menu)
    assert (code, said.splitlines()[0]) == (0, "passed  a number")
    assert run("draw", menu)[1].endswith("small.svg: 5 steps\n")
    assert run("draw", part)[0] == 0
    for verb in ("test", "prove", "call"):
        assert "this is a part; name the menu that runs it" in run(verb, part)[1]
    rewrite(folder, "small.yaml", "version: 3}", "version: 1}")
    code, said = run("check", menu)
    assert (code, said) == (
        1,
        f"{menu}:14: verify: R08: flow 'ask-pin' version 1 does not exist (there is 3); "
        "a file holds one version of a part, and older ones are in the database only\n",
    )
