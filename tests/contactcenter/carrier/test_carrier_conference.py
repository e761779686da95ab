"""Conferences: pickup, hold, mute, whisper, barge, endings, and what the application is told."""

import pytest
from carrier_world import BASE, CUSTOMER, HOTLINE, OTHER_CUSTOMER, kinds, said
from flask import Response
from twilio.base.exceptions import TwilioRestException

EVENTS = ["start", "end", "join", "leave", "mute", "hold", "modify", "announcement"]


class Floor:
    """A caller in line, an agent with a telephone, and the commands of a contact center."""

    def __init__(self, sim, app):
        self.sim, self.app = sim, app
        self.client = sim.client()
        app.pages["/voice"] = "<Enqueue waitUrl='/wait' action='/after'>orders</Enqueue>"
        app.pages["/wait"] = "<Say>You are waiting in line</Say>"
        app.pages["/room"] = "<Dial action='/room-left'><Conference beep='false'>room-1</Conference></Dial>"
        app.pages["/room-left"] = "<Say>Thank you for calling</Say>"
        for identity in ("agent_7", "agent_8", "boss"):
            sim.register(identity)

    def invite(self, identity, **more):
        settings = {
            "to": f"client:{identity}",
            "from_": HOTLINE,
            "label": identity,
            "beep": "false",
            "end_conference_on_exit": False,
            "conference_status_callback": f"{BASE}/conference",
            "conference_status_callback_event": EVENTS,
            "status_callback": f"{BASE}/leg",
            "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        }
        made = self.client.conferences("room-1").participants.create(**settings | more)
        self.sim.advance(1.1)
        return self.sim.exchange.calls[made.call_sid]

    def talk(self):
        caller = self.sim.dial_in(CUSTOMER, HOTLINE)
        self.sim.advance(2)
        agent = self.invite("agent_7")
        self.client.calls(caller.sid).update(url=f"{BASE}/room")
        self.sim.advance()
        return caller, agent

    @property
    def conference(self):
        return next(iter(reversed(self.sim.network.conferences.all.values())))

    def participant(self, call):
        return self.client.conferences(self.conference.sid).participants(call.sid)

    def change(self, call, **how):
        changed = self.participant(call).update(**how)
        self.sim.advance()
        return changed


@pytest.fixture
def floor(sim, app):
    return Floor(sim, app)


def test_a_caller_leaves_the_line_and_talks_with_the_agent(sim, app, floor):
    caller, agent = floor.talk()
    assert app.events("/after", "QueueResult") == ["redirected"]
    assert app.events("/leg", "CallStatus") == ["initiated", "ringing", "in-progress"]
    assert app.events("/leg", "SequenceNumber") == ["0", "1", "2"]
    assert sim.hears(caller, agent)
    assert sim.hears(agent, caller)
    sim.say(agent, "How can I help you?")
    sim.say(caller, "My parcel is late")
    assert said(caller)[-1] == "How can I help you?"
    assert said(agent) == ["My parcel is late"]
    assert caller.log.events[-1]["speaker"] == "agent_7"


def test_the_conference_is_told_in_order_and_numbered_from_one(sim, app, floor):
    caller, agent = floor.talk()
    floor.change(caller, hold=True)
    floor.change(caller, hold=False)
    floor.change(agent, muted=True)
    sim.hangup(caller)
    sim.hangup(agent)
    assert app.events("/conference") == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-hold",
        "participant-unhold",
        "participant-mute",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert app.events("/conference", "SequenceNumber") == [str(number) for number in range(1, 10)]
    held = app.asked("/conference")[3]
    assert (held["CallSid"], held["Hold"], held["Muted"], held["FriendlyName"]) == (
        caller.sid,
        "true",
        "false",
        "room-1",
    )
    left = app.asked("/conference")[6]
    assert (left["ReasonParticipantLeft"], left["ParticipantCallStatus"]) == ("participant_hung_up", "completed")
    assert app.asked("/conference")[-1]["ReasonConferenceEnded"] == "last-participant-left"
    assert app.asked("/conference")[-1]["CallSidEndingConference"] == agent.sid


def test_only_the_first_participant_decides_where_the_conference_is_told(app, floor):
    floor.talk()
    floor.invite("agent_8", conference_status_callback=f"{BASE}/other", conference_status_callback_event=["join"])
    assert app.asked("/other") == []
    assert app.events("/conference").count("participant-join") == 3


def test_a_conference_of_one_has_not_started_and_has_no_end(sim, app, floor):
    agent = floor.invite("agent_7")
    assert floor.conference.status == "init"
    with pytest.raises(TwilioRestException) as refusal:
        floor.client.conferences(floor.conference.sid).update(status="completed")
    assert refusal.value.status == 400
    sim.hangup(agent)
    assert floor.conference.status == "completed"
    assert "conference-end" not in app.events("/conference")


def test_nobody_starts_a_conference_who_was_told_not_to(sim, floor):
    one = floor.invite("agent_7", start_conference_on_enter=False)
    two = floor.invite("agent_8", start_conference_on_enter=False)
    assert not sim.hears(one, two)
    three = floor.invite("boss")
    assert sim.hears(one, two)
    assert sim.hears(three, one)


def _matrix(sim, **people):
    return {a + b for a, one in people.items() for b, other in people.items() if a != b and sim.hears(one, other)}


def test_hold_mute_whisper_barge_and_consult(sim, floor):
    caller, agent = floor.talk()
    assert _matrix(sim, C=caller, A=agent) == {"CA", "AC"}

    floor.change(caller, hold=True)
    assert _matrix(sim, C=caller, A=agent) == set()

    target = floor.invite("agent_8")
    assert _matrix(sim, C=caller, A=agent, T=target) == {"AT", "TA"}
    sim.hangup(target)
    floor.change(caller, hold=False)

    floor.change(agent, muted=True)
    assert _matrix(sim, C=caller, A=agent) == {"AC"}
    floor.change(agent, muted=False)

    boss = floor.invite("boss", muted=True)
    assert _matrix(sim, C=caller, A=agent, S=boss) == {"CA", "AC", "SC", "SA"}

    floor.change(boss, muted=False, coaching=True, call_sid_to_coach=agent.sid)
    assert _matrix(sim, C=caller, A=agent, S=boss) == {"CA", "AC", "SC", "SA", "AS"}
    sim.say(boss, "Offer a refund")
    assert said(agent)[-1] == "Offer a refund"
    assert "Offer a refund" not in said(caller)

    floor.change(boss, coaching=False)
    assert _matrix(sim, C=caller, A=agent, S=boss) == {"CA", "AC", "SC", "SA", "CS", "AS"}


def test_a_coach_can_join_as_one_from_the_start(sim, floor):
    caller, agent = floor.talk()
    boss = floor.invite("boss", coaching=True, call_sid_to_coach=agent.sid)
    assert sim.hears(agent, boss)
    assert not sim.hears(caller, boss)
    assert floor.participant(boss).fetch().coaching is True


def test_the_hold_document_plays_once_and_stops_at_the_end_of_the_hold(sim, app, floor):
    caller, _ = floor.talk()
    app.pages["/hold"] = "<Say>One moment please</Say><Say>Still one moment</Say>"
    floor.change(caller, hold=True, hold_url=f"{BASE}/hold")
    assert app.requests[-1].path in {"/hold", "/conference"}
    assert next(one.method for one in app.requests if one.path == "/hold") == "GET"
    floor.change(caller, hold=False)
    sim.advance(60)
    assert said(caller).count("One moment please") == 1
    assert "Still one moment" not in said(caller)
    floor.change(caller, hold=True, hold_url=f"{BASE}/hold")
    sim.advance(60)
    assert len(app.asked("/hold")) == 2
    assert said(caller)[-1] == "Still one moment"


def test_a_wait_document_that_redirects_to_itself_goes_round(sim, app, floor):
    app.pages["/music"] = "<Say>Somebody will be with you</Say><Redirect/>"
    agent = floor.invite("agent_7", wait_url=f"{BASE}/music")
    sim.advance(20)
    assert len(app.asked("/music")) > 5
    assert app.asked("/music")[0]["FriendlyName"] == "room-1"
    other = floor.invite("agent_8")
    asked = len(app.asked("/music"))
    sim.advance(20)
    assert len(app.asked("/music")) == asked
    assert sim.hears(agent, other)


def test_a_wait_document_that_does_not_redirect_is_asked_for_once(sim, app, floor):
    app.pages["/music"] = "<Say>Somebody will be with you</Say>"
    floor.invite("agent_7", wait_url=f"{BASE}/music")
    sim.advance(60)
    assert len(app.asked("/music")) == 1


def test_a_failing_wait_document_makes_the_join_fail_and_the_call_goes_on(sim, app):
    app.pages["/voice"] = "<Dial action='/left'><Conference waitUrl='/music'>room-1</Conference></Dial>"
    app.pages["/music"] = lambda _: Response("", 500)
    sim.dial_in(CUSTOMER, HOTLINE)
    assert app.asked("/left")[0]["DialCallStatus"] == "failed"
    assert [error.code for error in sim.errors] == [11200]
    sim.errors.clear()


def test_the_end_flag_cannot_be_changed_while_on_hold_and_nobody_says_so(sim, app, floor):
    caller, agent = floor.talk()
    floor.change(caller, hold=True)
    assert floor.change(caller, end_conference_on_exit=True).end_conference_on_exit is False
    floor.change(caller, hold=False)
    assert floor.change(caller, end_conference_on_exit=True).end_conference_on_exit is True
    sim.hangup(caller)
    assert agent.over
    assert app.asked("/conference")[-1]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"


def test_a_removed_caller_goes_on_after_the_dial_and_a_removed_agent_hangs_up(sim, app, floor):
    caller, agent = floor.talk()
    floor.participant(agent).delete()
    sim.advance()
    assert agent.over
    assert caller.live
    floor.participant(caller).delete()
    sim.advance()
    assert app.asked("/room-left")[0]["DialCallStatus"] == "answered"
    assert "DialCallSid" not in app.asked("/room-left")[0]
    assert said(caller)[-1] == "Thank you for calling"
    assert app.asked("/conference")[-1]["ReasonConferenceEnded"] == "last-participant-kicked"


def test_ending_a_conference_by_command_ends_the_legs_and_lets_the_caller_go_on(sim, app, floor):
    caller, agent = floor.talk()
    ended = floor.client.conferences(floor.conference.sid).update(status="completed")
    assert ended.status == "completed"
    sim.advance()
    assert agent.over
    assert said(caller)[-1] == "Thank you for calling"
    assert app.asked("/conference")[-1]["ReasonConferenceEnded"] == "conference-ended-via-api"
    reasons = app.events("/conference", "ReasonParticipantLeft")
    assert reasons.count("conference_ended_via_api") == 2
    with pytest.raises(TwilioRestException):
        floor.client.conferences(floor.conference.sid).update(status="completed")


def test_redirecting_a_participant_takes_it_out_of_the_conference(sim, app, floor):
    caller, agent = floor.talk()
    app.pages["/survey"] = "<Say>How was it</Say>"
    floor.client.calls(caller.sid).update(url=f"{BASE}/survey")
    sim.advance()
    assert said(caller)[-1] == "How was it"
    assert not sim.hears(agent, caller)
    assert "participant_updated_via_api" in app.events("/conference", "ReasonParticipantLeft")
    assert app.asked("/room-left") == []


def test_a_label_is_unique_in_a_conference(sim, app, floor):
    floor.invite("agent_7")
    with pytest.raises(TwilioRestException) as refusal:
        floor.invite("agent_8", label="agent_7")
    assert refusal.value.code == 16025
    app.pages["/voice"] = (
        "<Dial><Conference participantLabel='agent_7'>room-1</Conference></Dial><Say>Label is taken</Say>"
    )
    call = sim.dial_in(OTHER_CUSTOMER, HOTLINE)
    assert said(call) == ["Label is taken"]
    assert [error.code for error in sim.errors] == [16025]
    sim.errors.clear()


def test_a_full_conference_takes_nobody(floor):
    floor.invite("agent_7", max_participants=2)
    floor.invite("agent_8")
    with pytest.raises(TwilioRestException) as refusal:
        floor.invite("boss")
    assert refusal.value.code == 16020


def test_nobody_coaches_a_call_that_is_not_there(floor):
    caller, _ = floor.talk()
    with pytest.raises(TwilioRestException) as refusal:
        floor.invite("boss", coaching=True, call_sid_to_coach="CA" + "0" * 32)
    assert refusal.value.code == 13240
    with pytest.raises(TwilioRestException) as refusal:
        floor.change(caller, coaching=True)
    assert refusal.value.code == 13240


def test_participants_are_named_by_call_or_label_and_conferences_only_by_sid(floor):
    _, agent = floor.talk()
    by_label = floor.client.conferences(floor.conference.sid).participants("agent_7").fetch()
    assert by_label.call_sid == agent.sid
    assert by_label.status == "connected"
    listed = floor.client.conferences(floor.conference.sid).participants.list()
    assert {one.label for one in listed} == {"agent_7", None}
    with pytest.raises(TwilioRestException) as refusal:
        floor.client.conferences("room-1").participants("agent_7").fetch()
    assert refusal.value.code == 20404
    found = floor.client.conferences.list(friendly_name="room-1", status="in-progress")
    assert [one.sid for one in found] == [floor.conference.sid]


def test_an_announcement_interrupts_and_then_the_talk_goes_on(sim, app, floor):
    caller, agent = floor.talk()
    app.pages["/announce"] = "<Say>This call is recorded</Say>"
    floor.change(caller, announce_url=f"{BASE}/announce")
    sim.advance(3)
    assert said(caller)[-1] == "This call is recorded"
    assert said(agent) == []
    assert app.events("/conference")[-1] == "announcement-end"
    assert sim.hears(agent, caller)
    floor.client.conferences(floor.conference.sid).update(announce_url=f"{BASE}/announce")
    sim.advance(3)
    assert said(agent) == ["This call is recorded"]


def test_the_beep_is_heard_by_the_others_unless_it_is_off(floor):
    caller, agent = floor.talk()
    assert "beep" not in kinds(agent)
    floor.invite("agent_8", beep="onEnter")
    assert "beep" in kinds(agent)
    assert "beep" in kinds(caller)


def test_a_recorded_conference_tells_when_the_recording_is_ready(sim, app, floor):
    caller = sim.dial_in(CUSTOMER, HOTLINE)
    agent = floor.invite(
        "agent_7", conference_record="record-from-start", conference_recording_status_callback=f"{BASE}/recording"
    )
    floor.client.calls(caller.sid).update(url=f"{BASE}/room")
    sim.advance(10)
    current = floor.client.conferences(floor.conference.sid).recordings("Twilio.CURRENT")
    assert current.update(status="paused", pause_behavior="skip").status == "paused"
    sim.advance(5)
    assert current.update(status="in-progress").status == "in-progress"
    sim.advance(5)
    sim.hangup(caller)
    sim.hangup(agent)
    sim.advance(3)
    fields = app.asked("/recording")[0]
    assert (fields["RecordingStatus"], fields["RecordingDuration"]) == ("completed", "15")
    assert fields["ConferenceSid"] == floor.conference.sid


@pytest.mark.parametrize("moment", ["waiting", "ringing", "before the redirect", "at the redirect", "talking", "held"])
def test_a_caller_who_hangs_up_at_any_moment_leaves_nothing_behind(sim, app, floor, moment):
    caller = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(3)
    client = floor.client
    made = client.conferences("room-1").participants.create(to="client:agent_7", from_=HOTLINE)
    agent = sim.exchange.calls[made.call_sid]
    sim.advance({"waiting": 0, "ringing": 0.5}.get(moment, 2))
    if moment in {"waiting", "ringing", "before the redirect"}:
        sim.hangup(caller)
        with pytest.raises(TwilioRestException) as refusal:
            client.calls(caller.sid).update(url=f"{BASE}/room")
        assert refusal.value.code == 21220
    else:
        client.calls(caller.sid).update(url=f"{BASE}/room")
        if moment != "at the redirect":
            sim.advance(2)
        if moment == "held":
            floor.change(caller, hold=True)
        sim.hangup(caller)
    sim.advance(2)
    assert caller.status == "completed"
    assert app.events("/status", "CallStatus") == ["completed"]
    client.calls(agent.sid).update(status="completed")
    sim.advance()
    assert agent.over
    assert [one.present for one in sim.network.conferences.all.values()] == [[]]


def test_an_agent_who_answers_after_the_conference_is_over_begins_a_new_one(sim, floor):
    sim.register("agent_8", answer_seconds=10)
    _, agent = floor.talk()
    late = floor.invite("agent_8")
    first = floor.conference
    floor.client.conferences(first.sid).update(status="completed")
    sim.advance(15)
    assert agent.over
    assert late.live
    assert floor.conference is not first
    assert floor.conference.name == "room-1"


def test_a_participant_who_does_not_answer_is_told_as_not_added(sim, app, floor):
    floor.talk()
    sim.unregister("agent_8")
    late = floor.invite("agent_8")
    assert late.status == "no-answer"
    assert app.asked("/leg")[-1]["SipResponseCode"] == "480"
    left = app.asked("/conference")[-1]
    assert (left["StatusCallbackEvent"], left["ReasonParticipantLeft"]) == (
        "participant-leave",
        "participant_add_failed",
    )
    assert left["ParticipantCallStatus"] == "no-answer"
