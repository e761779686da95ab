"""A flow that runs a part, the part, and the same flow written in one piece by hand."""

import ivr

KNOWN = ivr.Known(frozenset({"general"}), frozenset({"office"}), frozenset({"find_caller"}))
HEAD = """\
flow: shop
version: 1
title: {en: Shop, zh-Hans: 商店}
languages: [en, zh-Hans]
voices:
  en: {voice: A, language: en-US}
  zh-Hans: {voice: B, language: cmn-CN}
start: welcome
human: person
steps:
  welcome:
    say: {en: Welcome., zh-Hans: 欢迎。}
    then: verify
"""
RUNS = """\
  verify:
    flow: {name: verify-caller, version: 2}
    then: main
"""
REST = """\
  main:
    menu:
      ask: {en: "To repeat, press 1. To finish, press 2.", zh-Hans: "再来请按 1，结束请按 2。"}
      options:
        "1": {means: Again, to: verify}
        "2": {means: Finish, to: bye}
  bye:
    say: {en: "Goodbye {known.name|you}.", zh-Hans: "再见{known.name|您}。"}
    end: solved
  person:
    tag: {skill: general}
    then: waiting
  waiting:
    queue: {name: general, longest: 10m}
    answered: over
    waited_too_long: over
    nobody_logged_in: over
    full: over
  over:
    end: agent
"""
TESTS = """\
tests:
- name: known at once, twice, and done
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  hooks: {find_caller: {name: Ann}}
  script: [{press: "1234#"}, {press: "1"}, {press: "1234#"}, {press: "2"}]
  expect: {end: solved, steps: [welcome, verify, verify__look, main, verify, verify__look, main, bye], heard: ["Goodbye Ann"]}
- name: unknown twice
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{press: "1234#"}, {press: "1234#"}]
  expect: {end: gave_up}
- name: zero inside the part
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{press: "0#"}]
  expect: {queue: general}
"""
PART = """\
flow: verify-caller
version: 2
part: true
title: {en: Who is calling, zh-Hans: 来电者, fr: Qui appelle}
languages: [en, fr, zh-Hans]
start: pin
defaults: {attempts: 2, timeout: 7}
steps:
  pin:
    collect:
      ask: {en: "Enter your PIN, then press pound.", zh-Hans: "请输入密码，按井号键结束。", fr: "Votre code, puis dièse."}
      digits: 4
      save: pin
    then: look
  look:
    lookup: {hook: find_caller, with: {pin: pin, phone: caller.number}, save: known, timeout: 2}
    found: back
    missing: unknown
    error: human
  unknown:
    say: {en: We do not know this PIN., zh-Hans: 没有这个密码。, fr: Code inconnu.}
    then: pin
    at_most: 1
    after: sorry
  sorry:
    say: {en: Please write to us., zh-Hans: 请写信给我们。, fr: Écrivez-nous.}
    end: gave_up
"""
BY_HAND = """\
  verify:
    collect:
      ask: {en: "Enter your PIN, then press pound.", zh-Hans: "请输入密码，按井号键结束。"}
      digits: 4
      save: pin
      attempts: 2
      timeout: 7
    then: look
  look:
    lookup: {hook: find_caller, with: {pin: pin, phone: caller.number}, save: known, timeout: 2}
    found: main
    missing: unknown
    error: person
  unknown:
    say: {en: We do not know this PIN., zh-Hans: 没有这个密码。}
    then: verify
    at_most: 1
    after: sorry
  sorry:
    say: {en: Please write to us., zh-Hans: 请写信给我们。}
    end: gave_up
"""
SHOP = HEAD + RUNS + REST + TESTS
INLINED = HEAD + BY_HAND + REST


def shelf(*texts: str) -> ivr.Library:
    """The library of these texts, which are all in files named after their flows."""
    flows = [ivr.parse(text, f"{text.split()[1]}.yaml") for text in texts]

    def find(name: str, version: int) -> ivr.Flow | ivr.Missing:
        there = {flow.version: flow for flow in flows if flow.name == name}
        return there.get(version) or ivr.Missing(tuple(sorted(there)))

    return find


def shop(text: str = SHOP, *parts: str) -> ivr.Flow:
    return ivr.joined(ivr.parse(text, "shop.yaml"), shelf(*(parts or (PART,))))


def findings(text: str = SHOP, *parts: str) -> list[ivr.Finding]:
    """What is found, whether the flow can be joined or not."""
    try:
        return ivr.lint(shop(text, *parts), KNOWN)
    except ivr.FlowError as error:
        return list(error.findings)


def told(text: str = SHOP, *parts: str) -> list[str]:
    return [str(one) for one in findings(text, *parts)]
