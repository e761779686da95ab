"""The door of the rules: their sets, the editor, the dry run over what has happened, and the run log."""

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from contactcenter.admin.text_views import Texts, add_texts
from contactcenter.automation.dry_run import dry_run
from contactcenter.automation.in_force import RULES
from contactcenter.automation.log import Asked, counts, log
from contactcenter.automation.rules import rule
from contactcenter.composition import Parts
from contactcenter.configuration import rule_texts
from contactcenter.configuration.rule_texts import Checked
from contactcenter.foundation import clock, rooms
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.models import RuleDraft, RuleText
from contactcenter.models.states import RunOutcome

_PAGE = 50
_MOST_SHOWN = 200


def build(parts: Parts) -> Door:
    """The blueprint with everything that can be done about rules."""
    door = Door("automation", __name__, url_prefix="/admin/automation")
    texts = Texts(
        door="automation",
        room="rules",
        shelf=RULES,
        edit=Right.EDIT_RULES,
        publish=Right.PUBLISH_RULES,
        check=_check,
        prove=_check,
        publish_draft=lambda parts, name, revision, wish: rule_texts.publish(parts.db, name, revision, wish),
        roll_back=lambda parts, name, version, wish: rule_texts.roll_back(parts.db, name, version, wish),
    )
    add_pages(door, parts, texts)
    add_log(door, parts, texts)
    add_dry_run(door, parts)
    add_texts(door, parts, texts)
    return door


def add_pages(door: Door, parts: Parts, texts: Texts) -> None:
    @door.route("", methods=["GET"], allow=Right.EDIT_RULES)
    def rules() -> ResponseReturnValue:
        """Every set in force, whose draft there is, and what came of its rules within a day."""
        with parts.db.transaction() as session:
            now = clock.now(session)
            sets = session.execute(
                select(RuleText, RuleDraft.by_name, RuleDraft.at)
                .outerjoin(RuleDraft, RuleDraft.name == RuleText.name)
                .where(RuleText.current)
                .order_by(RuleText.name)
            ).all()
            outcomes = counts(session, now - timedelta(days=1))
        return texts.page("automation", now, sets=sets, outcomes=outcomes)

    @door.route("/<name>", methods=["GET"], allow=Right.EDIT_RULES)
    def text(name: str) -> ResponseReturnValue:
        with parts.db.transaction() as session:
            room = texts.room_of(name)
            seq = rooms.counters(session, [room])[room]
            draft, current = RULES.draft(session, name), RULES.current(session, name)
            now = clock.now(session)
        return texts.page(
            "rules",
            now,
            draft=draft,
            current=current,
            room=room,
            seq=seq,
            checked=_check(parts, name, draft.body),
            published=request.args.get("published", 0, type=int),
        )


def add_log(door: Door, parts: Parts, texts: Texts) -> None:
    @door.route("/log", methods=["GET"], allow=Right.EDIT_RULES)
    def runs() -> ResponseReturnValue:
        """What each rule made of each moment: `case`, `rule` and `outcome` narrow it, `before` goes back."""
        outcome = request.args.get("outcome", "")
        asked = Asked(
            request.args.get("case", type=int),
            request.args.get("rule", "")[:200],
            outcome if outcome in set(RunOutcome) else "",
            request.args.get("before", 0, type=int),
        )
        with parts.db.transaction() as session:
            lines = log(session, asked, _PAGE + 1)
            now = clock.now(session)
        return texts.page("automation_log", now, asked=asked, lines=lines[:_PAGE], is_more=len(lines) > _PAGE)


def add_dry_run(door: Door, parts: Parts) -> None:
    @door.route("/<name>/dry-run", methods=["GET"], allow=Right.EDIT_RULES)
    def try_on_the_past(name: str) -> ResponseReturnValue:
        """The draft judged by the last thirty days; nothing is written."""
        with parts.db.transaction() as session:
            draft = RULES.draft(session, name)
        checked = _check(parts, name, draft.body)
        found = None
        if not checked.findings:
            with parts.db.transaction() as session:
                rules = [rule(name, draft.base, told) for told in checked.rules]
                found = dry_run(session, name, rules, clock.now(session))
        return render_template("admin/dry_run.html", name=name, checked=checked, found=found, most=_MOST_SHOWN)


def _check(parts: Parts, name: str, body: str) -> Checked:
    with parts.db.transaction() as session:
        known = rule_texts.names(session)
    return rule_texts.check(name, body, known)
