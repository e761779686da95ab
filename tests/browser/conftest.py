"""What browser tests may ask for besides a Chromium: the running product, and people who use it."""

from collections.abc import Iterator

import in_memory
import pytest
from browser_people import People
from browser_product import Product, running
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def product(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """All processes of the product, as `serve` starts them, once for the run."""
    assert chromium.is_connected(), "nothing is started for a browser that is not there"
    with in_memory.directory(tmp_path_factory.mktemp("product")) as place, running(place / "var") as product:
        yield product


@pytest.fixture
def people(chromium: Browser, product: Product) -> Iterator[People]:
    """Nobody yet. Whoever comes in a test goes home after it, and none of their browsers may have complained."""
    people = People(chromium, product)
    yield people
    try:
        people.leave()
    finally:  # also where somebody could not leave: what the browser complained of may be why
        assert people.unexpected() == [], (
            "the browser complained (a script failed, or the content policy refused something)"
        )
