"""The pure parts of the page's scripts, tested by the Node that comes with Playwright; no Node need be installed."""

import subprocess
from pathlib import Path

import playwright
import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.test.mjs"))
NODE = Path(playwright.__file__).parent / "driver" / "node"


@pytest.mark.skipif(not NODE.exists(), reason="this Playwright brings no Node")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_keep_their_promises(script):
    run = subprocess.run([NODE, "--test", script], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
