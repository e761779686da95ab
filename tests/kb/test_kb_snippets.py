"""Excerpts: text as people wrote it, with marks that point at what was sought."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.plain import plain_text
from kb.snippets import snippet
from kb.tokens import query_terms

# How long an example takes says something about the machine and nothing about the code.
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def marked(body, query, width=160):
    made = snippet(body, [term.term for term in query_terms(query)], width)
    return [made.text[start:end] for start, end in made.marks]


def test_marks_show_the_words_as_they_are_written():
    assert marked("Your **Refunds** arrive late.", "refund") == ["Refunds"]
    assert marked("請先申請退貨，再等退款。", "退货") == ["退貨"]
    assert marked("Code Ｅ-1042 means declined.", "E-1042") == ["Ｅ-1042"]


def test_single_characters_are_marked_only_when_no_pair_is_there():
    assert marked("退回的款项，退款三天到账", "退款") == ["退款"]
    assert marked("退回的款项", "退款") == ["退", "款"]


def test_pairs_that_touch_are_one_mark():
    assert marked("可以申请电子发票。", "电子发票") == ["电子发票"]
    assert marked("三天退款到账。", "退款 到账") == ["退款到账"]


def test_an_excerpt_shows_where_most_of_the_terms_are():
    body = "refund " + "filler " * 60 + "the refund reaches your card " + "filler " * 60
    made = snippet(body, ["refund", "reach", "card"], 80)
    assert "refund reaches your card" in made.text
    assert made.cut_before
    assert made.cut_after
    assert len(made.text) <= 80


def test_an_excerpt_never_cuts_a_word_of_letters():
    made = snippet("wonderful " * 30 + "refund " + "wonderful " * 30, ["refund"], 50)
    assert set(made.text.split()) == {"wonderful", "refund"}


def test_without_a_match_the_beginning_is_shown():
    made = snippet("One two three four five", ["zebra"], 13)
    assert (made.text, made.marks, made.cut_before, made.cut_after) == ("One two three", (), False, True)


def test_markdown_signs_are_not_shown():
    body = "## Title\n\n1. Open **My orders**\n- press `Return`\n> see [terms](https://example.com/a_b)\n![plan](x.png)"
    assert plain_text(body) == "Title\n\nOpen My orders\npress Return\nsee terms\nplan"


@unhurried
@given(st.text("ab退货款的 \n*#。é貨", max_size=120), st.integers(4, 60))
def test_marks_are_ordered_apart_and_inside_the_excerpt(body, width):
    made = snippet(body, [term.term for term in query_terms("a ab 退货 的 é")], width)
    assert len(made.text) <= width
    assert made.text in " ".join(plain_text(body).split())
    edges = [edge for mark in made.marks for edge in mark]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(made.text) for start, end in made.marks)


def test_hostile_text_is_read_in_linear_time():
    for hostile in (" " * 200_000, "[" * 200_000, "*" * 200_000, "退款" * 50_000, "# " * 100_000):
        assert len(snippet(hostile, ["退款", "退"], 100).text) <= 100
