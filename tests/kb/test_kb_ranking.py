"""Ranking: every article can be found, by those who may read it, in either script, the same way every time."""

import random
from math import log

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.articles import LANGUAGES, Article, ArticleText, Audience
from kb.ranking import Hit, Index
from kb.tokens import query_terms

WORDS = {
    "en": ["refund", "order", "orders", "the", "how", "E-1042", "card", "a", "delivery", "late"],
    "zh-Hans": ["退款", "订单", "退货", "怎么", "发票", "的", "里", "7天", "E-1042"],
    "zh-Hant": ["退款", "訂單", "退貨", "怎麼", "發票", "的", "裡", "7天", "E-1042"],
}

# How long an example takes says something about the machine and nothing about the code.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def article_texts(draw, language):
    words = st.sampled_from(WORDS[language])
    title = " ".join(draw(st.lists(words, min_size=1, max_size=6)))
    return ArticleText(title, "，".join(draw(st.lists(words, max_size=25))))


@st.composite
def collections(draw, least=1, most=7):
    count = draw(st.integers(least, most))
    articles = []
    for number in range(count):
        languages = draw(st.sets(st.sampled_from(LANGUAGES), min_size=1))
        texts = {language: draw(article_texts(language)) for language in sorted(languages)}
        articles.append(Article(f"a{number}", draw(st.sampled_from(Audience)), "t", texts))
    return articles


def english(article_id, title, body="", audience=Audience.PUBLIC):
    return Article(article_id, audience, "t", {"en": ArticleText(title, body)})


def chinese(article_id, language, title):
    return Article(article_id, Audience.PUBLIC, "t", {language: ArticleText(title, "")})


def found(index, query, language=None, audience=Audience.INTERNAL):
    return [hit.article_id for hit in index.search(query, language, audience, 100)]


@unhurried
@given(collections())
def test_an_article_is_found_by_its_own_title_in_each_language(articles):
    index = Index(articles)
    for article in articles:
        for language, text in article.texts.items():
            assert article.id in found(index, text.title, language)


@unhurried
@given(collections(least=2))
def test_an_added_article_never_makes_another_unfindable(articles):
    before, after = Index(articles[:-1]), Index(articles)
    for article in articles[:-1]:
        for language, text in article.texts.items():
            assert set(found(before, text.title, language)) <= set(found(after, text.title, language))


@unhurried
@given(collections(), st.sampled_from([word for words in WORDS.values() for word in words]), st.randoms())
def test_neither_the_order_of_articles_nor_of_terms_changes_a_ranking(articles, word, shuffler):
    query = f"{word} refund 退貨 E-1042"
    shuffled_articles, shuffled_terms = list(articles), query_terms(query)
    shuffler.shuffle(shuffled_articles)
    shuffler.shuffle(shuffled_terms)
    straight = Index(articles).search(query, "en", Audience.INTERNAL, 100)
    assert Index(shuffled_articles).search_terms(shuffled_terms, "en", Audience.INTERNAL) == straight
    assert all(isinstance(hit.score, int) and hit.score > 0 for hit in straight)


@unhurried
@given(collections())
def test_the_public_finds_what_it_would_if_internal_articles_were_not_there(articles):
    lengths = dict.fromkeys(LANGUAGES, 12.0)
    everything = Index(articles, lengths)
    public_only = Index([article for article in articles if article.audience is Audience.PUBLIC], lengths)
    query = "how refund 退款 發票 E-1042"
    assert everything.search(query, "en", Audience.PUBLIC, 100) == public_only.search(query, "en", Audience.PUBLIC, 100)


@unhurried
@given(collections(), st.sampled_from(LANGUAGES))
def test_own_language_comes_first_and_no_article_twice(articles, language):
    hits = Index(articles).search("refund order 退款 订单 E-1042", language, Audience.INTERNAL, 100)
    assert [hit.language != language for hit in hits] == sorted(hit.language != language for hit in hits)
    assert len({hit.article_id for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("退貨運費", "zh-Hans", "退货运费由谁承担"),
        ("退货运费", "zh-Hant", "退貨運費由誰負擔"),
        ("訂單裡的發票", "zh-Hans", "订单里的发票"),
        ("订单里的发票", "zh-Hant", "訂單裡的發票"),
        ("綫上付款", "zh-Hans", "线上付款"),
    ],
)
def test_a_question_in_one_script_finds_text_in_the_other(query, language, title):
    index = Index([chinese("sought", language, title), chinese("other", language, "會員等級 会员等级")])
    assert found(index, query)[0] == "sought"


def test_a_code_is_found_whole_before_its_parts():
    index = Index([english("part", "Step 1042 of e"), english("whole", "Error E-1042")])
    assert found(index, "e-1042") == ["whole", "part"]
    assert set(found(index, "1042")) == {"whole", "part"}
    assert found(index, "E1042")[0] in {"whole", "part"}


def test_a_tie_is_broken_by_the_id():
    index = Index([english("b", "refund"), english("c", "refund"), english("a", "refund")])
    assert found(index, "refund") == ["a", "b", "c"]


def test_a_hit_says_which_terms_decided_strongest_first():
    index = Index([english("a", "refund delay"), english("b", "refund card"), english("c", "refund order")])
    assert index.search("refund of a delay", "en", Audience.PUBLIC, 1) == [
        Hit("a", "en", index.search("refund delay", "en", Audience.PUBLIC, 1)[0].score, ("delai", "delay", "refund"))
    ]


def test_a_limit_cuts_the_list():
    index = Index([english(f"a{number}", "refund") for number in range(5)])
    assert [hit.article_id for hit in index.search("refund", "en", Audience.PUBLIC, 2)] == ["a0", "a1"]


def test_a_question_without_a_known_word_finds_nothing():
    index = Index([english("a", "refund")])
    assert index.search("zebra …", "en", Audience.PUBLIC, 10) == []
    assert index.search("", "en", Audience.PUBLIC, 10) == []
    assert Index([]).search("refund", "en", Audience.PUBLIC, 10) == []


def test_an_internal_article_is_for_agents_only():
    index = Index([english("a", "refund limits", audience=Audience.INTERNAL), english("b", "refund")])
    assert found(index, "refund limits", audience=Audience.PUBLIC) == ["b"]
    assert found(index, "refund limits", audience=Audience.INTERNAL) == ["a", "b"]


def test_two_articles_with_one_id_are_refused():
    with pytest.raises(ValueError, match="Two articles have the id “a”"):
        Index([english("a", "x"), english("a", "y")])


@unhurried
@given(st.integers(0, 2**32))
def test_scores_are_the_sum_of_weights_times_rarity(seed):
    chance = random.Random(seed)
    articles = [
        english(f"a{number}", chance.choice("bcfg"), " ".join(chance.choices("bcfghjkl", k=chance.randrange(20))))
        for number in range(8)
    ]
    for hit in Index(articles).search("b c f", "en", Audience.PUBLIC, 8):
        assert abs(hit.score - textbook_score(articles, hit.article_id, "bcf")) <= 3 * (3_500 + 2_300)


def textbook_score(articles, article_id, sought):
    bags = {a.id: [*a.texts["en"].title.lower() * 3, *a.texts["en"].body.split()] for a in articles}
    mean = sum(map(len, bags.values())) / len(bags)
    score = 0.0
    for term in sought:
        n = sum(term in bag for bag in bags.values())
        frequency = bags[article_id].count(term)
        part = frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(bags[article_id]) / mean))
        score += 1e6 * part * log(1 + (len(bags) - n + 0.5) / (n + 0.5))
    return score
