"""Mistakes about what is said and asked: languages, keys, values, names of things outside, hooks that take long."""

import re
from collections.abc import Iterator

from ivr_mutants import Doc, Mistake, Sample, Where, changed, look, mistakes_into, renamed, without

from ivr.checks.characters import SIMPLIFIED, TRADITIONAL

MISTAKES: list[Mistake] = []
mistake = mistakes_into(MISTAKES)
HOLE = re.compile(r"\{[^{}]*\}")
BLAME = {"en": "This is invalid.", "zh-Hans": "输入有误。", "zh-Hant": "輸入有誤。"}


def added(sample: Sample, where: Where, said: dict[str, str]) -> Doc:
    """One sentence more at the end of a line, in its language."""
    tag = str(where[-1])
    return changed(sample.doc, where, f"{look(sample.doc, where)} {said[tag]}")


def questions(sample: Sample, *keys: str) -> Iterator[Where]:
    for where, _ in sample.lines():
        if where[2] in {"menu", "collect"} and where[-2] in keys:
            yield where


# --- what is said ---


@mistake("a prompt lacks a language", "P01")
def drop_language(sample: Sample) -> Iterator[Doc]:
    yield from (without(sample.doc, (*where, tag)) for where in sample.prompts() for tag in sample.flow.languages)


@mistake("a prompt is empty in a language", "P01")
def empty_line(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, where, " ") for where, _ in sample.lines())


@mistake("a recording without its text", "P05")
def audio_alone(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, where, {"audio": "line.wav"}) for where, _ in sample.lines())


@mistake("a prompt that takes a minute", "P02")
def long_prompt(sample: Sample) -> Iterator[Doc]:
    said = {"en": "word " * 90, "zh-Hans": "好" * 150, "zh-Hant": "好" * 150}
    yield from (added(sample, where, said) for where, _ in sample.lines())


@mistake("a character that breaks the call", "P06")
def control_character(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, where, look(sample.doc, where) + "\b") for where, _ in sample.lines())


@mistake("a value is spoken in one language only", "P04")
def lost_hole(sample: Sample) -> Iterator[Doc]:
    for where, _ in sample.lines():
        for hole in HOLE.findall(look(sample.doc, where)):
            yield changed(sample.doc, where, look(sample.doc, where).replace(hole, ""))


@mistake("characters of the other script", "P07")
def mixed_script(sample: Sample) -> Iterator[Doc]:
    for where, tag in sample.lines():
        line = look(sample.doc, where)
        here, there = (TRADITIONAL, SIMPLIFIED) if tag == "zh-Hant" else (SIMPLIFIED, TRADITIONAL)
        for character in [one for one in dict.fromkeys(line) if here.get(one) in there][:2]:
            yield changed(sample.doc, where, line.replace(character, here[character]))


@mistake("the texts of two languages are exchanged", "P07")
def exchanged(sample: Sample) -> Iterator[Doc]:
    for where in sample.prompts():
        prompt = look(sample.doc, where)
        yield changed(sample.doc, where, dict(zip(prompt, [*prompt.values()][::-1], strict=True)))


@mistake("the caller is blamed", "P08")
def blame(sample: Sample) -> Iterator[Doc]:
    yield from (added(sample, where, BLAME) for where in questions(sample, "retry", "ask_again"))


@mistake("the key comes before what it does", "P03")
def key_first(sample: Sample) -> Iterator[Doc]:
    for where in questions(sample, "ask", "ask_again", "ask_in_each_language"):
        first = "Press 1 to begin. " if where[-1] == "en" else "请按 1 开始。"
        yield changed(sample.doc, where, first + look(sample.doc, where))


# --- keys ---


@mistake("a key is not spoken", "M03")
def unspoken(sample: Sample) -> Iterator[Doc]:
    for where in questions(sample, "ask", "ask_again", "ask_in_each_language"):
        for key in look(sample.doc, where[:3]).get("options", {}):
            line = look(sample.doc, where)
            if key in line:
                yield changed(sample.doc, where, line.replace(key, "it"))


