"""The parts that phone menus may run: every published version, and beside them files that are not published yet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

import ivr
from contactcenter.foundation.remembering import Remembered
from contactcenter.models import FlowText

_PART = re.compile(r"^part:[ \t]*true\b", re.MULTILINE)
_bodies: Remembered[str | None] = Remembered(float("inf"))
"""Of a published version, which never changes; None where it is no part."""


class Text(NamedTuple):
    """One version of a flow. Without a body it is known to be there and to be no part."""

    name: str
    version: int
    body: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Library:
    """Finds a part by name and version, among published texts first. `told` is added where one is missing."""

    texts: tuple[Text, ...] = ()
    told: str = ""

    def __call__(self, name: str, version: int) -> ivr.Flow | ivr.Missing:
        """The part. Raises FlowError for one that cannot be read."""
        named = {text.version: text for text in reversed(self.texts) if text.name == name}
        if version not in named:
            return ivr.Missing(tuple(sorted(named)), self.told)
        found = named[version]
        if found.body is None:
            others = tuple(sorted(number for number in named if number != version and named[number].body is not None))
            return ivr.Missing(others, "what goes by that name is a whole flow, without 'part: true'")
        return _parsed(found.body, found.source)

    def beside(self, files: Iterable[tuple[str, str]]) -> "Library":
        """With the parts among files, which are pairs of file name and text, under the versions that they say."""
        return replace(self, texts=(*self.texts, *_written(files)))

    def published(self, name: str) -> dict[int, str | None]:
        return {text.version: text.body for text in reversed(self.texts) if text.name == name}


def published(session: Session) -> Library:
    """What every menu may run that is checked now; reads each text once in the life of a process."""
    there = session.execute(select(FlowText.name, FlowText.version).order_by(FlowText.name, FlowText.version)).all()
    return Library(
        tuple(Text(name, version, _body(session, name, version), f"{name}@{version}") for name, version in there)
    )


def is_part(body: str) -> bool:
    """Whether a text says so on a line of its own, which is where it is looked for before it is read."""
    return bool(_PART.search(body))


def _body(session: Session, name: str, version: int) -> str | None:
    def load() -> str | None:
        body = session.scalar(select(FlowText.body).where(FlowText.name == name, FlowText.version == version))
        return body if body is not None and is_part(body) else None

    return _bodies.get(session, (name, version), load)


def _written(files: Iterable[tuple[str, str]]) -> Iterable[Text]:
    for source, body in files:
        if is_part(body):
            try:
                flow = _parsed(body, source)
            except ivr.FlowError:
                continue  # whoever reads this file on its own says what is wrong in it
            yield Text(flow.name, flow.version, body, source)


@lru_cache(maxsize=128)
def _parsed(body: str, source: str) -> ivr.Flow:
    return ivr.parse(body, source)
