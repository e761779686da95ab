"""From raw mail to a line in a case: nothing is lost, nothing is doubled, and one bad mail harms no other."""

import pytest
from email_world import DANA, US, Post, mail
from races import at_once
from sqlalchemy import delete, update
from world import World

from contactcenter.channels.email import keeping, receiving
from contactcenter.channels.email.thread_keys import make_loop_mark
from contactcenter.models import Case, Customer, Event, Identity, Interaction, MailMessage, Outbox, Queue, RawMail


@pytest.fixture
def post(world: World) -> Post:
    return Post.opened(world)


def test_a_mail_becomes_a_customer_a_case_a_line_and_work(post: Post) -> None:
    taken = post.receive(mail())
    assert taken.state == "opened"
    case = post.world.get(Case, taken.case_id)
    assert (case.subject, case.channel, case.language) == ("My invoice is wrong", "email", "en")
    assert post.world.get(Customer, case.customer_id).name == "Dana Reed"
    assert [(one.kind, one.value) for one in post.world.all(Identity)] == [("email", DANA)]
    (line,) = post.lines()
    assert (line.body["text"].strip(), line.body["from"], line.actor_name) == ("Please look at it.", DANA, "Dana Reed")
    (item,) = post.items()
    assert (item.state, item.channel, item.skills) == ("waiting", "email", {"lang-en": 1})
    assert post.world.violated() == []


@pytest.mark.parametrize(
    ("to", "queue"),
    [
        ("billing@desk.example.com", "billing"),
        ("Billing <BILLING@Desk.Example.com>", "billing"),
        ("billing+spring@desk.example.com", "billing"),
        ("support@desk.example.com", "general"),
        ("nobody-knows@desk.example.com", "general"),
        ("billing@elsewhere.example.com", "general"),
        ("someone@example.net, billing@desk.example.com", "billing"),
    ],
)
def test_the_name_before_the_at_sign_chooses_the_queue(post: Post, to: str, queue: str) -> None:
    post.receive(mail(To=to))
    assert post.world.get(Queue, post.items()[0].queue_id).name == queue


def test_a_queue_that_is_switched_off_gets_no_mail(post: Post) -> None:
    off = update(Queue).where(Queue.name == "billing").values(enabled=False)
    post.world.do(lambda session, _now: session.execute(off))
    post.receive(mail(To="billing@desk.example.com"))
    assert post.world.get(Queue, post.items()[0].queue_id).name == "general"


def test_the_script_of_a_mail_chooses_the_language(post: Post) -> None:
    written = {
        "en": ("Where is my order?", "It should have come on Monday."),
        "zh-Hans": ("我的订单在哪里", "本来应该星期一送到，请帮我查一下物流。"),
        "zh-Hant": ("我的訂單在哪裡", "本來應該星期一送到，請幫我查一下物流。"),
    }
    for number, (language, (subject, text)) in enumerate(written.items()):
        taken = post.receive(mail(subject, text, Message_ID=f"<{number}@example.org>"))
        assert post.world.get(Case, taken.case_id).language == language
    assert [item.skills for item in post.items()] == [{"lang-en": 1}, {"lang-zh": 1}, {"lang-zh": 1}]


def test_the_same_mail_again_is_one_line_and_even_at_once(post: Post) -> None:
    for number in range(4):
        raw = mail(f"Question {number}", Message_ID=f"<{number}@example.org>")
        results = at_once(*[lambda raw=raw: post.receive(raw)] * 3)
        post.world.pass_time(60)
        post.take_in_everything()
        again = post.receive(raw)
        cases = {one.case_id for one in (*results, again) if not isinstance(one, Exception)}
        assert (len(cases), again.state) == (1, "joined")
    post.take_in_everything()
    assert (post.world.count(Case), len(post.lines()), post.world.count(Customer)) == (4, 4, 1)
    assert set(post.states()) == {"opened", "joined"}
    assert post.world.violated() == []


def test_two_workers_take_in_one_mail_at_once_and_it_is_one_line(post: Post) -> None:
    for number in range(5):
        raw = mail(f"Question {number}", Message_ID=f"<{number}@example.org>")
        raw_id = post.world.do(lambda session, now, raw=raw: keeping.keep(session, raw, "pipe", now))
        at_once(*[lambda raw_id=raw_id: receiving.take_in(post.world.db, US, raw_id)] * 2)
    assert (post.world.count(Case), len(post.lines())) == (5, 5)
    assert post.states() == ["opened"] * 5


def test_two_different_mails_under_one_message_id_are_both_kept(post: Post) -> None:
    first = post.receive(mail("One thing", "The first."))
    second = post.receive(mail("Another thing", "The second."))
    assert [first.state, second.state] == ["opened", "opened"]
    assert post.world.count(MailMessage) == 2


