"""Reads the front matter of an article file, so that every mistake can be told with its file, line and key."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self

import yaml

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class ArticleError(ValueError):
    """A mistake in an article file, told so that its writer can mend it."""

    def __init__(self, source: str, line: int, key: str, sentence: str) -> None:
        super().__init__(f"{source}, line {line}, {key}: {sentence}")
        self.source = source
        self.line = line
        self.key = key
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the front matter that still knows its name and its place."""

    source: str
    key: str
    line: int
    node: yaml.Node

    def error(self, sentence: str) -> ArticleError:
        return ArticleError(self.source, self.line, self.key, sentence)

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.error("Write a text here.")
        return " ".join(self.node.value.split())

    def slug(self) -> str:
        text = self.text()
        if not _SLUG.fullmatch(text):
            raise self.error(f"“{text}” must be small letters and digits, with single hyphens between them.")
        return text

    def texts(self) -> tuple[str, ...]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("Write a list here, such as [parcel, tracking number].")
        return tuple(self._inner(f"{self.key}[{place}]", node).text() for place, node in enumerate(self.node.value, 1))

    def entries(self, allowed: Collection[str]) -> dict[str, Self]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"Write “name: value” lines here; the names are {', '.join(allowed)}.")
        found: dict[str, Self] = {}
        for name_node, node in self.node.value:
            entry = self._named(name_node, node)
            name = str(name_node.value)
            if name not in allowed:
                raise entry.error(f"This name is not known here; the names are {', '.join(allowed)}.")
            if name in found:
                raise entry.error(f"This stands here twice, first in line {found[name].line}.")
            found[name] = entry
        return found

    def _named(self, name: yaml.Node, node: yaml.Node) -> Self:
        key = f"{self.key}.{name.value}" if self.key != FRONT_MATTER else str(name.value)
        return type(self)(self.source, key, self._line_of(name), node)

    def _inner(self, key: str, node: yaml.Node) -> Self:
        return type(self)(self.source, key, self._line_of(node), node)

    def _line_of(self, node: yaml.Node) -> int:
        # The mark counts from 0, and the line of hyphens stands before it.
        return int(node.start_mark.line) + 2


FRONT_MATTER: Final = "front matter"


def split_front_matter(text: str, source: str) -> tuple[Entry, list[tuple[int, str]]]:
    """The front matter, and the numbered lines below it."""
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != "---":
        raise ArticleError(source, 1, FRONT_MATTER, "An article begins with a line of three hyphens (---).")
    end = next((place for place, line in enumerate(lines) if place and line.rstrip() == "---"), None)
    if end is None:
        raise ArticleError(source, 1, FRONT_MATTER, "A second line of three hyphens (---) must close the front matter.")
    return _front(lines[1:end], source), list(enumerate(lines[end + 1 :], end + 2))


def _front(lines: list[str], source: str) -> Entry:
    try:
        node = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise ArticleError(source, line, FRONT_MATTER, f"This is not YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ArticleError(source, 1, FRONT_MATTER, f"This cannot be read: {error}.") from error
    if node is None:
        raise ArticleError(source, 1, FRONT_MATTER, "The front matter is empty.")
    return Entry(source, FRONT_MATTER, 1, node)
