"""A small menu for the sample company's number that runs a part, and the part in any version and wording."""

PART = "ask-pin"


def menu(version: int) -> str:
    """The text of the menu that runs this version of the part."""
    return f"""\
flow: main-line
version: 1
title: {{en: Small}}
languages: [en]
voices:
  en: {{voice: Polly.Joanna-Neural, language: en-US}}
start: welcome
human: person
steps:
  welcome:
    say: {{en: Welcome to the small line.}}
    then: verify
  verify:
    flow: {{name: {PART}, version: {version}}}
    then: bye
  bye:
    say: {{en: Goodbye.}}
    end: solved
  person:
    queue: {{name: general, longest: 10m}}
    answered: over
    waited_too_long: over
    nobody_logged_in: over
    full: over
  over:
    end: agent
tests:
- name: a number and a colour
  call: {{from: "+14155550100", at: "2026-01-05 10:00"}}
  script: [{{press: "1234#"}}, {{press: "1"}}]
  expect: {{end: solved}}
"""


def part(word: str, *, version: int = 1) -> str:
    return f"""\
flow: {PART}
version: {version}
part: true
title: {{en: Asks for a number and a colour}}
languages: [en]
start: number
steps:
  number:
    collect: {{ask: {{en: "{word} number, please, then pound."}}, digits: 4, save: pin}}
    then: colour
  colour:
    menu:
      ask: {{en: "{word} colour: for red, press 1."}}
      options:
        "1": {{means: Red, to: back}}
"""
