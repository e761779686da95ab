"""What a step does and where its exits lead, in the viewer's words."""

import ivr
from contactcenter.foundation.screens import _
from ivr.drawing.words import exit_word, outcome_word, verb_word
from ivr.flow import Menu
from ivr.visiting import HANGUP, LOST, PASSED_BY


def what_it_does(flow: ivr.Flow, step: str, viewer: str) -> str:
    """The verb; a step that only ends the call says so."""
    written = flow.steps.get(step)
    return verb_word(type(written.verb).__name__.lower(), viewer) if written else ""


def way_word(flow: ivr.Flow, step: str, way: str, viewer: str) -> str:
    """An exit as people say it: a key with what it means, an outcome, or the exit's own word."""
    kind, _space, rest = way.partition(" ")
    if kind == "key":
        return _key(flow, step, rest)
    if kind == "end":
        return _("The call ends here: %(outcome)s", outcome=outcome_word(rest, viewer))
    words = {
        HANGUP: _("Hung up"),
        LOST: _("Lost its place and was led to a person"),
        PASSED_BY: _("Led past, having been here often enough"),
    }
    return words.get(way) or exit_word(way, viewer)


def _key(flow: ivr.Flow, step: str, key: str) -> str:
    written = flow.steps.get(step)
    option = written.verb.options.get(key) if written and isinstance(written.verb, Menu) else None
    if option:
        return f"{key} {option.means}"
    return _("0 for a person") if key == "0" else _("Key %(key)s", key=key)
