"""Reading the console's fragments as an agent does: what rings, what is in hand, how the call stands, what may be chosen."""

import html
import json
import re
from dataclasses import dataclass

from contactcenter.foundation.languages import OWN_NAMES
from contactcenter.models.states import Channel

_DRAWINGS = {
    "phone": Channel.VOICE,
    "mail": Channel.EMAIL,
    "chat": Channel.CHAT,
    "message": Channel.MESSAGING,
    "voicemail": Channel.MESSAGING,
}
_RING = re.compile(r'<section class="ring".*?</section>', re.DOTALL)
_OFFER = re.compile(r"/console/offers/(\d+)/accept")
_DRAWING = re.compile(r'avatar__channel">.*?#icon-([\w-]+)', re.DOTALL)
_NAME = re.compile(r'class="ring__name">([^<]*)<')
_NUMBER = re.compile(r'class="ring__number"><span class="together">([^<]*)<')
_ROW = re.compile(r'<a class="row[^>]*href="/console/cases/(\d+)"[^>]*id="(\w[\w-]*)-(\d+)".*?</a>', re.DOTALL)
_PHASE = re.compile(r'class="callbar" data-state="(\w+)"')
_HANG_UP = re.compile(r'hx-post="(/console/calls/\d+/hang-up)"')
_DISPOSITION = re.compile(r'name="disposition" value="([^"]+)"')
_STATUS = re.compile(r'<option value="([a-z_]+)">')
_AGENT_ROOM = re.compile(r'data-live-room="agent:(\d+)')
_PRESENCE = re.compile(r'id="presence" data-chosen="(\w+)".*?data-presence="(\w+)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring card. `address` is where the customer writes or calls from."""

    offer_id: int
    channel: Channel
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of my work; `group` is ringing, active, wrap-up or case."""

    case_id: int
    item_id: int
    group: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Bar:
    """My call: dialing, connected, held or ended, and where hanging up is asked for."""

    phase: str
    hang_up: str


def rings(page: str) -> list[Ring]:
    found = []
    for card in _RING.findall(page):
        offer, name, number = _OFFER.search(card), _NAME.search(card), _NUMBER.search(card)
        if offer:
            address = (number[1] if number else "") or (name[1] if name else "")
            found.append(Ring(int(offer[1]), _channel(card), html.unescape(address), _language(card)))
    return found


def rows(page: str) -> list[Row]:
    return [
        Row(int(match[1]), int(match[3]), match[2], _channel(match[0]))
        for match in _ROW.finditer(page)
        if match[2] != "case"
    ]


def bar(page: str) -> Bar | None:
    phase, hang_up = _PHASE.search(page), _HANG_UP.search(page)
    return Bar(phase[1], hang_up[1] if hang_up else "") if phase else None


def dispositions(page: str) -> list[str]:
    return _DISPOSITION.findall(page)


def statuses(page: str) -> list[str]:
    return _STATUS.findall(page)


def agent_id(page: str) -> int | None:
    found = _AGENT_ROOM.search(page)
    return int(found[1]) if found else None


def is_held_back(page: str) -> bool:
    """Whether the agent chose to be available and the system holds them not ready all the same."""
    found = _PRESENCE.search(page)
    return found is not None and found[1] == "available" and found[2] == "aux"


def opened_case(location: str) -> int | None:
    """The case that an accepted offer leads to, from the header that tells htmx where to go."""
    try:
        path = str(json.loads(location)["path"])
    except (ValueError, KeyError, TypeError):
        return None
    last = path.rpartition("/")[2]
    return int(last) if last.isdigit() else None


def _channel(piece: str) -> Channel:
    found = _DRAWING.search(piece)
    return _DRAWINGS.get(found[1] if found else "", Channel.MESSAGING)


def _language(card: str) -> str:
    return next((tag for tag, name in OWN_NAMES.items() if name in card), "en")
