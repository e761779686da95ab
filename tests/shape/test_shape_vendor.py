"""The browser libraries in the repository are byte for byte the ones that their manifests name."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOMES = [ROOT / "contactcenter" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]


def libraries_of(home: Path) -> list[dict]:
    return json.loads((home / "manifest.json").read_text(encoding="utf-8"))["libraries"]


def sha384(path: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


@pytest.mark.parametrize("home", HOMES, ids=["shipped", "for tests"])
def test_every_vendored_file_has_the_hash_of_its_manifest(home):
    for library in libraries_of(home):
        for path, noted in library["files"].items():
            assert sha384(home / path) == noted["sha384"], f"{path} was changed; run vendor.py instead of editing it"


@pytest.mark.parametrize("home", HOMES, ids=["shipped", "for tests"])
def test_no_vendored_file_is_missing_from_the_manifest(home):
    noted = {path for library in libraries_of(home) for path in library["files"]}
    found = {str(path.relative_to(home)) for path in home.glob("*/*") if "__pycache__" not in path.parts}
    assert found == noted


@pytest.mark.parametrize("home", HOMES, ids=["shipped", "for tests"])
def test_every_vendored_library_brings_its_licence(home):
    for library in libraries_of(home):
        licences = [path for path in library["files"] if "LICENSE" in path]
        assert library["licence"]
        assert licences, f"{library['name']} has no licence file"
        assert all((home / path).stat().st_size > 100 for path in licences)
