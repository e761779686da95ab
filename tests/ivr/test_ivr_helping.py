"""Answers from the knowledge base, and words instead of keys."""

import pytest
from ivr_flows import texts

import ivr
from ivr.heard import spoken_digits

FLOW = """\
flow: small
version: 1
title: {en: Small}
languages: [en]
voices: {en: {voice: A, language: en-US}}
start: first
human: person
steps:
  first:
    menu: {ask: {en: "Hours: 1, a question: 2, a number: 3."}, options: {
      "1": {means: Hours, to: hours, words: {en: [hours, open]}},
      "2": {means: A question, to: question, words: {en: [question]}},
      "3": {means: A number, to: number, words: {en: [number]}}}}
  hours:
    answer: {article: opening-hours, helped: {en: "Helped: 1, not: 2."}, retry: {en: "1 or 2."}, longest: 20s, attempts: 2}
    helped: bye
    more: sorry
    missing: person
  question:
    answer: {ask: {en: "What is it about?"}, helped: {en: "Helped: 1, not: 2."}, attempts: 2}
    helped: bye
    more: sorry
    missing: person
  number:
    collect: {ask: {en: "Your number."}, digits: 4, save: no_, speech: true, attempts: 2}
    then: told
  told:
    say: {en: "It is {no_}."}
    end: solved
  sorry:
    say: {en: "Sorry."}
    then: person
  person:
    queue: {name: general, longest: 5m}
    answered: bye
    waited_too_long: bye
    nobody_logged_in: bye
    full: bye
  bye:
    end: solved
"""
SMALL = ivr.parse(FLOW, "small.yaml")
READ = ivr.ArticleAnswered("found", "We are open at nine.")


def after(*events: ivr.Event) -> ivr.Turn:
    turn = ivr.begin(SMALL, ivr.Caller("+14155550100"))
    for event in events:
        turn = ivr.advance(SMALL, turn.state, event)
    return turn


def test_a_named_article_is_read_and_then_asked_about():
    wanted = after(ivr.KeysPressed("1")).act
    assert wanted == ivr.FindArticle("opening-hours", "", 20)
    told = after(ivr.KeysPressed("1"), READ)
    assert texts(told.speak) == ["We are open at nine."]
    assert texts(told.act.prompt) == ["Helped: 1, not: 2."]


@pytest.mark.parametrize(
    ("events", "step"),
    [
        ([READ, ivr.KeysPressed("1")], "bye"),
        ([READ, ivr.KeysPressed("2")], "person"),
        ([READ, ivr.KeysPressed("0")], "person"),
        ([READ, ivr.KeysPressed("7"), ivr.KeysPressed("8")], "person"),
        ([READ, ivr.Silence(), ivr.Silence()], "person"),
        ([ivr.ArticleAnswered("missing")], "person"),
        ([ivr.ArticleAnswered("found", "")], "person"),
    ],
)
def test_where_an_article_leads(events: list[ivr.Event], step: str):
    assert after(ivr.KeysPressed("1"), *events).state.step == step


def test_star_reads_the_article_again():
    assert after(ivr.KeysPressed("1"), READ, ivr.KeysPressed("*")).act == ivr.FindArticle("opening-hours", "", 20)


def test_the_text_of_an_article_is_not_kept_with_the_call():
    assert "nine" not in after(ivr.KeysPressed("1"), READ).state.to_json()


def test_a_question_in_words_finds_its_article():
    asked = after(ivr.KeysPressed("2"))
    assert asked.act.listens
    assert texts(asked.act.prompt) == ["What is it about?"]
    wanted = after(ivr.KeysPressed("2"), ivr.WordsSpoken("when are you open")).act
    assert wanted == ivr.FindArticle(None, "when are you open", 30)
    assert texts(after(ivr.KeysPressed("2"), ivr.WordsSpoken("x"), READ).speak) == ["We are open at nine."]
    assert after(ivr.KeysPressed("2"), ivr.Silence(), ivr.Silence()).state.step == "person"


def test_an_answer_that_comes_late_changes_nothing():
    told = after(ivr.KeysPressed("1"), READ)
    assert after(ivr.KeysPressed("1"), READ, READ).act == told.act
    assert after(ivr.KeysPressed("1"), ivr.KeysPressed("1")).act == after(ivr.KeysPressed("1")).act


def test_words_pick_an_option_and_say_a_number():
    assert after().act.listens
    assert after(ivr.WordsSpoken("are you open today")).state.step == "hours"
    assert after(ivr.KeysPressed("3")).act.listens
    assert texts(after(ivr.KeysPressed("3"), ivr.WordsSpoken("one two, three four")).speak) == ["It is 1234."]
    assert after(ivr.KeysPressed("3"), ivr.WordsSpoken("one two")).state.wrong == 1


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("1 2 3 4", "1234"),
        ("one two oh four", "1204"),
        ("double five triple nine", "55999"),
        ("我的号码是一二三四", "1234"),
        ("幺两〇八", "1208"),
        ("１２３", "123"),
        ("I do not know", ""),
    ],
)
def test_digits_are_heard_in_figures_and_words(said: str, digits: str):
    assert spoken_digits(said) == digits
