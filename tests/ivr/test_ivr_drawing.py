import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest
from ivr_flows import small
from ivr_sketches import HOSTILE, any_flow, flow_of, menu, prompt, say

import ivr
from ivr.drawing.colours import DARK, LIGHT, Paint
from ivr.drawing.lettering import cut, width, wrapped
from ivr.flow import Flow, Step
from ivr.graph import all_exits
from ivr.said import Prompt

FILE = Path(__file__).parents[2] / "config" / "ivr" / "main.yaml"
MAIN = ivr.parse(FILE.read_text(encoding="utf-8"), "main.yaml")
ONE = flow_of([say("only")])
FLOWS = {"main": MAIN, "small": small(), "hostile": HOSTILE, "one": ONE, "sixty": any_flow(60, 1)}
EVERY_FLOW = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
SVG = "{http://www.w3.org/2000/svg}"
VISITS = {
    "language": ivr.StepVisits(1000, 10, {"key 1": 700, "key 2": 200, "stuck": 90}),
    "main_menu": ivr.StepVisits(600, 72, {"key 1": 300, "key 2": 100}),
    "greet": ivr.StepVisits(900, 1, {"then": 899}),
}


def drawn(flow: Flow, language: str = "en", visits: dict[str, ivr.StepVisits] | None = None) -> ET.Element:
    return ET.fromstring(ivr.draw(flow, language, visits))


def marked(picture: ET.Element, mark: str) -> list[ET.Element]:
    return [one for one in picture.iter() if one.get("class") == mark]


def step_of(picture: ET.Element, name: str) -> ET.Element:
    return next(one for one in marked(picture, "flow-step") if one.get("data-step") == name)


def text_of(element: ET.Element) -> str:
    """What can be seen of it: titles are for those who point at it."""
    return " ".join("".join(text.itertext()) for text in element.iter(f"{SVG}text"))


def edges(picture: ET.Element) -> set[tuple[str, str, str]]:
    return {
        (edge.get("data-from", ""), name, edge.get("data-to", ""))
        for edge in marked(picture, "flow-edge")
        for name in edge.get("data-exits", "").split("|")
    }


@EVERY_FLOW
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", 'xx"><&'])
def test_every_picture_is_well_formed_and_needs_nothing_from_elsewhere(flow: Flow, language: str):
    picture = drawn(flow, language, VISITS)
    assert picture.tag == f"{SVG}svg"
    assert picture.get("role") == "img"
    assert str(len(flow.steps)) in picture.get("aria-label", "")
    assert {one.tag.removeprefix(SVG) for one in picture.iter()} <= {
        "svg", "style", "g", "rect", "circle", "path", "text", "tspan", "title",
    }  # fmt: skip
    assert not [name for one in picture.iter() for name in one.attrib if "href" in name or name.startswith("on")]


@EVERY_FLOW
def test_every_step_appears_once_with_its_name(flow: Flow):
    picture = drawn(flow)
    assert sorted(filter(None, (one.get("data-step") for one in marked(picture, "flow-step")))) == sorted(flow.steps)
    for name in flow.steps:
        title = step_of(picture, name).findtext(f"{SVG}title", "")
        assert title.startswith(name)
        assert name[:15] in text_of(step_of(picture, name))


@EVERY_FLOW
def test_every_exit_has_a_line_but_for_0_and_stuck_to_the_human_step(flow: Flow):
    written = {(way.origin, way.name, way.target) for ways in all_exits(flow).values() for way in ways}
    left_out = {way for way in written if way[2] == flow.human and way[1] in {"key 0", "stuck"}}
    assert edges(drawn(flow)) == written - left_out


def test_0_is_a_badge_on_the_questions_and_a_sentence_below():
    picture = drawn(MAIN)
    with_badge = {
        step.get("data-step") for step in marked(picture, "flow-step") if step.find(f".//{SVG}circle") is not None
    }
    assert with_badge == {
        "open_case", "main_menu", "order_number", "anything_else", "hours_answer", "offer_callback", "after_call",
    }  # fmt: skip
    assert "0 leads from here to to_agent" in text_of(marked(picture, "flow-legend")[0])


