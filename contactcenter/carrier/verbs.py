"""Every verb the simulator performs, the smaller tables for special documents, and the scripts that use them."""

from collections.abc import Mapping
from functools import partial

from contactcenter.carrier.attending import attend
from contactcenter.carrier.call import Call, CallStatus
from contactcenter.carrier.conference import Conference, ConferenceStatus, Entry, JoinRefusedError, Left, Participant
from contactcenter.carrier.dialing import dial
from contactcenter.carrier.documents import given_document, perform
from contactcenter.carrier.engine import Script
from contactcenter.carrier.exchange import Ask
from contactcenter.carrier.gathering import gather
from contactcenter.carrier.network import Goto, HangUp, Here, Network, Outcome, Verb
from contactcenter.carrier.queueing import enqueue, leave
from contactcenter.carrier.recording import record
from contactcenter.carrier.ringing import ring
from contactcenter.carrier.speaking import pause, play, say
from contactcenter.carrier.twiml import Node


def redirect(here: Here, node: Node) -> Script[Outcome]:
    yield from ()
    return Goto(here.ask(node.text or here.url, node.attributes.get("method", "POST")))


def hang_up(here: Here, node: Node) -> Script[Outcome]:  # noqa: ARG001 - the verb has nothing to say
    yield from ()
    return HangUp()


def reject(here: Here, node: Node) -> Script[Outcome]:
    yield from ()
    if here.call.live:
        here.exchange.journal.note(12200, here.url, "<Reject> comes too late: the call is answered already.")
        return None
    busy = node.attributes.get("reason") == "busy"
    here.exchange.conclude(here.call, CallStatus.BUSY if busy else CallStatus.NO_ANSWER, 486 if busy else 603)
    return HangUp()


MUSIC_VERBS: Mapping[str, Verb] = {"Say": say, "Play": play, "Pause": pause, "Redirect": redirect}
WAIT_VERBS: Mapping[str, Verb] = {**MUSIC_VERBS, "Gather": gather, "Leave": leave, "Hangup": hang_up}
WHISPER_VERBS: Mapping[str, Verb] = {**MUSIC_VERBS, "Gather": gather, "Hangup": hang_up}
VERBS: Mapping[str, Verb] = {
    **MUSIC_VERBS,
    "Gather": gather,
    "Record": record,
    "Hangup": hang_up,
    "Reject": reject,
    "Enqueue": partial(enqueue, wait_verbs=WAIT_VERBS),
    "Dial": partial(dial, music_verbs=MUSIC_VERBS, whisper_verbs=WHISPER_VERBS),
}


def follow(network: Network, call: Call, ask: Ask) -> Script[None]:
    """Do what the application says, to the end of its last document."""
    yield from perform(network, call, ask, VERBS)


def follow_given(network: Network, call: Call, twiml: str) -> Script[None]:
    yield from given_document(network, call, twiml, "", VERBS)


def place(network: Network, call: Call, timeout: float, then: Script[None]) -> Script[None]:
    """Ring somebody, and do the rest when they answer."""
    if (yield from ring(network, call, timeout)):
        yield from then


def ring_into(network: Network, participant: Participant, timeout: float) -> Script[None]:
    """A participant made by command: rings, joins, and ends when it leaves the conference."""
    conferences = network.conferences
    answered = False
    try:
        answered = yield from ring(network, participant.call, timeout)
    finally:
        if not answered:
            conferences.leave(participant, Left.ADD_FAILED)
    if answered:
        present = _still_there(network, participant)
        if present is not None:
            yield from attend(network, present, MUSIC_VERBS)


def _still_there(network: Network, participant: Participant) -> Participant | None:
    """The conference may have ended while the telephone rang: then one of the same name begins."""
    conference = participant.conference
    if conference.status is not ConferenceStatus.COMPLETED:
        return participant
    conferences = network.conferences
    conferences.leave(participant, Left.ADD_FAILED)
    try:
        return _invited_again(network, conferences.open(conference.name, participant.entry), participant)
    except JoinRefusedError as refusal:
        network.exchange.journal.note(refusal.code, participant.call.sid, str(refusal))
        return None


def _invited_again(network: Network, conference: Conference, participant: Participant) -> Participant:
    entry: Entry = participant.entry
    return network.conferences.invite(conference, participant.call, entry)
