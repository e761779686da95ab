"""Being in a conference: waiting for it to start, talking, held, or listening to an announcement."""

from collections.abc import Mapping

from contactcenter.carrier.conference import Ejected, Left, Participant, PhaseChanged
from contactcenter.carrier.documents import perform
from contactcenter.carrier.engine import Departure, Script, Wait
from contactcenter.carrier.exchange import Ask, Redirected
from contactcenter.carrier.network import Broken, Network, Verbs


def attend(network: Network, participant: Participant, music_verbs: Verbs) -> Script[bool]:
    """Stay until ejected. False when the join failed because its wait document did."""
    conferences = network.conferences
    conferences.join(participant)
    ready = True
    try:
        while ready:
            try:
                ready = yield from _phase(network, participant, music_verbs)
            except PhaseChanged:
                continue
    except Ejected:
        return True
    except Departure as departure:
        conferences.leave(participant, Left.UPDATED if isinstance(departure, Redirected) else Left.HUNG_UP)
        raise
    conferences.leave(participant, Left.ADD_FAILED)
    return False


def _phase(network: Network, participant: Participant, music_verbs: Verbs) -> Script[bool]:
    if participant.announcements:
        ask = participant.announcements.pop(0)
        outcome = yield from perform(network, participant.call, ask, music_verbs, lambda: _named(participant))
        network.conferences.announced(
            participant, "announcement-fail" if isinstance(outcome, Broken) else "announcement-end"
        )
        return True
    if participant.hold:
        yield from _music(network, participant, participant.hold_document, music_verbs)
    elif not participant.conference.started:
        return (yield from _music(network, participant, participant.entry.wait, music_verbs))
    else:
        yield Wait(None)
    return True


def _music(network: Network, participant: Participant, ask: Ask | None, music_verbs: Verbs) -> Script[bool]:
    """The document once, then silence: unlike in a queue it does not come again. False when there was none to be had."""
    if ask is None:
        participant.call.tell("music", url="")
    else:
        ask = Ask(ask.url, ask.method, {**ask.params, **_named(participant)})
        outcome = yield from perform(network, participant.call, ask, music_verbs, lambda: _named(participant))
        if isinstance(outcome, Broken):
            return False
    yield Wait(None)
    return True


def _named(participant: Participant) -> Mapping[str, str]:
    return {"ConferenceSid": participant.conference.sid, "FriendlyName": participant.conference.name}
