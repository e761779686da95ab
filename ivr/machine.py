"""The machine that walks a flow: a state and an event in, what to say and do next out."""

from dataclasses import replace

from ivr import booking, helping
from ivr.answering import answer
from ivr.answers import Go, Gone, Stay, Why
from ivr.flow import (
    HUMAN,
    MOST_AUTOMATIC_STEPS,
    Answer,
    Branch,
    Callback,
    CallerId,
    Collect,
    End,
    Finish,
    Flow,
    Hours,
    Lookup,
    Menu,
    Question,
    Queue,
    Say,
    Step,
    Subflow,
    Survey,
    Tag,
    Transfer,
    Voicemail,
)
from ivr.graph import nearest_waiting, runs_by_itself
from ivr.said import Asking, Prompt
from ivr.speaking import in_callers_language, in_each_language, name_of, skills_of
from ivr.state import Caller, State, arrived, first_state, tagged, value_at, without_secrets
from ivr.turns import (
    Act,
    AskHours,
    AskKeys,
    AskLookup,
    BookCallback,
    Event,
    FindArticle,
    HangUp,
    Lost,
    RecordMessage,
    Speech,
    TransferCall,
    Turn,
    WaitInQueue,
)
from ivr.values import as_text


def begin(flow: Flow, caller: Caller) -> Turn:
    return _travel(flow, first_state(flow, caller), flow.start)


def advance(flow: Flow, state: State, event: Event) -> Turn:
    """The next turn; never raises for an event, however late, repeated or out of place it comes."""
    if state.ended:
        return Turn(state, (), HangUp(state.ended))
    step = flow.steps.get(state.step)
    if isinstance(event, Lost) or step is None or (state.flow, state.version) != (flow.name, flow.version):
        return _travel(flow, _found_again(flow, state), HUMAN)
    match answer(flow, state, step, event):
        case Go(after, to):
            return _travel(flow, after, to)
        case Stay(after, why, said):
            return Turn(after, said, _act(flow, after, step, why))
        case Gone(after, outcome):
            return Turn(replace(without_secrets(after), ended=outcome), (), HangUp(outcome))


def _found_again(flow: Flow, state: State) -> State:
    """A call whose place was lost goes on in this flow, in its own language if the flow speaks it."""
    language = state.language if state.language in flow.languages else flow.languages[0]
    return replace(state, flow=flow.name, version=flow.version, language=language, automatic=0)


def _travel(flow: Flow, state: State, target: str) -> Turn:
    """Goes through the steps that need nobody, until one waits or the call ends."""
    said: list[Speech] = []
    entered: list[str] = []
    while step := flow.steps.get(flow.resolve(target)) or flow.steps.get(flow.human):
        spent = step.at_most is not None and state.visits.get(step.name, 0) >= step.at_most
        if spent or runs_by_itself(step):
            if state.automatic >= MOST_AUTOMATIC_STEPS:
                break
            state = replace(state, automatic=state.automatic + 1)
        if spent:
            target = step.after or HUMAN
            continue
        state = arrived(state, step.name)
        entered.append(step.name)
        state, heard = _passing(flow, state, step)
        said += heard
        if step.end:
            ended = replace(without_secrets(state), ended=step.end.value)
            return Turn(ended, tuple(said), HangUp(step.end.value), tuple(entered))
        if not isinstance(step.verb, Say | Tag | Finish | Branch):
            state = state if runs_by_itself(step) else replace(without_secrets(state), automatic=0)
            return Turn(state, tuple(said), _act(flow, state, step, Why.FIRST), tuple(entered))
        target = _onward(flow, state, step)
    return _last_resort(flow, state, tuple(said), tuple(entered))


def _onward(flow: Flow, state: State, step: Step) -> str:
    """Where a step leads that asks nobody."""
    if not isinstance(step.verb, Branch):
        return step.exits.get("then", HUMAN)
    holding = (case.to for case in step.verb.cases if case.condition.holds(lambda path: value_at(flow, state, path)))
    return next(holding, step.exits.get("else", HUMAN))


def _passing(flow: Flow, state: State, step: Step) -> tuple[State, tuple[Speech, ...]]:
    match step.verb:
        case Say(prompt):
            return state, in_callers_language(flow, state, prompt)
        case Tag(tags):
            return tagged(state, tags), ()
        case Callback() as callback:
            return booking.entered(flow, state, callback), ()
        case Answer() as wanted:
            return helping.entered(state, wanted), ()
        case _:
            return state, ()


