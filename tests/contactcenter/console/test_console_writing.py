"""Writing: by the channel of the work in hand, once however often it is sent, and never to the wrong person."""

from console_world import MAILER, chat, mail, pending, says, shown, taken
from house import House
from sqlalchemy import select

from contactcenter.channels.chat import conversations
from contactcenter.models import MailMessage, TimelineEntry


def entries(house: House, kind: str) -> list[TimelineEntry]:
    with house.db.transaction() as session:
        return list(session.scalars(select(TimelineEntry).where(TimelineEntry.kind == kind).order_by(TimelineEntry.id)))


def test_a_reply_to_a_mail_goes_by_mail_to_its_sender(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    taken(house, ana, "ana")
    assert f"To {MAILER}" in shown(ana, f"/console/cases/{case_id}/composer")
    assert (
        ana.post(f"/console/cases/{case_id}/reply", body="A new one is on its way.", client_id="reply-0001").status_code
        == 204
    )
    (sent,) = entries(house, "message_out")
    assert (sent.channel, sent.body["to"]) == ("email", [MAILER])
    assert "To be sent" in shown(ana, f"/console/cases/{case_id}/timeline")


def test_a_reply_to_a_chat_reaches_the_visitor(house: House) -> None:
    ana = house.agent("ana")
    token = chat(house)
    mine = taken(house, ana, "ana")
    ana.post(f"/console/cases/{mine.case_id}/reply", body="I am looking.", client_id="reply-0001")
    with house.db.transaction() as session:
        opened = conversations.by_token(session, token)
        texts = [entry.body["text"] for entry in conversations.messages(session, opened.interaction_id, 0)]
    assert texts == ["Why was I charged twice?", "I am looking."]


def test_a_reply_or_note_that_is_sent_twice_is_written_once(house: House) -> None:
    ana = house.agent("ana")
    chat(house)
    mine = taken(house, ana, "ana")
    for _ in range(2):
        for verb in ("reply", "note"):
            sent = ana.post(f"/console/cases/{mine.case_id}/{verb}", body="Once", client_id="same-id-0001")
            assert sent.status_code == 204
    assert len(entries(house, "message_out")) == 1
    assert len(entries(house, "note")) == 1


def test_a_mail_is_not_sent_over_what_somebody_wrote_meanwhile(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    taken(house, ana, "ana")
    page = ana.get(f"/console/cases/{case_id}/timeline").get_data(as_text=True)
    seen = page.split('data-seen value="')[1].split('"')[0]
    mail(house, 2, **{"<lamp-2@example.org>": "<lamp-2@example.org>\nIn-Reply-To: <lamp-1@example.org>"})
    refused = ana.post(f"/console/cases/{case_id}/reply", body="On its way.", client_id="reply-0001", seen=seen)
    assert refused.status_code == 409
    assert "Somebody has written in this case" in refused.get_json()["detail"]
    assert entries(house, "message_out") == []


def test_what_waits_or_belongs_to_somebody_else_can_only_be_noted(house: House) -> None:
    ana, leo = house.agent("ana"), house.agent("leo")
    case_id = mail(house)
    first, other = (ana, leo) if pending(house, "ana") else (leo, ana)
    assert "This waits in line" in shown(other, f"/console/cases/{case_id}/composer")
    taken(house, first, "ana" if first is ana else "leo")
    assert "has this conversation; you can leave a note" in shown(other, f"/console/cases/{case_id}/composer")
    assert other.post(f"/console/cases/{case_id}/reply", body="Mine", client_id="reply-0001").status_code == 409
    assert other.post(f"/console/cases/{case_id}/note", body="I know them", client_id="note-0001").status_code == 204
    with house.db.transaction() as session:
        assert session.scalars(select(MailMessage).where(MailMessage.outgoing)).all() == []


def test_a_finished_case_is_not_written_to_before_it_is_opened_again(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    mine = taken(house, ana, "ana")
    ana.post(f"/console/items/{mine.id}/complete", disposition="solved", summary="", next_status="resolved")
    assert "This case is over" in shown(ana, f"/console/cases/{case_id}/composer")
    assert ana.post(f"/console/cases/{case_id}/status", status="open").status_code == 204
    assert f"To {MAILER}" in shown(ana, f"/console/cases/{case_id}/composer")


def test_an_empty_note_and_a_page_without_an_id_are_refused(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    assert ana.post(f"/console/cases/{case_id}/note", body="  ", client_id="note-0001").status_code == 422
    assert ana.post(f"/console/cases/{case_id}/note", body="Words").status_code == 422
    assert entries(house, "note") == []


def test_a_status_that_cannot_follow_is_refused_and_an_unknown_one_too(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    assert ana.post(f"/console/cases/{case_id}/status", status="new").status_code == 204
    assert ana.post(f"/console/cases/{case_id}/status", status="resolved").status_code == 204
    assert ana.post(f"/console/cases/{case_id}/status", status="pending").status_code == 409
    assert ana.post(f"/console/cases/{case_id}/status", status="elsewhere").status_code == 422


def test_what_strangers_write_is_text_and_never_markup(house: House) -> None:
    ana = house.agent("ana")
    token = chat(house, "<script>alert(1)</script>", name="<img src=x onerror=alert(1)>")
    mine = taken(house, ana, "ana")
    says(house, token, "<b>bold</b>")
    page = ana.get(f"/console/cases/{mine.case_id}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
