"""Why an agent was chosen, for everybody who reads the case: the stored decision, in the third person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.languages import N_
from contactcenter.foundation.screens import _, titled
from contactcenter.models import Offer, Skill, User

_WHEN = {
    "arrival": N_("It had just come in."),
    "agent_free": N_("The agent had just become free, and this was next."),
    "presence": N_("The agent had just become available, and this was next."),
    "profile": N_("The agent's skills or queues had changed."),
    "step": N_("It had waited long enough to be offered more widely."),
    "queue_delay": N_("It had waited long enough to reach those who help out."),
    "overflow": N_("It had waited too long in another queue."),
    "reserve": N_("Enough agents were free to draw on the reserve."),
    "released": N_("More urgent work that had kept the agent free was out of the line."),
    "cool_off": N_("It had waited a moment before being offered again."),
    "rona": N_("Somebody else had not answered it."),
    "declined": N_("Somebody else had declined it."),
    "withdrawn": N_("It had been taken back from somebody else."),
    "refused": N_("Somebody else could not take it any more."),
}
_KNOWN = N_("The agent knows this customer.")
_DIFFERENCE = {
    "flexibility": N_("serves fewer kinds of work, which keeps others free for theirs"),
    "proficiency": N_("has the higher levels for it"),
    "load": N_("had less in hand"),
    "idle_since": N_("had been free longer"),
    "worked": N_("had worked less so far"),
    "offered_at": N_("had been offered something longer ago"),
}


@dataclass(frozen=True, slots=True)
class Level:
    skill: str
    has: int
    needs: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """`able` of `everybody` could have taken it; `rival` came second, for want of what `difference` says."""

    when: str
    levels: tuple[Level, ...]
    able: int
    everybody: int
    rival: str
    difference: str
    version: int


def reasons(session: Session, offers: Collection[int]) -> dict[int, Reasons]:
    """By offer; those that nobody but a person decided are left out."""
    decisions: dict[int, dict[str, Any]] = dict(
        session.execute(select(Offer.id, Offer.decision).where(Offer.id.in_(offers))).all()
    )
    told = {offer: decision for offer, decision in decisions.items() if "funnel" in decision}
    rivals = {(one.get("runner_up") or {}).get("agent") for one in told.values()} - {None}
    people = dict(session.execute(select(User.id, User.name).where(User.id.in_(rivals))).all())
    skills = {row.name: titled(row.titles) for row in session.scalars(select(Skill))} if told else {}
    return {offer: _reasons(decision, people, skills) for offer, decision in told.items()}


def _reasons(decision: Mapping[str, Any], people: Mapping[int, str], skills: Mapping[str, str]) -> Reasons:
    preferred = decision["order"] == ["preferred"]
    when, funnel = _KNOWN if preferred else _WHEN.get(decision["trigger"]), decision["funnel"]
    asked = decision["work"]["class"]["requirement"]
    levels = {**asked["any_of"], **asked["all_of"]}
    mine = decision["agent"]["proficiency"]
    rival = decision.get("runner_up") or {}
    return Reasons(
        when=_(when) if when else "",
        levels=tuple(Level(skills.get(s, s), mine[s], needs) for s, needs in sorted(levels.items()) if s in mine),
        able=funnel["candidates"],
        everybody=funnel["signed_in"],
        rival=people.get(rival.get("agent", 0), ""),
        difference=_difference(decision, rival),
        version=decision["config_version"],
    )


def _difference(decision: Mapping[str, Any], rival: Mapping[str, Any]) -> str:
    if decision["order"] == ["preferred"]:
        return _("knows this customer")
    text = _DIFFERENCE.get(str(rival.get("lost_by", {}).get("rule")))
    return _(text) if text else _("was equal in everything, and had signed in first")
