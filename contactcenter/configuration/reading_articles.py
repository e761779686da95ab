"""Reads the articles of config/kb/."""

import hashlib
from collections.abc import Collection, Iterable

from contactcenter.configuration.contents import Written
from contactcenter.configuration.problems import Problem
from kb.articles import ArticleError, parse_article


def articles(files: Iterable[tuple[str, str]], queues: Collection[str], problems: list[Problem]) -> dict[str, Written]:
    """The articles by their id."""
    found: dict[str, Written] = {}
    sources: dict[str, str] = {}
    for file, text in files:
        try:
            article = parse_article(text, file)
        except ArticleError as error:
            problems.append(Problem(error.source, error.line, error.key, error.sentence))
            continue
        if article.id in found:
            problems.append(Problem(file, 1, "id", f"“{article.id}” is already the id of {sources[article.id]}."))
        if article.queue is not None and article.queue not in queues:
            problems.append(Problem(file, 1, "queue", f"There is no queue “{article.queue}”."))
        found[article.id] = Written(article, hashlib.sha256(text.encode()).hexdigest())
        sources[article.id] = file
    return found
