"""What becomes of an offer, and how work comes back: at its own place, and not in a circle."""

from routing_world import agent, asked, at, engine_with, enqueue, pairs, work

from routing import (
    NEVER,
    AgentNotReady,
    AgentPresence,
    AgentSignedIn,
    AgentSignedOut,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    OfferRefused,
    OfferRevoked,
    OfferTimedOut,
    OfferWithdrawn,
    Tick,
    WorkAbandoned,
    WorkCompleted,
    WorkEnqueued,
    WorkRequeued,
    WrapUpEnded,
)


def test_an_offer_says_until_when_it_stands():
    engine = engine_with(agent(1, "support claims"))
    offer = enqueue(engine, work(10, "claims", at_second=5))[0]
    assert isinstance(offer, OfferMade)
    assert offer.expires_at == at(50)


def test_declined_work_goes_to_the_next_agent_and_not_back():
    engine = engine_with(agent(1, idle_since=1), agent(2, idle_since=2))
    assert pairs(enqueue(engine, work(10, at_second=5))) == [(10, 1)]
    assert pairs(engine.apply(OfferDeclined(at(6), 10, 1))) == [(10, 2)]


def test_declined_work_comes_back_to_the_only_agent_after_the_cool_off_and_not_before():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    assert asked(engine, OfferDeclined(at(5), 10, 1)) == []
    assert engine.next_wakeup() == at(35)
    assert asked(engine, Tick(at(34.999999))) == []
    offer = engine.apply(Tick(at(35)))[0]
    assert (offer.work, offer.agent, offer.decision["trigger"]) == (10, 1, "cool_off")


def test_somebody_excluded_for_good_never_gets_it_again():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    engine.apply(OfferDeclined(at(5), 10, 1, exclude_until=NEVER))
    assert engine.next_wakeup() is None
    assert asked(engine, Tick(at(1_000_000))) == []
    assert engine.why_not(10, 1) == {"work": 10, "agent": 1, "failed": "not_excluded", "until": None}


def test_an_excluded_agent_still_takes_the_work_behind():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    assert pairs(enqueue(engine, work(11, at_second=1))) == []
    assert pairs(engine.apply(OfferDeclined(at(5), 10, 1))) == [(11, 1)]


def test_an_unanswered_call_makes_the_agent_not_ready():
    engine = engine_with(agent(1), agent(2, idle_since=1))
    enqueue(engine, work(10, at_second=2))
    effects = engine.apply(OfferTimedOut(at(22), 10, 1))
    assert effects[0] == AgentNotReady(1, "rona", 10)
    assert pairs(effects) == [(10, 2)]
    assert effects[1].decision["trigger"] == "rona"
    assert pairs(enqueue(engine, work(11, at_second=23))) == []


def test_an_unanswered_email_only_goes_elsewhere():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, channel="email"))
    assert asked(engine, OfferTimedOut(at(20), 10, 1)) == []
    assert pairs(enqueue(engine, work(11, at_second=21))) == [(11, 1)]


def test_returned_work_keeps_its_original_place():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=1))
    engine.apply(OfferTimedOut(at(20), 10, 1))
    key = engine.why_waiting(10)["key"]
    assert key == at(60)
    assert pairs(engine.apply(AgentSignedIn(at(21), agent(2)))) == [(10, 2)]


def test_a_withdrawn_offer_returns_like_a_declined_one():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    assert asked(engine, OfferWithdrawn(at(5), 10, 1)) == []
    assert pairs(engine.apply(Tick(at(35)))) == [(10, 1)]


def test_a_refused_proposal_waits_for_the_facts_and_excludes_nobody():
    engine = engine_with(agent(1), agent(2, idle_since=1))
    enqueue(engine, work(10, at_second=2))
    assert asked(engine, OfferRefused(at(2), 10, 1)) == []
    assert engine.next_wakeup() == at(2)
    assert pairs(engine.apply(AgentPresence(at(2), 1, ready=False))) == [(10, 2)]


