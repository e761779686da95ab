"""How each verb of a step is written in the file."""

import re
from collections.abc import Callable, Mapping

from ivr import nodes, reading
from ivr.flow import (
    Announce,
    Answer,
    Branch,
    Callback,
    CallerId,
    Case,
    Check,
    Collect,
    Finish,
    Hours,
    Lookup,
    Menu,
    Option,
    Queue,
    QueueKey,
    Say,
    Subflow,
    Survey,
    Tag,
    Transfer,
    Verb,
    Voicemail,
)
from ivr.nodes import Misread, Node
from ivr.reading import House
from ivr.said import Prompt, Tags

Exits = dict[str, str]

_PATIENCE = ("attempts", "timeout", "stuck", "no_human")
_ASKING = ("ask", "ask_again", "retry", *_PATIENCE)
MOST_VERSIONS = 999_999
_LONGEST_NUMBER = 32
_LONGEST_HOOK = 8
_LONGEST_MESSAGE = 3600
_LONGEST_WAIT = 4 * 3600
_LONGEST_READING = 120
_LONGEST_PROMISE = 7 * 24 * 3600
_TELEPHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def say(node: Node, house: House) -> tuple[Verb, Exits]:
    return Say(reading.prompt(node, "say", house)), {}


def menu(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "menu", (*_ASKING, "ask_in_each_language", "options"))
    each = block.get("ask_in_each_language")
    if each and block.get("ask"):
        raise Misread(each.line, "menu has ask or ask_in_each_language, not both")
    ask = reading.prompt(each or block.need("ask", "menu"), "ask_in_each_language" if each else "ask", house)
    written = nodes.table(block.need("options", "menu"), "options")
    if not written.entries:
        raise Misread(written.line, "a menu without options asks for nothing")
    options = {_key(key, option): _option(option, house) for key, option in written.entries.items()}
    return Menu(reading.asking(block, ask, house), options, each_language=each is not None), {}


def collect(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "collect", (*_ASKING, "digits", "finish", "save", "check", "secret", "speech"))
    shortest, longest = _lengths(block.need("digits", "collect"))
    finish, check, secret, speech = (block.get(name) for name in ("finish", "check", "secret", "speech"))
    verb = Collect(
        asking=reading.asking(block, reading.prompt(block.need("ask", "collect"), "ask", house), house),
        shortest=shortest,
        longest=longest,
        finish=reading.one_of(finish, "finish", ("#",)) if finish else "#",
        save=reading.save(block.need("save", "collect")),
        check=Check(reading.one_of(check, "check", tuple(Check))) if check else None,
        speech=nodes.truth(speech, "speech") if speech else False,
        secret=nodes.truth(secret, "secret") if secret else False,
    )
    return verb, {}


def hours(node: Node, house: House) -> tuple[Verb, Exits]:  # noqa: ARG001  every verb is read by the same signature
    exits = ("open", "closed", "emergency")
    block = nodes.table(node, "hours", ("calendar", *exits))
    calendar = nodes.text(block.need("calendar", "hours"), "calendar")
    return Hours(calendar), {name: reading.target(block.entries[name], name) for name in exits if name in block.entries}


def lookup(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "lookup", ("hook", "with", "save", "wait", "timeout"))
    given, timeout = block.get("with"), block.get("timeout")
    with_ = nodes.table(given, "with").entries if given else {}
    verb = Lookup(
        hook=nodes.text(block.need("hook", "lookup"), "hook"),
        with_={name: reading.path(value, f"with {name}") for name, value in with_.items()},
        save=reading.save(block.need("save", "lookup")),
        wait=reading.optional_prompt(block, "wait", house),
        timeout=nodes.whole(timeout, "timeout", 1, _LONGEST_HOOK) if timeout else 4,
    )
    return verb, {}


def branch(node: Node, house: House) -> tuple[Verb, Exits]:  # noqa: ARG001  every verb is read by the same signature
    block = nodes.table(node, "branch", ("when",))
    listed = nodes.listing(block.need("when", "branch"), "when")
    if not listed:
        raise Misread(block.line, "a branch without cases decides nothing")
    return Branch(tuple(_case(one) for one in listed)), {}


