"""The Chromium of the machine, for every test that looks at a page."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import playwright
import pytest
from playwright.sync_api import Browser, Playwright, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 30_000
"""Milliseconds for what goes through several processes: an offer, a phone that is rung, a caption."""
NODE = Path(playwright.__file__).parent / "driver" / "node"
"""Playwright brings its own; no other need be installed."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
)


def node_fails() -> str:
    """Why Playwright's Node does not start here; empty when it does."""
    run = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=False)
    return f"{run.stderr.strip()} (on Debian: apt-get install libatomic1)" if run.returncode else ""


MISSING = node_fails() if CHROMIUM else "no Chromium is installed"
needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(MISSING), reason=MISSING or "nothing is missing"),
    pytest.mark.timeout(360),  # the first of them starts the whole product
]


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """The installed Chromium, quiet. Five seconds, as Playwright allows, are little on a machine that is busy."""
    expect.set_options(timeout=PATIENCE)
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    yield browser
    browser.close()
