"""The files of the sample company, and what a reader of broken files is told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactcenter.configuration import reading_queues, reading_staff
from contactcenter.configuration.contents import Config
from contactcenter.configuration.entries import read_yaml
from contactcenter.configuration.problems import ConfigError, Problem
from contactcenter.configuration.reading import read
from contactcenter.configuration.reading_demo import read_demo
from contactcenter.customers import identity
from contactcenter.foundation.languages import LANGUAGES
from contactcenter.models.states import IdentityKind, Role
from contactcenter.sla.calendar_file import parse_calendar

SAMPLE = Path(__file__).parents[3] / "config"
HOUR = 3600


@pytest.fixture(scope="module")
def sample() -> Config:
    return read(SAMPLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample company that a test may spoil; articles are left out, as they are optional."""
    copy = tmp_path / "config"
    shutil.copytree(SAMPLE, copy, ignore=shutil.ignore_patterns("kb"))
    return copy


Spoil = Callable[..., list[str]]


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replaces text in a file and returns what the reader says then, without the folder's path."""

    def spoilt(name: str, *pairs: tuple[str, str]) -> list[str]:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return complaints(folder)

    return spoilt


def complaints(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


# --- the sample company ---


def test_the_sample_company_is_without_mistakes_and_doubts(sample: Config):
    assert sample.doubts == ()
    assert set(sample.queues) == {"orders", "returns", "billing", "general"}
    assert len(sample.articles) > 10


def test_the_sample_company_has_eight_agents_two_supervisors_and_an_admin(sample: Config):
    assert sample.staff is not None
    roles = [person.role for person in sample.staff.values()]
    assert (roles.count(Role.AGENT), roles.count(Role.SUPERVISOR), roles.count(Role.ADMIN)) == (8, 2, 1)


@pytest.mark.parametrize("language", ["lang-en", "lang-zh"])
def test_every_queue_of_the_sample_is_served_by_two_people_in_each_spoken_language(sample: Config, language: str):
    assert sample.staff is not None
    for name, queue in sample.queues.items():
        able = [
            login
            for login, person in sample.staff.items()
            if name in person.queues
            and language in person.skills
            and all(person.skills.get(skill, 0) >= level for skill, level in queue.skills.items())
        ]
        assert len(able) >= 2, (name, able)


def test_the_calendar_that_the_sample_menu_asks_is_open_at_any_hour(sample: Config):
    asked = [line.split()[-1] for line in sample.menus["main-line"].body.splitlines() if "calendar:" in line]
    hours = [parse_calendar(name, sample.calendars[name]).weekly for name in asked]
    assert hours == [dict.fromkeys(range(7), ((0, 1440),))]


def test_promises_are_kept_in_seconds_and_grow_with_the_tier(sample: Config):
    promised = {tier: dict(made.targets) for tier, made in sample.promises.items()}
    assert promised["standard"] == {"first_response": 4 * HOUR, "next_response": 8 * HOUR, "resolution": 24 * HOUR}
    assert promised["gold"]["first_response"] == HOUR // 2
    assert [sample.promises[tier].priority for tier in ("standard", "silver", "gold")] == [0, 1, 2]


def test_the_sample_customers_are_two_hundred_with_a_history_for_eighty():
    demo = read_demo(SAMPLE / "demo")
    languages = [customer.language for customer in demo.customers]
    assert len(demo.customers) == 200
    assert len({case.customer for case in demo.cases}) == 80
    assert all(languages.count(language) >= 30 for language in LANGUAGES)
    assert all(2 <= len(case.entries) <= 4 for case in demo.cases)


def test_nobody_in_the_sample_shares_an_address_or_has_one_that_could_be_real():
    demo = read_demo(SAMPLE / "demo")
    addresses = [address for customer in demo.customers for address in customer.addresses]
    assert len(set(addresses)) == len(addresses)
    fictional = ("+141555501", "+861380000", "+8525555")
    for address in addresses:
        if address.kind is IdentityKind.PHONE:
            assert address.value.startswith(fictional), address
        else:
            assert address.value.rpartition("@")[2] in {"example.com", "example.org", "example.net"}


def test_the_history_of_the_sample_names_only_what_the_sample_has(sample: Config):
    demo = read_demo(SAMPLE / "demo")
    assert sample.staff is not None
    assert {case.queue for case in demo.cases} <= set(sample.queues)
    assert {entry.by for case in demo.cases for entry in case.entries} <= {"", *sample.staff}
    assert {customer.tier for customer in demo.customers} <= set(sample.promises)


def test_no_customer_of_the_sample_has_a_number_that_our_menus_answer(sample: Config):
    ours = {identity.phone(number) for number in sample.numbers}
    assert not ours & {address for customer in read_demo(SAMPLE / "demo").customers for address in customer.addresses}


# --- mistakes ---


def test_all_mistakes_of_all_files_are_told_at_once_with_file_line_and_key(folder: Path):
    (folder / "skills.yaml").write_text('orders: {en: Orders, zh-Hans: 订单}\n"9": {en: a, zh-Hans: b, zh-Hant: c}\n')
    (folder / "presence.yaml").write_text("break: {en: 5, zh-Hans: 小休, zh-Hant: 小休}\n", encoding="utf-8")
    told = complaints(folder)
    assert "skills.yaml:1: orders.zh-Hant: This is missing." in told
    assert any(line.startswith("skills.yaml:2: 9: “9” is no name") for line in told)
    assert any(line.startswith("presence.yaml:1: break.en: 5 would be read as a number") for line in told)
    assert any(line.startswith("queues.yaml:") and "There is no skill “returns”" in line for line in told)
    assert any(line.startswith("agents.yaml:") and "There is no skill “lang-en”" in line for line in told)


MISTAKES = {
    "an unknown key": (
        "queues.yaml",
        ("  priority: 0", "  prioritty: 0"),
        "queues.yaml:12: orders.prioritty: This name",
    ),
    "a missing key": ("sla.yaml", ("  calendar: office\n", ""), "sla.yaml:6: standard.calendar: This is missing."),
    "an unknown skill": (
        "queues.yaml",
        ("skills: {orders: 4}", "skills: {ordres: 4}"),
        "queues.yaml:8: orders.skills.ordres: There is no skill “ordres”",
    ),
    "a skill of level eleven": (
        "agents.yaml",
        ("{lang-en: 10,", "{lang-en: 11,"),
        "agents.yaml:16: people.ana.skills.lang-en: Write a whole number from 1 to 10",
    ),
    "an unknown queue": (
        "agents.yaml",
        ("[orders, returns, billing, general]", "[orders, refunds]"),
        "agents.yaml:15: people.ana.queues[2]: There is no queue “refunds”",
    ),
    "an unknown calendar": (
        "sla.yaml",
        ("calendar: office", "calendar: ofice"),
        "sla.yaml:8: standard.calendar: There is no calendar “ofice”",
    ),
    "an unknown flow": (
        "numbers.yaml",
        ("main-line", "mainline"),
        "numbers.yaml:3: +14155550100: There is no flow “mainline”",
    ),
    "a number without quotes": (
        "numbers.yaml",
        ('"+14155550100"', "+14155550100"),
        "numbers.yaml:3: +14155550100: A name like this has to stand in quotes",
    ),
    "a wrong duration": ("sla.yaml", ("4h", "4 hours"), "sla.yaml:9: standard.targets.first_response: “4 hours” is no"),
    "a duration that is a bare number": (
        "sla.yaml",
        ("4h", "14400"),
        "sla.yaml:9: standard.targets.first_response: 14400 would be read as a number",
    ),
    "an unknown promise": (
        "sla.yaml",
        ("first_response", "first_answer"),
        "sla.yaml:9: standard.targets.first_answer:",
    ),
    "no promise for everybody": ("sla.yaml", ("standard:", "bronze:"), "sla.yaml:6: file: The tier “standard”"),
    "a key that stands there twice": (
        "queues.yaml",
        ("  offer_seconds: 20", "  offer_seconds: 20\n  offer_seconds: 30"),
        "queues.yaml:16: orders.offer_seconds: This stands here twice, first in line 15.",
    ),
    "a queue that stands there twice": (
        "queues.yaml",
        ("\nreturns:", "\norders:"),
        "queues.yaml:20: orders: This stands here twice, first in line 6.",
    ),
    "seconds in quotes": (
        "queues.yaml",
        ("target_seconds: 20", 'target_seconds: "20"'),
        "queues.yaml:13: orders.target_seconds: Write a whole number from 1 to 86400, without quotes.",
    ),
    "seconds that another reader takes as octal": (
        "queues.yaml",
        ("target_seconds: 20", "target_seconds: 020"),
        "queues.yaml:13: orders.target_seconds: Write a whole number",
    ),
    "a country that is a truth value": (
        "calendars.yaml",
        ("{country: CN}", "{country: NO}"),
        "calendars.yaml:6: office.holidays.country: NO would be read as",
    ),
    "hours that are not on the clock": (
        "calendars.yaml",
        ('"09:00-12:00"', '"09:00-25:00"'),
        "calendars.yaml:5: office.weekly.mon-fri: '09:00-25:00' is not on the clock",
    ),
    "a step that narrows": (
        "queues.yaml",
        ("{after: 45, skills: {orders: 1}}", "{after: 45, skills: {orders: 5}}"),
        "queues.yaml:10: orders.steps[1]: A step may only widen",
    ),
    "an overflow to nowhere": (
        "queues.yaml",
        ("priority: 0", "priority: 0\n  overflow: {after: 60, to: nowhere}"),
        "queues.yaml:13: orders.overflow.to: There is no queue “nowhere”",
    ),
    "overflows in a circle": (
        "queues.yaml",
        ("priority: 0", "priority: 0\n  overflow: {after: 60, to: orders}"),
        "queues.yaml:6: orders: The overflows go round in a circle: orders → orders.",
    ),
    "a negative reserve": (
        "queues.yaml",
        ("priority: 0", "priority: 0\n  reserve: -1"),
        "queues.yaml:13: orders.reserve: Write a whole number",
    ),
    "steps out of order": (
        "queues.yaml",
        ("{after: 120, skills: {}}", "{after: 30, skills: {}}"),
        "queues.yaml:11: orders.steps[2]: Write the steps in the order of their seconds",
    ),
    "a zone that is nowhere": (
        "agents.yaml",
        ("Asia/Singapore", "Asia/Singapoor"),
        "agents.yaml:14: people.ana.zone: “Asia/Singapoor” is no time zone",
    ),
    "an agent without a queue": (
        "agents.yaml",
        ("    queues: [orders, returns, billing, general]\n", ""),
        "agents.yaml:10: people.ana: An agent serves one queue at least",
    ),
    "help in a queue that is not there": (
        "agents.yaml",
        ("    skills: {lang-en: 10, lang-zh: 7", "    helps: {refunds: 30}\n    skills: {lang-en: 10, lang-zh: 7"),
        "agents.yaml:16: people.ana.helps.refunds: There is no queue “refunds”",
    ),
    "help in a queue that is served": (
        "agents.yaml",
        ("    skills: {lang-en: 10, lang-zh: 7", "    helps: {orders: 30}\n    skills: {lang-en: 10, lang-zh: 7"),
        "agents.yaml:16: people.ana.helps.orders: “orders” is under queues already",
    ),
    "help at once": (
        "agents.yaml",
        ("queues: [billing, general]", "queues: [billing]\n    helps: {general: 0}"),
        "agents.yaml:40: people.leo.helps.general: Write a whole number",
    ),
    "nobody who may administer": ("agents.yaml", ("role: admin", "role: supervisor"), "agents.yaml:9: people: Nobody"),
    "a demo password in a real company": (
        "agents.yaml",
        ("\ndemo: true", "\ndemo: false"),
        "agents.yaml:17: people.ana.password: Demo passwords are known to everybody",
    ),
    "a real password in the file": (
        "agents.yaml",
        ("password: demo\n  ken", "password: swordfish\n  ken"),
        "agents.yaml:17: people.ana.password: A password does not belong into a file",
    ),
    "a hook that is not there": (
        "ivr/main.yaml",
        ("hook: find_order", "hook: find_parcel"),
        "ivr/main.yaml:",
    ),
    "not YAML at all": ("presence.yaml", ("break: {", "break: [{"), "presence.yaml:4: file: This is not YAML"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_reader_says_where_and_what(spoil: Spoil, name: str):
    file, pair, expected = MISTAKES[name]
    told = spoil(file, pair)
    assert any(line.startswith(expected) for line in told), told


def test_a_value_that_stands_elsewhere_has_to_be_written_out(spoil: Spoil):
    told = spoil(
        "presence.yaml", ("break: {", "break: &b {"), ("lunch: {en: Lunch, zh-Hans: 午餐, zh-Hant: 午餐}", "lunch: *b")
    )
    assert any("Anchors (&) and aliases (*) are not used here" in line for line in told)


def test_a_missing_file_is_told_and_a_missing_folder_too(folder: Path):
    (folder / "sla.yaml").unlink()
    assert complaints(folder) == ["sla.yaml:1: file: This file is missing."]
    shutil.rmtree(folder)
    with pytest.raises(ConfigError, match="There is no such folder"):
        read(folder)


def test_people_may_be_kept_elsewhere(folder: Path):
    (folder / "agents.yaml").unlink()
    assert read(folder).staff is None


def test_a_menu_whose_own_test_fails_is_refused(spoil: Spoil):
    told = spoil("ivr/main.yaml", ("billing, priority: 2", "billing"))
    assert any("test “a billing question goes first and is answered”" in line for line in told)


def test_an_article_for_a_queue_that_is_not_there_is_refused(folder: Path):
    (folder / "kb").mkdir()
    article = (
        "---\nid: parcels\naudience: public\ntopic: delivery\nqueue: parcels\ntitle:\n  en: Parcels\n---\n# en\nText.\n"
    )
    (folder / "kb" / "parcels.md").write_text(article, encoding="utf-8")
    (folder / "kb" / "twin.md").write_text(article.replace("queue: parcels\n", ""), encoding="utf-8")
    told = complaints(folder)
    assert "kb/parcels.md:1: queue: There is no queue “parcels”." in told
    assert any(line.startswith("kb/twin.md:1: id: “parcels” is already the id of") for line in told)


def test_comments_and_layout_do_not_change_the_digest_and_a_second_does(folder: Path):
    before = read(folder).digest()
    queues = folder / "queues.yaml"
    queues.write_text("# another word\n" + queues.read_text(encoding="utf-8"), encoding="utf-8")
    assert read(folder).digest() == before
    queues.write_text(queues.read_text(encoding="utf-8").replace("offer_seconds: 20", "offer_seconds: 21", 1))
    assert read(folder).digest() != before


def test_mistakes_in_the_history_are_told_with_their_place(tmp_path: Path):
    shutil.copytree(SAMPLE / "demo", tmp_path / "demo")
    path = tmp_path / "demo" / "customers.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("+14155550101", "+1415", 1), encoding="utf-8")
    orders = tmp_path / "demo" / "orders.yaml"
    orders.write_text(
        orders.read_text(encoding="utf-8").replace("status: shipped", "status: lost", 1), encoding="utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        read_demo(tmp_path / "demo")
    told = [(Path(problem.file).name, problem.line, problem.key) for problem in caught.value.problems]
    assert told == [("customers.yaml", 4, "[1].phones[1]"), ("orders.yaml", 11, "orders[1].status")]


QUEUES = (SAMPLE / "queues.yaml").read_text(encoding="utf-8")
AGENTS = (SAMPLE / "agents.yaml").read_text(encoding="utf-8")


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(data: st.DataObject):
    problems: list[Problem] = []
    for text, interpret in (
        (QUEUES, lambda root: reading_queues.queues(root, {"orders", "returns", "billing"})),
        (AGENTS, lambda root: reading_staff.staff(root, {"orders"}, {"orders"})),
    ):
        start = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 60))
        damaged = text[:start] + data.draw(st.text(max_size=8)) + text[start + length :]
        root = read_yaml("damaged.yaml", damaged, problems)
        if root is not None:
            interpret(root)
    assert all(problem.line >= 1 and problem.key and problem.message for problem in problems)


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 99999))
def test_a_length_of_time_is_the_sum_of_its_parts(hours: int, minutes: int, seconds: int):
    parts = ((hours, "h", 3600), (minutes, "m", 60), (seconds, "s", 1))
    written = "".join(f"{number}{unit}" for number, unit, _ in parts if number)
    problems: list[Problem] = []
    root = read_yaml("x.yaml", f'length: "{written or "0s"}"', problems)
    assert root is not None
    assert root.members()["length"].seconds() == sum(number * size for number, _, size in parts)
    assert bool(problems) == (not written)
