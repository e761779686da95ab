"""Sounds and files: shown to those who may read the case, and never run as a page of ours."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from console_world import call, chat, mail, taken
from house import TOKEN, House
from sqlalchemy import select

from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID
from contactcenter.cases import timeline
from contactcenter.cases.timeline import Entry
from contactcenter.foundation import clock
from contactcenter.models import RawMail
from contactcenter.models.states import EntryKind

SID = "RE" + "0123456789abcdef" * 2
SOUND = b"RIFF____WAVE" + bytes(1000)


class Provider(BaseHTTPRequestHandler):
    """A provider with one recording, for whoever knows the account's token."""

    asked: list[str] = []
    status = 200

    def do_GET(self) -> None:
        expected = base64.b64encode(f"{SIMULATED_ACCOUNT_SID}:{TOKEN}".encode()).decode()
        right = self.headers["Authorization"] == f"Basic {expected}"
        Provider.asked.append(self.path)
        self.send_response(Provider.status if right else 401)
        self.send_header("Content-Length", str(len(SOUND)))
        self.end_headers()
        self.wfile.write(SOUND)

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def provider(house: House):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Provider.asked, Provider.status = [], 200
    base = f"http://127.0.0.1:{server.server_port}"
    house.parts.settings = house.parts.settings.model_copy(update={"twilio_api_base": base})
    yield Provider
    server.shutdown()
    server.server_close()
    thread.join(5)


def voicemail(house: House, case_id: int) -> None:
    entry = Entry(EntryKind.VOICEMAIL, {"recording": SID, "seconds": 7}, "voice", ext_id=SID)
    with house.db.transaction() as session:
        timeline.write(session, case_id, entry, clock.now(session))


def test_a_voicemail_of_a_case_is_played_from_the_provider(house: House, provider: type[Provider]) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    voicemail(house, case_id)
    assert f'src="/console/recordings/{SID}"' in ana.get(f"/console/cases/{case_id}").get_data(as_text=True)
    answer = ana.get(f"/console/recordings/{SID}")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "audio/wav", SOUND)
    assert provider.asked == [f"/2010-04-01/Accounts/{SIMULATED_ACCOUNT_SID}/Recordings/{SID}.wav"]
    part = ana.get(f"/console/recordings/{SID}", Range="bytes=0-3")
    assert (part.status_code, part.data) == (206, b"RIFF")


@pytest.mark.parametrize("sid", [SID, "RE" + "f" * 32, "..%2f..%2fCalls", "CA" + "0" * 32])
def test_what_is_no_recording_of_ours_is_never_asked_for(house: House, provider: type[Provider], sid: str) -> None:
    ana = house.agent("ana")
    mail(house)
    assert ana.get(f"/console/recordings/{sid}").status_code == 404
    assert provider.asked == []


def test_a_provider_that_fails_is_told_as_that(house: House, provider: type[Provider]) -> None:
    ana = house.agent("ana")
    voicemail(house, mail(house))
    provider.status = 500
    assert ana.get(f"/console/recordings/{SID}").status_code == 503
    provider.status = 404
    assert ana.get(f"/console/recordings/{SID}").status_code == 404


def raw_mail(house: House) -> int:
    with house.db.transaction() as session:
        return session.scalars(select(RawMail.id)).one()


def test_an_attachment_is_saved_and_never_shown(house: House) -> None:
    ana = house.agent("ana")
    case_id = mail(house)
    link = f"/console/mails/{raw_mail(house)}/attachments/0"
    assert f'href="{link}"' in ana.get(f"/console/cases/{case_id}/timeline").get_data(as_text=True)
    answer = ana.get(link)
    assert answer.headers["Content-Disposition"] == "attachment; filename=page.html"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b'alert("run")' in answer.data
    assert ana.get(f"/console/mails/{raw_mail(house)}/attachments/1").status_code == 404


def test_the_html_of_a_mail_is_cleaned_and_locked_in(house: House) -> None:
    ana = house.agent("ana")
    mail(house)
    answer = ana.get(f"/console/mails/{raw_mail(house)}/html")
    page = answer.get_data(as_text=True)
    assert "<b>crack</b>" in page
    assert "alert" not in page
    assert ' src="http' not in page
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; sandbox")


def test_a_mail_without_html_says_so(house: House) -> None:
    ana = house.agent("ana")
    mail(house, **{"Content-Type: text/html; charset=utf-8": "Content-Type: text/plain; charset=utf-8"})
    assert ana.get(f"/console/mails/{raw_mail(house)}/html").status_code == 404


def test_a_mail_of_no_case_and_a_visitor_without_an_account_get_nothing(house: House) -> None:
    ana = house.agent("ana")
    mail(house)
    raw_id = raw_mail(house)
    assert house.browser().get(f"/console/mails/{raw_id}/html").status_code == 302
    with house.db.transaction() as session:
        session.get_one(RawMail, raw_id).case_id = None
        session.flush()
    assert ana.get(f"/console/mails/{raw_id}/html").status_code == 404
    assert ana.get(f"/console/mails/{raw_id}/attachments/0").status_code == 404


def test_the_story_holds_every_channel_of_the_customer_and_marks_the_open_case(house: House) -> None:
    ana = house.agent("ana")
    first = mail(house)
    mine = taken(house, ana, "ana")
    ana.post(f"/console/items/{mine.id}/complete", disposition="solved", summary="", next_status="closed")
    house.settle()
    chat(house, "Me again, about the lamp", name="Dana Reed", email="dana.reed@example.org")
    talking = taken(house, ana, "ana")
    assert talking.case_id != first
    page = ana.get(f"/console/cases/{talking.case_id}/timeline").get_data(as_text=True)
    assert page.index("has a crack") < page.index("This case") < page.rindex("Me again, about the lamp")
    assert f'href="/console/cases/{first}"' in page
    assert f"case:{talking.case_id}" in page.split('data-live-room="')[1].split('"')[0]


def test_articles_are_suggested_found_read_and_counted(house: House) -> None:
    ana = house.agent("ana")
    chat(house, "How long does a refund take, and when will I get my money back?")
    mine = taken(house, ana, "ana")
    suggested = ana.get(f"/console/cases/{mine.case_id}/suggestions").get_data(as_text=True)
    assert "When will I get my refund?" in suggested
    assert 'data-key="Alt+1"' in suggested
    found = ana.get(f"/console/cases/{mine.case_id}/search?q=refund+limits").get_data(as_text=True)
    assert "For the team only" in found
    article = found.split("/console/articles/")[1].split("?")[0].split('"')[0]
    assert ana.get(f"/console/articles/{article}").status_code == 200
    assert ana.post(f"/console/articles/{article}/use").status_code == 204
    assert "No article has these words" in ana.get(f"/console/cases/{mine.case_id}/search?q=xyzzyplugh").get_data(
        as_text=True
    )
    assert ana.get("/console/articles/none").status_code == 404


def test_a_card_of_the_customer_names_every_way_to_reach_them(house: House) -> None:
    ana = house.agent("ana")
    call(house)
    mine = taken(house, ana, "ana")
    card = ana.get(f"/console/cases/{mine.case_id}/context?tab=customer").get_data(as_text=True)
    assert 'data-copy="+14155550123"' in card
