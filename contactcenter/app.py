"""The web application, composed: doors, who may pass them, the language spoken, and what a refusal looks like."""

import hashlib
from functools import partial
from pathlib import Path

import structlog
from flask import Flask, Response, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from contactcenter import sockets
from contactcenter.admin import automation_views as automation
from contactcenter.admin import menu_views as menus
from contactcenter.admin import views as admin
from contactcenter.channels.chat import widget
from contactcenter.channels.voice import softphone, webhooks
from contactcenter.composition import Parts
from contactcenter.console import views as console
from contactcenter.foundation import clock, languages
from contactcenter.foundation.errors import BadInput, Forbidden, Refusal, SignInNeeded, Unavailable, Unsigned
from contactcenter.foundation.permissions import Right, Who
from contactcenter.foundation.screens import add_screen_words
from contactcenter.people import signing_in
from contactcenter.people import views as people
from contactcenter.portal import views as portal
from contactcenter.settings import SIMULATOR
from contactcenter.supervisor import menu_views
from contactcenter.supervisor import views as supervisor

log = structlog.get_logger()
_LARGEST_FORM = 2 * 1024 * 1024
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss: {network}; "
    "media-src 'self' blob: {network}; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
_WITHOUT_CSRF = frozenset({Right.SIGNED, Right.VISITOR})
"""Callers that carry their own proof in each request and have no cookie that a foreign page could borrow."""


def create_app(parts: Parts) -> tuple[Flask, SocketIO]:
    """The application and its socket server."""
    parts.warm()
    here = Path(__file__).parent
    app = Flask("contactcenter", root_path=str(here))
    app.config.update(
        SECRET_KEY=parts.settings.secret_key or hashlib.sha256(b"development only").hexdigest(),
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=parts.settings.base_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    csrf = CSRFProtect(app)
    add_screen_words(app)
    for door in (
        webhooks.build(parts.db, parts.addresses, parts.hooks),
        people.build(parts.db, parts.settings),
        console.build(parts),
        supervisor.build(parts),
        menu_views.build(parts),
        admin.build(parts),
        menus.build(parts),
        automation.build(parts),
        portal.build(parts),
        widget.build(parts.db),
    ):
        app.register_blueprint(door)
    _guard(app, parts, csrf)
    _refuse(app)
    app.after_request(partial(_protect, network="" if parts.settings.carrier == SIMULATOR else softphone.HOSTS))
    return app, sockets.build(app, parts)


def _guard(app: Flask, parts: Parts, csrf: CSRFProtect) -> None:
    @app.before_request
    def guard() -> ResponseReturnValue | None:
        """Before any view: who asks, in which language, and may they?"""
        g.who, g.language, g.zone = None, languages.best_language(request.headers.get("Accept-Language", "")), "UTC"
        if request.endpoint in {None, "static"}:
            return None
        allow = getattr(app.view_functions[str(request.endpoint)], "allow", Right.ADMINISTER)
        if allow is Right.SIGNED:
            _believe(parts)
            return None
        turned_away = _let_in(parts, allow)
        if turned_away is None and allow not in _WITHOUT_CSRF:
            csrf.protect()
        return turned_away


def _believe(parts: Parts) -> None:
    if not parts.trust.believes(request):
        log.warning("unsigned_webhook", url=parts.trust.base_url + request.full_path, sender=request.remote_addr)
        raise Unsigned("This request is not signed by the provider for the address it was sent to.")


def _let_in(parts: Parts, allow: Right) -> ResponseReturnValue | None:
    if allow is not Right.VISITOR:
        _recognise(parts)
    _choose_language()
    return None if allow in {Right.PUBLIC, Right.VISITOR} else _check(g.who, allow)


def _recognise(parts: Parts) -> None:
    token = session.get("token")
    if not token:
        return
    with parts.db.transaction() as db_session:
        g.who = signing_in.person(db_session, token, clock.now(db_session))
    if g.who:
        g.language, g.zone = g.who.language, g.who.zone
    else:
        session.pop("token", None)


def _choose_language() -> None:
    """A language named in the address wins and is remembered; then the person's own, then the browser's."""
    asked = request.args.get("lang")
    if asked in languages.LANGUAGES:
        session["language"] = asked
    chosen = session.get("language")
    if chosen in languages.LANGUAGES:
        g.language = chosen


def _check(who: Who | None, allow: Right) -> ResponseReturnValue | None:
    if who is None:
        if request.method == "GET" and not _wants_fragment():
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        raise SignInNeeded("Please sign in again; you were signed out.")
    if not who.may(allow):
        raise Forbidden("Your role does not allow this.")
    return None


def _refuse(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> ResponseReturnValue:
        words = languages.gettext_for(g.get("language", "en"))
        return _problem(refusal.status, words(refusal.sentence, **refusal.values))

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> ResponseReturnValue:
        words = languages.gettext_for(g.get("language", "en"))
        return _problem(400, words("This page is too old to be sent. Reload it and try again."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        return _problem(error.code or 500, error.description or error.name)

    @app.errorhandler(DataError)
    def not_kept(error: DataError) -> ResponseReturnValue:
        """A number beyond what a column holds, a NUL in a text: whoever sent it is told, and trying again is no use."""
        log.warning("value_not_kept", error=str(error.orig)[:500], path=request.path)
        words = languages.gettext_for(g.get("language", "en"))
        return _problem(BadInput.status, words("A number is too large, or a text has a character that cannot be kept."))

    @app.errorhandler(SQLAlchemyError)
    def database(error: SQLAlchemyError) -> ResponseReturnValue:
        log.error("database_failed", error=str(error)[:500], path=request.path)
        words = languages.gettext_for(g.get("language", "en"))
        return _problem(Unavailable.status, words("The database does not answer at the moment. Please try again."))


def _problem(status: int, sentence: str) -> ResponseReturnValue:
    """A page for a person who navigates, a problem document for everything else."""
    if request.method == "GET" and not _wants_fragment() and "text/html" in request.headers.get("Accept", ""):
        return render_template("refusal.html", status=status, sentence=sentence), status
    response = jsonify(type="about:blank", title=sentence, status=status, detail=sentence)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _wants_fragment() -> bool:
    return request.headers.get("HX-Request") == "true"


def _protect(response: Response, network: str) -> Response:
    """Headers that no page may forget. Only the chat widget may be framed, and only it says by whom."""
    ancestors = response.headers.pop("X-Frame-Ancestors", "'none'")
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(ancestors=ancestors, network=network))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
