"""Ranking quality on public question sets, where they are at hand: it may rise, and must not fall unnoticed."""

import json
import os
from pathlib import Path

import pytest

from kb.articles import Article, ArticleText, Audience
from kb.ranking import Index

BESIDE_THE_CHECKOUT = Path(__file__).parents[3] / "shared" / "corpora"
CORPORA = Path(os.environ.get("CORPORA_DIR", BESIDE_THE_CHECKOUT))  # where test data lies is no setting of the program

pytestmark = pytest.mark.skipif(
    not (CORPORA / "kb" / "index.json").is_file(),
    reason=f"The question sets are not at {CORPORA}; set CORPORA_DIR to their folder.",
)


def mean_reciprocal_rank(name):
    """The mean over all questions of 1 / place of the first right text among ten."""
    data = json.loads((CORPORA / "kb" / f"{name}.json").read_text("utf-8"))
    language = "zh-Hans" if data["lang"] == "zh" else "en"
    index = Index(
        Article(f"{doc['id']:06}", Audience.PUBLIC, "t", {language: ArticleText(doc["title"], doc["text"])})
        for doc in data["docs"]
    )
    questions = data["queries"]
    total = 0.0
    for question in questions:
        hits = index.search(question["text"], language, Audience.PUBLIC, 10)
        places = (place for place, hit in enumerate(hits, 1) if int(hit.article_id) in question["rel"])
        total += 1 / next(places, float("inf"))
    return total / len(questions)


@pytest.mark.parametrize(("name", "floor"), [("xquad_en", 0.960), ("xquad_zh", 0.962), ("covidqa_faq", 0.675)])
def test_questions_find_the_texts_that_answer_them(name, floor):
    measured = mean_reciprocal_rank(name)
    print(f"{name}: MRR@10 {measured:.4f}")
    assert measured >= floor
