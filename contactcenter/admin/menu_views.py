"""The door of the phone menus: their list, the editor with its findings and its picture, and drafts as they are written."""

from flask import Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

import ivr
from contactcenter.admin import menu_publishing_views
from contactcenter.admin.menu_pages import page
from contactcenter.channels.voice.menus import checking, drafts, history, trials
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
    door.before_request(_refuse_names)
    add_pages(door, parts)
    add_drafts(door, parts)
    add_findings(door, parts)
    menu_publishing_views.add_publishing(door, parts)
    menu_publishing_views.add_history(door, parts)
    return door


def add_pages(door: Door, parts: Parts) -> None:
    @door.route("", methods=["GET"], allow=Right.EDIT_MENUS)
    def menus() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shown = history.menus(session)
            now = clock.now(session)
        return page("menus", now, menus=shown)

    @door.route("/<name>", methods=["GET"], allow=Right.EDIT_MENUS)
    def menu(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            room = f"menu:{name}"
            seq = rooms.counters(session, [room])[room]
            draft, current = drafts.load(session, name), history.current(session, name)
            around, now = checking.known(session), clock.now(session)
        checked = checking.check_draft(name, draft.body, around)
        return page(
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

    @door.route("/<name>/standing", methods=["GET"], allow=Right.EDIT_MENUS)
    def standing(name: str) -> ResponseReturnValue:
        """Which version is in force, pulled anew whenever one is published."""
        with parts.db.transaction() as session:
            room = f"menu:{name}"
            seq = rooms.counters(session, [room])[room]
            draft, current = drafts.load(session, name), history.current(session, name)
        return render_template("admin/menu_standing.html", draft=draft, current=current, room=room, seq=seq)


def add_drafts(door: Door, parts: Parts) -> None:
    @door.route("/<name>/draft", methods=["GET"], allow=Right.EDIT_MENUS)
    def draft(name: str) -> ResponseReturnValue:
        """`{body, revision, by}`: what is there when somebody else was faster."""
        with parts.db.transaction() as session:
            kept = drafts.load(session, name)
        return jsonify(body=kept.body, revision=kept.revision, by=kept.by_name)

    @door.route("/<name>/draft", methods=["POST"], allow=Right.EDIT_MENUS)
    def save(name: str) -> ResponseReturnValue:
        """The text as the body of the request; `revision` is the one that it was changed from. `{revision}` comes back."""
        body, revision = _text(), request.args.get("revision", 0, type=int)
        with parts.db.transaction() as session:
            kept = drafts.save(session, name, body, revision, g.who, clock.now(session))
        return jsonify(revision=kept)

    @door.route("/<name>/discard", methods=["GET"], allow=Right.EDIT_MENUS)
    def confirm_discard(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            kept = drafts.load(session, name)
        return render_template("admin/menu_discard.html", draft=kept)

    @door.route("/<name>/discard", methods=["POST"], allow=Right.EDIT_MENUS)
    def discard(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            drafts.discard(session, name, request.form.get("revision", 0, type=int), g.who, clock.now(session))
        return menu_publishing_views.gone_to("menus.menu", name=name)


def add_findings(door: Door, parts: Parts) -> None:
    @door.route("/<name>/findings", methods=["POST"], allow=Right.EDIT_MENUS)
    def findings(name: str) -> ResponseReturnValue:
        """What is wrong with the text in the body of the request; nothing is kept."""
        with parts.db.transaction() as session:
            around = checking.known(session)
        checked = checking.check_draft(name, _text()[: drafts.LARGEST + 1], around)
        return render_template("admin/menu_findings.html", checked=checked)

    @door.route("/<name>/picture/<language>.svg", methods=["GET"], allow=Right.EDIT_MENUS)
    def picture(name: str, language: str) -> ResponseReturnValue:
        """The draft drawn, with its prompts in one of its languages."""
        with parts.db.transaction() as session:
            flow = trials.readable(session, drafts.load(session, name).body, name)
        if language not in flow.languages:
            raise NotFound("This menu does not speak %(language)s.", language=language)
        drawn = Response(ivr.draw(flow, language), mimetype="image/svg+xml")
        drawn.headers["Content-Security-Policy"] = _PICTURE_POLICY
        return drawn


def _refuse_names() -> None:
    history.named((request.view_args or {}).get("name", "menu"))


def _text() -> str:
    """The request's body, with the line ends that files have."""
    return request.get_data(as_text=True).replace("\r\n", "\n").replace("\r", "\n")
