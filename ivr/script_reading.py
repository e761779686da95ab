"""How scripted calls are written in the file."""

from collections.abc import Mapping

from ivr import nodes
from ivr.nodes import Misread, Node, Plain, Table
from ivr.scripts import Cue, Doing, Expectation, HookAnswer, QueueSetting, Script

_HOURS = ("open", "closed", "emergency")
_ARTICLES = ("found", "missing")
_CALLBACKS = ("booked", "bad_number", "refused")
_TRANSFERS = ("answered", "busy", "no_answer", "failed")
_HOOK_WORDS = ("missing", "error", "slow")
_LONGEST_WAIT = 4 * 3600


def script(node: Node, languages: tuple[str, ...]) -> Script:
    known = ("name", "call", "hours", "hooks", "queue", "article", "callback", "transfer", "script", "expect")
    block = nodes.table(node, "a test", known)
    article, callback, transfer = (block.get(name) for name in ("article", "callback", "transfer"))
    hours, hooks, queue = block.get("hours"), block.get("hooks"), block.get("queue")
    call = nodes.table(block.need("call", "a test"), "call", ("from", "at", "language"))
    language = call.get("language")
    spoken = nodes.text(language, "language") if language else None
    if language and spoken not in languages:
        raise Misread(language.line, f"language '{spoken}' is not one of {', '.join(languages)}")
    return Script(
        line=node.line,
        name=nodes.text(block.need("name", "a test"), "name"),
        caller=nodes.text(call.need("from", "call"), "from"),
        at=nodes.text(call.need("at", "call"), "at"),
        language=spoken,
        hours=_one_of(hours, "hours", _HOURS) if hours else "open",
        hooks={name: _answer(told, name) for name, told in nodes.table(hooks, "hooks").entries.items()}
        if hooks
        else {},
        queue=_queue(queue) if queue else QueueSetting(),
        article=_one_of(article, "article", _ARTICLES) if article else "found",
        callback=_one_of(callback, "callback", _CALLBACKS) if callback else "booked",
        transfer=_one_of(transfer, "transfer", _TRANSFERS) if transfer else "answered",
        cues=tuple(_cue(cue) for cue in nodes.listing(block.need("script", "a test"), "script")),
        expect=_expectation(block.need("expect", "a test")),
    )


def _answer(node: Node, hook: str) -> HookAnswer:
    if not isinstance(node, Table):
        return _one_of(node, f"hook {hook}", _HOOK_WORDS)
    return {name: _value(value, f"{hook}.{name}") for name, value in node.entries.items()}


def _value(node: Node, what: str) -> Plain | Mapping[str, Plain]:
    if isinstance(node, Table):
        return {tag: nodes.plain(value, f"{what}.{tag}") for tag, value in node.entries.items()}
    return nodes.plain(node, what)


def _queue(node: Node) -> QueueSetting:
    block = nodes.table(node, "queue", ("open", "full", "wait", "position", "minutes"))
    open_, full, wait = block.get("open"), block.get("full"), block.get("wait")
    position, minutes = block.get("position"), block.get("minutes")
    return QueueSetting(
        open=nodes.truth(open_, "open") if open_ else True,
        full=nodes.truth(full, "full") if full else False,
        answered_after=nodes.whole(wait, "wait", 0, _LONGEST_WAIT) if wait else None,
        position=nodes.whole(position, "position", 1, 999) if position else 1,
        minutes=_minutes(minutes) if minutes else None,
    )


def _minutes(node: Node) -> int | tuple[int, int]:
    """About so many, or [least, most]."""
    if not isinstance(node, nodes.Listing):
        return nodes.whole(node, "minutes", 0, 999)
    if len(node.items) != 2:
        raise Misread(node.line, "minutes should be a number, or [least, most]")
    least = nodes.whole(node.items[0], "minutes", 0, 999)
    return least, nodes.whole(node.items[1], "minutes", least, 999)


def _cue(node: Node) -> Cue:
    doing, value = _single(nodes.table(node, "a line of a script", tuple(Doing)))
    match Doing(doing):
        case Doing.WAIT:
            return Cue(node.line, Doing.WAIT, seconds=nodes.whole(value, "wait", 1, _LONGEST_WAIT))
        case Doing.HANG_UP:
            nodes.truth(value, "hangup")
            return Cue(node.line, Doing.HANG_UP)
        case other:
            return Cue(node.line, other, text=nodes.text(value, doing))


def _single(block: Table) -> tuple[str, Node]:
    if len(block.entries) != 1:
        raise Misread(block.line, f"a line of a script is one of {', '.join(Doing)}")
    return next(iter(block.entries.items()))


def _expectation(node: Node) -> Expectation:
    block = nodes.table(node, "expect", ("end", "queue", "steps", "tags", "heard", "not_heard"))
    if not block.entries:
        raise Misread(node.line, "a test that expects nothing cannot fail")
    end, queue, tags = block.get("end"), block.get("queue"), block.get("tags")
    known = ("skill", "intent", "priority", "language")
    return Expectation(
        end=nodes.text(end, "end") if end else None,
        queue=nodes.text(queue, "queue") if queue else None,
        steps=_texts(block, "steps") if block.get("steps") else None,
        tags={key: nodes.plain(one, key) for key, one in nodes.table(tags, "tags", known).entries.items()}
        if tags
        else {},
        heard=_texts(block, "heard"),
        not_heard=_texts(block, "not_heard"),
    )


def _texts(block: Table, key: str) -> tuple[str, ...]:
    node = block.get(key)
    return tuple(nodes.text(item, key) for item in nodes.listing(node, key)) if node else ()


def _one_of(node: Node, what: str, choices: tuple[str, ...]) -> str:
    word = nodes.text(node, what)
    if word not in choices:
        raise Misread(node.line, f"{what} should be {', '.join(choices[:-1])} or {choices[-1]}")
    return word
