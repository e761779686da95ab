"""The whole picture: title on top, the flow from its start down, and below what its signs mean."""

from collections.abc import Iterator
from dataclasses import asdict

from ivr.drawing.boxes import drawn_boxes
from ivr.drawing.colours import dark_style, painted
from ivr.drawing.legend import Entry, legend
from ivr.drawing.lettering import cut, escaped
from ivr.drawing.lines import stuck_steps
from ivr.drawing.marks import words
from ivr.drawing.scene import Scene, scene_of
from ivr.drawing.strokes import drawn_lines, drawn_marks
from ivr.drawing.visits import Counted, Visits
from ivr.drawing.words import sentence
from ivr.flow import Flow

_LATIN = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, 'Liberation Sans', Arial"
_HANS = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC'"
_HANT = "'PingFang TC', 'Microsoft JhengHei', 'Noto Sans TC', 'Noto Sans CJK TC'"
_MARGIN = 28.0
_HEAD = 62.0
_NARROWEST = 520.0
_TITLE_SIZE, _BELOW_TITLE_SIZE = 17.0, 12.0


def draw(flow: Flow, language: str, visits: Visits | None = None, counted: Counted | None = None) -> str:
    """One SVG element that needs nothing else; with `visits`, by step, also what calls did on their way, and which were
    `counted`.
    """
    scene = scene_of(flow, language, visits)
    layout = scene.layout
    wide = max(layout.width, _NARROWEST)
    notes, notes_height = legend(list(_notes(scene)), wide)
    below = _MARGIN + _HEAD + layout.height + 1.5 * _MARGIN
    return "".join(
        (
            _opened(scene, wide + 2 * _MARGIN, below + notes_height),
            *_head(scene, wide, counted),
            f'<g transform="translate({_MARGIN + (wide - layout.width) / 2:.1f} {_MARGIN + _HEAD:g})">',
            *drawn_lines(scene),
            *drawn_marks(scene),
            *drawn_boxes(scene),
            f'</g><g class="flow-legend" transform="translate({_MARGIN:g} {below:.1f})">{notes}</g></svg>',
        )
    )


def _opened(scene: Scene, wide: float, high: float) -> str:
    label = sentence("summary", scene.language, title=scene.title, **_counts(scene))
    tag = escaped(scene.language)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-drawing" role="img" aria-label="{escaped(label)}"'
        f' lang="{tag}" xml:lang="{tag}" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" height="{high:.0f}"'
        f' font-family="{_fonts(scene.language)}" text-anchor="middle"><style>{dark_style()}</style>'
        f'<rect width="100%" height="100%" {painted("ground")}/>'
    )


def _fonts(language: str) -> str:
    chinese = (_HANT, _HANS) if language.startswith("zh-Hant") else (_HANS, _HANT)
    return ", ".join((_LATIN, *chinese, "sans-serif"))


def _counts(scene: Scene) -> dict[str, int]:
    return {"steps": len(scene.flow.steps), "version": scene.flow.version}


def _head(scene: Scene, wide: float, counted: Counted | None) -> Iterator[str]:
    below = f"{scene.flow.name} · {sentence('version', scene.language, **_counts(scene))}"
    if counted is not None:
        below += " · " + sentence("counted", scene.language, **asdict(counted))
    for text, size, y, role in (
        (scene.title, _TITLE_SIZE, _MARGIN + 12, "name"),
        (below, _BELOW_TITLE_SIZE, _MARGIN + 32, "text"),
    ):
        bold = role == "name"
        yield words(cut(text, size, wide, bold=bold), (_MARGIN, y), size, role, bold=bold, anchor="start")


def _notes(scene: Scene) -> Iterator[Entry]:
    """The signs that occur, in words."""
    flow, language = scene.flow, scene.language
    if scene.zeros:
        yield Entry("person", sentence("legend_person", language, step=flow.human))
    if stuck_steps(flow):
        yield Entry("stuck", sentence("legend_stuck", language, step=flow.human))
    if any(route.sides for route in scene.layout.routes):
        yield Entry("back", sentence("legend_back", language))
    if any(card.outcome for card in scene.cards.values()):
        yield Entry("end", sentence("legend_end", language))
    if scene.visits is not None:
        yield Entry("width", sentence("legend_width", language))
        yield Entry("lost", sentence("legend_lost", language))
