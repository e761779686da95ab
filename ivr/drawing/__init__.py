"""A flow as a picture: who leads where, laid out in rows and drawn as one plain SVG element; no I/O."""

from ivr.drawing.picture import draw
from ivr.drawing.visits import Counted, StepVisits, Visits

__all__ = ["Counted", "StepVisits", "Visits", "draw"]
