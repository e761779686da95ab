"""All that stands in a picture of one flow, and where: its cards, its lines and their places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.drawing.cards import Card, card_of, missing_card
from ivr.drawing.layout import Layout, laid_out
from ivr.drawing.lines import Line, lines_of, zero_steps
from ivr.drawing.marks import BADGE, pill_size
from ivr.drawing.net import Size
from ivr.drawing.visits import StepVisits, Visits, calls_on
from ivr.drawing.words import sentence
from ivr.flow import Flow


@dataclass(frozen=True, slots=True)
class Scene:
    """`zeros` are the steps whose 0 is shown by a badge; `most` is how many calls took the busiest line."""

    flow: Flow
    language: str
    visits: Visits | None
    cards: Mapping[str, Card]
    lines: tuple[Line, ...]
    zeros: frozenset[str]
    layout: Layout
    most: int

    @property
    def title(self) -> str:
        titles = self.flow.title
        return next((titles[tag] for tag in (self.language, *self.flow.languages) if tag in titles), self.flow.name)

    def visits_of(self, step: str) -> StepVisits | None:
        return None if self.visits is None else self.visits.get(step, StepVisits(0))


def scene_of(flow: Flow, language: str, visits: Visits | None) -> Scene:
    lines = lines_of(flow, language)
    cards = _cards(flow, language, visits, lines)
    zeros = zero_steps(flow)
    marks = {flow.start: pill_size(sentence("start", language))}
    if zeros and flow.human in cards and flow.human != flow.start:
        marks[flow.human] = Size(2 * BADGE, 2 * BADGE)
    sizes = {name: card.size for name, card in cards.items()}
    layout = laid_out(sizes, [line.link for line in lines], marks, flow.start)
    most = max((calls_on(visits or {}, line.origin, line.exits) for line in lines), default=0)
    return Scene(flow, language, visits, cards, lines, zeros, layout, most)


def _cards(flow: Flow, language: str, visits: Visits | None, lines: Iterable[Line]) -> dict[str, Card]:
    """A card for every step, and for every name that stands for no step."""
    cards = {name: card_of(flow, step, language, _calls(visits, name, language)) for name, step in flow.steps.items()}
    for name in (flow.start, *(line.target for line in lines)):
        if name not in cards:
            cards[name] = missing_card(name, language)
    return cards


def _calls(visits: Visits | None, step: str, language: str) -> str:
    if visits is None:
        return ""
    return sentence("calls", language, count=f"{visits.get(step, StepVisits(0)).visits:,}")