def tag(node: Node, house: House) -> tuple[Verb, Exits]:
    return Tag(reading.tags(node, "tag", house)), {}


def queue(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "queue", ("name", "skills", "announce", "music", "say", "keys", "longest"))
    skills, announce, music, keys = (block.get(name) for name in ("skills", "announce", "music", "keys"))
    written = nodes.table(keys, "keys").entries if keys else {}
    verb = Queue(
        name=reading.template(block.need("name", "queue"), "name"),
        skills=reading.skills(skills, "skills") if skills else {},
        announce=_announce(announce, house) if announce else Announce(),
        music=nodes.text(music, "music") if music else "",
        say=reading.optional_prompt(block, "say", house),
        keys={_key(key, node): _queue_key(node, house) for key, node in written.items()},
        longest=nodes.span(block.need("longest", "queue"), "longest", _LONGEST_WAIT),
    )
    return verb, {}


def answer(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "answer", ("article", "ask", "helped", "retry", "attempts", "timeout", "longest"))
    article, longest, ask = block.get("article"), block.get("longest"), reading.optional_prompt(block, "ask", house)
    if (article is None) == (ask is None):
        raise Misread(
            block.line, "answer has either an article, by its name, or ask, which finds one by what callers say"
        )
    verb = Answer(
        helped=reading.asking(block, reading.prompt(block.need("helped", "answer"), "helped", house), house),
        ask=reading.asking(block, ask, house) if ask else None,
        article=nodes.text(article, "article") if article else None,
        longest=nodes.span(longest, "longest", _LONGEST_READING) if longest else 30,
    )
    return verb, {}


def callback(node: Node, house: House) -> tuple[Verb, Exits]:
    known = ("confirm", "other", "retry", "attempts", "timeout", "number", "queue", "skills", "keep_place")
    block = nodes.table(node, "callback", (*known, "within", "window", "tries", "between_tries"))
    number, skills, keep_place = (block.get(name) for name in ("number", "skills", "keep_place"))
    tries, between = block.get("tries"), block.get("between_tries")
    verb = Callback(
        confirm=reading.asking(block, reading.prompt(block.need("confirm", "callback"), "confirm", house), house),
        other=reading.asking(block, reading.prompt(block.need("other", "callback"), "other", house), house),
        number=reading.path(number, "number") if number else "caller.number",
        queue=reading.template(block.need("queue", "callback"), "queue"),
        skills=reading.skills(skills, "skills") if skills else {},
        keep_place=nodes.truth(keep_place, "keep_place") if keep_place else True,
        within=nodes.span(block.need("within", "callback"), "within", _LONGEST_PROMISE),
        window=nodes.text(block.need("window", "callback"), "window"),
        tries=nodes.whole(tries, "tries", 1, 5) if tries else 3,
        between_tries=nodes.span(between, "between_tries", _LONGEST_PROMISE) if between else 15 * 60,
    )
    return verb, {}


def survey(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "survey", ("ask", "ask_again", "retry", "attempts", "timeout", "scale", "save"))
    scale = nodes.listing(block.need("scale", "survey"), "scale (the lowest and the highest key)")
    if len(scale) != 2:
        raise Misread(block.line, "scale should be the lowest and the highest key, such as [1, 5]")
    lowest = nodes.whole(scale[0], "scale", 1, 8)
    verb = Survey(
        asking=reading.asking(block, reading.prompt(block.need("ask", "survey"), "ask", house), house),
        lowest=lowest,
        highest=nodes.whole(scale[1], "scale", lowest + 1, 9),
        save=reading.save(block.need("save", "survey")),
    )
    return verb, {}


def transfer(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "transfer", ("to", "say", "timeout", "caller_id"))
    number, timeout, caller_id = block.need("to", "transfer"), block.get("timeout"), block.get("caller_id")
    written = nodes.text(number, "to")
    if not _TELEPHONE.fullmatch(written):
        raise Misread(
            number.line, f"to '{written}' should be a telephone number with its country, like \"+14155550100\""
        )
    verb = Transfer(
        number=written,
        say=reading.optional_prompt(block, "say", house),
        timeout=nodes.whole(timeout, "timeout", 5, 120) if timeout else 25,
        caller_id=CallerId(reading.one_of(caller_id, "caller_id", tuple(CallerId))) if caller_id else CallerId.CALLED,
    )
    return verb, {}