def test_lines_carry_key_and_meaning_or_the_name_of_the_exit_and_then_carries_nothing():
    labels = {"".join(one.itertext()) for one in marked(drawn(MAIN), "flow-exit")}
    assert "1 Order status" in labels
    assert "waited too longnobody logged in · full" in labels
    assert "after 2×" in labels
    assert not [label for label in labels if "then" in label]
    assert "等待过久 · 无人在线排队已满" in {
        "".join(one.itertext()) for one in marked(drawn(MAIN, "zh-Hans"), "flow-exit")
    }


def test_a_line_that_leads_back_is_dashed_and_others_are_not():
    dashed = {
        (edge.get("data-from"), edge.get("data-to"))
        for edge in marked(drawn(MAIN), "flow-edge")
        if edge.find(f"{SVG}path").get("stroke-dasharray")
    }
    assert dashed == {
        ("anything_else", "main_menu"),
        ("offer_callback", "queue"),
        ("order_unknown", "order_number"),
    }


def test_a_step_shows_the_first_words_of_its_prompt_and_its_title_all_of_them():
    step = step_of(drawn(MAIN), "main_menu")
    assert "To ask about an order, press 1." in text_of(step)
    assert "To reach a person" not in text_of(step)
    assert "To reach a person, press 0." in step.findtext(f"{SVG}title", "")
    assert "查询订单，请按 1；" in text_of(step_of(drawn(MAIN, "zh-Hans"), "main_menu"))


def test_a_language_the_flow_does_not_speak_shows_its_first():
    assert "Please stay on the line." in text_of(step_of(drawn(MAIN, "fr"), "queue"))


def test_an_end_says_its_outcome_inside_a_double_outline():
    thanks, greet = step_of(drawn(MAIN), "thanks"), step_of(drawn(MAIN), "greet")
    assert "■ solved" in text_of(thanks)
    assert [len(step.findall(f".//{SVG}path")) for step in (thanks, greet)] == [2, 1]


def test_hostile_text_is_shown_and_does_nothing():
    text = ivr.draw(HOSTILE, "en")
    assert "<script" not in text
    assert not [char for char in text if char < " " and char != "\n"]
    assert not set(text) & set("\x7f\u202e\u2066\u2069\ud800\ufffe")
    assert text.encode()
    picture = ET.fromstring(text)
    assert "1 </text><script>alert(" in " ".join("".join(one.itertext()) for one in marked(picture, "flow-exit"))
    assert "abc ]]> שלום  end" in step_of(picture, "reversed").findtext(f"{SVG}title", "")
    assert step_of(picture, "characters").findtext(f"{SVG}title", "").count("字") == 4000
    assert len(text_of(step_of(picture, "characters"))) < 80


def test_an_exit_to_nowhere_is_drawn_as_a_step_that_does_not_exist():
    ghost = next(one for one in marked(drawn(HOSTILE), "flow-step") if one.get("data-step") is None)
    assert "nowhere" in text_of(ghost)
    assert "does not exist" in text_of(ghost)


@dataclass(frozen=True, slots=True)
class Fax:
    """A verb of some later release."""

    paper: int
    text: Prompt


def test_a_verb_nobody_told_the_drawing_about_is_a_plain_box_with_its_prompt():
    fax = Step("fax", 1, Fax(4, prompt("We fax it to you.")), {"done": "bye"})  # type: ignore[arg-type]
    picture = drawn(flow_of([fax, say("bye")]))
    assert "fax" in text_of(step_of(picture, "fax"))
    assert "We fax it to you." in text_of(step_of(picture, "fax"))
    assert ("fax", "done", "bye") in edges(picture)


