"""Articles beside a case: suggested by what the customer wrote or chose, or found by the agent's own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.console.live import Live, watch
from contactcenter.foundation.errors import NotFound
from contactcenter.knowledge import searching, suggesting
from contactcenter.knowledge.searching import INTERNAL, PUBLIC, Found
from contactcenter.models import Case, Interaction, TimelineEntry
from contactcenter.models.states import EntryKind

MOST_FOUND = 8
MOST_TURNS = 5
LONGEST_QUESTION = 200
KINDS = ("entry_added",)


@dataclass(frozen=True, slots=True)
class Offered:
    """An article in a list. `plain` may go into a reply; it is empty for what customers may not read."""

    id: str
    title: str
    language: str
    excerpt: tuple[tuple[str, bool], ...]
    plain: str

    @property
    def is_internal(self) -> bool:
        return not self.plain


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole article."""

    title: str
    language: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Shelf:
    live: Live
    case_id: int
    language: str
    suggested: list[Offered]


def shelf(session: Session, case: Case) -> Shelf:
    """What the last things that the customer said make worth a look."""
    live = watch(session, [f"case:{case.id}"], url_for("console.suggestions", case_id=case.id), KINDS)
    hits = suggesting.suggest(session, _turns(session, case), case.language)
    return Shelf(live, case.id, case.language, _offered(session, hits))


def found(session: Session, case: Case, words: str) -> list[Offered]:
    """What the agent looks for, in the customer's language first."""
    question = words.strip()[:LONGEST_QUESTION]
    hits = searching.search(session, question, case.language, INTERNAL, MOST_FOUND) if question else []
    return _offered(session, hits)


def article(session: Session, article_id: str, language: str) -> Reading:
    """A whole article, for reading."""
    shown = searching.article(session, article_id, language, INTERNAL)
    if shown is None:
        raise NotFound("There is no such article.")
    return Reading(shown.title, shown.language, Markup(shown.html))  # noqa: S704 — sanitised when it was made


def _offered(session: Session, hits: Iterable[Found]) -> list[Offered]:
    offered = []
    for hit in hits:
        public = searching.article(session, hit.article_id, hit.language, PUBLIC)
        plain = public.plain if public else ""
        offered.append(Offered(hit.article_id, hit.title, hit.language, hit.excerpt, plain))
    return offered


def _turns(session: Session, case: Case) -> list[str]:
    """What the case is about and what was said last, the newest at the end."""
    texts = session.scalars(
        select(TimelineEntry.body["text"].astext)
        .where(TimelineEntry.case_id == case.id, TimelineEntry.kind == EntryKind.MESSAGE_IN)
        .order_by(TimelineEntry.seq.desc())
        .limit(MOST_TURNS)
    ).all()
    paths = session.scalars(select(Interaction.path).where(Interaction.case_id == case.id).order_by(Interaction.id))
    chosen = [step for path in paths for step in path]
    return [text for text in (case.subject, *chosen, *reversed(texts)) if text]
