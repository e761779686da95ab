"""An article of the knowledge base, and the Markdown file that it is written in.

A file has a front matter and one part for each language that its title is given in:

    ---
    id: track-order
    audience: public                   # or internal: for agents only
    topic: delivery
    queue: orders                      # optional: who answers what the article leaves open
    title:
      en: Where is my order?
      zh-Hans: 我的订单到哪里了？
    keywords:                          # optional: words that people use and the text does not
      en: [tracking number, parcel]
    ---
    # en
    The text, in Markdown whose own headings begin with two signs (##).

    # zh-Hans
    正文……
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kb.front_matter import ArticleError, Entry, split_front_matter

__all__ = ["LANGUAGES", "Article", "ArticleError", "ArticleText", "Audience", "parse_article", "parse_articles"]

LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")

_NEEDED: Final = ("id", "audience", "topic", "title")
_OPTIONAL: Final = ("queue", "keywords")
_FENCE: Final = re.compile(r" {0,3}(?:```|~~~)")
_PART: Final = re.compile(r"#(?:[ \t]+(?P<language>.*\S))?[ \t]*")


class Audience(StrEnum):
    """Who reads: `public` is everyone, `internal` is agents, who read the public articles too."""

    PUBLIC = "public"
    INTERNAL = "internal"

    def may_read(self, article: "Article") -> bool:
        return self is Audience.INTERNAL or article.audience is Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says in one language; the body is Markdown."""

    title: str
    body: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    audience: Audience
    topic: str
    texts: Mapping[str, ArticleText]
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    line: int
    body: str


def parse_articles(files: Iterable[tuple[str, str]]) -> list[Article]:
    """Parse pairs of source and text; two articles with one id are a mistake."""
    sources: dict[str, str] = {}
    articles: list[Article] = []
    for source, text in files:
        article = parse_article(text, source)
        if article.id in sources:
            raise ArticleError(source, 1, "id", f"“{article.id}” is already the id of {sources[article.id]}.")
        sources[article.id] = source
        articles.append(article)
    return articles


def parse_article(text: str, source: str) -> Article:
    """Read one article file; `source` is the name that errors give it."""
    front, lines = split_front_matter(text, source)
    entries = front.entries(_NEEDED + _OPTIONAL)
    missing = [name for name in _NEEDED if name not in entries]
    if missing:
        raise ArticleError(source, front.line, missing[0], f"The front matter must say “{missing[0]}”.")
    return Article(
        id=entries["id"].slug(),
        audience=_audience(entries["audience"]),
        topic=entries["topic"].slug(),
        texts=MappingProxyType(_texts(entries, _parts(lines, source))),
        queue=entries["queue"].slug() if "queue" in entries else None,
    )


def _audience(entry: Entry) -> Audience:
    try:
        return Audience(entry.text())
    except ValueError as error:
        raise entry.error(f"“{entry.text()}” must be {' or '.join(Audience)}.") from error


def _texts(entries: Mapping[str, Entry], parts: Mapping[str, _Part]) -> dict[str, ArticleText]:
    titles = entries["title"].entries(LANGUAGES)
    keywords = entries["keywords"].entries(LANGUAGES) if "keywords" in entries else {}
    for language in (*titles, *keywords):
        if language not in parts:
            where = titles.get(language) or keywords[language]
            raise where.error(f"The file has no part “# {language}”.")
    for language, part in parts.items():
        if language not in titles:
            source = entries["title"].source
            raise ArticleError(source, part.line, f"# {language}", f"The front matter gives no “{language}” title.")
    return {language: _text(language, titles, keywords, parts) for language in LANGUAGES if language in parts}


def _text(
    language: str, titles: Mapping[str, Entry], keywords: Mapping[str, Entry], parts: Mapping[str, _Part]
) -> ArticleText:
    phrases = keywords[language].texts() if language in keywords else ()
    return ArticleText(titles[language].text(), parts[language].body, phrases)


def _parts(lines: list[tuple[int, str]], source: str) -> dict[str, _Part]:
    opened: dict[str, tuple[int, list[str]]] = {}
    language = ""
    fenced = False
    for number, line in lines:
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _PART.fullmatch(line)
        if heading:
            language = _part_language(heading["language"] or "", opened, number, source)
            opened[language] = (number, [])
        elif language:
            opened[language][1].append(line)
        elif line.strip():
            raise ArticleError(source, number, "body", "Say first which language this is in, such as “# en”.")
    return {language: _part(language, *opened[language], source) for language in opened}


def _part_language(name: str, opened: Mapping[str, object], number: int, source: str) -> str:
    if name not in LANGUAGES:
        sentence = f"A heading with one sign (#) names a language, {', '.join(LANGUAGES)}; use ## inside the text."
        raise ArticleError(source, number, f"# {name}", sentence)
    if name in opened:
        raise ArticleError(source, number, f"# {name}", "This part stands in the file twice.")
    return name


def _part(language: str, number: int, lines: list[str], source: str) -> _Part:
    body = "\n".join(lines).strip()
    if not body:
        raise ArticleError(source, number, f"# {language}", "This part has no text.")
    return _Part(number, body)
