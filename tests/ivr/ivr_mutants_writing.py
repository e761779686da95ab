"""Mistakes in how a file is written: what the reader refuses before a rule is asked."""

import re
from collections.abc import Iterator

from ivr_mutants import EXITS, Doc, Mistake, Sample, changed, look, mistakes_into, renamed, without, written

MISTAKES: list[Mistake] = []
mistake = mistakes_into(MISTAKES)
NEEDED = {
    "menu": ("options",),
    "collect": ("ask", "digits", "save"),
    "hours": ("calendar",),
    "lookup": ("hook", "save"),
    "branch": ("when",),
    "queue": ("name", "longest"),
    "voicemail": ("ask", "queue"),
}


def lines(sample: Sample, pattern: str, replacement: str, part: str = "steps") -> Iterator[str]:
    """The text with one line changed, for every line that the pattern is found in; without tests, which take time."""
    text = sample.text.partition("\ntests:")[0] if part == "steps" else sample.text
    for found in re.finditer(pattern, text, re.MULTILINE):
        yield text[: found.start()] + found.expand(replacement) + text[found.end() :]


@mistake("an option, a step or a field stands there twice", "F11")
def twice(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r'^( {8}"\d": \{.*\n)', r"\1\1")
    yield from lines(sample, r"^(  [a-z_]+:\n)", r"  closing: {end: closed}\n  closing: {end: closed}\n\1")
    yield from lines(sample, r"^(    (?:then|found|done|end): .*\n)", r"\1\1")


@mistake("a truth word without quotes", "Y02")
def truth_word(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r"means: [^,]*,", "means: yes,")
    yield from lines(sample, r"calendar: \w+", "calendar: no")


@mistake("a step or an exit with the name of a truth value", "F11")
def truth_name(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r"^  [a-z_]+:\n", "  no:\n")
    yield from lines(sample, r"^    (?:then|found|done): ", "    on: ")


@mistake("a time or a number without quotes", "Y02")
def unquoted(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r'at: "[-\d]+ ([\d:]+)"', r"at: \1", "tests")
    yield from lines(sample, r'from: "(\+\d+)"', r"from: \1", "tests")
    yield from lines(sample, r'^( +)"(\d)": \{', r"\1\2: {")


@mistake("a star without quotes", "Y01", "Y03")
def bare_star(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r'"\*": repeat', "*: repeat")
    yield from lines(sample, r'\{press: "[^"]*"\}', "{press: *}", "tests")


@mistake("a line is indented wrongly", "F11", "Y01", "Y03")
def indented(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r"^  ([a-z_]+:\n)", r" \1")
    yield from lines(sample, r"^    ((?:then|found|done|answered): )", r"      \1")


@mistake("a bracket or a quote is not closed", "Y01", "Y02", "Y03")
def not_closed(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r"\}$", "")
    yield from lines(sample, r'"([^"\n]*)"$', r'"\1')


@mistake("an anchor instead of the text", "Y03")
def anchor(sample: Sample) -> Iterator[str]:
    yield from lines(sample, r"^    say: \{", "    say: &said {")


@mistake("a brace in a text is not closed", "Y03")
def open_brace(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, where, look(sample.doc, where) + " {") for where, _ in sample.lines())


@mistake("an unknown spoken form", "V02")
def unknown_form(sample: Sample) -> Iterator[Doc]:
    for where, _ in sample.lines():
        yield changed(sample.doc, where, look(sample.doc, where) + " {caller.number as phones}")


@mistake("a language that the flow does not have", "Y03")
def other_language(sample: Sample) -> Iterator[Doc]:
    yield from (renamed(sample.doc, where, "fr") for where, tag in sample.lines() if tag == "en")


@mistake("one text for all languages", "Y03")
def plain_prompt(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, where, "Hello") for where in sample.prompts())


