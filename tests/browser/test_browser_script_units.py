"""The pure parts of the page's scripts, tested by the Node that comes with Playwright; no Node need be installed."""

import subprocess
from pathlib import Path

import pytest
from chromium import NODE, node_fails

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.test.mjs"))
WHY_NOT = node_fails()


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "nothing is missing")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_keep_their_promises(script):
    run = subprocess.run([NODE, "--test", script], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