def voicemail(node: Node, house: House) -> tuple[Verb, Exits]:
    block = nodes.table(node, "voicemail", ("ask", "longest", "transcribe", "queue"))
    longest, transcribe = block.get("longest"), block.get("transcribe")
    verb = Voicemail(
        ask=reading.prompt(block.need("ask", "voicemail"), "ask", house),
        longest=nodes.span(longest, "longest", _LONGEST_MESSAGE) if longest else 120,
        transcribe=nodes.truth(transcribe, "transcribe") if transcribe else False,
        queue=reading.template(block.need("queue", "voicemail"), "queue"),
    )
    return verb, {}


def subflow(node: Node, house: House) -> tuple[Verb, Exits]:  # noqa: ARG001  every verb is read by the same signature
    block = nodes.table(node, "flow", ("name", "version"))
    name = nodes.text(block.need("name", "flow"), "name")
    return Subflow(name, nodes.whole(block.need("version", "flow"), "version", 1, MOST_VERSIONS)), {}


def finish(node: Node, house: House) -> tuple[Verb, Exits]:  # noqa: ARG001  every verb is read by the same signature
    return Finish(), {}


VERBS: Mapping[str, Callable[[Node, House], tuple[Verb, Exits]]] = {
    "say": say,
    "menu": menu,
    "collect": collect,
    "hours": hours,
    "lookup": lookup,
    "branch": branch,
    "tag": tag,
    "answer": answer,
    "queue": queue,
    "callback": callback,
    "voicemail": voicemail,
    "survey": survey,
    "transfer": transfer,
    "flow": subflow,
    "end": finish,
}


def _key(key: str, node: Node) -> str:
    if len(key) != 1 or key not in "0123456789":
        raise Misread(node.line, f'key \'{key}\' should be one of "0" to "9"')
    return key


def _option(node: Node, house: House) -> Option:
    block = nodes.table(node, "option", ("means", "to", "set", "words"))
    settings, words = block.get("set"), block.get("words")
    return Option(
        line=node.line,
        means=nodes.text(block.need("means", "option"), "means"),
        to=reading.target(block.need("to", "option"), "to"),
        tags=reading.tags(settings, "set", house) if settings else Tags(),
        words=reading.words(words, house) if words else {},
    )


def _case(node: Node) -> Case:
    block = nodes.table(node, "a case", ("if", "to"))
    condition = reading.when(block.need("if", "a case"))
    return Case(node.line, condition, reading.target(block.need("to", "a case"), "to"))


def _queue_key(node: Node, house: House) -> QueueKey:
    block = nodes.table(node, "key", ("to", "say", "when"))
    when = block.get("when")
    return QueueKey(
        line=node.line,
        to=reading.target(block.need("to", "key"), "to"),
        say=reading.prompt(block.need("say", "key"), "say", house),
        when=reading.when(when) if when else None,
    )


def _announce(node: Node, house: House) -> Announce:
    block = nodes.table(node, "announce", ("position", "wait", "every"))
    every = block.get("every")
    return Announce(
        every=nodes.whole(every, "every", 10, 600) if every else 60,
        position=_announcement(block.get("position"), "position", house),
        wait=_announcement(block.get("wait"), "wait", house),
    )


def _announcement(node: Node | None, what: str, house: House) -> bool | Prompt:
    if node is None or nodes.is_truth(node):
        return node is not None and nodes.truth(node, what)
    return reading.prompt(node, what, house)


def _lengths(node: Node) -> tuple[int, int]:
    if isinstance(node, nodes.Listing) and len(node.items) == 2:
        shortest = nodes.whole(node.items[0], "digits", 1, _LONGEST_NUMBER)
        return shortest, nodes.whole(node.items[1], "digits", shortest, _LONGEST_NUMBER)
    count = nodes.whole(node, "digits (a number, or [least, most])", 1, _LONGEST_NUMBER)
    return count, count
