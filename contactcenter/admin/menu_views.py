"""The door of the phone menus: their list, the editor with its findings and its picture; text_views has what all texts have."""

from flask import Response, request
from flask.typing import ResponseReturnValue

import ivr
from contactcenter.admin.text_views import Texts, add_texts
from contactcenter.channels.voice.menus import checking, history, publishing, trials
from contactcenter.channels.voice.menus.checking import Checked
from contactcenter.channels.voice.menus.history import MENUS
from contactcenter.composition import Parts
from contactcenter.foundation import clock, rooms
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.permissions import Right
from contactcenter.settings import SIMULATOR

_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def build(parts: Parts) -> Door:
    """The blueprint with everything that can be done about phone menus."""
    door = Door("menus", __name__, url_prefix="/admin/menus")
    texts = Texts(
        door="menus",
        room="menu",
        shelf=MENUS,
        edit=Right.EDIT_MENUS,
        publish=Right.PUBLISH_MENUS,
        check=_check,
        prove=_prove,
        publish_draft=lambda parts, name, revision, wish: publishing.publish(parts.db, name, revision, wish),
        roll_back=lambda parts, name, version, wish: publishing.roll_back(parts.db, name, version, wish),
    )
    add_pages(door, parts, texts)
    add_picture(door, parts)
    add_texts(door, parts, texts)
    return door


def add_pages(door: Door, parts: Parts, texts: Texts) -> None:
    @door.route("", methods=["GET"], allow=Right.EDIT_MENUS)
    def menus() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = history.menus(session)
            now = clock.now(session)
        return texts.page("menus", now, menus=shown)

    @door.route("/<name>", methods=["GET"], allow=Right.EDIT_MENUS)
    def text(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            room = texts.room_of(name)
            seq = rooms.counters(session, [room])[room]
            draft, current = MENUS.draft(session, name), MENUS.current(session, name)
            around, now = checking.known(session), clock.now(session)
        checked = checking.check_draft(name, draft.body, around)
        return texts.page(
            "menu",
            now,
            draft=draft,
            current=current,
            room=room,
            seq=seq,
            checked=checked,
            languages=checked.flow.languages if checked.flow else (),
            published=request.args.get("published", 0, type=int),
            tries=parts.settings.carrier == SIMULATOR,
        )


def add_picture(door: Door, parts: Parts) -> None:
    @door.route("/<name>/picture/<language>.svg", methods=["GET"], allow=Right.EDIT_MENUS)
    def picture(name: str, language: str) -> ResponseReturnValue:
        """The draft drawn, with its prompts in one of its languages."""
        with parts.db.transaction() as session:
            flow = trials.readable(session, MENUS.draft(session, name).body, name)
        if language not in flow.languages:
            raise NotFound("This menu does not speak %(language)s.", language=language)
        drawn = Response(ivr.draw(flow, language), mimetype="image/svg+xml")
        drawn.headers["Content-Security-Policy"] = _PICTURE_POLICY
        return drawn


def _check(parts: Parts, name: str, body: str) -> Checked:
    with parts.db.transaction() as session:
        around = checking.known(session)
    return checking.check_draft(name, body, around)


def _prove(parts: Parts, name: str, body: str) -> Checked:
    with parts.db.transaction() as session:
        around = checking.known(session)
    return checking.prove_draft(name, body, around)
