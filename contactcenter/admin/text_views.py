"""What can be done about a text on a shelf, whatever its kind: drafts, findings, publishing, history and the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contactcenter.composition import Parts
from contactcenter.foundation import clock, comparing, rooms
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import rail, user_links
from contactcenter.foundation.shelves import LARGEST, Shelf, Wish, stamped


@dataclass(frozen=True, slots=True)
class Texts:
    """One kind of texts as the screens know it. `door` is the name of its blueprint.

    `check` and `prove` judge a text under a name: all the time as one types, and once more, thoroughly, before it is published.
    """

    door: str
    room: str
    shelf: Shelf
    edit: Right
    publish: Right
    check: Callable[[Parts, str, str], Any]
    prove: Callable[[Parts, str, str], Any]
    publish_draft: Callable[[Parts, str, int, Wish], int]
    roll_back: Callable[[Parts, str, int, Wish], int]

    def page(self, template: str, now: datetime, **shown: Any) -> str:
        return render_template(
            f"admin/{template}.html",
            server_now=now,
            rail=rail(g.who, self.door),
            user_links=user_links(),
            may_publish=g.who.may(self.publish),
            door=self.door,
            **shown,
        )

    def room_of(self, name: str) -> str:
        return f"{self.room}:{name}"


def add_texts(door: Door, parts: Parts, texts: Texts) -> None:
    """Every route that all kinds of texts have."""
    door.before_request(lambda: _refuse_names(texts.shelf))
    _add_drafts(door, parts, texts)
    _add_standing(door, parts, texts)
    _add_publishing(door, parts, texts)
    _add_history(door, parts, texts)


def _add_drafts(door: Door, parts: Parts, texts: Texts) -> None:
    shelf = texts.shelf

    @door.route("/<name>/draft", methods=["GET"], allow=texts.edit)
    def draft(name: str) -> ResponseReturnValue:
        """`{body, revision, by}`: what is there when somebody else was faster."""
        with parts.db.transaction() as session:
            kept = shelf.draft(session, name)
        return jsonify(body=kept.body, revision=kept.revision, by=kept.by_name)

    @door.route("/<name>/draft", methods=["POST"], allow=texts.edit)
    def save(name: str) -> ResponseReturnValue:
        """The text as the body of the request; `revision` is the one that it was changed from. `{revision}` comes back."""
        body, revision = written(), request.args.get("revision", 0, type=int)
        with parts.db.transaction() as session:
            kept = shelf.save(session, name, body, revision, g.who, clock.now(session))
        return jsonify(revision=kept)

    @door.route("/<name>/discard", methods=["GET"], allow=texts.edit)
    def confirm_discard(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            kept = shelf.draft(session, name)
        return render_template("admin/text_discard.html", draft=kept, door=texts.door)

    @door.route("/<name>/discard", methods=["POST"], allow=texts.edit)
    def discard(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            shelf.discard(session, name, request.form.get("revision", 0, type=int), g.who, clock.now(session))
        return gone_to(f"{texts.door}.text", name=name)

    @door.route("/<name>/findings", methods=["POST"], allow=texts.edit)
    def findings(name: str) -> ResponseReturnValue:
        """What is wrong with the text in the body of the request; nothing is kept."""
        checked = texts.check(parts, name, written()[: LARGEST + 1])
        return render_template("admin/text_findings.html", checked=checked)


def _add_standing(door: Door, parts: Parts, texts: Texts) -> None:
    @door.route("/<name>/standing", methods=["GET"], allow=texts.edit)
    def standing(name: str) -> ResponseReturnValue:
        """Which version is in force, pulled anew whenever one is published."""
        with parts.db.transaction() as session:
            room = texts.room_of(name)
            seq = rooms.counters(session, [room])[room]
            draft, current = texts.shelf.draft(session, name), texts.shelf.current(session, name)
        return render_template(
            "admin/text_standing.html", draft=draft, current=current, room=room, seq=seq, door=texts.door
        )


def _add_publishing(door: Door, parts: Parts, texts: Texts) -> None:
    shelf = texts.shelf

    @door.route("/<name>/publish", methods=["GET"], allow=texts.publish)
    def confirm_publish(name: str) -> ResponseReturnValue:
        """All that is known of the draft, and what would change."""
        with parts.db.transaction() as session:
            draft, current = shelf.draft(session, name), shelf.current(session, name)
        checked = texts.prove(parts, name, draft.body)
        difference = comparing.compare(current.body, stamped(draft.body, current.version))
        return render_template(
            "admin/text_publish.html",
            draft=draft,
            current=current,
            checked=checked,
            difference=difference,
            door=texts.door,
        )

    @door.route("/<name>/publish", methods=["POST"], allow=texts.publish)
    def publish(name: str) -> ResponseReturnValue:
        version = texts.publish_draft(parts, name, request.form.get("revision", 0, type=int), _wish())
        return gone_to(f"{texts.door}.text", name=name, published=version)

    @door.route("/<name>/versions/<int:version>/roll-back", methods=["GET"], allow=texts.publish)
    def confirm_roll_back(name: str, version: int) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            old, current = shelf.version(session, name, version), shelf.current(session, name)
        checked = texts.prove(parts, name, old.body)
        difference = comparing.compare(current.body, stamped(old.body, current.version))
        return render_template(
            "admin/text_roll_back.html",
            old=old,
            current=current,
            checked=checked,
            difference=difference,
            door=texts.door,
        )

    @door.route("/<name>/versions/<int:version>/roll-back", methods=["POST"], allow=texts.publish)
    def roll_back(name: str, version: int) -> ResponseReturnValue:
        texts.roll_back(parts, name, version, _wish())
        return gone_to(f"{texts.door}.versions", name=name)


def _add_history(door: Door, parts: Parts, texts: Texts) -> None:
    shelf = texts.shelf

    @door.route("/<name>/versions", methods=["GET"], allow=texts.edit)
    def versions(name: str) -> ResponseReturnValue:
        """Every version, and the differences between two: `version` and the one it is compared `against`."""
        with parts.db.transaction() as session:
            found = shelf.versions(session, name)
            now = clock.now(session)
        newest = found[0].version
        shown = request.args.get("version", newest, type=int)
        before = next((one.version for one in found if one.version < shown), shown)
        against = request.args.get("against", before, type=int)
        with parts.db.transaction() as session:
            new, old = (shelf.version(session, name, number) for number in (shown, against))
        difference = comparing.compare(stamped(old.body, shown), new.body)
        return texts.page("text_versions", now, name=name, versions=found, new=new, old=old, difference=difference)


def gone_to(endpoint: str, **values: object) -> Response:
    """The page to go on with, in the words of htmx."""
    return Response(status=204, headers={"HX-Redirect": url_for(endpoint, **values)})  # type: ignore[arg-type]  # values of addresses are texts and numbers


def written() -> str:
    """The request's body, with the line ends that files have."""
    return request.get_data(as_text=True).replace("\r\n", "\n").replace("\r", "\n")


def _wish() -> Wish:
    """`seen` is the version in force that whoever publishes had before them."""
    return Wish(g.who, request.form.get("reason", ""), request.form.get("seen", 0, type=int))


def _refuse_names(shelf: Shelf) -> None:
    shelf.named((request.view_args or {}).get("name", "text"))
