"""Two pools of capacity: accepted chats make way for a call, stay with their agent, and go on before anything new begins."""

from dataclasses import replace

from routing_world import CHANNELS, CONFIG, agent, asked, at, engine_with, enqueue, pairs, work

from routing import (
    Interrupt,
    OfferAccepted,
    OfferDeclined,
    Resume,
    WorkAbandoned,
    WorkCompleted,
    WorkInterrupted,
    WorkResumed,
    WrapUpEnded,
)

YIELDING = replace(CONFIG, channels=tuple(replace(one, interruptible=one.name != "voice") for one in CHANNELS))


def busy(chats, **facts):
    """An engine whose only agent talks in so many chats, numbered from 10."""
    engine = engine_with(replace(agent(1), **facts), rules=YIELDING)
    for number in range(10, 10 + chats):
        assert pairs(enqueue(engine, work(number, channel="chat"))) == [(number, 1)]
        assert asked(engine, OfferAccepted(0, number, 1)) == []
    return engine


def on_the_phone(chats, **facts):
    """The same, who has accepted call 20 at 2 s."""
    engine = busy(chats, **facts)
    assert pairs(enqueue(engine, work(20, at_second=1))) == [(20, 1)]
    return engine, engine.apply(OfferAccepted(at(2), 20, 1))


def test_a_call_rings_at_somebody_who_talks_in_chats_and_interrupts_them_when_it_is_accepted():
    engine = busy(2)
    assert enqueue(engine, work(20, at_second=1))[0].agent == 1
    assert engine.why_waiting(10)["state"] == "assigned"
    assert asked(engine, OfferAccepted(at(2), 20, 1)) == [Interrupt(11, 1), Interrupt(10, 1)]
    assert engine.why_waiting(10)["state"] == "interrupted"


def test_a_call_that_is_declined_interrupts_nothing():
    engine = busy(2)
    enqueue(engine, work(20, at_second=1))
    assert asked(engine, OfferDeclined(at(2), 20, 1)) == []
    assert engine.why_waiting(11)["state"] == "assigned"


def test_what_was_interrupted_goes_on_after_the_wrap_up_the_oldest_first_and_before_anything_new():
    engine, _ = on_the_phone(2)
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=3))) == []
    assert asked(engine, WorkCompleted(at(60), 20, wrap_up_until=at(90))) == []
    effects = engine.apply(WrapUpEnded(at(70), 20))
    assert effects[:2] == [Resume(10, 1), Resume(11, 1)]
    assert pairs(effects) == [(12, 1)]


def test_a_chat_never_interrupts_a_call():
    engine = engine_with(agent(1), rules=YIELDING)
    enqueue(engine, work(20))
    engine.apply(OfferAccepted(at(1), 20, 1))
    assert pairs(enqueue(engine, work(10, channel="chat", at_second=2))) == []
    assert engine.why_not(10, 1)["failed"] == "capacity"


def test_a_chat_that_only_rings_or_is_wrapped_up_does_not_make_way():
    engine = engine_with(agent(1), rules=YIELDING)
    enqueue(engine, work(10, channel="chat"))
    assert pairs(enqueue(engine, work(20, at_second=1))) == []
    assert pairs(engine.apply(OfferAccepted(at(2), 10, 1))) == [(20, 1)]
    engine.apply(OfferDeclined(at(3), 20, 1))
    engine.apply(WorkCompleted(at(4), 10, wrap_up_until=at(400)))
    assert pairs(enqueue(engine, work(21, at_second=5))) == []


def test_only_as_much_is_interrupted_as_has_to_be():
    _, effects = on_the_phone(3, capacity=125)
    assert effects == [Interrupt(12, 1), Interrupt(11, 1)]


def test_nothing_new_of_the_kind_is_given_while_something_waits_to_go_on():
    engine = busy(1, capacity=130)
    enqueue(engine, work(15, channel="email"))
    engine.apply(OfferAccepted(0, 15, 1))
    enqueue(engine, work(20, at_second=1))
    assert asked(engine, OfferAccepted(at(2), 20, 1)) == [Interrupt(15, 1)]
    engine.apply(WorkAbandoned(at(3), 10))
    assert engine.why_waiting(15)["state"] == "assigned"
    assert pairs(enqueue(engine, work(16, channel="email", at_second=4))) == []


def test_interrupted_work_still_counts_among_the_pieces_of_its_channel():
    engine, _ = on_the_phone(3)
    enqueue(engine, work(13, channel="chat", at_second=3))
    assert engine.why_not(13, 1)["failed"] == "channel_free"


def test_the_pool_of_interruptible_work_has_a_limit_of_its_own():
    engine = busy(2, interruptible_capacity=50)
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=1))) == []
    assert engine.why_not(12, 1)["failed"] == "capacity"
    assert pairs(enqueue(engine, work(20, at_second=2))) == [(20, 1)]


def test_a_chat_whose_customer_leaves_while_it_is_interrupted_is_over():
    engine, _ = on_the_phone(1)
    assert asked(engine, WorkAbandoned(at(3), 10)) == []
    assert asked(engine, WorkCompleted(at(60), 20)) == []


def test_who_is_interrupted_follows_from_what_there_is_room_for():
    """Whatever the agent clicks: work that is put aside with room to spare goes on, and what there is no room for waits."""
    engine = busy(1)
    assert asked(engine, WorkInterrupted(at(1), 10)) == [Resume(10, 1)]
    engine, _ = on_the_phone(1)
    assert asked(engine, WorkResumed(at(3), 10)) == [Interrupt(10, 1)]
