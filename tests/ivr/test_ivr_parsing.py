import pytest
from ivr_flows import SMALL, refusal, small, spoiled

import ivr


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_flow_is_read_with_its_steps_in_order():
    flow = small()
    assert (flow.name, flow.version, flow.languages) == ("small", 3, ("en", "zh-Hans"))
    assert list(flow.steps)[:3] == ["opening", "main", "number"]
    assert flow.voices["zh-Hans"].spoken == "zh"


def test_a_duplicate_key_is_refused_with_its_line():
    text = spoiled(('        "2": {means: Returns', '        "1": {means: Returns'))
    found = refusal(text)
    assert (found.rule, found.line) == ("F11", line_of(text, '"1": {means: Returns'))
    assert "twice" in found.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("means: Orders", "means: yes"),
        ("music: calm", "music: +8613800000000"),
        ("music: calm", "music: 0123"),
        ("music: calm", "music: 10:00"),
        ("music: calm", "music: 09:00"),
        ("music: calm", "music: 2026-01-05"),
        ("music: calm", "music: 1_000"),
        ("music: calm", "music: 0x1F"),
        ('"1": {means: Orders', "1: {means: Orders"),
    ],
)
def test_what_yaml_would_not_read_as_text_asks_for_quotes(old, new):
    text = spoiled((old, new))
    found = refusal(text)
    assert found.rule == "Y02"
    assert found.line == line_of(text, new)
    assert "put quotes round it" in found.message


def test_the_same_words_in_quotes_are_text():
    assert small(("music: calm", 'music: "10:00"')).steps["waiting"].verb.music == "10:00"


@pytest.mark.parametrize("name", ["no", "on", '"yes"', '"human"'])
def test_a_step_with_a_reserved_name_is_refused(name):
    assert refusal(spoiled(("  told:\n", f"  {name}:\n"))).rule == "F11"


def test_an_unknown_verb_names_file_line_and_step():
    text = spoiled(('    say: {en: "Noted."', '    speak: {en: "Noted."'))
    found = refusal(text)
    assert (found.source, found.line, found.step) == ("small.yaml", line_of(text, "speak:"), "noted")
    assert "no verb 'speak'" in found.message
    assert "small.yaml" in str(found)


def test_an_unknown_field_suggests_the_one_that_was_meant():
    found = refusal(spoiled(("save: order_no", "svae: order_no")))
    assert "'svae'" in found.message
    assert "did you mean 'save'" in found.message


def test_every_mistake_is_reported_not_only_the_first():
    text = spoiled(
        ("longest: 10m", "longest: soon"), ("digits: [4, 6]", "digits: [6, 4]"), ("version: 3", "version: x")
    )
    with pytest.raises(ivr.FlowError) as caught:
        ivr.parse(text, "small.yaml")
    assert [finding.step for finding in caught.value.findings] == [None, "number", "waiting"]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("    end: solved\n", "    end: solved\n    then: bye\n", "not both"),
        ("    end: solved\n", "    end: happy\n", "'happy' is not known"),
        ("    at_most: 1\n", "", "both or neither"),
        ("{order.status}", "{order.status", "brace is not closed"),
        ("as digits", "as euros", "no spoken form 'euros'"),
        ("when: queue.minutes >= 3", "when: queue.minutes about 3", "should read like"),
        ("save: order_no", "save: caller", "already has"),
        ("set: {language: zh-Hans}", "set: {language: fr}", "'fr'"),
        ("  bye:\n    end: agent\n", "  bye:\n    at_most: 1\n    after: main\n", "does nothing"),
        ("priority: 2}\n", "priority: 2}\n    say: {en: x}\n", "one thing"),
        ("version: 3", "version: &v 3", "anchors"),
        ("version: 3", "version: !!int 3", "tags"),
        ("flow: small", "flow: [", "not YAML"),
        ("    end: agent\n", "    end: agent\n---\nflow: two\n", "one file holds one flow"),
        ('say: {en: "Noted.", zh-Hans', 'say: {en: "Noted.", zh', "not a language of this flow"),
        ("human: person\n", 'human: person\ndefaults: {keys: {"0": bye}}\n', "0 is human"),
        ("title:", "tilte:", "did you mean 'title'"),
    ],
)
def test_a_mistake_in_the_shape_is_explained(old, new, part):
    assert part in refusal(spoiled((old, new))).message


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "just words", "- a\n- b\n", "a: {b: {c: [", "\ufeff", "{" * 500])
def test_text_that_is_no_flow_is_refused_and_nothing_else_is_raised(text):
    assert refusal(text).severity is ivr.Severity.ERROR


def test_a_control_character_in_the_file_is_named_with_its_line():
    found = refusal(spoiled(("Noted.", "Not\x08ed.")))
    assert (found.rule, "U+0008" in found.message) == ("P06", True)
    assert found.line == line_of(SMALL, "Noted.")


def test_house_keys_may_be_added_but_zero_stays():
    flow = small(("human: person\n", 'human: person\ndefaults: {keys: {"9": bye}}\n'))
    assert flow.defaults.keys == {"0": "human", "*": "repeat", "9": "bye"}
