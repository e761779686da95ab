"""Weights: the textbook formula in whole thousandths, and the choice of terms that a search reads."""

from math import log

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.articles import Article, ArticleText, Audience
from kb.tokens import QueryTerm
from kb.weights import MOST_POSTINGS, MOST_TERMS, article_length, article_terms, idf, mean_length, weighted

# How long an example takes says something about the machine and nothing about the code.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def article(title, body="", keywords=()):
    return Article("a", Audience.PUBLIC, "t", {"en": ArticleText(title, body, keywords)})


@unhurried
@given(st.lists(st.sampled_from("bdfghjk"), min_size=1), st.lists(st.sampled_from("bdfghjk")), st.integers(1, 300))
def test_weights_follow_the_textbook_formula(title, body, mean):
    found = article_terms(article(" ".join(title), " ".join(body)), "en", mean)
    length = 3 * len(title) + len(body)
    for term in {*title, *body}:
        frequency = 3 * title.count(term) + body.count(term)
        textbook = frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / mean))
        assert abs(found[term] - 1_000 * textbook) <= 0.5 + 1e-6
    assert set(found) == {*title, *body}


def test_a_title_and_a_keyword_count_three_times_a_mention():
    length = 20
    in_title = article_terms(article("refund", "x " * 17), "en", length)["refund"]
    in_keywords = article_terms(article("x", "x " * 14, ("refund",)), "en", length)["refund"]
    thrice_in_body = article_terms(article("x", "x " * 14 + "refund refund refund"), "en", length)["refund"]
    once_in_body = article_terms(article("x", "x " * 16 + "refund"), "en", length)["refund"]
    assert in_title == in_keywords == thrice_in_body > once_in_body


def test_the_address_of_a_link_is_no_text():
    assert set(article_terms(article("x", "See [the **terms**](https://example.com/legal)."), "en", 5)) == {
        "x",
        "see",
        "the",
        "term",
        "terms",
    }


def test_length_counts_what_weights_count():
    assert article_length(article("b", "d d", ("f",)), "en") == 3 + 3 + 2


def test_the_mean_of_nothing_is_one():
    assert (mean_length([]), mean_length([0]), mean_length([4, 6])) == (1.0, 1.0, 5.0)


@unhurried
@given(st.integers(1, 10**6), st.data())
def test_rarity_is_never_zero_and_falls_with_frequency(total, data):
    n = data.draw(st.integers(0, total - 1))
    assert idf(n, total) >= idf(n + 1, total) >= 1
    assert idf(n, total) == max(1, round(1_000 * log(1 + (total - n + 0.5) / (n + 0.5))))


def test_unknown_terms_fall_out_and_the_rarest_come_first():
    terms = [QueryTerm("common", 1_000), QueryTerm("unknown", 1_000), QueryTerm("rare", 500)]
    chosen = weighted(terms, {"common": 50, "rare": 1}, 100)
    assert [(term.term, term.weight) for term in chosen] == [("rare", idf(1, 100) // 2), ("common", idf(50, 100))]


def test_a_search_reads_no_more_than_it_may():
    terms = [QueryTerm(f"t{place:03}", 1_000) for place in range(100)]
    assert len(weighted(terms, dict.fromkeys((term.term for term in terms), 1), 1_000)) == MOST_TERMS
    assert len(weighted(terms, dict.fromkeys((term.term for term in terms), MOST_POSTINGS // 4), 10**6)) == 4
    assert len(weighted(terms, {"t000": MOST_POSTINGS + 1}, 10**6)) == 1


def test_a_term_that_everyone_has_still_counts():
    assert weighted([QueryTerm("everywhere", 500)], {"everywhere": 10**6}, 10**6)[0].weight == 1
