"""The portal's door: the start page, and the pages that show a customer's side of each channel."""

import secrets
from typing import cast

from flask import Flask, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from markupsafe import Markup

from contactcenter.composition import Parts
from contactcenter.foundation import clock
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.permissions import Right
from contactcenter.foundation.screens import _
from contactcenter.knowledge import searching
from contactcenter.models.states import IdentityKind
from contactcenter.portal import letters, sample, simulated, trying
from contactcenter.settings import SIMULATOR

_LETTERS = "20 per minute; 200 per hour"
_LONGEST_QUESTION = 200


def build(parts: Parts) -> Door:
    """The blueprint; the telephones and the mail form are there only while the phone network is the simulated one."""
    door = Door("portal", __name__)
    limiter = Limiter(
        key_func=get_remote_address,
        storage_uri=parts.settings.redis_url,
        in_memory_fallback_enabled=True,
        strategy="fixed-window",
    )
    door.record_once(lambda state: limiter.init_app(cast("Flask", state.app)))
    _add_start(door, parts)
    _add_phone(door, parts)
    _add_mail(door, parts)
    _add_help(door, parts)
    if _simulates(parts):
        _add_letters(door, parts, limiter)
        simulated.add_routes(door, parts.settings, limiter)
        trying.add_routes(door, parts, limiter)
    return door


def _add_start(door: Door, parts: Parts) -> None:
    @door.route("/", methods=["GET"], allow=Right.PUBLIC)
    def start() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            everybody = sample.people(session) if _simulates(parts) else []
        return render_template(
            "portal/start.html",
            live=False,
            simulated=_simulates(parts),
            logins=sample.logins(everybody),
            mail_address=parts.settings.mail_address,
        )

    @door.route("/chat", methods=["GET"], allow=Right.PUBLIC)
    def chat_page() -> ResponseReturnValue:
        """A shop's page that takes the chat in as any site would: by one line."""
        return render_template("portal/chat.html", base_url=parts.settings.base_url)

    @door.route("/healthz", methods=["GET"], allow=Right.PUBLIC)
    def health() -> ResponseReturnValue:
        """Whether this process and its database answer; when the database does not, the refusal is a 503."""
        with parts.db.transaction() as session:
            now = clock.now(session)
        return jsonify(status="ok", now=now.isoformat())


def _add_phone(door: Door, parts: Parts) -> None:
    @door.route("/phone", methods=["GET"], allow=Right.PUBLIC)
    def phone() -> ResponseReturnValue:
        with parts.db.transaction() as session:
            known = sample.customers(session, IdentityKind.PHONE) if _simulates(parts) else []
            numbers = sample.numbers(session)
        return render_template(
            "portal/phone.html",
            live=False,
            simulated=_simulates(parts),
            known=sorted(known, key=lambda one: one.language != g.language),
            stranger=f"+141555501{20 + secrets.randbelow(80)}",
            numbers=numbers,
            shown=sample.shown,
        )


def _add_mail(door: Door, parts: Parts) -> None:
    settings = parts.settings
    folder = settings.var / "demo-mailbox"

    @door.route("/mail", methods=["GET"], allow=Right.PUBLIC)
    def mail_page() -> ResponseReturnValue:
        known = []
        if _simulates(parts):
            with parts.db.transaction() as session:
                known = sample.customers(session, IdentityKind.EMAIL)
        shown = _simulates(parts) and not settings.smtp_url
        return render_template(
            "portal/mail.html",
            live=False,
            simulated=_simulates(parts),
            mail_address=settings.mail_address,
            door=f"{settings.host}:{settings.mail_door_port}",
            example=letters.example(settings.mail_address),
            known=sorted(known, key=lambda one: one.language != g.language),
            arrived=letters.arrived(folder) if shown else None,
            answers=letters.found(folder, request.args.get("answer", "")) if shown else None,
            sent="sent" in request.args,
        )


def _add_letters(door: Door, parts: Parts, limiter: Limiter) -> None:
    settings = parts.settings

    @door.route("/mail/send", methods=["POST"], allow=Right.PUBLIC)
    @limiter.limit(_LETTERS, error_message=lambda: _("That was a lot in a short time. Please wait a moment."))
    def send_letter() -> ResponseReturnValue:
        written = (request.form.get(name, "") for name in ("from", "subject", "text", "answers"))
        letter = letters.Letter(*written)
        with parts.db.transaction() as session:
            now = clock.now(session)
        mail = letters.composed(letter, settings.mail_address, settings.var / "demo-mailbox", now)
        letters.post(mail, settings.host, settings.mail_door_port)
        return redirect(url_for("portal.mail_page", sent=1), 303)


def _add_help(door: Door, parts: Parts) -> None:
    @door.route("/help", methods=["GET"], allow=Right.PUBLIC, endpoint="help")
    @door.route("/help/<article_id>", methods=["GET"], allow=Right.PUBLIC, endpoint="help")
    def help_centre(article_id: str | None = None) -> ResponseReturnValue:
        """One article, or what answers the question `q`, or all there is to read."""
        asked = request.args.get("q", "").strip()[:_LONGEST_QUESTION]
        article, found, listed = None, [], []
        with parts.db.transaction() as session:
            if article_id is not None:
                article = searching.article(session, article_id, g.language, searching.PUBLIC)
                if article is None:
                    raise NotFound("There is no such article.")
            elif asked:
                found = searching.search(session, asked, g.language, searching.PUBLIC)
            else:
                listed = searching.listed(session, g.language, searching.PUBLIC)
        body = Markup(article.html) if article else ""  # noqa: S704 — cleaned where it was made
        return render_template(
            "portal/help.html", live=False, asked=asked, article=article, body=body, found=found, listed=listed
        )


def _simulates(parts: Parts) -> bool:
    return parts.settings.carrier == SIMULATOR
