"""The articles that come with the sample shop: complete, readable, and found by what customers say."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kb.articles import LANGUAGES, Audience
from kb.folding import fold
from kb.plain import plain_text

# Characters that one of the two scripts never uses, common enough that a slip of the writer shows.
NEVER_SIMPLIFIED = set("們這個為與後單貨請電郵號時間開關會員發實際應該裡讓還點選擇訂")
NEVER_TRADITIONAL = {fold(char) for char in NEVER_SIMPLIFIED} - {"后", "里"}


def test_there_are_articles_for_everyone_and_for_agents_alone(sample_articles):
    audiences = [article.audience for article in sample_articles]
    assert audiences.count(Audience.PUBLIC) >= 17
    assert audiences.count(Audience.INTERNAL) >= 2


def test_a_file_is_named_by_the_id_of_its_article(sample_articles):
    files = (Path(__file__).parents[2] / "config" / "kb").glob("*.md")
    assert {f"{article.id}.md" for article in sample_articles} == {path.name for path in files}


def test_every_article_speaks_every_language_at_reading_length(sample_articles):
    for article in sample_articles:
        assert tuple(article.texts) == LANGUAGES
        assert 80 <= len(plain_text(article.texts["en"].body).split()) <= 200
        for language in ("zh-Hans", "zh-Hant"):
            han = re.findall(r"[\u4e00-\u9fff]", article.texts[language].body)
            assert 130 <= len(han) <= 330, (article.id, language, len(han))


def test_neither_chinese_script_slips_into_the_other(sample_articles):
    for article in sample_articles:
        for language, foreign in (("zh-Hans", NEVER_SIMPLIFIED), ("zh-Hant", NEVER_TRADITIONAL)):
            text = article.texts[language]
            assert not foreign & set("".join((text.title, *text.keywords, text.body))), (article.id, language)


def test_markdown_leaves_no_stray_signs(sample_articles):
    for article in sample_articles:
        for text in article.texts.values():
            assert "*" not in re.sub(r"<[^>]*>", "", MarkdownIt().render(text.body)), article.id


def test_every_article_is_the_first_answer_to_its_own_title(sample_articles, sample_index):
    for article in sample_articles:
        for language, text in article.texts.items():
            assert sample_index.search(text.title, language, Audience.INTERNAL, 1)[0].article_id == article.id


def test_a_traditional_question_finds_the_simplified_text_and_the_reverse(sample_articles, sample_index):
    for article in sample_articles:
        for asked, sought in (("zh-Hant", "zh-Hans"), ("zh-Hans", "zh-Hant")):
            hits = sample_index.search(article.texts[asked].title, sought, Audience.INTERNAL, 3)
            assert (article.id, sought) in {(hit.article_id, hit.language) for hit in hits}


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("how long does a refund to my credit card take", "en", "refund-timing"),
        ("do you ship overseas", "en", "delivery-times-and-fees"),
        ("points expire", "en", "membership-tiers"),
        ("washing a wool sweater", "en", "product-care"),
        ("gift card balance", "en", "gift-cards"),
        ("delete my personal data", "en", "privacy"),
        ("E-1060", "en", "payment-failed"),
        ("e1042", "en", "payment-failed"),
        ("运费多少钱", "zh-Hans", "delivery-times-and-fees"),
        ("运单号查不到", "zh-Hans", "track-order"),
        ("发票抬头写错了", "zh-Hans", "request-an-invoice"),
        ("银云会员", "zh-Hans", "membership-tiers"),
        ("尺码不合适想换", "zh-Hans", "exchange-an-item"),
        ("保固多久", "zh-Hant", "warranty"),
        ("簡訊驗證碼沒收到", "zh-Hant", "reset-password"),
        ("春節有營業嗎", "zh-Hant", "opening-hours"),
        ("信用卡被盜刷", "zh-Hant", "unexpected-charge"),
        ("统一编号", "zh-Hant", "request-an-invoice"),
    ],
)
def test_what_customers_ask_is_answered_first(sample_index, question, language, expected):
    assert sample_index.search(question, language, Audience.PUBLIC, 1)[0].article_id == expected


def test_the_public_never_finds_what_is_for_agents(sample_articles, sample_index):
    internal = {article.id for article in sample_articles if article.audience is Audience.INTERNAL}
    for article in sample_articles:
        for language, text in article.texts.items():
            hits = sample_index.search(text.title, language, Audience.PUBLIC, 100)
            assert not internal & {hit.article_id for hit in hits}
