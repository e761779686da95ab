"""A small flow with every verb, and the means to spoil it in one place."""

import ivr

KNOWN = ivr.Known(
    queues=frozenset({"general", "returns"}),
    calendars=frozenset({"office"}),
    hooks=frozenset({"find_order"}),
)

SMALL = """\
flow: small
version: 3
title: {en: Small, zh-Hans: 小}
languages: [en, zh-Hans]
voices:
  en: {voice: A, language: en-US}
  zh-Hans: {voice: B, language: cmn-CN}
start: opening
human: person
steps:
  opening:
    hours: {calendar: office, open: main, closed: message}
  main:
    menu:
      ask: {en: "Orders, press 1. Returns, press 2.", zh-Hans: "订单按 1，退货按 2。"}
      ask_again: {en: "Again: orders 1, returns 2.", zh-Hans: "再说一遍：订单 1，退货 2。"}
      retry: {en: "Please choose 1 or 2.", zh-Hans: "请选 1 或 2。"}
      options:
        "1": {means: Orders, to: number}
        "2": {means: Returns, set: {language: zh-Hans}, to: returns}
  number:
    collect:
      ask: {en: "Your number, then pound.", zh-Hans: "订单号，按井号键结束。"}
      retry: {en: "It has 4 to 6 digits.", zh-Hans: "有 4 到 6 位数字。"}
      digits: [4, 6]
      save: order_no
      attempts: 2
    then: look
  look:
    lookup: {hook: find_order, with: {number: order_no, phone: caller.number}, save: order, timeout: 3}
    found: told
    missing: unknown
    error: person
  unknown:
    say: {en: "No order {order_no as digits}.", zh-Hans: "没有订单 {order_no as digits}。"}
    then: number
    at_most: 1
    after: person
  told:
    say: {en: "It is {order.status}.", zh-Hans: "订单{order.status}。"}
    end: solved
  returns:
    tag: {skill: {returns: 3}, intent: return, priority: 2}
    then: waiting
  person:
    tag: {intent: general}
    then: waiting
  waiting:
    queue:
      name: "{skill|general}"
      skills: {"lang-{language.spoken}": 1}
      announce: {position: true, wait: true, every: 30}
      keys:
        "1": {to: message, when: queue.minutes >= 3, say: {en: "For a message, press 1.", zh-Hans: "留言请按 1。"}}
        "2": {to: bye, say: {en: "To stop, press 2.", zh-Hans: "结束请按 2。"}}
      longest: 10m
      music: calm
    answered: bye
    waited_too_long: message
    nobody_logged_in: message
    full: message
  message:
    voicemail:
      ask: {en: "Speak after the tone.", zh-Hans: "请留言。"}
      longest: 90
      queue: "{skill|general}"
    done: noted
    empty: bye
  noted:
    say: {en: "Noted.", zh-Hans: "已记录。"}
    end: voicemail
  bye:
    end: agent
tests:
- name: an order is told
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  hooks: {find_order: {status: sent}}
  script: [{press: "1"}, {press: "1234#"}]
  expect: {end: solved}
- name: two orders that nobody knows
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  queue: {wait: 0}
  script: [{press: "1"}, {press: "1234#"}, {press: "1235#"}]
  expect: {end: agent, queue: general}
- name: a broken hook, and a message instead of waiting
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  hooks: {find_order: error}
  queue: {minutes: 5}
  script: [{press: "1"}, {press: "1234#"}, {press: "1"}, {wait: 5}, {press: "#"}]
  expect: {end: voicemail}
- name: no number at all, and nobody there
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  queue: {open: false}
  script: [{press: "1"}, {wait: 10}, {press: "#"}]
  expect: {end: agent}
- name: a person instead of a number, and the queue is full
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  queue: {full: true}
  script: [{press: "1"}, {press: "0#"}, {wait: 5}, {press: "#"}]
  expect: {end: voicemail}
- name: a return waits as long as it may
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{press: "2"}, {wait: 600}, {hear: "请留言"}]
  expect: {queue: returns}
- name: a return gives up waiting
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{press: "2"}, {press: "2"}]
  expect: {end: agent}
- name: zero
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{press: "0"}]
  expect: {queue: general}
- name: silence
  call: {from: "+14155550100", at: "2026-01-05 10:00"}
  script: [{wait: 15}]
  expect: {queue: general}
- name: closed
  call: {from: "+14155550100", at: "2026-01-05 22:00"}
  hours: closed
  script: [{wait: 90}]
  expect: {end: voicemail}
"""


def spoiled(*changes: tuple[str, str], text: str = SMALL) -> str:
    for old, new in changes:
        assert old in text, f"the small flow has no {old!r} to spoil"
        text = text.replace(old, new, 1)
    return text


def small(*changes: tuple[str, str]) -> ivr.Flow:
    return ivr.parse(spoiled(*changes), "small.yaml")


def lint_rules(*changes: tuple[str, str]) -> list[str]:
    return [finding.rule for finding in ivr.lint(small(*changes), KNOWN)]


def refusal(text: str) -> ivr.Finding:
    """The first thing the parser says against a text it must refuse."""
    try:
        ivr.parse(text, "small.yaml")
    except ivr.FlowError as error:
        return error.findings[0]
    raise AssertionError("the text was not refused")


def texts(speeches: tuple[ivr.Speech, ...]) -> list[str]:
    return [said.text for said in speeches]


def play(flow: ivr.Flow, *events: ivr.Event, caller: ivr.Caller | None = None) -> ivr.Turn:
    turn = ivr.begin(flow, caller or ivr.Caller("+14155550100"))
    for event in events:
        turn = ivr.advance(flow, turn.state, event)
    return turn