def test_a_refused_proposal_is_made_again_when_nothing_else_is_known():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    before = engine.digest()
    engine.apply(OfferRefused(at(1), 10, 1))
    effects = engine.apply(Tick(at(1)))
    assert pairs(effects) == [(10, 1)]
    assert effects[0].decision["trigger"] == "refused"
    assert engine.digest() == before


def test_a_caller_who_hangs_up_frees_the_agent_who_was_ringing():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=1))
    effects = engine.apply(WorkAbandoned(at(2), 10))
    assert effects[0] == OfferRevoked(10, 1, "abandoned")
    assert pairs(effects) == [(11, 1)]


def test_wrap_up_holds_the_capacity_until_it_ends():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=1))
    engine.apply(OfferAccepted(at(2), 10, 1))
    assert asked(engine, WorkCompleted(at(60), 10, wrap_up_until=at(90))) == []
    assert engine.why_waiting(10) == {"work": 10, "state": "wrap_up", "agent": 1, "until": at(90)}
    assert pairs(engine.apply(WrapUpEnded(at(80), 10))) == [(11, 1)]


def test_signing_out_returns_the_offer_but_not_the_accepted_work():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, channel="chat"))
    engine.apply(OfferAccepted(at(1), 10, 1))
    enqueue(engine, work(11, channel="chat", at_second=2))
    assert asked(engine, AgentSignedOut(at(3), 1)) == [OfferRevoked(11, 1, "signed_out")]
    assert engine.why_waiting(10)["state"] == "assigned"
    assert pairs(engine.apply(AgentSignedIn(at(4), agent(2)))) == [(11, 2)]


def test_who_signs_in_again_still_holds_what_was_accepted():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    engine.apply(OfferAccepted(at(1), 10, 1))
    engine.apply(AgentSignedOut(at(2), 1))
    engine.apply(AgentSignedIn(at(3), agent(1)))
    assert pairs(enqueue(engine, work(11, at_second=4))) == []
    assert pairs(engine.apply(WorkCompleted(at(5), 10))) == [(11, 1)]


def test_requeued_work_comes_before_what_arrived_later():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    engine.apply(OfferAccepted(at(1), 10, 1))
    enqueue(engine, work(11, at_second=2))
    assert pairs(engine.apply(WorkRequeued(at(30), 10))) == [(10, 1)]


def test_requeued_work_may_be_kept_from_the_one_who_gave_it_up():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    engine.apply(OfferAccepted(at(1), 10, 1))
    enqueue(engine, work(11, at_second=2))
    assert pairs(engine.apply(WorkRequeued(at(30), 10, exclude_until=NEVER))) == [(11, 1)]


def test_requeued_work_may_go_to_the_end():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    engine.apply(OfferAccepted(at(1), 10, 1))
    enqueue(engine, work(11, at_second=2))
    assert pairs(engine.apply(WorkRequeued(at(30), 10, keep_position=False))) == [(11, 1)]


def test_answers_that_come_late_or_twice_change_nothing():
    engine = engine_with(agent(1), agent(2, idle_since=1))
    enqueue(engine, work(10, at_second=2))
    engine.apply(OfferDeclined(at(3), 10, 1))
    engine.apply(OfferAccepted(at(4), 10, 2))
    before = engine.digest()
    for late in (
        OfferAccepted(at(5), 10, 1),
        OfferDeclined(at(5), 10, 1),
        OfferTimedOut(at(5), 10, 2),
        OfferWithdrawn(at(5), 10, 2),
        OfferRefused(at(5), 10, 2),
        WrapUpEnded(at(5), 10),
        WorkEnqueued(at(5), work(10)),
        WorkAbandoned(at(5), 99),
        AgentSignedOut(at(5), 99),
    ):
        assert asked(engine, late) == []
    assert engine.digest() == before
