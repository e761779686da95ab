"""The script `./run`, in a directory of its own with a stand-in for uv that notes what it was asked."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ("sh", "cat", "cksum", "dirname", "rm", "mkdir", "chmod", "id", "env")

UV = """#!/bin/sh
[ "$1" = --version ] && echo "uv VERSION (stand-in)" && exit 0
echo "$*" >>"$PWD/asked"
mkdir -p .venv/bin
for name in python ruff lint-imports; do
    printf '%s\\n' '#!/bin/sh' '[ "$1" = -c ] && exit 0' 'echo "${0##*/} $*" >>did' '[ ! -e fails-"${0##*/}" ]' >.venv/bin/$name
    chmod +x .venv/bin/$name
done
"""


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "path"
        self.path.mkdir()
        for name in ("run", "uv.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, root / name)
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))

    def has(self, program: str, text: str) -> None:
        (self.path / program).write_text(text)
        (self.path / program).chmod(0o755)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.path), "HOME": "/nowhere"}
        return subprocess.run(
            [str(self.root / "run"), *words],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def lines(self, file: str) -> list[str]:
        path = self.root / file
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.has("uv", UV.replace("VERSION", "0.13.9"))
    return made


def test_help_lists_every_word(project: Project):
    said = project.run("help").stdout
    for word in ("test", "check", "setup", "bench", "chaos", "fuzz", "vendor"):
        assert f"run {word} " in said


def test_an_unknown_word_is_an_error_that_names_it(project: Project):
    result = project.run("tset")
    assert result.returncode == 1
    assert 'There is no word "tset".' in result.stderr


def test_without_a_word_it_prepares_what_running_needs_and_serves(project: Project):
    assert project.run().returncode == 0
    assert project.lines("asked") == ["sync --frozen --quiet --python >=3.11,<3.15 --no-dev"]
    assert project.lines("did") == ["python -m contactcenter.cli serve"]


def test_the_environment_is_made_once_until_the_lock_changes(project: Project):
    project.run()
    project.run()
    assert len(project.lines("asked")) == 1
    with (project.root / "uv.lock").open("a") as lock:
        lock.write("# changed\n")
    project.run()
    assert len(project.lines("asked")) == 2


def test_an_environment_that_is_broken_is_made_again(project: Project):
    project.run()
    (project.root / ".venv/bin/python").unlink()
    project.run()
    assert len(project.lines("asked")) == 2


def test_tests_add_the_development_tools_and_serving_keeps_them(project: Project):
    project.run()
    project.run("test", "tests/ivr", "-x")
    project.run()
    with (project.root / "uv.lock").open("a") as lock:
        lock.write("# changed\n")
    project.run()
    assert ["--no-dev" in line for line in project.lines("asked")] == [True, False, False]
    assert "python -m pytest -n 3 tests/ivr -x" in project.lines("did")


def test_a_missing_browser_is_said_and_does_not_stop_the_tests(project: Project):
    result = project.run("test")
    assert result.returncode == 0
    assert "browser tests will be skipped" in result.stderr


def test_every_check_runs_although_one_fails_and_the_failed_are_named(project: Project):
    project.run("setup")
    (project.root / "fails-ruff").touch()
    result = project.run("check")
    assert result.returncode == 1
    assert result.stdout.endswith("\nFailed: format, lint\n")
    assert len(project.lines("did")) == 7
    (project.root / "fails-ruff").unlink()
    assert project.run("check").returncode == 0


def test_benchmarks_are_all_run_or_those_that_are_named(project: Project):
    (project.root / "benchmarks").mkdir()
    for name in ("a", "b"):
        (project.root / "benchmarks" / f"{name}.py").touch()
    project.run("bench")
    project.run("bench", "b")
    assert [line.split("/")[-1] for line in project.lines("did")] == ["a.py", "b.py", "b.py"]


def test_without_uv_and_with_an_old_python_it_says_what_is_needed(project: Project):
    (project.path / "uv").unlink()
    project.has("python3", "#!/bin/sh\ncase $2 in *version_info*) exit 1 ;; *) echo 3.9.2 ;; esac\n")
    result = project.run()
    assert result.returncode == 1
    assert "Python 3.11 to 3.14 is needed (found: 3.9.2)." in result.stderr


def test_without_the_venv_module_it_says_how_to_get_it(project: Project):
    (project.path / "uv").unlink()
    project.has("python3", "#!/bin/sh\n[ $1 = -c ]\n")
    result = project.run()
    assert result.returncode == 1
    assert "venv module is missing." in result.stderr


def test_a_uv_that_is_too_old_is_passed_over(project: Project):
    project.has("uv", UV.replace("VERSION", "0.4.30"))
    result = project.run()
    assert result.returncode == 1
    assert "Python 3.11 to 3.14 is needed (found: none)" in result.stderr


def test_packages_that_cannot_be_installed_end_it_and_are_tried_again(project: Project):
    project.has("uv", '#!/bin/sh\n[ "$1" = --version ] && echo "uv 0.13.9" && exit 0\necho "no network" >&2\nexit 2\n')
    result = project.run()
    assert result.returncode == 1
    assert "no network" in result.stderr
    assert "could not be installed" in result.stderr
    project.has("uv", UV.replace("VERSION", "0.13.9"))
    assert project.run().returncode == 0
