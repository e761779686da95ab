"""hooks.yaml: what an author of hooks is told, and what an operator sees of them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contactcenter.admin import overview
from contactcenter.channels.voice.hooks import runs, surroundings
from contactcenter.channels.voice.hooks.answers import error
from contactcenter.configuration import applying
from contactcenter.configuration.commands import config
from contactcenter.configuration.ivr_commands import ivr_group
from contactcenter.configuration.problems import ConfigError
from contactcenter.configuration.reading import read, read_hooks
from contactcenter.foundation import clock
from contactcenter.foundation.db import Database
from contactcenter.models import HookText
from contactcenter.settings import Settings

SAMPLE = Path(__file__).parents[3] / "config"
HTTP = """\
shop:
  kind: http
  url: https://shop.example.com/orders/{number}?lang={language}
  headers: {Authorization: secret:shop_token}
  timeout: 3
  retry: 1
  cache: 10m
  found_when: "items is not empty"
  save: {name: items.0.name, status: {en: items.0.en, zh-Hans: items.0.zh}}
  fake:
  - {with: {number: "1"}, found: {name: Ann, status: {en: fine}}}
  - {with: {number: "2"}, answer: slow}
  - missing
"""
SQL = """\
stock:
  kind: sql
  database: shop
  query: select status, eta from orders where no = :number
  timeout: 2
  save: [status, eta]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "config"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("kb"))
    return copy


def told(folder: Path, text: str) -> list[str]:
    (folder / "hooks.yaml").write_text(text, encoding="utf-8")
    try:
        read_hooks(folder)
    except ConfigError as wrong:
        return [str(problem).removeprefix(f"{folder}/") for problem in wrong.problems]
    return []


