"""The articles of the sample shop, as the tests of the knowledge base read them."""

from pathlib import Path

import pytest

from kb.articles import parse_articles
from kb.ranking import Index

ARTICLES = Path(__file__).parents[2] / "config" / "kb"


@pytest.fixture(scope="session")
def sample_articles():
    return parse_articles((path.name, path.read_text("utf-8")) for path in sorted(ARTICLES.glob("*.md")))


@pytest.fixture(scope="session")
def sample_index(sample_articles):
    return Index(sample_articles)
