"""Publishing a phone menu, its history, and the way back to an older version."""

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contactcenter.admin.menu_pages import page
from contactcenter.channels.voice.menus import checking, comparing, drafts, history, publishing
from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right


def add_publishing(door: Door, parts: Parts) -> None:
    @door.route("/<name>/publish", methods=["GET"], allow=Right.PUBLISH_MENUS)
    def confirm_publish(name: str) -> ResponseReturnValue:
        """All that is known of the draft, and what would change for callers."""
        with parts.db.transaction() as session:
            draft, current = drafts.load(session, name), history.current(session, name)
            around = checking.known(session)
        checked = checking.prove_draft(name, draft.body, around)
        difference = comparing.compare(current.body, checking.stamped(draft.body, current.version))
        return render_template(
            "admin/menu_publish.html", draft=draft, current=current, checked=checked, difference=difference
        )

    @door.route("/<name>/publish", methods=["POST"], allow=Right.PUBLISH_MENUS)
    def publish(name: str) -> ResponseReturnValue:
        revision, reason = request.form.get("revision", 0, type=int), request.form.get("reason", "")
        version = publishing.publish(parts.db, name, revision, _seen(), reason, g.who)
        return gone_to("menus.menu", name=name, published=version)

    @door.route("/<name>/versions/<int:version>/roll-back", methods=["GET"], allow=Right.PUBLISH_MENUS)
    def confirm_roll_back(name: str, version: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            old, current = history.version(session, name, version), history.current(session, name)
            around = checking.known(session)
        checked = checking.prove_draft(name, old.body, around)
        difference = comparing.compare(current.body, checking.stamped(old.body, current.version))
        return render_template(
            "admin/menu_roll_back.html", old=old, current=current, checked=checked, difference=difference
        )

    @door.route("/<name>/versions/<int:version>/roll-back", methods=["POST"], allow=Right.PUBLISH_MENUS)
    def roll_back(name: str, version: int) -> ResponseReturnValue:
        publishing.roll_back(parts.db, name, version, _seen(), request.form.get("reason", ""), g.who)
        return gone_to("menus.versions", name=name)


def add_history(door: Door, parts: Parts) -> None:
    @door.route("/<name>/versions", methods=["GET"], allow=Right.EDIT_MENUS)
    def versions(name: str) -> ResponseReturnValue:
        """Every version, and the differences between two: `version` and the one it is compared `against`."""
        with parts.db.transaction() as session:
            found = history.versions(session, name)
            now = clock.now(session)
        newest = found[0].version
        shown = request.args.get("version", newest, type=int)
        before = next((one.version for one in found if one.version < shown), shown)
        against = request.args.get("against", before, type=int)
        with parts.db.transaction() as session:
            new, old = (history.version(session, name, number) for number in (shown, against))
        difference = comparing.compare(checking.stamped(old.body, shown), new.body)
        return page("menu_versions", now, name=name, versions=found, new=new, old=old, difference=difference)


def gone_to(endpoint: str, **values: object) -> Response:
    """The page to go on with, in the words of htmx."""
    return Response(status=204, headers={"HX-Redirect": url_for(endpoint, **values)})  # type: ignore[arg-type]  # values of addresses are texts and numbers


def _seen() -> int:
    """The version in force that whoever publishes had before them."""
    return request.form.get("seen", 0, type=int)
