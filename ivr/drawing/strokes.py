"""The lines of a picture as SVG: each as wide as calls took it, its label over it, and the marks that point at a step."""

from collections.abc import Iterator

from ivr.drawing.colours import painted
from ivr.drawing.curves import curve, downwards
from ivr.drawing.layout import Point, Route
from ivr.drawing.lettering import escaped
from ivr.drawing.lines import LABEL_HEIGHT, LABEL_SIZE, Line
from ivr.drawing.marks import pill, zero
from ivr.drawing.scene import Scene
from ivr.drawing.visits import THIN, calls_on, line_width
from ivr.drawing.words import sentence


def drawn_lines(scene: Scene) -> Iterator[str]:
    """The lines, and over all of them their labels."""
    lines = {(line.origin, line.target): line for line in scene.lines}
    drawn = [(lines[route.link.origin, route.link.target], route) for route in scene.layout.routes]
    for line, route in drawn:
        yield _drawn_line(scene, line, route)
    for line, route in drawn:
        if route.label and line.link.label:
            yield _drawn_label(line, route.label, line.link.label.width, line.link.label.height)


def drawn_marks(scene: Scene) -> Iterator[str]:
    """Where calls come in, and where 0 leads to."""
    for name, mark in scene.layout.marks.items():
        path, tip = downwards(scene.layout.pointers[name], THIN)
        start = name == scene.flow.start
        yield f'<path d="{path}" stroke-width="{THIN}" {painted("line")}/><path d="{tip}" {painted("tip")}/>'
        yield pill(sentence("start", scene.language), mark.x, mark.y) if start else zero(mark.x, mark.y)


def _drawn_line(scene: Scene, line: Line, route: Route) -> str:
    boxes = scene.layout.boxes
    calls = None if scene.visits is None else calls_on(scene.visits, line.origin, line.exits)
    thick = line_width(calls or 0, scene.most)
    path, tip = curve(route, boxes[line.origin], boxes[line.target], scene.cards[line.target].shape.slant, thick)
    dashes = ' stroke-dasharray="6 4"' if route.sides else ""
    return (
        f'<g class="flow-edge" aria-hidden="true" data-from="{escaped(line.origin)}" data-to="{escaped(line.target)}"'
        f' data-exits="{escaped("|".join(line.exits))}"><title>{escaped(_told(scene, line, calls))}</title>'
        f'<path d="{path}" stroke-width="{thick:.2f}"{dashes} {painted("back" if route.sides else "line")}/>'
        f'<path d="{tip}" {painted("back-tip" if route.sides else "tip")}/></g>'
    )


def _told(scene: Scene, line: Line, calls: int | None) -> str:
    said = f"{line.origin} → {line.target}: {', '.join(one.text for one in line.words)}"
    return said if calls is None else f"{said} ({sentence('calls', scene.language, count=f'{calls:,}')})"


def _drawn_label(line: Line, at: Point, wide: float, high: float) -> str:
    left, top = at[0] - wide / 2, at[1] - high / 2
    rows = []
    for number, one in enumerate(line.label):
        key = f'<tspan font-weight="700">{escaped(one.key)}</tspan> ' if one.key else ""
        y = top + 1 + (number + 0.74) * LABEL_HEIGHT
        rows.append(f'<text x="{at[0]:.1f}" y="{y:.1f}">{key}{escaped(one.meaning)}</text>')
    return (
        f'<g class="flow-exit" aria-hidden="true">'
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:g}" rx="4" {painted("label")}/>'
        f'<g font-size="{LABEL_SIZE:g}" {painted("label-text")}>{"".join(rows)}</g></g>'
    )