def _last_resort(flow: Flow, state: State, said: tuple[Speech, ...], entered: tuple[str, ...]) -> Turn:
    """A flow that runs in circles or has no human step must still not lose the caller: the nearest step that waits."""
    step = nearest_waiting(flow)
    if step is None:
        outcome = End.GAVE_UP.value
        return Turn(replace(without_secrets(state), ended=outcome), said, HangUp(outcome), entered)
    state, _ = _passing(flow, replace(arrived(without_secrets(state), step.name), automatic=0), step)
    return Turn(state, said, _act(flow, state, step, Why.FIRST), (*entered, step.name))


def _act(flow: Flow, state: State, step: Step, why: Why) -> Act:  # noqa: C901, PLR0911 — a table: one case for each verb
    """What a step that waits asks for."""
    match step.verb:
        case Callback() as callback if state.phase == booking.Phase.BOOK:
            return _book(flow, state, callback)
        case Answer(_, _, article, longest) if state.phase == helping.Phase.FIND:
            return FindArticle(article, as_text(value_at(flow, state, helping.QUESTION)), longest)
        case Menu() | Collect() | Answer() | Callback() | Survey() as question:
            return _ask(flow, state, question, why)
        case Hours(calendar):
            return AskHours(calendar)
        case Lookup(hook, with_, _, wait, timeout):
            given = {name: as_text(value_at(flow, state, path)) for name, path in with_.items()}
            spoken = in_callers_language(flow, state, wait) if wait else ()
            return AskLookup(hook, given, spoken[0] if spoken else None, timeout)
        case Queue() as queue:
            return _wait(flow, state, queue)
        case Voicemail(ask, longest, transcribe, queue_name):
            prompt = in_callers_language(flow, state, ask)
            return RecordMessage(prompt, longest, name_of(flow, state, queue_name), transcribe)
        case Transfer(number, say, timeout, caller_id):
            shown = as_text(value_at(flow, state, "called.number")) if caller_id is CallerId.CALLED else ""
            return TransferCall(in_callers_language(flow, state, say) if say else (), number, timeout, shown)
        case Say() | Tag() | Branch() | Subflow() | Finish():
            return HangUp(End.GAVE_UP.value)


def _ask(flow: Flow, state: State, question: Question, why: Why) -> AskKeys:
    asking = _asking(state, question)
    each = isinstance(question, Menu) and question.each_language
    speak = in_each_language if each else in_callers_language
    prompt = tuple(said for one in _prompts(asking, why) for said in speak(flow, state, one))
    match question:
        case Collect():
            return AskKeys(prompt, None, question.finish, asking.timeout, listens=question.speech)
        case Answer() if state.phase == helping.Phase.ASK:
            return AskKeys(prompt, 1, "", asking.timeout, listens=True)
        case Callback() if state.phase == booking.Phase.OTHER:
            return AskKeys(prompt, None, "#", asking.timeout)
        case Menu(_, options):
            words = [word for option in options.values() for word in option.words.get(state.language, ())]
            return AskKeys(prompt, 1, "", asking.timeout, tuple(words), listens=bool(words))
        case _:
            return AskKeys(prompt, 1, "", asking.timeout)


def _asking(state: State, question: Question) -> Asking:
    match question:
        case Callback():
            return booking.question_of(state, question)
        case Answer():
            return helping.question_of(state, question)
        case _:
            return question.asking


def _book(flow: Flow, state: State, callback: Callback) -> BookCallback:
    return BookCallback(
        number=as_text(value_at(flow, state, booking.NUMBER)),
        queue=name_of(flow, state, callback.queue),
        skills={**skills_of(flow, state, callback.skills), **state.skills},
        priority=state.priority,
        intent=state.intent,
        keep_place=callback.keep_place,
        within=callback.within,
        window=callback.window,
        tries=callback.tries,
        between_tries=callback.between_tries,
    )


def _prompts(asking: Asking, why: Why) -> tuple[Prompt, ...]:
    """First the long question, later the short one; what to do instead comes before it, `*` brings the long one back."""
    short = asking.ask_again or asking.ask
    match why:
        case Why.FIRST | Why.REPEAT:
            return (asking.ask,)
        case Why.WRONG if asking.retry:
            return (asking.retry, short)
        case _:
            return (short,)


def _wait(flow: Flow, state: State, queue: Queue) -> WaitInQueue:
    return WaitInQueue(
        queue=name_of(flow, state, queue.name),
        skills={**skills_of(flow, state, queue.skills), **state.skills},
        priority=state.priority,
        intent=state.intent,
        announce=queue.announce,
        keys=tuple(queue.keys),
        longest_seconds=queue.longest,
        music=queue.music,
    )