@mistake("a verb is misspelt", "Y03")
def wrong_verb(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb != "end":
            yield renamed(sample.doc, ("steps", name, verb), verb + "s")


@mistake("a step does two things", "Y03")
def two_verbs(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb != "end":
            yield changed(sample.doc, ("steps", name, "hours" if verb == "tag" else "tag"), {"intent": "x"})


@mistake("a step does nothing", "Y03")
def no_verb(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb != "end":
            yield changed(sample.doc, ("steps", name), {"then": name})


@mistake("a field that the verb does not know", "Y03")
def unknown_field(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        yield changed(sample.doc, ("steps", name, "onwards"), name)
        if isinstance(step[verb], dict):
            yield changed(sample.doc, ("steps", name, verb, "colour"), "red")


@mistake("an obligatory field is missing", "Y03")
def missing_field(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        yield from (without(sample.doc, ("steps", name, verb, field)) for field in NEEDED.get(verb, ()))
    for name, menu in sample.menus():
        for key in menu["options"]:
            for field in ("means", "to"):
                yield without(sample.doc, ("steps", name, "menu", "options", key, field))
    for head in ("flow", "version", "title", "languages", "voices", "start", "human", "steps"):
        yield without(sample.doc, (head,))


@mistake("a voice is missing", "Y03")
def no_voice(sample: Sample) -> Iterator[Doc]:
    yield from (without(sample.doc, ("voices", tag)) for tag in sample.flow.languages)


@mistake("a step goes on and ends", "Y03")
def then_and_end(sample: Sample) -> Iterator[Doc]:
    for name, step, _ in sample.steps:
        if "end" in step:
            yield changed(sample.doc, ("steps", name), {**step, "end": "agent", "then": name} if len(step) > 1 else {})
        elif EXITS & step.keys():
            yield changed(sample.doc, ("steps", name, "end"), "agent")


@mistake("an end that nothing counts", "Y03")
def unknown_end(sample: Sample) -> Iterator[Doc]:
    yield from (changed(sample.doc, ("steps", name, "end"), "fine") for name, step, _ in sample.steps if "end" in step)


@mistake("a number out of its range", "Y02", "Y03")
def out_of_range(sample: Sample) -> Iterator[Doc]:
    fields = {"attempts": 9, "timeout": 200, "longest": "9h", "digits": 40, "priority": 12, "every": 1, "at_most": 0}
    for name, step, verb in sample.steps:
        block = step[verb] if isinstance(step[verb], dict) else {}
        for field, value in fields.items():
            yield from (changed(sample.doc, ("steps", name, verb, field), value) for _ in range(field in block))
        yield from (changed(sample.doc, ("steps", name, "at_most"), 0) for _ in range("at_most" in step))


@mistake("a number in quotes", "Y03")
def quoted_number(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        for field in ("attempts", "timeout", "digits", "priority"):
            if isinstance(step[verb], dict) and isinstance(step[verb].get(field), int):
                yield changed(sample.doc, ("steps", name, verb, field), str(step[verb][field]))


@mistake("a condition that nobody can read", "Y03")
def unreadable(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "branch":
            for index, _ in enumerate(step["branch"]["when"]):
                yield changed(sample.doc, ("steps", name, verb, "when", index, "if"), "urgent or not")
        for key, choice in step[verb].get("keys", {}).items() if verb == "queue" else ():
            if "when" in choice:
                yield changed(sample.doc, ("steps", name, verb, "keys", key, "when"), "queue.minutes > many")


@mistake("a value of the house is overwritten", "Y03")
def reserved(sample: Sample) -> Iterator[Doc]:
    for name, _, verb in sample.steps:
        if verb in {"collect", "lookup"}:
            yield changed(sample.doc, ("steps", name, verb, "save"), "caller")


@mistake("0 is taken away for the whole flow", "Y03")
def zero_everywhere(sample: Sample) -> Iterator[Doc]:
    first = next(iter(sample.doc["steps"]))
    yield from (changed(sample.doc, ("defaults", "keys", key), first) for key in ("0", "*"))


@mistake("a test that cannot fail, or says what cannot be done", "Y03")
def test_of_nothing(sample: Sample) -> Iterator[str]:
    for index, _ in enumerate(sample.doc["tests"]):
        yield written(changed(sample.doc, ("tests", index, "expect"), {}))
    yield written(changed(sample.doc, ("tests", 0, "script", 0), {"shout": "1"}))
    yield written(changed(sample.doc, ("tests", 0, "hours"), "sometimes"))
