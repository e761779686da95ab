"""`contactcenter config`, as an operator meets it."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.configuration.commands import config
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.shelves import Edition
from contactcenter.models import ConfigApplied, Customer, Queue, SignIn, User
from contactcenter.models.states import TextOrigin
from contactcenter.people.signing_in import person, sign_in

SAMPLE = Path(__file__).parents[3] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "config"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("kb"))
    return copy


def run(db: Database, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(config, words, obj=lambda: db, input=typed)


def test_a_plan_names_every_change_and_leaves_the_database_alone(db: Database, folder: Path):
    result = run(db, "plan", "--folder", str(folder))
    assert result.exit_code == 0
    assert "create queue orders" in result.output
    assert "publish flow main-line, version 1" in result.output
    assert result.output.splitlines()[-1] == "Nothing was changed."
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Queue)) == 0


def test_applying_says_the_version_and_applying_again_that_nothing_changes(db: Database, folder: Path):
    first = run(db, "apply", "--folder", str(folder))
    assert first.exit_code == 0
    assert first.output.splitlines()[-1].startswith("This is configuration version 1: ")
    again = run(db, "apply", "--folder", str(folder))
    assert again.output == "Nothing to change: the configuration is in force as it is written.\n"
    assert run(db, "plan", "--folder", str(folder)).output == "The configuration is in force as it is written.\n"


def test_the_sample_customers_come_with_demo_and_only_once(db: Database, folder: Path):
    result = run(db, "apply", "--demo", "--folder", str(folder))
    assert result.output.splitlines()[-1] == "The sample company has 200 new customers."
    assert run(db, "apply", "--demo", "--folder", str(folder)).output.splitlines()[-1].endswith("0 new customers.")
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 200


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_mistakes_are_told_line_by_line_and_nothing_is_applied(db: Database, folder: Path, command: str):
    for name, old, new in (
        ("queues.yaml", "offer_seconds: 20", "offer_seconds: soon"),
        ("numbers.yaml", "main-line", "side-line"),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    result = run(db, command, "--folder", str(folder))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{folder}/numbers.yaml:3: +14155550100: There is no flow “side-line”")
    assert lines[1].startswith(f"{folder}/queues.yaml:15: orders.offer_seconds: Write a whole number")
    assert lines[2:] == ["2 mistakes; nothing was changed."]
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(ConfigApplied)) == 0


def test_the_folder_is_the_one_of_the_settings_unless_one_is_named(
    db: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CONFIG", str(folder / "nowhere"))
    result = run(db, "plan")
    assert result.exit_code == 1
    assert f"{folder}/nowhere:1: folder: There is no such folder." in result.stderr


def test_a_new_password_replaces_the_old_one_and_ends_open_sign_ins(db: Database, folder: Path):
    run(db, "apply", "--folder", str(folder))
    opened = sign_in(db, "ana", "ana-demo")
    assert opened is not None
    result = run(db, "password", "ana", typed="correct horse\ncorrect horse\n")
    assert result.exit_code == 0
    with db.transaction() as session:
        assert person(session, opened[0], clock.now(session)) is None
    assert sign_in(db, "ana", "ana-demo") is None
    assert sign_in(db, "ana", "correct horse") is not None
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(SignIn).where(SignIn.ended_at.is_(None))) == 1


def test_a_password_for_nobody_is_refused(db: Database):
    result = run(db, "password", "nobody", typed="x\nx\n")
    assert result.exit_code == 1
    assert "There is no person with the login nobody." in result.output
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_menu_that_the_screen_has_changed_is_named_and_not_called_in_force_as_written(db: Database, folder: Path):
    run(db, "apply", "--folder", str(folder))
    with db.transaction() as session:
        body = MENUS.current(session, "main-line").body + "# by hand\n"
        edition = Edition("main-line", body, TextOrigin.SCREEN, "Ada Wells", "user:1")
        MENUS.put_in_force(session, edition, 1, clock.now(session))
    for command, last in (("plan", "Nothing was changed."), ("apply", "Nothing else to change.")):
        result = run(db, command, "--folder", str(folder))
        assert result.exit_code == 0
        first, said = result.output.splitlines()
        assert first.startswith("keep flow main-line, version 2: version 2 was published on the screen by Ada Wells")
        assert said == last
