"""Why this agent: the routing decision's own record, told in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.languages import N_
from contactcenter.foundation.screens import _, duration, titled
from contactcenter.models import Skill, User

_WHEN = {
    "arrival": N_("It has just come in and you were free."),
    "agent_free": N_("You became free and this was next in line."),
    "presence": N_("You became available and this was next in line."),
    "profile": N_("Your skills or queues changed, and this was waiting for them."),
    "step": N_("It waited long enough to be offered more widely."),
    "queue_delay": N_("It waited long enough to reach those who help out."),
    "released": N_("More urgent work that kept you free is out of the line."),
    "overflow": N_("It waited too long in another queue."),
    "reserve": N_("Enough agents are free now to draw on the reserve."),
    "cool_off": N_("It waited a moment before being offered again."),
    "rona": N_("Somebody else did not answer it."),
    "declined": N_("Somebody else declined it."),
    "withdrawn": N_("It was taken back from somebody else."),
    "refused": N_("Somebody else could not take it any more."),
    "by_hand": N_("A supervisor gave it to you."),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in a record are called."""

    skills: Mapping[str, str]
    people: Mapping[int, str]


def names(session: Session, decision: Mapping[str, Any]) -> Names:
    """The names that this record needs."""
    rival = (decision.get("runner_up") or {}).get("agent")
    people = dict(session.execute(select(User.id, User.name).where(User.id == rival)).all()) if rival else {}
    skills = {
        row.name: titled(row.titles) for row in session.scalars(select(Skill).where(Skill.name.in_(_asked(decision))))
    }
    return Names(skills, people)


def sentence(decision: Mapping[str, Any], known: Names) -> str:
    """When it was decided, what was needed, who else could have taken it, and what made the difference."""
    said = [_when(decision), _skills(decision, known), _field(decision), _difference(decision, known)]
    return " ".join(part for part in said if part)


def _when(decision: Mapping[str, Any]) -> str:
    text = _WHEN.get(str(decision.get("trigger")))
    return _(text) if text else ""


def _asked(decision: Mapping[str, Any]) -> dict[str, int]:
    requirement = decision.get("work", {}).get("class", {}).get("requirement", {})
    return {**requirement.get("any_of", {}), **requirement.get("all_of", {})}


def _skills(decision: Mapping[str, Any], known: Names) -> str:
    mine = decision.get("agent", {}).get("proficiency", {})
    compared = [
        _("%(skill)s %(mine)s (needs %(level)s)", skill=known.skills.get(skill, skill), mine=mine[skill], level=level)
        for skill, level in sorted(_asked(decision).items())
        if skill in mine
    ]
    return _("You have what it needs: %(skills)s.", skills=", ".join(compared)) if compared else ""


def _field(decision: Mapping[str, Any]) -> str:
    funnel = decision.get("funnel", {})
    able, everybody = funnel.get("candidates"), funnel.get("signed_in")
    if not able or not everybody:
        return ""
    if able == 1:
        return _("Nobody else of the %(all)s signed in could take it now.", all=everybody)
    return _("%(able)s of the %(all)s signed in could take it now.", able=able, all=everybody)


def _difference(decision: Mapping[str, Any], known: Names) -> str:
    if decision.get("order") == ["preferred"]:
        return _("You know this customer, so you were asked first.")
    rival = decision.get("runner_up") or {}
    if "agent" not in rival:
        return ""
    lost_by = rival.get("lost_by", {})
    reason = _reason(str(lost_by.get("rule")), lost_by.get("mine", 0), lost_by.get("theirs", 0))
    return _("You came before %(name)s: %(reason)s", name=known.people.get(rival["agent"], "?"), reason=reason)


def _reason(rule: str, theirs: int, mine: int) -> str:
    match rule:
        case "flexibility":
            return _("you serve fewer kinds of work, which keeps the others free for theirs.")
        case "proficiency":
            return _("your skills for it add up to %(mine)s against %(theirs)s.", mine=mine, theirs=theirs)
        case "load":
            return _("you have less in hand (%(mine)s against %(theirs)s).", mine=mine, theirs=theirs)
        case "idle_since" | "worked" | "offered_at":
            return _sooner(rule, timedelta(microseconds=abs(theirs - mine)))
        case _:
            return _("all else was equal, and you signed in first.")


def _sooner(rule: str, by: timedelta) -> str:
    time = duration(by.total_seconds())
    match rule:
        case "idle_since":
            return _("you have been free longer, by %(time)s.", time=time)
        case "worked":
            return _("you have worked less so far, by %(time)s.", time=time)
        case _:
            return _("you were offered something longer ago, by %(time)s.", time=time)