@mistake("a key is promised that does nothing", "M04")
def promised(sample: Sample) -> Iterator[Doc]:
    said = {"en": "For help, press 8.", "zh-Hans": "帮助请按 8。", "zh-Hant": "幫助請按八。"}
    for where, _ in sample.lines():
        if where[-2] in {"ask", "ask_again", "ask_in_each_language"} or where[2] == "queue":
            yield added(sample, where, said)


@mistake("keys with a gap", "M02", "M03")
def gap(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        last = max(menu["options"])
        yield renamed(sample.doc, ("steps", name, "menu", "options", last), str(int(last) + 1))


@mistake("keys spoken out of order", "M02")
def out_of_order(sample: Sample) -> Iterator[Doc]:
    for where in questions(sample, "ask"):
        if "options" in look(sample.doc, where[:3]):
            swap = str.maketrans({"1": "2", "2": "1"})
            yield changed(sample.doc, where, look(sample.doc, where).translate(swap))


@mistake("an option is deleted that is still spoken", "F04", "M02", "M04")
def delete_option(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        for key in menu["options"].keys() - {"0"}:
            yield without(sample.doc, ("steps", name, "menu", "options", key))


@mistake("too many options", "M01")
def crowd(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        for count in (6, 9):
            options = {str(key): menu["options"]["1"] for key in range(1, count + 1)}
            yield changed(sample.doc, ("steps", name, "menu", "options"), {**menu["options"], **options})


@mistake("words for one option only", "M07")
def lonely_words(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        for key, option in menu["options"].items():
            where = ("steps", name, "menu", "options", key, "words")
            yield without(sample.doc, where) if "words" in option else changed(sample.doc, where, {"en": ["it"]})


@mistake("one word for all options", "M07")
def same_words(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        doc = sample.doc
        for key in menu["options"]:
            doc = changed(doc, ("steps", name, "menu", "options", key, "words"), {"en": ["it"]})
        yield doc


@mistake("9 is an option that does not go back", "M08")
def nine(sample: Sample) -> Iterator[Doc]:
    for name, menu in sample.menus():
        yield renamed(sample.doc, ("steps", name, "menu", "options", max(menu["options"])), "9")


@mistake("9 leads anywhere from everywhere", "M08")
def nine_everywhere(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb == "voicemail":
            yield changed(sample.doc, ("defaults", "keys", "9"), name)


@mistake("0 is no person", "M08")
def zero(sample: Sample) -> Iterator[Doc]:
    voicemail = next(name for name, _, verb in sample.steps if verb == "voicemail")
    for name, menu in sample.menus():
        option = {"means": "A message", "to": voicemail}
        yield changed(sample.doc, ("steps", name, "menu", "options"), {**menu["options"], "0": option})


@mistake("* goes back", "M08")
def star(sample: Sample) -> Iterator[Doc]:
    said = {"en": "To go back, press star.", "zh-Hans": "返回请按米字键。", "zh-Hant": "返回請按米字鍵。"}
    yield from (added(sample, where, said) for where in questions(sample, "ask", "retry", "ask_again"))


@mistake("a queue key says another key", "M03", "M04")
def wrong_queue_key(sample: Sample) -> Iterator[Doc]:
    for where, _ in sample.lines():
        if where[2] == "queue" and "keys" in where:
            line = look(sample.doc, where)
            yield changed(sample.doc, where, line.replace("1", "2") if "1" in line else line.replace("2", "1"))


@mistake("more than four languages", "M09")
def babel(sample: Sample) -> Iterator[Doc]:
    more = ("fr", "de", "es", "it")
    languages = [*sample.flow.languages, *more]
    voices = {**sample.doc["voices"], **{tag: {"voice": "V", "language": tag} for tag in more}}
    yield {**sample.doc, "languages": languages, "voices": voices}


# --- values, and what stands outside ---


@mistake("a value that nothing sets", "V01")
def wrong_hole(sample: Sample) -> Iterator[Doc]:
    for where, _ in sample.lines():
        line = look(sample.doc, where)
        for hole in HOLE.findall(line):
            wrong = HOLE.sub(lambda found: "{x" + found[0][1:], hole)
            yield {**spoken_everywhere(sample, where, hole, wrong)}


def spoken_everywhere(sample: Sample, where: Where, hole: str, wrong: str) -> Doc:
    """The same slip in each language, so that it is not the difference that is noticed."""
    root = re.match(r"\{\w+", hole)
    assert root
    prompt = {tag: line.replace(root[0], "{x" + root[0][1:]) for tag, line in look(sample.doc, where[:-1]).items()}
    assert wrong in prompt[str(where[-1])]
    return changed(sample.doc, where[:-1], prompt)


@mistake("a queue name loses its default", "V01")
def no_queue_default(sample: Sample) -> Iterator[Doc]:
    for where in names(sample):
        if "|" in look(sample.doc, where):
            yield changed(sample.doc, where, "{skill}")


def names(sample: Sample) -> Iterator[Where]:
    for name, _, verb in sample.steps:
        if verb in {"queue", "voicemail"}:
            yield "steps", name, verb, "name" if verb == "queue" else "queue"


@mistake("a digit string or an answer is kept under another name", "V01")
def kept_elsewhere(sample: Sample) -> Iterator[Doc]:
    used = str(sample.doc["steps"])
    for name, step, verb in sample.steps:
        kept = step[verb].get("save") if verb in {"collect", "lookup"} else None
        if kept and re.search(rf"\{{{kept}[ .}}]|: '{kept}[.']|{kept}\.", used.replace(f"'save': '{kept}'", "")):
            yield changed(sample.doc, ("steps", name, verb, "save"), "elsewhere")


@mistake("what was not found is spoken", "V01")
def unfound(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "lookup" and "|" not in str(step) and step["found"] != step["missing"]:
            bare = re.sub(r"\{[^{}|]*\|[^{}]*\}", "", str(sample.doc["steps"]))
            if f"{{{step[verb]['save']}." in bare:
                yield from (
                    changed(sample.doc, ("steps", name, exit_), step["found"]) for exit_ in ("missing", "error")
                )


@mistake("a hook is given a value that nothing sets", "V01")
def wrong_argument(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        for argument in step[verb].get("with", {}) if verb == "lookup" else ():
            yield changed(sample.doc, ("steps", name, verb, "with", argument), "caller.name")


@mistake("a condition about a value that nothing sets", "V01")
def wrong_condition(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "branch":
            for index, case in enumerate(step["branch"]["when"]):
                yield changed(sample.doc, ("steps", name, verb, "when", index, "if"), "x" + case["if"])
        for key, choice in step[verb].get("keys", {}).items() if verb == "queue" else ():
            if "when" in choice:
                yield changed(sample.doc, ("steps", name, verb, "keys", key, "when"), "queue.minuts >= 3")


@mistake("a hook, a calendar or a queue has another name", "R01", "R02", "R03")
def renamed_outside(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb in {"lookup", "hours"}:
            where = ("steps", name, verb, "hook" if verb == "lookup" else "calendar")
            yield changed(sample.doc, where, look(sample.doc, where) + "s")
    for where in names(sample):
        yield changed(sample.doc, where, "nobodys")
        yield changed(sample.doc, where, "{skill|nobodys}")


@mistake("a skill that names no queue", "R02")
def wrong_skill(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "tag" and "skill" in step["tag"]:
            yield changed(sample.doc, ("steps", name, "tag", "skill"), "nobodys")


@mistake("a hook leaves the caller in silence", "T01")
def no_wait(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb == "lookup":
            yield without(sample.doc, ("steps", name, verb, "wait"))


@mistake("hooks take long", "T01")
def slow(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "lookup":
            patient = changed(sample.doc, ("steps", name, verb, "timeout"), 8)
            yield patient
            again = changed(patient, ("steps", name + "_again"), look(patient, ("steps", name)))
            yield changed(again, ("steps", name, "found"), name + "_again")
            assert step["found"] != name


@mistake("more text than a document takes", "T02")
def novel(sample: Sample) -> Iterator[Doc]:
    said = {"en": "word " * 14_000, "zh-Hans": "好" * 22_000, "zh-Hant": "好" * 22_000}
    for where, _ in sample.lines():
        if where[2] in {"say", "menu", "voicemail"} and where[-2] in {"say", "ask"} and where[-1] == "en":
            yield added(sample, where, said)