def test_a_mail_without_a_message_id_is_kept_and_recognised_when_it_comes_again(post: Post) -> None:
    first, again = post.receive(mail(Message_ID="")), post.receive(mail(Message_ID=""))
    other = post.receive(mail("Something else", Message_ID=""))
    assert (first.state, again.state, again.case_id) == ("opened", "joined", first.case_id)
    assert other.case_id != first.case_id
    assert len(post.lines()) == 2


def test_one_unreadable_mail_among_many_is_put_aside_whole_and_the_others_become_cases(post: Post) -> None:
    bad = b"\x00\xff\xfe this is no mail"
    for number in range(8):
        raw = bad if number == 3 else mail(f"Question {number}", Message_ID=f"<{number}@example.org>")
        post.world.do(lambda session, now, raw=raw: keeping.keep(session, raw, "smtp", now))
    assert post.take_in_everything() == 8
    assert post.states().count("opened") == 7
    (aside,) = post.world.all(RawMail, RawMail.state == "quarantined")
    assert bytes(aside.raw) == bad
    assert aside.problem
    assert post.world.count(Event, Event.room == "mail:quarantine") == 1
    assert post.world.violated() == []


def test_a_mail_that_breaks_us_three_times_is_put_aside_and_can_be_taken_in_after_the_repair(post: Post) -> None:
    post.world.do(lambda session, _now: session.execute(delete(Queue)))
    raw_id = post.world.do(lambda session, now: keeping.keep(session, mail(), "smtp", now))
    states = []
    for _ in range(3):
        with pytest.raises(LookupError, match="No queue takes mail"):
            receiving.take_in(post.world.db, US, raw_id)
        states.append(post.states()[0])
    assert states == ["stored", "stored", "quarantined"]
    assert (post.world.count(Case), post.world.count(Customer)) == (0, 0), "a failed attempt leaves nothing behind"

    post.world.queue("general")
    assert post.world.do(lambda session, now: keeping.replay(session, raw_id, now))
    assert not post.world.do(lambda session, now: keeping.replay(session, raw_id, now))
    post.take_in_everything()
    assert post.states() == ["opened"]
    assert post.world.violated() == []


def test_a_mail_of_our_own_that_came_back_is_put_aside(post: Post) -> None:
    case_id = post.receive(mail()).case_id
    ours = make_loop_mark(US.keys, case_id, US.domain)
    taken = post.receive(mail("Re: My invoice is wrong", Message_ID="<x@example.net>", X_CC_Loop=ours))
    assert taken.state == "quarantined"
    assert len(post.lines()) == 1


def test_an_automatic_mail_is_written_down_but_wakes_nobody(post: Post) -> None:
    taken = post.receive(mail("Out of office", "I am away.", Auto_Submitted="auto-replied"))
    assert post.lines(taken.case_id)[0].body["automatic"]
    assert post.items() == []


def test_a_second_mail_in_a_case_goes_to_whoever_has_it_in_hand_and_makes_no_second_item(post: Post) -> None:
    case_id = post.receive(mail()).case_id
    (item,) = post.items()
    ana = post.world.agent("ana")
    post.world.give(item, ana)
    more = mail(
        "Re: My invoice is wrong", "One more thing.", Message_ID="<2@example.org>", In_Reply_To="<first@example.org>"
    )
    assert post.receive(more).case_id == case_id
    assert len(post.items()) == 1
    told = post.world.all(Event, Event.room == f"agent:{ana}", Event.kind == "entry_added")
    assert [event.ref for event in told] == [case_id]
    assert post.world.count(Interaction) == 1


def test_a_mail_is_stored_with_its_parcel_in_one_fact_and_taking_it_in_again_tells_how_it_stands(post: Post) -> None:
    taken = post.receive(mail())
    (raw,) = post.world.all(RawMail)
    assert [row.dedupe_key for row in post.world.all(Outbox)] == [f"mail:{raw.id}"]
    assert receiving.take_in(post.world.db, US, raw.id) == taken


def test_a_machine_that_answers_a_notice_to_one_of_us_opens_no_case(post: Post) -> None:
    notice = "<notice-0123456789abcdef@desk.example.com>"
    taken = post.receive(mail("Out of office", In_Reply_To=notice, Auto_Submitted="auto-replied"))
    assert (taken.state, taken.case_id) == ("quarantined", None)
    assert post.world.all(Case) == []
    person = post.receive(mail(In_Reply_To=notice, Message_ID="<2@example.org>"))
    assert person.state == "opened", "what a person wrote is never put aside"
