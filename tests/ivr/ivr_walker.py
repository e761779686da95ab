"""A walker over all paths of a small flow, told again in the plainest way: every key is pressed, and whole states are compared."""

import json

from ivr import (
    ArticleAnswered,
    AskHours,
    AskKeys,
    AskLookup,
    BookCallback,
    CallbackAnswered,
    Caller,
    FindArticle,
    HangUp,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    MessageRecorded,
    QueueLeft,
    RecordMessage,
    Silence,
    TransferCall,
    TransferEnded,
    WaitInQueue,
    WordsSpoken,
    advance,
    begin,
)
from ivr.flow import MOST_AUTOMATIC_STEPS, Answer, Callback, Survey

REASONS = ("answered", "waited_too_long", "nobody_logged_in", "full")


def events(flow, turn):
    """Each thing that can happen, and whether the caller wanted to go somewhere by it."""
    step = flow.steps[turn.state.step]
    match turn.act:
        case AskKeys():
            yield Silence(), False
            options, house = offered(turn, step), flow.keys_at(step)
            for key in "0123456789*#":
                yield KeysPressed(key), key in options or key in house
            if turn.act.listens:
                yield WordsSpoken("what about it"), turn.state.phase == ""
            for digits in ("22", "2222", "20260105"):
                yield KeysPressed(digits), turn.state.phase == "other" and len(digits) > 6
        case AskHours():
            yield from ((HoursAnswered(answer), False) for answer in ("open", "closed", "emergency"))
        case AskLookup():
            yield LookupAnswered("missing"), False
            yield LookupAnswered("error"), False
            for vip in (True, False, None):
                yield LookupAnswered("found", {} if vip is None else {"vip": vip}), False
        case WaitInQueue(keys=keys):
            yield from ((QueueLeft(reason), False) for reason in REASONS)
            yield from ((QueueLeft("key", key), True) for key in keys)
        case FindArticle():
            yield from ((ArticleAnswered(result, "Words."), False) for result in ("found", "missing"))
        case BookCallback():
            yield from ((CallbackAnswered(result, "then"), False) for result in ("booked", "bad_number", "refused"))
        case TransferCall():
            yield from ((TransferEnded(result), False) for result in ("answered", "busy", "no_answer", "failed"))
        case RecordMessage():
            yield from ((MessageRecorded(5), False), (MessageRecorded(0), False))
            yield MessageRecorded(5, hung_up=True), False


def offered(turn, step):
    """The keys of the question that is put."""
    match step.verb:
        case Answer():
            return "12" if turn.state.phase == "told" else ""
        case Callback():
            return "12" if turn.state.phase == "" else ""
        case Survey(lowest=lowest, highest=highest):
            return "0123456789"[lowest : highest + 1]
        case verb:
            return getattr(verb, "options", "")


def written(flow, turn):
    """The whole state, but for how often steps were visited that may be visited for ever, and what nobody asks for."""
    state = json.loads(turn.state.to_json())
    state["visits"] = {
        name: min(count, flow.steps[name].at_most)
        for name, count in state["visits"].items()
        if flow.steps[name].at_most is not None
    }
    values = state["values"]
    state["values"] = {"customer": values.get("customer", {}).get("vip"), "secret": values.get("card", "") != ""}
    return json.dumps([state, sorted(languages_of(turn))], sort_keys=True)


def languages_of(turn):
    asked = turn.act.prompt if isinstance(turn.act, AskKeys | RecordMessage | TransferCall) else ()
    return {said.language for said in (*turn.speak, *asked)}


def holds(flow):
    """The verdict on the flow: every claim of the prover, by looking at all states again and again."""
    turns, onward, most = everything(flow)
    ended = {key for key, turn in turns.items() if isinstance(turn.act, HangUp)}
    helpers = WaitInQueue | RecordMessage | BookCallback | TransferCall
    helped = {key for key, turn in turns.items() if isinstance(turn.act, helpers)}
    asked = {key for key, turn in turns.items() if isinstance(turn.act, AskKeys | helpers)}
    return (
        all(turn.act.outcome != "gave_up" or ends_by_itself(flow, turn) for turn in turns.values() if ends(turn))
        and most <= MOST_AUTOMATIC_STEPS
        and not goes_round(onward)
        and leading_to(ended, onward) == set(turns)
        and asked <= leading_to(helped, onward)
        and not any(
            "card" in turn.state.values and not isinstance(turn.act, AskHours | AskLookup) for turn in turns.values()
        )
        and all(languages_of(turn) <= {turn.state.language} for turn in turns.values())
    )


def ends(turn):
    return isinstance(turn.act, HangUp)


def ends_by_itself(flow, turn):
    return flow.steps[turn.state.step].end == "gave_up"


def everything(flow):
    turns, onward, most = {}, {}, 0
    numbers = ("+14155550100", "anonymous")
    todo = [begin(flow, Caller(number, language=language)) for language in flow.languages for number in numbers]
    while todo:
        turn = todo.pop()
        key = written(flow, turn)
        if key in turns:
            continue
        turns[key], onward[key] = turn, []
        most = max(most, len(turn.entered))
        for event, chosen in events(flow, turn):
            after = advance(flow, turn.state, event)
            most = max(most, turn.state.automatic + len(after.entered))
            onward[key].append((written(flow, after), chosen))
            todo.append(after)
    return turns, onward, most


def goes_round(onward):
    """Whatever leads only to what is taken away is taken away, until nothing changes; what is left goes round for ever."""
    left = set(onward)
    while True:
        going = {key for key in left if any(not chosen and to in left for to, chosen in onward[key])}
        if going == left:
            return bool(left)
        left = going


def leading_to(goals, onward):
    found = set(goals)
    while True:
        more = found | {key for key, leads in onward.items() if any(to in found for to, _ in leads)}
        if more == found:
            return found
        found = more
