"""Signing in and out, and choosing a language."""

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from contactcenter.foundation import clock, languages, rooms
from contactcenter.foundation.db import Database
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.people import notices, signing_in
from contactcenter.settings import Settings

TRIES = "10 per minute; 60 per hour"
"""Sign-ins from one address, right or wrong; and the same again for one login."""


def build(db: Database, settings: Settings) -> Door:
    """The blueprint; what it needs is handed to it."""
    door = Door("people", __name__)
    limiter = Limiter(
        key_func=get_remote_address,
        storage_uri=settings.redis_url,
        in_memory_fallback_enabled=True,
        strategy="fixed-window",
    )
    door.record_once(lambda state: limiter.init_app(cast("Flask", state.app)))

    def tried_login() -> str:
        return "login:" + request.form.get("login", "").strip().lower()[:100]

    @door.route("/sign-in", methods=["GET"], allow=Right.PUBLIC)
    def sign_in() -> ResponseReturnValue:
        return render_template("people/sign_in.html", refused=False, login="")

    @door.route("/sign-in", methods=["POST"], allow=Right.PUBLIC)
    @limiter.limit(TRIES, error_message="too many tries")
    @limiter.limit(TRIES, key_func=tried_login)
    def try_sign_in() -> ResponseReturnValue:
        login, password = request.form.get("login", ""), request.form.get("password", "")
        found = signing_in.sign_in(db, login, password[:1000])
        if found is None:
            return render_template("people/sign_in.html", refused=True, login=login[:100]), 401
        token, who = found
        language = session.get("language")
        session.clear()
        session["token"] = token
        if language:
            session["language"] = language
        return redirect(_inside(request.args.get("next")) or url_for(f"{_home(who.role)}.desk"))

    add_own(door, db)
    add_notices(door, db)
    return door


def add_notices(door: Door, db: Database) -> None:
    @door.route("/notices", methods=["GET"], allow=Right.SIGNED_IN)
    def unseen() -> ResponseReturnValue:
        """The bell with what this person has not seen yet, pulled anew whenever that changes."""
        with db.transaction() as session:
            room = f"notices:{g.who.id}"
            seq = rooms.counters(session, [room])[room]
            shown = notices.unseen(session, g.who.id)
        return render_template("people/notices.html", notices=shown, room=room, seq=seq)

    @door.route("/notices/<int:notice_id>/see", methods=["POST"], allow=Right.SIGNED_IN)
    def see(notice_id: int) -> ResponseReturnValue:
        with db.transaction() as session:
            notices.see(session, notice_id, g.who, clock.now(session))
        return "", 204


def add_own(door: Door, db: Database) -> None:
    """What the signed-in person does about themself."""

    @door.route("/sign-out", methods=["POST"], allow=Right.SIGNED_IN)
    def sign_out() -> ResponseReturnValue:
        with db.transaction() as db_session:
            signing_in.sign_out(db_session, session["token"], clock.now(db_session))
        session.clear()
        return redirect(url_for("people.sign_in"))

    @door.route("/language", methods=["POST"], allow=Right.SIGNED_IN)
    def choose_language() -> ResponseReturnValue:
        chosen = request.form.get("language", "")
        if chosen in languages.LANGUAGES:
            session["language"] = chosen
            with db.transaction() as db_session:
                signing_in.choose_language(db_session, g.who, chosen)
        return redirect(_inside(request.form.get("next")) or url_for("console.desk"))


def _home(role: str) -> str:
    return "console" if role == "agent" else "supervisor"


def _inside(target: str | None) -> str | None:
    """The page to go on to, only when it is one of ours."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
