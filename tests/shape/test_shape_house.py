"""The shape of the house: what no linter knows, held by looking at the files themselves."""

import ast
import re
from pathlib import Path

import pytest

from contactcenter.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("contactcenter", "ivr", "routing", "kb")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
LONGEST = 300
TABLES = {"kb/simplified.py", "contactcenter/invariants.py", "contactcenter/foundation/events.py"}
"""Files that are one long table."""
ROLE_NAMES = {"service", "services", "utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
COMMITTERS = {"contactcenter/foundation/db.py"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_has_one_idea(path: Path) -> None:
    assert path.stem not in ROLE_NAMES, "a file is named after its subject, not after a role"
    text = path.read_text()
    if relative(path) not in TABLES:
        assert len(text.splitlines()) <= LONGEST
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), "a file opens with a sentence saying what lives there"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_only_the_database_module_commits(path: Path) -> None:
    commits = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
    ]
    assert not commits or relative(path) in COMMITTERS, f"commits in lines {commits}"


def test_every_event_of_the_house_is_announced_or_the_types_do_not_check() -> None:
    from contactcenter.foundation import events

    named = {
        name for name in vars(events) if name[0].isupper() and hasattr(getattr(events, name), "__dataclass_fields__")
    }
    told = (ROOT / "contactcenter/foundation/realtime.py").read_text()
    assert {name for name in named if f"e.{name}" not in told} == set()


def test_event_kinds_named_in_templates_and_scripts_are_events_of_the_house() -> None:
    from contactcenter.foundation import events

    known = {
        events.kind_of(getattr(events, name))
        for name in vars(events)
        if name[0].isupper() and hasattr(getattr(events, name), "__dataclass_fields__")
    }
    files = [
        *(ROOT / "contactcenter").rglob("*.html"),
        *(ROOT / "contactcenter/console").rglob("*.py"),
        *(ROOT / "contactcenter/supervisor").rglob("*.py"),
    ]
    used = {
        word
        for path in files
        for group in re.findall(r'data-live-kinds="([^"{]*)"|KINDS = \(([^)]*)\)', path.read_text())
        for word in re.findall(r"[a-z]+(?:_[a-z]+)+", " ".join(group))
    }
    assert used <= known


def test_every_setting_is_in_the_operators_page() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    assert [name for name in Settings.model_fields if name.upper() not in page] == []


def test_every_dependency_says_why_it_is_there() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    wanted = set(re.findall(r'^  "([A-Za-z0-9-]+)[\[>=<"]', project.split("[tool.uv")[0], re.MULTILINE))
    page = (ROOT / "docs/dependencies.md").read_text().lower()
    assert [name for name in sorted(wanted) if f"`{name.lower()}`" not in page] == []


def test_the_architecture_page_is_two_pages_and_names_only_what_is_there() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text()
    assert len(page.splitlines()) <= 120
    paths = set(re.findall(r"`((?:contactcenter|ivr|routing|kb|config|docs|tests|benchmarks)/[\w./-]*)`", page))
    assert len(paths) > 20
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_the_project_speaks_of_itself_alone() -> None:
    forbidden = re.compile(r"/work/|/root/|helper-\d|notes/[a-z-]+\.md|issue #?\d")
    texts = [
        path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".html", ".js", ".css", ".yaml", ".toml"}
    ]
    skipped = (".venv", ".tools", "var", "vendor", ".git", ".hypothesis", "node_modules")
    found = [
        relative(path)
        for path in texts
        if not set(path.relative_to(ROOT).parts) & set(skipped)
        and path != Path(__file__)
        and forbidden.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_every_timer_that_is_armed_is_fired_by_the_schedule() -> None:
    from contactcenter import schedule

    armed = {
        kind
        for path in SOURCES
        for kind in re.findall(r'timers\.arm\(\s*session,\s*[^,]+,\s*"(\w+)"', path.read_text())
    } | set(re.findall(r'\("(\w+_promise)"', (ROOT / "contactcenter/sla/clocks.py").read_text()))
    assert armed == {*schedule.TIMERS, *schedule.TOGETHER}


def test_models_have_no_relationships() -> None:
    found = [
        relative(path) for path in (ROOT / "contactcenter/models").rglob("*.py") if "relationship(" in path.read_text()
    ]
    assert found == []
