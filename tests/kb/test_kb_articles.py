"""Article files: what a right one says, and how a wrong one is told."""

import pytest

from kb.articles import ArticleError, ArticleText, Audience, parse_article, parse_articles

RIGHT = """\
---
id: track-order
audience: public
topic: delivery
queue: orders
title:
  en: Where is my order?
  zh-Hans: 我的订单到哪里了？
keywords:
  en: [tracking number, parcel]
---
# en

Look at **My orders**.

## Late parcels

```
# this is no language
```

# zh-Hans
请看“我的订单”。
"""


def wrong(old, new):
    assert old in RIGHT
    with pytest.raises(ArticleError) as caught:
        parse_article(RIGHT.replace(old, new, 1), "kb/track-order.md")
    return caught.value


def test_a_right_article_is_read_whole():
    article = parse_article(RIGHT, "kb/track-order.md")
    assert (article.id, article.audience, article.topic, article.queue) == (
        "track-order",
        Audience.PUBLIC,
        "delivery",
        "orders",
    )
    assert list(article.texts) == ["en", "zh-Hans"]
    assert article.texts["en"].title == "Where is my order?"
    assert article.texts["en"].keywords == ("tracking number", "parcel")
    assert article.texts["en"].body.startswith("Look at **My orders**.\n\n## Late parcels")
    assert article.texts["en"].body.endswith("# this is no language\n```")
    assert article.texts["zh-Hans"] == ArticleText("我的订单到哪里了？", "请看“我的订单”。")


def test_an_article_from_windows_is_the_same_article():
    assert parse_article("\ufeff" + RIGHT.replace("\n", "\r\n"), "a.md") == parse_article(RIGHT, "b.md")


def test_yaml_words_stay_words():
    text = RIGHT.replace("Where is my order?", "no").replace("[tracking number, parcel]", "[yes, 1042, 2024-05-01]")
    english = parse_article(text, "a.md").texts["en"]
    assert (english.title, english.keywords) == ("no", ("yes", "1042", "2024-05-01"))


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("id: track-order\n", "", 1, "id", "must say “id”"),
        ("id: track-order", "id: Track Order", 2, "id", "small letters"),
        ("id: track-order", "id: -x", 2, "id", "small letters"),
        ("audience: public", "audience: staff", 3, "audience", "public or internal"),
        ("topic: delivery", "topic:", 4, "topic", "Write a text"),
        ("topic: delivery", "topic: [delivery]", 4, "topic", "Write a text"),
        ("queue: orders", "colour: red", 5, "colour", "not known here"),
        ("queue: orders", "topic: orders", 5, "topic", "twice, first in line 4"),
        ("  en: Where is my order?", "  fr: Où ?", 7, "title.fr", "en, zh-Hans, zh-Hant"),
        ("  en: Where is my order?\n", "", 11, "# en", "gives no “en” title"),
        ("  zh-Hans: 我", "  zh-Hant: 我", 8, "title.zh-Hant", "no part “# zh-Hant”"),
        ("title:\n", "title: x\nqueue2:\n", 7, "queue2", "not known here"),
        ("  en: [tracking number, parcel]", "  en: parcel", 10, "keywords.en", "Write a list"),
        ("[tracking number, parcel]", "[tracking number, '']", 10, "keywords.en[2]", "Write a text"),
        ("keywords:\n  en", "keywords:\n  zh-Hant", 10, "keywords.zh-Hant", "no part"),
        ("# en\n", "# en\n# en\n", 13, "# en", "twice"),
        ("## Late", "# Late", 16, "# Late parcels", "use ##"),
        ("# zh-Hans\n请看“我的订单”。", "# zh-Hans\n", 22, "# zh-Hans", "no text"),
        ("# en\n", "Hello\n# en\n", 12, "body", "which language"),
        ("id: track-order", "id: [", 2, "front matter", "not YAML"),
        ("---\nid", "id", 1, "front matter", "begins with a line"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(old, new, line, key, words):
    error = wrong(old, new)
    if words != "not YAML":
        assert error.line == line
    assert (error.source, error.key) == ("kb/track-order.md", key)
    assert words in error.sentence
    assert str(error) == f"kb/track-order.md, line {error.line}, {key}: {error.sentence}"


def test_front_matter_that_never_ends_is_told():
    with pytest.raises(ArticleError, match="second line of three hyphens"):
        parse_article("---\nid: a\n", "a.md")


def test_an_empty_file_is_told():
    with pytest.raises(ArticleError, match=r"empty.md, line 1, front matter: An article begins"):
        parse_article("", "empty.md")


def test_two_articles_with_one_id_are_told_with_both_files():
    with pytest.raises(ArticleError, match=r"two.md, line 1, id: “track-order” is already the id of one.md"):
        parse_articles([("one.md", RIGHT), ("two.md", RIGHT)])


def test_the_public_reads_public_articles_and_agents_read_all():
    public = parse_article(RIGHT, "a.md")
    internal = parse_article(RIGHT.replace("audience: public", "audience: internal"), "a.md")
    assert [Audience.PUBLIC.may_read(article) for article in (public, internal)] == [True, False]
    assert [Audience.INTERNAL.may_read(article) for article in (public, internal)] == [True, True]
