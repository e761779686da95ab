"""What rules refer to is read whole and refused with its line; files bring rules into force, take them out, and never by half."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner
from house import CONFIG, House

from contactcenter.automation import in_force
from contactcenter.configuration import applying, reading
from contactcenter.configuration.automation_commands import automation_group
from contactcenter.configuration.problems import ConfigError
from contactcenter.foundation import clock
from contactcenter.foundation.remembering import Remembered

MISTAKES = {
    "a letter in one language": (
        "letters.yaml",
        "still-there:\n  en:",
        "still-there:\n  fr:",
        "letters.yaml:5: still-there.fr: This name is not known here",
    ),
    "a hole that nothing fills": (
        "letters.yaml",
        "Dear {customer.name},",
        "Dear {customer.email},",
        "letters.yaml:7: still-there.en.text: There is no value {customer.email}; there is {customer.name}",
    ),
    "a subject of two lines": (
        "letters.yaml",
        'subject: "Is this solved? (#{case.id})"',
        "subject: |\n      Is this\n      solved?",
        "letters.yaml:6: still-there.en.subject: A subject is one line.",
    ),
    "a rota in no zone": (
        "rotas.yaml",
        "Asia/Shanghai",
        "Asia/Nowhere",
        "rotas.yaml:4: nights.zone: “Asia/Nowhere” is no",
    ),
    "a rota that begins at no time": (
        "rotas.yaml",
        "2026-01-05 09:00",
        "2026-13-05 09:00",
        "rotas.yaml:5: nights.start: “2026",
    ),
    "a rota of nobody": ("rotas.yaml", "[eva, lin]", "[]", "rotas.yaml:7: nights.people: Somebody has to be on call"),
    "a rota with a stranger": (
        "rotas.yaml",
        "[eva, lin]",
        "[eva, zoe]",
        "rotas.yaml:7: nights.people[2]: There is no person",
    ),
    "turns of no days": (
        "rotas.yaml",
        "days: 7",
        "days: 0",
        "rotas.yaml:6: nights.days: Write a whole number from 1 to 90",
    ),
    "a swap that ends before it begins": (
        "rotas.yaml",
        "swaps: []",
        'swaps: [{from: "2026-02-02 09:00", to: "2026-02-01 09:00", person: lin}]',
        "rotas.yaml:8: nights.swaps[1]: A swap ends after it begins.",
    ),
    "steps out of order": (
        "escalations.yaml",
        "after: 20m",
        "after: 5m",
        "escalations.yaml:19: late-promise.steps[3]: Write the steps in the order of their times",
    ),
    "a step to a rota that is none": (
        "escalations.yaml",
        "{rota: nights}",
        "{rota: days}",
        "escalations.yaml:26: late-promise.steps[4].to.rota: There is no rota “days”; there is nights.",
    ),
    "a step to two at once": (
        "escalations.yaml",
        "{rota: nights}",
        "{rota: nights, person: eva}",
        "escalations.yaml:26: late-promise.steps[4].to: Write one of assignee, lead, queue, supervisors",
    ),
    "a macro that runs a macro": (
        "macros.yaml",
        "- tag: [urgent]",
        "- macro: urgent",
        "macros.yaml:4: urgent[1].macro: There is no action “macro”",
    ),
    "a lead nobody knows": (
        "queues.yaml",
        "lead: ana",
        "lead: zoe",
        "queues.yaml:1: orders.lead: There is no person “zoe”",
    ),
    "an address nobody has": (
        "agents.yaml",
        "eva@desk.example.com",
        "eva at home",
        "agents.yaml:81: people.eva.reach.email: Write name@example.com.",
    ),
    "a rule that names a queue that is gone": (
        "automation/service.yaml",
        "queue: billing",
        "queue: bills",
        "automation/service.yaml:17: rules[1].then[3].queue: There is no queue “bills”; there is billing, general, orders",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copytree(CONFIG, tmp_path / "config")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_file_and_line(folder: Path, mistake: str) -> None:
    name, before, after, told = MISTAKES[mistake]
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(ConfigError) as refused:
        reading.read(folder)
    found = [str(one).removeprefix(f"{folder}/") for one in refused.value.problems]
    assert any(one.startswith(told) for one in found), found


def test_nothing_of_it_need_be_there(folder: Path) -> None:
    for name in ("letters.yaml", "rotas.yaml", "escalations.yaml", "macros.yaml", "automation/service.yaml"):
        (folder / name).unlink()
    config = reading.read(folder)
    assert (config.rules, config.letters, config.rotas, config.escalations, config.macros) == ({}, {}, {}, {}, {})


def apply(house: House, folder: Path) -> list[str]:
    config = reading.read(folder)
    with house.db.transaction() as session:
        return [str(one) for one in applying.apply(session, config, clock.now(session), "test").changes]


def names(house: House) -> list[str]:
    with house.db.transaction() as session:
        return [rule.title for rule in in_force.rules(session)]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_force, "_remembered", Remembered(-1.0))


def test_files_bring_rules_into_force_and_take_them_out(house: House, folder: Path) -> None:
    assert apply(house, folder) == []
    more = "version: 1\nrules:\n- name: one\n  trigger: case_opened\n  then:\n  - tag: [seen]\n"
    (folder / "automation" / "more.yaml").write_text(more, "utf-8")
    assert apply(house, folder) == ["publish rules more, version 1"]
    assert names(house)[0] == "more/one"
    (folder / "automation" / "more.yaml").unlink()
    assert apply(house, folder) == ["disable rules more"]
    assert "more/one" not in names(house)
    (folder / "automation" / "more.yaml").write_text(more, "utf-8")
    assert apply(house, folder) == ["publish rules more, version 2"]


def test_letters_rotas_and_plans_change_with_their_files(house: House, folder: Path) -> None:
    text = (folder / "rotas.yaml").read_text("utf-8")
    (folder / "rotas.yaml").write_text(text.replace("days: 7", "days: 14"), "utf-8")
    [told] = apply(house, folder)
    assert told.startswith("update rota nights: definition ")
    (folder / "escalations.yaml").unlink()
    service = (folder / "automation" / "service.yaml").read_text("utf-8")
    (folder / "automation" / "service.yaml").write_text(service.replace("  - escalate: late-promise\n", ""), "utf-8")
    assert apply(house, folder) == ["disable escalation late-promise", "publish rules service, version 2"]


@pytest.fixture
def automation() -> Callable[..., str]:
    return lambda *words: CliRunner().invoke(automation_group, [str(word) for word in words]).output


def test_the_command_checks_a_folder_without_any_database(automation: Callable[..., str], folder: Path) -> None:
    assert automation("check", folder) == "service: 4 rules, nothing wrong\n"
    (folder / "automation" / "Bad Name.yaml").write_text("version: 1\nrules: []\n", "utf-8")
    assert "Name the file with small letters" in automation("check", folder)


def test_the_command_prints_a_set_as_it_is_in_force(house: House) -> None:
    told = CliRunner().invoke(automation_group, ["export", "service"], obj=lambda: house.db)
    assert told.output == (CONFIG / "automation" / "service.yaml").read_text("utf-8")
    none = CliRunner().invoke(automation_group, ["export", "none"], obj=lambda: house.db)
    assert none.output == "Error: There are no rules none in force; write config/automation/none.yaml and apply.\n"
