"""Which case a mail belongs to: by what we signed, by what we know, at last by its subject, and never by a forgery."""

from datetime import timedelta

import pytest
from email_world import US, Post, mail
from sqlalchemy import update
from world import World

from contactcenter.cases import status
from contactcenter.channels.email import replying, threading
from contactcenter.channels.email.mailbox import mailbox
from contactcenter.channels.email.thread_keys import make_case_address, make_message_id, make_subject_token
from contactcenter.models import Case, MailMessage, WorkItem
from contactcenter.models.states import CaseStatus

STRANGER = "Robin Lake <robin@example.net>"
OTHERS = mailbox("support@desk.example.com", "desk.example.com", "another secret")


@pytest.fixture
def post(world: World) -> Post:
    return Post.opened(world)


@pytest.fixture
def case_id(post: Post) -> int:
    found = post.receive(mail()).case_id
    assert found is not None
    return found


def answer(text: str = "Thank you!", subject: str = "Re: My invoice is wrong", **headers: str) -> bytes:
    return mail(
        subject, text, **{"Message_ID": f"<{abs(hash((text, subject, *headers.items())))}@example.org>"} | headers
    )


def signed(case_id: int, by=US) -> dict[str, dict[str, str]]:
    """A header for each way in which a mail can name the case; the subject says something else."""
    return {
        "address": {"To": make_case_address(by.keys, case_id, by.address)},
        "message_id": {"In_Reply_To": make_message_id(by.keys, case_id, 1, by.domain)},
        "references": {"References": f"<a@example.net> {make_message_id(by.keys, case_id, 1, by.domain)}"},
    }


def test_what_we_signed_leads_back_to_the_case_whoever_writes_and_whatever_the_subject(
    post: Post, case_id: int
) -> None:
    for way, headers in signed(case_id).items():
        for sender in ("", f"Robin Lake <robin.{way}@example.net>"):
            more = {"From": sender} if sender else {}
            taken = post.receive(answer(f"By {way} {sender}", "Something else", **headers, **more))
            assert (taken.state, taken.case_id) == ("joined", case_id), way
            assert post.lines(case_id)[-1].body["unverified_sender"] == bool(sender)
    assert post.world.count(Case) == 1


def test_what_somebody_else_signed_leads_nowhere(post: Post, case_id: int) -> None:
    for way, headers in signed(case_id, OTHERS).items():
        taken = post.receive(answer(f"By {way}", f"Something else, by {way}", **headers))
        assert taken.case_id != case_id, way
        assert post.reason() == "new"


def test_a_key_to_a_case_that_does_not_exist_opens_a_new_one(post: Post) -> None:
    taken = post.receive(answer(**signed(4711)["address"]))
    assert (taken.state, post.reason()) == ("opened", "new")


def test_an_answer_to_the_customers_own_mail_joins_by_its_known_id(post: Post, case_id: int) -> None:
    colleague = answer("I am copied in.", "Quite different", From=STRANGER, References="<first@example.org>")
    assert post.receive(colleague).case_id == case_id
    assert post.reason() == "known_id"


def test_the_token_in_the_subject_is_believed_only_of_somebody_who_takes_part(post: Post, case_id: int) -> None:
    token = make_subject_token(US.keys, case_id, US.domain)
    stranger = post.receive(answer("Let me in.", f"Hello {token}", From=STRANGER))
    assert stranger.case_id != case_id
    customer = post.receive(answer("It is me.", f"Hello {token}"))
    assert (customer.case_id, post.reason()) == (case_id, "subject")


def test_a_participant_who_wrote_before_is_believed_by_the_token(post: Post, case_id: int) -> None:
    post.receive(answer("I am copied in.", "Re: My invoice is wrong", From=STRANGER, References="<first@example.org>"))
    token = make_subject_token(US.keys, case_id, US.domain)
    assert post.receive(answer("Me again.", f"Another {token}", From=STRANGER)).case_id == case_id


def test_the_same_open_subject_of_the_same_customer_is_the_same_case(post: Post, case_id: int) -> None:
    for subject in (
        "My invoice is wrong",
        "RE: My invoice is wrong",
        "AW: Re: My invoice is wrong",
        "回复：My invoice is wrong",
    ):
        taken = post.receive(answer(subject, subject))
        assert taken.case_id == case_id, subject
        assert post.reason() == "same_subject"
    foreign = post.receive(answer("Mine too", "My invoice is wrong", From=STRANGER))
    assert foreign.case_id != case_id
    assert post.receive(answer("New", "Another matter")).case_id != case_id


def test_a_mail_about_a_closed_matter_opens_it_again_only_soon_and_only_if_it_is_the_matter(
    post: Post, case_id: int
) -> None:
    def resolve(ago: timedelta) -> None:
        def work(session, now):
            case = status.load(session, case_id)
            status.change_status(session, case, CaseStatus.RESOLVED, ("user:1", None), now)
            session.execute(update(Case).where(Case.id == case_id).values(resolved_at=now - ago))

        post.world.do(work)

    key = signed(case_id)["message_id"]
    resolve(threading.REOPEN_WITHIN - timedelta(minutes=1))
    soon = post.receive(answer("Not quite.", **key))
    assert (soon.case_id, post.world.get(Case, case_id).status) == (case_id, "open")

    resolve(timedelta(minutes=1))
    another_matter = post.receive(answer("By the way.", "A new question", **key))
    assert another_matter.case_id != case_id
    assert post.lines(another_matter.case_id)[0].body["follows"] == case_id
    assert post.world.get(Case, case_id).status == "resolved"

    post.world.do(
        lambda s, now: s.execute(
            update(Case)
            .where(Case.id == case_id)
            .values(resolved_at=now - threading.REOPEN_WITHIN - timedelta(minutes=1))
        )
    )
    late = post.receive(answer("After a long time.", **key))
    assert late.case_id != case_id
    assert post.reason() == "follow_up"


def test_our_reply_goes_out_under_an_id_that_leads_its_answer_back(post: Post, case_id: int) -> None:
    who = post.world.who(post.world.agent("ana"))
    item = post.world.all(WorkItem)[0]
    said = replying.Answer("We have corrected it.", "client-1")

    def reply() -> int:
        def work(session, now):
            case = status.load(session, case_id)
            return replying.reply(session, case, item.interaction_id, said, (US, who), now)

        return post.world.do(work)

    assert reply() == reply(), "an impatient hand sends once"
    (ours,) = post.world.all(MailMessage, MailMessage.outgoing)
    assert post.world.get(Case, case_id).status == "pending"
    back = post.receive(answer("Thanks.", "whatever", From=STRANGER, In_Reply_To=ours.message_id))
    assert (back.case_id, post.world.get(Case, case_id).status) == (case_id, "open")
