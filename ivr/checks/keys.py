"""Rules about keys: each that works is spoken, each that is spoken works, and there are few (M01 to M04, M07)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator

from ivr import booking, helping
from ivr.checks.told import error, warning
from ivr.findings import Finding
from ivr.flow import Answer, Callback, Collect, Flow, Menu, Queue, Step, Survey, Voicemail
from ivr.said import Asking, Line, Prompt

_MOST_OPTIONS = 9
_GOOD_OPTIONS = 5
_GOOD_SPOKEN_OPTIONS = 4
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CHINESE = "零一二三四五六七八九"
_NAMED = {
    **dict(zip(_ENGLISH, "0123456789", strict=True)),
    **dict(zip(_CHINESE, "0123456789", strict=True)),
    **dict.fromkeys(("star", "星号", "星號", "米字"), "*"),
    **dict.fromkeys(("pound", "hash", "井号", "井號"), "#"),
}
_KEY = rf"[0-9](?![0-9])|[*#]|(?:{'|'.join(_ENGLISH)}|star|pound|hash)\b|[{_CHINESE}](?![下次])|星[号號]|井[号號]|米字"
_PROMISE = re.compile(
    rf"(?:\bpress(?:ing)?\s+(?:the\s+)?(?:key\s+)?|按下?\s*(?:数字|數字)?[键鍵]?\s*)({_KEY})", re.IGNORECASE
)
_DIGIT = re.compile(r"(?<![0-9])[0-9](?![0-9])")


def key_findings(flow: Flow) -> Iterator[Finding]:  # noqa: C901 — a table: one case for each verb
    for step in flow.steps.values():
        match step.verb:
            case Menu() as menu:
                yield from _menu(flow, step, menu)
            case Collect() as collect:
                yield from _asked_promises(flow, step, collect.asking, {*flow.keys_at(step), collect.finish})
            case Queue() as queue:
                yield from _queue(flow, step, queue)
            case Callback() as callback:
                yield from _callback(flow, step, callback)
            case Answer() as answer:
                yield from _promises(flow, step, "helped", answer.helped.ask, {*helping.KEYS, *flow.keys_at(step)})
                yield from _unspoken(flow, step, "helped", answer.helped.ask, helping.KEYS)
            case Survey() as survey:
                yield from _asked_promises(flow, step, survey.asking, {*survey.keys, *flow.keys_at(step)})
                yield from _unspoken(flow, step, "ask", survey.asking.ask, (survey.keys[0], survey.keys[-1]))
            case Voicemail() as voicemail:
                yield from _promises(flow, step, "ask", voicemail.ask, {"#"})
            case _:
                pass


def promised(text: str) -> list[str]:
    """The keys that a text tells the caller to press, in the order it names them."""
    plain = unicodedata.normalize("NFKC", text)
    return [_NAMED.get(found[1].lower(), found[1]) for found in _PROMISE.finditer(plain)]


def mentioned(text: str) -> set[str]:
    return {*promised(text), *_DIGIT.findall(unicodedata.normalize("NFKC", text))}


def _menu(flow: Flow, step: Step, menu: Menu) -> Iterator[Finding]:
    yield from _amount(flow, step, menu)
    yield from _words(flow, step, menu)
    ask = menu.asking.ask
    yield from _order(flow, step, menu, ask)
    yield from _asked_promises(flow, step, menu.asking, {*menu.options, *flow.keys_at(step)})
    for what, prompt in (("ask", ask), ("ask_again", menu.asking.ask_again)):
        if prompt and menu.each_language:
            everything = Line(" ".join(line.text for line in prompt.lines.values()))
            yield from _unspoken(flow, step, what, Prompt(prompt.line, {"any language": everything}), menu.options)
        elif prompt:
            yield from _unspoken(flow, step, what, prompt, menu.options)


def _amount(flow: Flow, step: Step, menu: Menu) -> Iterator[Finding]:
    count = len(menu.options)
    good = _GOOD_SPOKEN_OPTIONS if any(option.words for option in menu.options.values()) else _GOOD_OPTIONS
    message = f"{count} options (at most {_GOOD_OPTIONS}, {_GOOD_SPOKEN_OPTIONS} for speech)"
    if count > _MOST_OPTIONS:
        yield error(flow, "M01", step, message)
    elif count > good:
        yield warning(flow, "M01", step, message)


def _order(flow: Flow, step: Step, menu: Menu, ask: Prompt) -> Iterator[Finding]:
    keys = [key for key in menu.options if key != "0" and (key != "9" or "8" in menu.options)]
    if sorted(keys) != [str(number) for number in range(1, len(keys) + 1)]:
        yield warning(flow, "M02", step, f"keys {keys} are not 1 to n without gaps")
    for tag, line in ask.lines.items():
        spoken = [key for key in promised(line.text) if key in keys]
        if not menu.each_language and spoken != sorted(spoken):
            yield warning(flow, "M02", step, f"{tag} speaks the keys in the order {', '.join(spoken)}", ask.line)


def _words(flow: Flow, step: Step, menu: Menu) -> Iterator[Finding]:
    for tag in flow.languages:
        lists = [option.words.get(tag, ()) for option in menu.options.values()]
        if any(lists) and not all(lists):
            yield error(flow, "M07", step, f"some options have words in {tag}, some have none")
        for word, count in Counter(word.casefold() for words in lists for word in set(words)).items():
            if count > 1:
                yield error(flow, "M07", step, f"'{word}' picks {count} options in {tag}")


def _queue(flow: Flow, step: Step, queue: Queue) -> Iterator[Finding]:
    always = {key for key, choice in queue.keys.items() if choice.when is None}
    told = (("say", queue.say), ("position", queue.announce.position), ("wait", queue.announce.wait))
    for what, prompt in told:
        if isinstance(prompt, Prompt):
            yield from _promises(flow, step, what, prompt, always)
    for key, choice in queue.keys.items():
        yield from _promises(flow, step, f"key {key}", choice.say, {key})
        yield from _unspoken(flow, step, f"key {key}", choice.say, {key})


def _callback(flow: Flow, step: Step, callback: Callback) -> Iterator[Finding]:
    house = flow.keys_at(step)
    confirm, other, retry = callback.confirm.ask, callback.other.ask, callback.confirm.retry
    yield from _promises(flow, step, "confirm", confirm, {*booking.KEYS, *house})
    yield from _unspoken(flow, step, "confirm", confirm, booking.KEYS)
    yield from _promises(flow, step, "other", other, {"#", *house})
    if retry:
        yield from _promises(flow, step, "retry", retry, {"#", *booking.KEYS, *house})


def _asked_promises(flow: Flow, step: Step, asking: Asking, allowed: Collection[str]) -> Iterator[Finding]:
    for what, prompt in (("ask", asking.ask), ("ask_again", asking.ask_again), ("retry", asking.retry)):
        if prompt:
            yield from _promises(flow, step, what, prompt, allowed)


def _promises(flow: Flow, step: Step, what: str, prompt: Prompt, allowed: Collection[str]) -> Iterator[Finding]:
    for tag, line in prompt.lines.items():
        for key in dict.fromkeys(promised(line.text)):
            if key not in allowed:
                message = f"{what}.{tag} promises key {key}, which does nothing here"
                yield error(flow, "M04", step, message, prompt.line)


def _unspoken(flow: Flow, step: Step, what: str, prompt: Prompt, keys: Collection[str]) -> Iterator[Finding]:
    for tag, line in prompt.lines.items():
        for key in keys:
            if line.text.strip() and key not in mentioned(line.text):
                yield error(flow, "M03", step, f"{what}: key {key} is not mentioned in {tag}", prompt.line)