def test_who_hung_up_is_a_number_on_the_step():
    picture = drawn(MAIN, "en", VISITS)
    assert "▼ 12%" in text_of(step_of(picture, "main_menu"))
    assert "▼ <1%" in text_of(step_of(picture, "greet"))
    assert "▼" not in text_of(step_of(picture, "queue"))
    assert "72 hung up here (12%)" in step_of(picture, "main_menu").findtext(f"{SVG}title", "")
    assert "▼" not in "".join(map(text_of, marked(drawn(MAIN), "flow-step")))


def test_the_more_calls_the_wider_the_line():
    wide = {
        (edge.get("data-from"), edge.get("data-to")): float(edge.find(f"{SVG}path").get("stroke-width"))
        for edge in marked(drawn(MAIN, "en", VISITS), "flow-edge")
    }
    ways = [("language", "opening"), ("main_menu", "order_number"), ("main_menu", "returns"), ("returns", "queue")]
    assert [wide[way] for way in ways] == pytest.approx([7.5, 1.5 + 6 * 300 / 990, 1.5 + 6 * 100 / 990, 1.5], abs=0.01)


DRAWS = """
import hashlib, pathlib, sys
sys.path[:0] = sys.argv[1:3]
import ivr, ivr_sketches
print(hashlib.sha256((ivr.draw(ivr_sketches.any_flow(60, 3), "en") + ivr.draw(ivr_sketches.any_flow(20, 9), "zh-Hans")).encode()).hexdigest())
"""


def test_the_same_flow_is_the_same_picture_whatever_the_hash_seed():
    here = Path(__file__).parent
    command = [sys.executable, "-c", DRAWS, str(here), str(here.parents[1])]
    printed = {
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2", "77")
    }
    assert len(printed) == 1


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_all_that_is_written_can_be_read_and_every_line_be_seen(theme: dict[str, Paint]):
    boxes = ("ask", "know", "wait", "plain", "unknown")
    written = [
        *((ink, ground) for ink in ("name", "text", "good", "bad") for ground in (*boxes, "ground")),
        ("label-text", "label"), ("key-text", "key"), ("text", "calm-mark"), ("warn", "warn-mark"), ("bad", "bad-mark"),
    ]  # fmt: skip
    poor = {pair for pair in written if contrast(theme[pair[0]].fill, theme[pair[1]].fill) < 4.5}
    faint = {role for role in ("line", "back", "unknown") if contrast(theme[role].line, theme["ground"].fill) < 3}
    faint |= {role for role in boxes if contrast(theme[role].line, theme["ground"].fill) < 2.5}
    assert (poor, faint) == (set(), set())
    assert set(theme) == set(LIGHT)


def test_lines_break_between_words_and_between_characters_and_keep_within_their_width():
    assert wrapped("For orders press 1 now", 12, 80, 3) == ("For orders", "press 1 now")
    assert wrapped("请输入订单号，按井号键结束。", 12, 100, 2) == ("请输入订单号，", "按井号键结束。")
    for text in ("word " * 50, "字" * 200, "W" * 200, "\U0001f468\u200d\U0001f469" * 50, "a字" * 100):
        lines = wrapped(text, 12, 120, 2)
        assert len(lines) == 2
        assert lines[1].endswith("…")
        assert max(width(line, 12) for line in lines) <= 120
    assert cut("order status", 12, 200) == "order status"
    assert cut("order status of today", 12, 90) == "order status…"
    assert width("字", 12) > 1.5 * width("a", 12)


def test_house_keys_are_drawn_where_they_lead():
    flow = small(("human: person", 'human: person\ndefaults: {keys: {"9": main}}'))
    assert ("number", "key 9", "main") in edges(drawn(flow))


def test_a_menu_that_is_stuck_elsewhere_shows_it():
    flow = flow_of(
        [menu("ask", {"1": ("Bye", "bye")}, stuck="sorry"), say("bye"), say("sorry"), say("person")], "person"
    )
    assert ("ask", "stuck", "sorry") in edges(drawn(flow))
