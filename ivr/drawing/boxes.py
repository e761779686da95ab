"""The steps of a picture as SVG: outline, words and badges, and in the title all that the box has no room for."""

from collections.abc import Iterator

from ivr.drawing.cards import CAPTION_HEIGHT, CAPTION_SIZE, NAME_HEIGHT, NAME_SIZE, TEXT_HEIGHT, TEXT_SIZE, Card
from ivr.drawing.colours import painted
from ivr.drawing.layout import Place
from ivr.drawing.lettering import escaped
from ivr.drawing.marks import lost, words, zero
from ivr.drawing.scene import Scene
from ivr.drawing.visits import share_lost
from ivr.drawing.words import sentence

_INNER = 7.0
"""How much smaller the second outline is that says: the call ends here."""
_BASELINE = 0.27
_CORNER = 6.0


def drawn_boxes(scene: Scene) -> Iterator[str]:
    for name, card in scene.cards.items():
        place = scene.layout.boxes[name]
        step = f' data-step="{escaped(name)}"' if name in scene.flow.steps else ""
        yield (
            f'<g class="flow-step"{step} role="img" transform="translate({place.x:.1f} {place.y:.1f})">'
            f'<title>{escaped(_told(scene, card))}</title><g aria-hidden="true">'
            f"{''.join(_outlines(card, place))}{''.join(_written(card))}{''.join(_badges(scene, card, place))}</g></g>"
        )


def _told(scene: Scene, card: Card) -> str:
    """All that is known of the step, for those who point at it or hear the picture read."""
    ways = (f"{one.text} → {line.target}" for line in scene.lines if line.origin == card.step for one in line.words)
    told = [f"{card.step} ({card.caption})", card.full, card.outcome, *ways]
    if card.step in scene.zeros:
        told.append(sentence("person", scene.language, step=scene.flow.human))
    if seen := scene.visits_of(card.step):
        told.append(sentence("lost", scene.language, count=f"{seen.hang_ups:,}", share=share_lost(seen)))
    return "\n".join(filter(None, told))


def _outlines(card: Card, place: Place) -> Iterator[str]:
    """Double where the call ends, dashed where nobody wrote the step."""
    wide, high = place.size.width, place.size.height
    dashes = ' stroke-dasharray="4 3"' if card.missing else ""
    yield f'<path d="{card.shape.outline(wide, high)}" stroke-width="1.3"{dashes} {painted(card.shape.colour)}/>'
    if card.outcome:
        inner = card.shape.outline(wide - _INNER, high - _INNER)
        yield f'<path d="{inner}" stroke-width="1" {painted(card.shape.colour)}/>'


def _written(card: Card) -> Iterator[str]:
    rows = [
        (card.caption, CAPTION_SIZE, CAPTION_HEIGHT, "text", False),
        (card.name, NAME_SIZE, NAME_HEIGHT, "name", True),
        *((line, TEXT_SIZE, TEXT_HEIGHT, "text", False) for line in card.lines),
    ]
    if card.outcome:
        rows.append((card.outcome, TEXT_SIZE, TEXT_HEIGHT, card.tone, True))
    y = (card.shape.lid - sum(height for _, _, height, _, _ in rows)) / 2
    for text, size, height, role, bold in rows:
        y += height
        yield words(text, (0, y - height * _BASELINE), size, role, bold=bold)


def _badges(scene: Scene, card: Card, place: Place) -> Iterator[str]:
    """At the lower corners, where calls leave: 0 on the left, those who hung up on the right."""
    half, low = place.size.width / 2, place.size.height / 2
    if card.step in scene.zeros:
        yield zero(card.shape.inset + 2 - half, low)
    if (seen := scene.visits_of(card.step)) and seen.hang_ups:
        yield lost(seen, half - _CORNER, low)
