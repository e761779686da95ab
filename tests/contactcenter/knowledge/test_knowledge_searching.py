"""Searching in the database gives what the index in memory gives: the same articles, scores and order."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from world import World

from contactcenter.knowledge import publishing, searching, suggesting
from contactcenter.models import KbArticle, KbLanguage, KbTerm
from kb.articles import LANGUAGES, Article, ArticleText, Audience, parse_articles
from kb.ranking import Index

FOLDER = Path(__file__).parents[3] / "config" / "kb"
QUERIES = (
    "where is my order", "refund", "return an item that does not fit", "I was charged twice", "password",
    "opening hours on holidays", "gift card balance", "warranty claim damaged", "delivery fee to Hong Kong",
    "escalation to a supervisor", "verify a caller", "refund limits", "the the the", "", "zzzz", "re-set my pass-word",
    "我的订单在哪里", "退款", "退款多久到账", "发票", "营业时间", "怎么修改收货地址", "密码忘了", "保修", "会员等级",
    "我的訂單在哪裡", "退款", "發票", "營業時間", "修改收貨地址", "保養", "禮品卡", "退 refund 换", "order 订单 12345678",
)  # fmt: skip


def articles() -> list[Article]:
    return parse_articles((path.name, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.md")))


def publish(world: World, *texts: Article) -> None:
    def work(session, now):
        for article in texts:
            publishing.publish(session, article, now)
        publishing.weigh_again(session)

    world.do(work)


def index(world: World, *texts: Article) -> Index:
    """The index in memory, weighed against the mean lengths that the database keeps."""
    rows = world.all(KbLanguage)
    return Index(texts, dict.fromkeys(LANGUAGES, 1.0) | {r.language: r.mean_length / 1000 for r in rows})


def search(world: World, words: str, language: str, audience: Audience, most: int = 10) -> list[tuple[str, str, int]]:
    def work(session, _now):
        found = searching.search(session, words, language, audience, most)
        return [(one.article_id, one.language, one.score) for one in found]

    return world.do(work)


def article(name: str, body: str, audience: Audience = Audience.PUBLIC, title: str = "Title") -> Article:
    return Article(name, audience, "orders", {"en": ArticleText(title, body, ())}, None)


@pytest.fixture
def stocked(world: World) -> World:
    publish(world, *articles())
    return world


def test_the_database_finds_what_the_index_in_memory_finds_in_the_same_order(stocked: World) -> None:
    memory = index(stocked, *articles())
    compared = 0
    for words in QUERIES:
        for language in LANGUAGES:
            for audience in Audience:
                expected = [
                    (hit.article_id, hit.language, hit.score) for hit in memory.search(words, language, audience, 10)
                ]
                assert search(stocked, words, language, audience) == expected, (words, language, audience)
                compared += len(expected)
    assert compared > 500, "the comparison compared something"


def test_what_is_for_the_house_only_is_invisible_to_customers_even_as_a_number(stocked: World) -> None:
    internal = {one.id for one in articles() if one.audience is Audience.INTERNAL}
    assert internal
    for words in QUERIES:
        for language in LANGUAGES:
            found = {article_id for article_id, _, _ in search(stocked, words, language, Audience.PUBLIC, 50)}
            assert not found & internal

    def look(session, _now):
        for article_id in internal:
            assert searching.article(session, article_id, "en", Audience.PUBLIC) is None
            assert searching.article(session, article_id, "en", Audience.INTERNAL) is not None
        listed = {one.article_id for one in searching.listed(session, "en", Audience.PUBLIC)}
        counts = [searching.total(session, "en", audience) for audience in (Audience.PUBLIC, Audience.INTERNAL)]
        return listed, counts

    listed, (public, everything) = stocked.do(look)
    assert not listed & internal
    assert len(listed) == len(articles()) - len(internal)
    assert everything - public == len(internal)


def test_an_internal_article_does_not_even_shift_the_scores_of_public_ones(world: World) -> None:
    public = [article(f"a{n}", f"refund {'money ' * n}") for n in range(4)]
    publish(world, *public)
    before = search(world, "refund money", "en", Audience.PUBLIC)
    secret = article("secret", "refund refund refund money money limits " * 3, Audience.INTERNAL)
    world.do(lambda session, now: publishing.publish(session, secret, now))
    assert search(world, "refund money", "en", Audience.PUBLIC) == before
    assert "secret" in {one for one, _, _ in search(world, "refund money", "en", Audience.INTERNAL)}


def test_publishing_again_replaces_the_words_and_finds_by_the_new_ones_only(world: World) -> None:
    publish(world, article("a", "parcels arrive on elephants"), article("b", "something else"))
    assert search(world, "elephants", "en", Audience.PUBLIC)
    publish(world, article("a", "parcels arrive on camels"))
    assert search(world, "elephants", "en", Audience.PUBLIC) == []
    assert [one for one, _, _ in search(world, "camels", "en", Audience.PUBLIC)] == ["a"]
    assert world.count(KbArticle) == 2


def test_publishing_everything_twice_changes_no_weight(stocked: World) -> None:
    def weights() -> list[tuple[str, str, str, int]]:
        ordered = (KbTerm.term, KbTerm.article_id, KbTerm.language)
        return stocked.do(lambda s, _now: list(s.execute(select(*ordered, KbTerm.weight).order_by(*ordered))))

    before = weights()
    publish(stocked, *articles())
    assert weights() == before


def test_a_withdrawn_article_is_gone_from_every_search_and_comes_back_when_published(stocked: World) -> None:
    article_id, _, _ = search(stocked, "refund", "en", Audience.PUBLIC)[0]
    stocked.do(lambda session, _now: publishing.withdraw(session, article_id))
    for audience in Audience:
        assert article_id not in {one for one, _, _ in search(stocked, "refund", "en", audience, 50)}
    assert stocked.do(lambda s, _now: searching.article(s, article_id, "en", Audience.INTERNAL)) is None
    publish(stocked, *[one for one in articles() if one.id == article_id])
    assert article_id in {one for one, _, _ in search(stocked, "refund", "en", Audience.PUBLIC)}


def test_weights_follow_when_articles_have_become_much_longer(world: World) -> None:
    publish(world, article("a", "refund"), article("b", "refund please"))
    longer = [article(f"c{n}", "refund " + "word " * 200) for n in range(3)]
    publish(world, *longer)
    everything = [article("a", "refund"), article("b", "refund please"), *longer]
    memory = index(world, *everything)
    expected = [(h.article_id, h.language, h.score) for h in memory.search("refund", "en", Audience.PUBLIC, 10)]
    assert search(world, "refund", "en", Audience.PUBLIC) == expected
    assert world.do(lambda s, _now: publishing.weigh_again(s)) == [], "nothing has moved since"


def test_the_readers_language_comes_first_and_each_article_once(stocked: World) -> None:
    found = search(stocked, "退款", "zh-Hant", Audience.PUBLIC)
    ids = [one for one, _, _ in found]
    assert len(ids) == len(set(ids))
    languages = [language for _, language, _ in found]
    assert languages == sorted(languages, key=lambda one: one != "zh-Hant")


def test_an_excerpt_marks_the_sought_words_and_html_is_safe(world: World) -> None:
    hostile = article("a", "# Refunds\n\n<script>alert(1)</script> A **refund** takes [days](javascript:alert(1)).")
    publish(world, hostile)
    (found,) = world.do(lambda s, _now: searching.search(s, "refund", "en", Audience.PUBLIC))
    assert "refund" in {text.lower() for text, marked in found.excerpt if marked}
    shown = world.do(lambda s, _now: searching.article(s, "a", "en", Audience.PUBLIC))
    assert shown is not None
    assert "<script" not in shown.html
    assert "href" not in shown.html
    assert "<strong>refund</strong>" in shown.html


def test_suggestions_fit_what_the_customer_said_and_small_talk_suggests_nothing(stocked: World) -> None:
    def suggested(*turns: str) -> list[str]:
        return [one.article_id for one in stocked.do(lambda s, _now: suggesting.suggest(s, turns, "en"))]

    assert "reset-password" in suggested("Hello", "I forgot my password and cannot sign in")
    assert suggested("Hello", "Thanks, bye!") == []
    stocked.do(lambda session, _now: suggesting.note_use(session, "reset-password"))
    assert stocked.get(KbArticle, "reset-password").used == 1
    assert stocked.do(lambda s, _now: s.scalar(select(func.count()).select_from(KbArticle))) == len(articles())
