"""Getting a document from the application and performing it verb by verb."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urldefrag

from contactcenter.carrier.call import Call
from contactcenter.carrier.door import Reply
from contactcenter.carrier.engine import Script, Wait
from contactcenter.carrier.exchange import Ask
from contactcenter.carrier.network import Broken, Goto, Here, Network, Outcome, Verbs, nothing_more
from contactcenter.carrier.twiml import Node, NotTwimlError, complaints, parse

QUIET = frozenset({"Reject", "Pause", "Redirect", "Hangup"})
"""Verbs that do not answer a ringing call when they come first."""
MOST_DOCUMENTS_AT_ONE_INSTANT = 20
APOLOGY = "We are sorry, an application error has occurred. Goodbye."
TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


def perform(
    network: Network,
    call: Call,
    ask: Ask,
    verbs: Verbs,
    extra: Callable[[], Mapping[str, str]] | None = None,
) -> Script[Outcome]:
    """Follow documents from one to the next until one runs out or ends with something else than another one.

    A document that only entertains (those with `extra` fields: queue and conference music) has no fallback:
    the verb that asked for it goes on instead.
    """
    while True:
        yield from _breathe(network, call)
        found = yield from _obtain(network, call, ask, fall_back=extra is None)
        if found is None:
            return Broken()
        root, url = found
        outcome = yield from perform_document(Here(network, call, url, extra or nothing_more), root, verbs)
        if not isinstance(outcome, Goto):
            return outcome
        ask = outcome.ask


def perform_document(here: Here, root: Node, verbs: Verbs) -> Script[Outcome]:
    for complaint in complaints(root):
        here.exchange.journal.note(complaint.code, here.url, complaint.message)
    for node in root.children:
        verb = verbs.get(node.tag)
        if verb is None:
            here.unsupported(node.tag)
            continue
        if node.tag not in QUIET and not node.flag("answerOnBridge", False):
            here.exchange.answer(here.call)
        outcome = yield from verb(here, node)
        if outcome is not None:
            return outcome
    return None


def _breathe(network: Network, call: Call) -> Script[None]:
    """Documents that take no time would be asked for without end; each further one costs a second and a complaint."""
    now = network.exchange.engine.now()
    moment, count = call.documents_at
    call.documents_at = (now, count + 1 if moment == now else 1)
    if call.documents_at[1] > MOST_DOCUMENTS_AT_ONE_INSTANT:
        network.exchange.journal.note(0, call.sid, "Documents follow each other without taking any time.")
        yield Wait(1.0)


def _obtain(network: Network, call: Call, ask: Ask, fall_back: bool) -> Script[tuple[Node, str] | None]:
    """The document, else the fallback document, else an apology and None."""
    exchange = network.exchange
    found, code = yield from _try(network, call, ask)
    if found is not None or not fall_back:
        return found
    if call.fallback_url:
        failed = {"ErrorCode": str(code), "ErrorUrl": urldefrag(ask.url).url}
        fallback = Ask(call.fallback_url, call.fallback_method, failed)
        found, _ = yield from _try(network, call, fallback)
    if found is None:
        exchange.answer(call)
        exchange.hear(call, APOLOGY)
    return found


def _try(network: Network, call: Call, ask: Ask) -> Script[tuple[tuple[Node, str] | None, int]]:
    exchange = network.exchange
    happening = yield exchange.fetch(exchange.webhook(call, ask))
    reply: Reply = happening.value
    try:
        return (_document(reply), reply.url), 0
    except NotTwimlError as error:
        exchange.journal.note(error.code, urldefrag(ask.url).url, str(error))
        return None, error.code


def _document(reply: Reply) -> Node:
    if reply.problem is not None:
        raise NotTwimlError(reply.problem.code, reply.problem.message)
    if reply.content_type in TWIML_TYPES:
        return parse(reply.body)
    if reply.content_type.startswith("audio/"):
        return _one_verb("Play", reply.url)
    if reply.content_type == "text/plain":
        try:
            return parse(reply.body)
        except NotTwimlError:
            return _one_verb("Say", reply.body.decode("utf-8", "replace"))
    raise NotTwimlError(12300, f"Content type {reply.content_type or 'missing'} is not a document.")


def _one_verb(tag: str, text: str) -> Node:
    return Node("Response", "", {}, (Node(tag, text, {}, ()),))


def given_document(network: Network, call: Call, twiml: str, base: str, verbs: Verbs) -> Script[Outcome]:
    """A document that came with a REST command instead of an address."""
    try:
        root = parse(twiml.encode())
    except NotTwimlError as error:
        network.exchange.journal.note(error.code, call.sid, str(error))
        return Broken()
    here = replace(Here(network, call, base), absolute_only=True)
    outcome = yield from perform_document(here, root, verbs)
    if isinstance(outcome, Goto):
        return (yield from perform(network, call, outcome.ask, verbs))
    return outcome
