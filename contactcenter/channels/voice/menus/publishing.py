"""Publishing a phone menu: only a text that passed every check, or whose doubts somebody accepted with a reason."""

import ivr
from contactcenter.channels.voice.menus import checking
from contactcenter.channels.voice.menus.checking import Around, Checked
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import BadInput
from contactcenter.foundation.shelves import Accepted, Wish

LONGEST_REASON = 500


def publish(db: Database, name: str, revision: int, wish: Wish) -> int:
    """Make this revision of the draft the next version; new calls hear it."""
    around = _around(db)
    return MENUS.publish_draft(db, name, revision, wish, lambda name, body: _judged(name, body, around, wish.reason))


def roll_back(db: Database, name: str, version: int, wish: Wish) -> int:
    """Publish an old version's text again."""
    around = _around(db)
    return MENUS.roll_back(db, name, version, wish, lambda name, body: _judged(name, body, around, wish.reason))


def _around(db: Database) -> Around:
    with db.transaction() as session:
        return checking.known(session)


def _judged(name: str, body: str, around: Around, reason: str) -> Accepted:
    return Accepted(accepted(checking.prove_draft(name, body, around), reason))


def accepted(checked: Checked, reason: str) -> tuple[str, ...]:
    """The doubts that the reason accepts. Raises BadInput for what cannot be accepted."""
    if checked.errors:
        first = checked.errors[0]
        if first.source != checked.source:
            raise checking.unfit(first)
        raise BadInput(
            "This menu has mistakes (%(count)s); the first is in line %(line)s: %(message)s.",
            count=len(checked.errors),
            line=first.line,
            message=first.message,
        )
    if checked.warnings and not reason.strip():
        raise BadInput("There are doubts about this menu; write in a sentence why it is right as it is.")
    if len(reason) > LONGEST_REASON:
        raise BadInput("The reason may have %(most)s characters.", most=LONGEST_REASON)
    return tuple(_noted(checked, one) for one in checked.warnings)


def _noted(checked: Checked, one: ivr.Finding) -> str:
    place = f"line {one.line}" if one.source == checked.source else f"{one.source} line {one.line}"
    return f"{place}: {one.rule} {one.message}"
