"""What a turn of a phone menu costs beside the bare document, and how long it takes to prove a menu.

The sample line is walked along one long call, each turn by `advance` and the renderer of the voice channel. The floor, in
turns with it: the same documents built with the provider's library from texts that are ready. CPU time of this process.
"""

import random
from collections.abc import Callable
from pathlib import Path
from time import process_time

from twilio.twiml.voice_response import Gather, VoiceResponse

import ivr
from contactcenter.channels.voice import documents
from contactcenter.channels.voice.addresses import Addresses

SAMPLE = Path(__file__).resolve().parents[1] / "config" / "ivr" / "main.yaml"
ADDRESSES = Addresses("https://desk.example.com")
ROUNDS, BLOCK = 40, 50
TIMES_AIM, SAMPLE_AIM, LARGE_AIM = 3, 2, 60
_LARGE = 300


def main() -> None:
    flow = ivr.parse(SAMPLE.read_text(encoding="utf-8"), SAMPLE.name)
    measure_turns(flow)
    measure_proof(f"the sample line, {len(flow.steps)} steps", flow, SAMPLE_AIM)
    large = ivr.parse(generated(_LARGE), "generated")
    measure_proof(f"a generated flow, {len(large.steps)} steps", large, LARGE_AIM)


def measure_turns(flow: ivr.Flow) -> None:
    call = one_call(flow)
    ready = [documents.turn(flow, turn, number, ADDRESSES) for number, (_, _, turn) in enumerate(call)]
    ours = theirs = 0.0
    for _ in range(ROUNDS):
        ours += clocked(lambda: [answer(flow, step, number) for number, step in enumerate(call)])
        theirs += clocked(lambda: [bare(flow, turn, number) for number, (_, _, turn) in enumerate(call)])
    assert [bare(flow, turn, number) for number, (_, _, turn) in enumerate(call)] == ready, "not the same documents"
    turns = ROUNDS * BLOCK * len(call)
    print(
        f"{len(call)} turns of one call: {turns / ours:,.0f} turns/s, {1e6 * ours / turns:.0f} µs each; the bare",
        end="",
    )
    print(
        f" documents {turns / theirs:,.0f}/s, {1e6 * theirs / turns:.0f} µs: {ours / theirs:.2f} × (aim ≤ {TIMES_AIM})"
    )


def one_call(flow: ivr.Flow) -> list[tuple[ivr.State, ivr.Event, ivr.Turn]]:
    """A call that meets most kinds of documents: each turn with where it came from, without what asks nobody."""
    events: tuple[ivr.Event, ...] = (
        ivr.KeysPressed("1"), ivr.HoursAnswered("open"), ivr.LookupAnswered("found", {"name": "Ann"}), ivr.Silence(),
        ivr.KeysPressed("9"), ivr.KeysPressed("1"), ivr.KeysPressed("12345678"),
        ivr.LookupAnswered("found", {"status": {"en": "shipped"}, "eta": "2026-01-07"}), ivr.KeysPressed("1"),
        ivr.KeysPressed("*"), ivr.KeysPressed("2"), ivr.QueueLeft("waited_too_long"), ivr.MessageRecorded(9),
    )  # fmt: skip
    turn = ivr.begin(flow, ivr.Caller("+14155550100"))
    call = []
    for event in events:
        before, turn = turn.state, ivr.advance(flow, turn.state, event)
        if not isinstance(turn.act, ivr.AskHours | ivr.AskLookup):
            call.append((before, event, turn))
    return call


def answer(flow: ivr.Flow, step: tuple[ivr.State, ivr.Event, ivr.Turn], number: int) -> str:
    state, event, _ = step
    return documents.turn(flow, ivr.advance(flow, state, event), number, ADDRESSES)


