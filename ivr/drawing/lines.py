"""The lines between steps, and what stands on them; the ways to a person that hold everywhere are left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.drawing.cards import spoken
from ivr.drawing.lettering import cut, one_line, width
from ivr.drawing.net import Link, Size
from ivr.drawing.words import exit_word
from ivr.flow import Flow, Menu, Queue, Step
from ivr.graph import Exit, all_exits

LABEL_SIZE, LABEL_HEIGHT = 11.0, 15.0
_WIDEST = 136.0
_BESIDE = 118.0
"""Short words stand on one line as long as they are no wider together."""
_KEY = "key "
_ZERO = "key 0"
_STUCK = "stuck"
_UNLABELLED = "then"


@dataclass(frozen=True, slots=True)
class Words:
    """One line of a label: the key that is pressed, if one is, and what it means."""

    key: str
    meaning: str

    @property
    def text(self) -> str:
        return f"{self.key} {self.meaning}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """All exits of a step that lead to the same other one."""

    origin: str
    target: str
    exits: tuple[str, ...]
    words: tuple[Words, ...]
    label: tuple[Words, ...]

    @property
    def link(self) -> Link:
        if not self.label:
            return Link(self.origin, self.target)
        wide = max(width(words.text, LABEL_SIZE, bold=True) for words in self.label)
        return Link(self.origin, self.target, Size(wide + 10, len(self.label) * LABEL_HEIGHT + 2))


def lines_of(flow: Flow, language: str) -> tuple[Line, ...]:
    grouped: dict[tuple[str, str], list[Exit]] = {}
    for way in drawn_exits(flow):
        grouped.setdefault((way.origin, way.target), []).append(way)
    return tuple(_line(flow, ways, language) for ways in grouped.values())


def drawn_exits(flow: Flow) -> tuple[Exit, ...]:
    return tuple(way for ways in all_exits(flow).values() for way in ways if not _is_left_out(flow, way))


def zero_steps(flow: Flow) -> frozenset[str]:
    """The steps from which 0 leads to the human step without a line being drawn."""
    return _left_out(flow, _ZERO)


def stuck_steps(flow: Flow) -> frozenset[str]:
    return _left_out(flow, _STUCK)


def _left_out(flow: Flow, name: str) -> frozenset[str]:
    ways = (way for ways in all_exits(flow).values() for way in ways)
    return frozenset(way.origin for way in ways if way.name == name and _is_left_out(flow, way))


def _is_left_out(flow: Flow, way: Exit) -> bool:
    return way.target == flow.human and way.name in {_ZERO, _STUCK}


def _line(flow: Flow, ways: Iterable[Exit], language: str) -> Line:
    ways = tuple(ways)
    step = flow.steps[ways[0].origin]
    words = tuple(_words(flow, step, way.name, language) for way in ways)
    names = tuple(way.name for way in ways)
    label = () if set(names) == {_UNLABELLED} else _label(words)
    return Line(step.name, ways[0].target, names, words, label)


def _words(flow: Flow, step: Step, name: str, language: str) -> Words:
    if not name.startswith(_KEY):
        return Words("", one_line(exit_word(name, language, step.at_most)))
    key = name.removeprefix(_KEY)
    return Words(one_line(key), one_line(_meanings(flow, step, language).get(key, "")))


def _meanings(flow: Flow, step: Step, language: str) -> Mapping[str, str]:
    match step.verb:
        case Menu() as menu:
            return {key: option.means for key, option in menu.options.items()}
        case Queue() as queue:
            return {key: spoken(flow, choice.say, language) for key, choice in queue.keys.items()}
        case _:
            return {}


def _label(words: Iterable[Words]) -> tuple[Words, ...]:
    """Each key on a line of its own; other exits side by side while there is room."""
    lines: list[Words] = []
    for one in words:
        joined = f"{lines[-1].meaning} · {one.meaning}" if lines else ""
        if lines and not one.key and not lines[-1].key and width(joined, LABEL_SIZE) <= _BESIDE:
            lines[-1] = Words("", joined)
        else:
            room = _WIDEST - width(f"{one.key} ", LABEL_SIZE, bold=True)
            lines.append(Words(cut(one.key, LABEL_SIZE, _WIDEST / 2, bold=True), cut(one.meaning, LABEL_SIZE, room)))
    return tuple(lines)
