"""Flows made to be drawn: of any size, and with everything in them that could spoil a picture."""

import random
from collections.abc import Sequence

from ivr.flow import Defaults, End, Finish, Flow, Hours, Lookup, Menu, Option, Say, Step, Tag, Verb
from ivr.said import Asking, Line, Prompt, Tags


def prompt(text: str) -> Prompt:
    return Prompt(1, {"en": Line(text), "zh-Hans": Line(text)})


def flow_of(steps: Sequence[Step], human: str | None = None, title: str = "A flow") -> Flow:
    by_name = {step.name: step for step in steps}
    start = steps[0].name
    return Flow(
        "drawn", 1, {"en": title}, ("en", "zh-Hans"), {}, start, human or start, Defaults(), by_name, (), "x", {}
    )


def say(name: str, text: str = "Hello.", *, then: str | None = None) -> Step:
    return Step(name, 1, Say(prompt(text)), {"then": then} if then else {}, end=None if then else End.SOLVED)


def menu(name: str, options: dict[str, tuple[str, str]], text: str = "Press a key.", stuck: str = "human") -> Step:
    asking = Asking(3, 5, stuck, None, prompt(text), None, None)
    return Step(
        name, 1, Menu(asking, {key: Option(1, means, to, Tags(), {}) for key, (means, to) in options.items()}), {}
    )


def any_flow(size: int, seed: int) -> Flow:
    """A flow with lines that lead on, skip ahead, lead back and lead to themselves."""
    draw = random.Random(seed)
    names = [f"step_{number}" for number in range(size)]

    def somewhere(at: int) -> str:
        if draw.random() < 0.12:
            return names[draw.randrange(at + 1)]
        return names[min(size - 1, at + 1 + int(draw.expovariate(0.4)))]

    def verb(at: int) -> tuple[Verb, dict[str, str]]:
        match draw.randrange(5):
            case 0:
                keys = {str(key): (f"choice {key}", somewhere(at)) for key in range(1, draw.randrange(3, 7))}
                return menu("", keys).verb, {}
            case 1:
                return Hours("office"), {"open": somewhere(at), "closed": somewhere(at)}
            case 2:
                return Lookup("find", {}, "it", None, 4), {
                    name: somewhere(at) for name in ("found", "missing", "error")
                }
            case 3:
                return Tag(Tags({"returns": 1}, "return")), {"then": somewhere(at)}
            case _:
                return Say(prompt("word " * draw.randrange(1, 30))), {"then": somewhere(at)}

    steps = [Step(name, 1, *verb(at)) for at, name in enumerate(names[:-1])]
    return flow_of([*steps, say(names[-1])], human=names[size // 2])


HOSTILE = flow_of(
    [
        menu(
            "a<b>&\"c'",
            {
                "1": ("</text><script>alert(1)</script>", "a<b>&\"c'"),
                "2": ("\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f1e8\U0001f1f3" * 20, "emoji"),
                "3": ("x" * 300, "nowhere"),
            },
            "We are sorry for the wait. " * 150,
        ),
        say("emoji", "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60 + "]]>", then="reversed"),
        say(
            "reversed",
            "\u202eabc ]]> \u2066\u05e9\u05dc\u05d5\u05dd\u2069 \x00\x08\x1b\ud800\ufffe end",
            then="accents",
        ),
        say("accents", "Z" + "\u0301" * 4000, then="characters"),
        say("characters", "字" * 4000, then="wide"),
        say("wide", "W" * 4000, then="n" * 61),
        say("n" * 61, "{{{}}} %s {0} \\n <!-- &amp; &#0;", then="round"),
        say("round", "", then="round"),
        Step("island", 1, Finish(), {}, end=End.AGENT),
        say("ring_1", then="ring_2"),
        say("ring_2", then="ring_1"),
    ],
    human="island",
    title="<title>&",
)