def bare(flow: ivr.Flow, turn: ivr.Turn, number: int) -> str:
    """What anybody would write by hand for this very document."""
    response, to, step = VoiceResponse(), ADDRESSES, turn.state.step
    match turn.act:
        case ivr.AskKeys() as act:
            gather = Gather(
                input="dtmf", action=to.turn(flow.name, flow.version, step, "keys", number), timeout=act.timeout,
                num_digits=act.max_digits, finish_on_key=act.finish, action_on_empty_result=True,
            )  # fmt: skip
            for said in (*turn.speak, *act.prompt):
                voice = flow.voices[said.language]
                gather.say(said.text, voice=voice.voice, language=voice.language)
            response.append(gather)
            return str(response)
        case ivr.RecordMessage() as act:
            spoken = (*turn.speak, *act.prompt)
        case _:
            spoken = turn.speak
    for said in spoken:
        voice = flow.voices[said.language]
        response.say(said.text, voice=voice.voice, language=voice.language)
    action = to.turn(flow.name, flow.version, step, "recorded", number)
    match turn.act:
        case ivr.RecordMessage(longest_seconds=longest, transcribe=True) if turn.state.language == "en":
            written = {"transcribe": True, "transcribe_callback": to.transcript}
            response.record(**written, action=action, max_length=longest, finish_on_key="#", play_beep=True, timeout=5)
        case ivr.WaitInQueue():
            left = to.turn(flow.name, flow.version, step, "left", number)
            response.enqueue("contactcenter", wait_url=to.wait, action=left)
        case _:
            response.hangup()
    return str(response)


def clocked(work: Callable[[], object]) -> float:
    began = process_time()
    for _ in range(BLOCK):
        work()
    return process_time() - began


def measure_proof(name: str, flow: ivr.Flow, aim: int) -> None:
    began = process_time()
    proof = ivr.prove(flow)
    took = process_time() - began
    verdict = "holds" if proof.holds else f"BROKEN: {proof.broken or proof.unfinished}"
    print(
        f"proving {name}: {took:.2f} s (aim < {aim}), {proof.situations:,} situations, {proof.passages:,} ways; {verdict}"
    )


def generated(steps: int) -> str:
    """A menu tree of so many steps in three languages, with lookups and numbers on the way and loops that are bounded."""
    dice = random.Random(1)
    said = "{en: One moment., zh-Hans: 请稍候。, zh-Hant: 請稍候。}"
    voices = ", ".join(
        f"{tag}: {{voice: Polly.Zhiyu-Neural, language: cmn-CN}}" for tag in ("en", "zh-Hans", "zh-Hant")
    )
    lines = [
        "flow: large", "version: 1", "title: {en: Large}", "languages: [en, zh-Hans, zh-Hant]",
        f"voices: {{{voices}}}", "start: step0", "human: person", "steps:",
    ]  # fmt: skip
    for number in range(steps - 3):
        onward = [f"step{n}" if n < steps - 3 else "person" for n in (2 * number + 1, 2 * number + 2)]
        back = f"step{dice.randrange(number + 1)}"
        lines += [f"  step{number}:", *step(number, onward, said)]
        if number % 7 == 5:
            lines[-1:] = [f"    then: {back}", "    at_most: 2", "    after: person"]
    lines += [
        "  person:", "    queue: {name: general, longest: 10m}", "    answered: bye", "    waited_too_long: message",
        "    nobody_logged_in: message", "    full: message", "  message:",
        f"    voicemail: {{ask: {said}, queue: general}}", "    done: bye", "    empty: bye",
        "  bye:", f"    say: {said}", "    end: agent",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def step(number: int, onward: list[str], said: str) -> list[str]:
    if number % 7 == 5:
        return [f"    say: {said}", f"    then: {onward[0]}"]
    if number % 7 == 3:
        return [f"    collect: {{ask: {said}, digits: 4, save: number{number}}}", f"    then: {onward[0]}"]
    if number % 7 == 4:
        return [
            f"    lookup: {{hook: find_{number}, with: {{phone: caller.number}}, save: found{number}}}",
            f"    found: {onward[0]}", f"    missing: {onward[1]}", "    error: person",
        ]  # fmt: skip
    options = ", ".join(f'"{key}": {{means: Way {key}, to: {to}}}' for key, to in enumerate(onward, 1))
    return [f"    menu: {{ask: {said}, options: {{{options}}}}}"]


if __name__ == "__main__":
    main()