def test_every_kind_is_read_into_what_the_table_holds(folder: Path) -> None:
    assert told(folder, HTTP + SQL) == []
    with (folder / "hooks.yaml").open("a", encoding="utf-8") as file:
        file.write((SAMPLE / "hooks.yaml").read_text("utf-8"))
    hooks = read(folder).hooks
    assert set(hooks) == {"shop", "stock", "find_customer", "find_order"}
    shop = hooks["shop"]
    assert (shop["cache"], shop["method"], shop["retry"], shop["timeout"]) == (600, "GET", 1, 3)
    assert shop["fake"] == [
        {"with": {"number": "1"}, "answer": {"name": "Ann", "status": {"en": "fine"}}},
        {"with": {"number": "2"}, "answer": "slow"},
        {"answer": "missing"},
    ]
    assert hooks["stock"]["save"] == {"status": "status", "eta": "eta"}
    json.dumps(hooks)


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "sentence"),
    [
        (HTTP, "kind: http", "kind: https", 2, "There is no kind of hook “https”; there is http, python, sql."),
        (HTTP, "  kind: http\n", "", 1, "shop.kind: This is missing."),
        (HTTP, "timeout: 3", "timeout: 9", 5, "Write a whole number from 1 to 8"),
        (HTTP, "timeout: 3", "time_out: 3", 5, "shop.time_out: This name is not known here"),
        (HTTP, "retry: 1", "retry: 2", 6, "Write a whole number from 0 to 1"),
        (HTTP, "retry: 1", "retry: 1\n  method: POST", 6, "Only GET may be tried again"),
        (HTTP, "https://shop.example.com", "https://{host}", 3, "only behind the host"),
        (HTTP, "https://shop.example.com", "ftp://shop.example.com", 3, "Write https://host/path"),
        (HTTP, "https://shop.example.com", "https://me:word@shop.example.com", 3, "Write https://host/path"),
        (HTTP, "https://shop.example.com", "https://shop.example.com:port", 3, "Write https://host/path"),
        (HTTP, "{language}", "{Language}", 3, "values stand in {holes}"),
        (HTTP, "Authorization: secret", "Host: secret", 4, "This header cannot be set here."),
        (HTTP, "secret:shop_token", "secret:Shop token", 4, "Write secret: and a name of the setting HOOK_SECRETS"),
        (HTTP, "cache: 10m", "cache: 48h", 7, "Keep an answer for 24h at most."),
        (HTTP, "cache: 10m", "cache: 10m\n  never_log: [name]", 7, "What is never logged is not kept either"),
        (HTTP, "cache: 10m", "never_log: [nome]", 7, "There is no saved name “nome”; there is name, status."),
        (HTTP, "items is not empty", "items isnt empty", 8, "should read like: queue.minutes >= 3"),
        (HTTP, "{name: items.0.name,", "{Name: items.0.name,", 9, "“Name” is no name of a value"),
        (HTTP, "items.0.name,", "items/0/name,", 9, "such as items.0.name"),
        (HTTP, "found: {name: Ann", "found: {nome: Ann", 11, "“nome” is not saved by this hook."),
        (HTTP, "answer: slow", "answer: quick", 12, "There is no made-up answer “quick”"),
        (HTTP, "answer: slow", "answer: slow, found: {name: Bo}", 12, "Write either found"),
        (HTTP, "- missing", "- maybe", 13, "There is no made-up answer “maybe”"),
        (SQL, "select status", "delete status", 4, "begins with select or with"),
        (SQL, ":number", ":number; drop table orders", 4, "without “;”"),
        (SQL, ":number", ":number::int", 4, "Write cast(:name as type)"),
        (SQL, ":number", ":Number", 4, "small letters, digits and _"),
        (SQL, "database: shop\n", "url: https://x.example\n", 3, "stock.url: This name is not known here"),
        (SQL, "[status, eta]", "[status, status]", 6, "A name stands here twice."),
        (SQL, "[status, eta]", "[]", 6, "Name at least one value"),
        (SQL, "stock:", "Stock:", 1, "“Stock” is no name"),
        ('x: {kind: python, entry_point: "os:system", timeout: 1, save: [a]}\n', "os", "os", 1,
         "No installed package has the entry point “os:system” in the group contactcenter.hooks; there is find_customer"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_what_to_write_instead(
    folder: Path, text: str, old: str, new: str, line: int, sentence: str
) -> None:
    assert old in text
    found = told(folder, text.replace(old, new, 1))
    assert [one for one in found if one.startswith(f"hooks.yaml:{line}:") and sentence in one], found


def test_a_hook_that_no_menu_can_know_is_found_by_the_linter(folder: Path) -> None:
    (folder / "hooks.yaml").write_text(SQL)
    with pytest.raises(ConfigError) as wrong:
        read(folder)
    assert "hook 'find_order' does not exist" in str(wrong.value)
    (folder / "hooks.yaml").unlink()
    with pytest.raises(ConfigError):
        read(folder)


def test_how_long_a_step_may_be_silent_is_counted_by_what_its_hook_is_given(folder: Path) -> None:
    menu = folder / "ivr" / "main.yaml"
    silent = "      save: order\n      wait: {en: One moment., zh-Hans: 请稍候。, zh-Hant: 請稍候。}\n"
    text = menu.read_text("utf-8")
    assert silent in text
    menu.write_text(text.replace(silent, "      save: order\n"), "utf-8")
    with pytest.raises(ConfigError, match="'find_order' may take 4 s in silence"):
        read(folder)
    hooks = (folder / "hooks.yaml").read_text("utf-8")
    (folder / "hooks.yaml").write_text(hooks.replace("timeout: 4", "timeout: 2"), "utf-8")
    assert read(folder).hooks["find_order"]["timeout"] == 2


def test_applying_puts_hooks_in_force_and_takes_out_what_is_gone(db: Database, folder: Path) -> None:
    def apply() -> list[str]:
        with db.transaction() as session:
            return [str(change) for change in applying.apply(session, read(folder), clock.now(session), "test").changes]

    (folder / "hooks.yaml").write_text((SAMPLE / "hooks.yaml").read_text("utf-8") + SQL, "utf-8")
    assert "create hook stock" in apply()
    assert apply() == []
    shutil.copy(SAMPLE / "hooks.yaml", folder / "hooks.yaml")
    assert apply() == ["disable hook stock"]
    with db.transaction() as session:
        assert session.query(HookText.name).order_by(HookText.name).all() == [("find_customer",), ("find_order",)]


def test_what_the_settings_lack_is_a_doubt_and_no_mistake(db: Database, folder: Path) -> None:
    (folder / "hooks.yaml").write_text((SAMPLE / "hooks.yaml").read_text("utf-8") + HTTP + SQL, "utf-8")
    plan = CliRunner().invoke(config, ["plan", "--folder", str(folder)], obj=lambda: db)
    assert plan.exit_code == 0, plan.output
    assert "Look again: hook shop: HOOK_HOSTS does not name shop.example.com." in plan.output
    assert "Look again: hook stock: HOOK_DATABASES has no shop." in plan.output


@pytest.fixture
def hooks(db: Database) -> Callable[..., Result]:
    with db.transaction() as session:
        applying.apply(session, read(SAMPLE), clock.now(session), "test")
    return lambda *words: CliRunner().invoke(ivr_group, ["hooks", *words], obj=lambda: db)


def test_an_operator_tries_a_hook_before_any_caller_does(hooks: Callable[..., Result], folder: Path) -> None:
    missing = hooks("try", "find_order", "number=12345678", "--folder", str(SAMPLE))
    assert (missing.exit_code, missing.output.partition(" in ")[0]) == (0, "find_order: missing")
    (folder / "hooks.yaml").write_text(HTTP, "utf-8")
    failed = hooks("try", "shop", "number=1", "language=en", "--folder", str(folder))
    assert failed.exit_code == 1
    assert "HOOK_SECRETS has no shop_token." in failed.output
    assert hooks("try", "shop", "number", "--folder", str(folder)).exit_code == 2
    unknown = hooks("try", "shops", "--folder", str(folder))
    assert "declares no shops; it declares shop." in unknown.output


def test_made_up_answers_can_be_tried_as_well(
    hooks: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKS", "fake")
    (folder / "hooks.yaml").write_text(HTTP, "utf-8")
    found = hooks("try", "shop", "number=1", "--folder", str(folder))
    assert "shop: found" in found.output
    assert '    status: {"en": "fine"}' in found.output


def failed_at(db: Database, times: int) -> None:
    with db.transaction() as session:
        now = clock.now(session)
        for visit in range(times):
            columns = {
                "flow": "f",
                "flow_version": 1,
                "hook": "find_order",
                "state": "running",
                "started_at": now,
                "until": now,
            }
            run_id = runs.claim(session, runs.Place("CA1", "step", visit), columns)
            assert run_id
            runs.finish(session, run_id, error("The server answers 500."), frozenset(), 20, clock.now(session))


def test_a_paused_hook_is_shown_with_its_last_error(db: Database, hooks: Callable[..., Result]) -> None:
    assert "find_order: python, 4 s, runs; last hour 0 runs, 0 errors" in hooks().output.splitlines()
    failed_at(db, 5)
    line = hooks().output.splitlines()[-1]
    assert line.startswith("find_order: python, 4 s, paused until ")
    assert line.endswith("last hour 5 runs, 5 errors; last error: The server answers 500.")
    with db.transaction() as session:
        customer, order = overview.overview(session).hooks
    assert (customer.paused_until, order.errors, order.last_error) == (None, 5, "The server answers 500.")
    db.clock.ahead += order.paused_until - order.last_error_at
    assert "runs; last hour" in hooks().output.splitlines()[-1]


def test_in_the_terminal_hooks_answer_what_is_made_up_for_them() -> None:
    told = CliRunner().invoke(ivr_group, ["call", str(SAMPLE / "ivr" / "main.yaml")], input="1\n1\n12345678\n2\n")
    assert "Your order is shipped." in told.output
    assert "[find_customer: missing]" in told.output


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"hooks": "false"}, "HOOKS is either unset or `fake`"),
        ({"hook_secrets": "crm=secret-word"}, "HOOK_SECRETS is not JSON of names and texts"),
        ({"hook_secrets": '{"crm": 7}'}, "HOOK_SECRETS is not JSON of names and texts"),
        ({"hook_databases": "[]"}, "HOOK_DATABASES is not JSON"),
    ],
)
def test_settings_that_no_hook_could_use_are_refused_without_showing_them(
    values: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence.partition("`")[0]) as refused:
        surroundings.of(Settings(**values))
    assert "secret-word" not in str(refused.value)


def test_secrets_are_not_shown_with_the_settings() -> None:
    around = surroundings.of(
        Settings(hook_secrets='{"a": "hidden-1"}', hook_databases='{"b": "postgresql://x:hidden-2@h/d"}')
    )
    assert "hidden" not in repr(around) + repr(Settings(hook_secrets='{"a": "hidden-1"}'))
