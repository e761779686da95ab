"""Mistakes about calls that are promised, questions after the talk, transfers and secrets."""

from collections.abc import Iterator

from ivr_mutants import Doc, Mistake, Sample, changed, look, mistakes_into, without

MISTAKES: list[Mistake] = []
mistake = mistakes_into(MISTAKES)


def blocks(sample: Sample, wanted: str) -> Iterator[tuple[str, Doc]]:
    yield from ((name, step[verb]) for name, step, verb in sample.steps if verb == wanted)


@mistake("a number is promised a call and not read back", "B01", "P04")
def unread(sample: Sample) -> Iterator[Doc]:
    for name, block in blocks(sample, "callback"):
        for tag, line in block["confirm"].items():
            where = ("steps", name, "callback", "confirm", tag)
            yield changed(sample.doc, where, line.replace("{callback.number as digits}", "you"))


@mistake("a callback does not say which key confirms it", "M03", "M04")
def unsaid_confirmation(sample: Sample) -> Iterator[Doc]:
    for name, block in blocks(sample, "callback"):
        for tag, line in block["confirm"].items():
            where = ("steps", name, "callback", "confirm", tag)
            yield from (changed(sample.doc, where, line.replace(key, "7")) for key in ("1", "2"))


@mistake("a callback lacks what it cannot do without", "Y03")
def half_callback(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "callback"):
        for field in ("confirm", "other", "queue", "within", "window"):
            yield without(sample.doc, ("steps", name, "callback", field))


@mistake("a callback names a calendar or a queue that is none", "R02", "R03")
def callback_nowhere(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "callback"):
        yield changed(sample.doc, ("steps", name, "callback", "window"), "weekends")
        yield changed(sample.doc, ("steps", name, "callback", "queue"), "nobody")


@mistake("a promise or a number of tries that is none", "Y03")
def no_promise(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "callback"):
        where = ("steps", name, "callback")
        yield from (changed(sample.doc, (*where, "within"), value) for value in ("soon", 0, "400h"))
        yield from (changed(sample.doc, (*where, "tries"), value) for value in (0, 99, "three"))


@mistake("the time that was promised is told before it is promised", "V01")
def promised_before(sample: Sample) -> Iterator[Doc]:
    said = {tag: f"{{callback.promised as time}} {tag}" for tag in sample.flow.languages}
    for name, step, verb in sample.steps:
        if verb == "say" and step.get("end") != "callback":
            yield changed(sample.doc, ("steps", name, "say"), said)


@mistake("a survey asks callers who have talked to nobody", "F10")
def survey_of_strangers(sample: Sample) -> Iterator[Doc]:
    surveys = [name for name, _ in blocks(sample, "survey")]
    for name, _, verb in sample.steps:
        if verb == "queue" and surveys:
            yield from (
                changed(sample.doc, ("steps", name, exit_), surveys[0]) for exit_ in ("waited_too_long", "full")
            )


@mistake("a scale is none, or has no key of the telephone", "Y03")
def no_scale(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "survey"):
        for scale in ([5, 1], [0, 5], [1, 10], [3], "1-5", [1, 1]):
            yield changed(sample.doc, ("steps", name, "survey", "scale"), scale)


@mistake("a survey does not say its scale", "M03")
def unsaid_scale(sample: Sample) -> Iterator[Doc]:
    for name, block in blocks(sample, "survey"):
        for tag in block["ask"]:
            yield changed(sample.doc, ("steps", name, "survey", "ask", tag), "How did we do?")


@mistake("a transfer to what is no number with its country", "Y03")
def no_number(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "transfer"):
        for number in ("4155550190", "+0155550190", "the taxi", "+1-415-555-0190", "+{caller.number}"):
            yield changed(sample.doc, ("steps", name, "transfer", "to"), number)


@mistake("a card number is asked for as if it were any number", "R06")
def open_card(sample: Sample) -> Iterator[Doc]:
    for name, block in blocks(sample, "collect"):
        if block.get("secret"):
            yield without(sample.doc, ("steps", name, "collect", "secret"))


@mistake("a secret is spoken", "R06")
def spoken_secret(sample: Sample) -> Iterator[Doc]:
    secrets = [block["save"] for _, block in blocks(sample, "collect") if block.get("secret")]
    for where, _ in sample.lines():
        for secret in secrets:
            yield changed(sample.doc, where, f"{look(sample.doc, where)} {{{secret}|none}}")


@mistake("a secret is asked for, and a person waited for before it is used", "V01")
def secret_kept(sample: Sample) -> Iterator[Doc]:
    for name, step, verb in sample.steps:
        if verb == "collect" and step["collect"].get("secret"):
            ask = {tag: f"To go on, press 1. 继续请按 1。{tag}" for tag in sample.flow.languages}
            pause = {"menu": {"ask": ask, "options": {"1": {"means": "On", "to": step["then"]}}}}
            doc = {**sample.doc, "steps": {**sample.doc["steps"], "pause": pause}}
            yield changed(doc, ("steps", name, "then"), "pause")


@mistake("an article that is none, or that customers may not read", "R07")
def no_article(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "answer"):
        for article in ("opening-hour", "escalation"):
            yield changed(sample.doc, ("steps", name, "answer", "article"), article)


@mistake("an article that is not written in a language of the menu", "R07")
def untranslated_article(sample: Sample) -> Iterator[Doc]:
    for name, _ in blocks(sample, "answer"):
        yield changed(sample.doc, ("steps", name, "answer", "article"), "english-only")


@mistake("an answer that names an article and asks for one, or does neither", "Y03")
def both_or_none(sample: Sample) -> Iterator[Doc]:
    for name, block in blocks(sample, "answer"):
        yield without(sample.doc, ("steps", name, "answer", "article"))
        yield changed(sample.doc, ("steps", name, "answer", "ask"), block["helped"])


@mistake("nobody is asked whether an article helped", "Y03", "M03")
def not_asked(sample: Sample) -> Iterator[Doc]:
    for name, block in blocks(sample, "answer"):
        yield without(sample.doc, ("steps", name, "answer", "helped"))
        for tag, line in block["helped"].items():
            yield changed(sample.doc, ("steps", name, "answer", "helped", tag), line.replace("1", "7"))
