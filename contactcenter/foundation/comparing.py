"""What is different between two texts, line by line, with a little around each difference."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_AROUND = 3


class Kind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Line:
    """`before` and `after` are its numbers, counted from 1, in the text where it stands."""

    kind: Kind
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Places that differ, each with the lines around it; nothing in `places` means that the texts are the same."""

    places: tuple[tuple[Line, ...], ...]

    @property
    def added(self) -> int:
        return self._count(Kind.ADDED)

    @property
    def removed(self) -> int:
        return self._count(Kind.REMOVED)

    def _count(self, kind: Kind) -> int:
        return sum(line.kind is kind for place in self.places for line in place)


def compare(before: str, after: str) -> Comparison:
    old, new = before.split("\n"), after.split("\n")
    matcher = SequenceMatcher(None, old, new)  # with its autojunk: else a menu of 3000 lines takes a minute
    return Comparison(tuple(tuple(_place(group, old, new)) for group in matcher.get_grouped_opcodes(_AROUND)))


def as_lines(before: str, after: str) -> list[str]:
    """The differences alone, each with its sign, as the audit log keeps them."""
    signs = {Kind.ADDED: "+", Kind.REMOVED: "-"}
    found = compare(before, after)
    return [f"{signs[line.kind]} {line.text}" for place in found.places for line in place if line.kind in signs]


def _place(group: list[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[Line]:
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            for old_at, new_at in zip(range(old_from, old_to), range(new_from, new_to), strict=True):
                yield Line(Kind.SAME, old_at + 1, new_at + 1, old[old_at])
            continue
        for at in range(old_from, old_to):
            yield Line(Kind.REMOVED, at + 1, None, old[at])
        for at in range(new_from, new_to):
            yield Line(Kind.ADDED, None, at + 1, new[at])
