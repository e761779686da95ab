"""The administrator's door in the whole house: who may enter, what is shown, and a mail that is tried again."""

import re

import pytest
from sqlalchemy import event, update

from contactcenter.channels.email import keeping
from contactcenter.foundation import clock
from contactcenter.models import RawMail, User

PAGES = ("/admin", "/admin/mails", "/admin/mails/quarantine", "/admin/audit", "/admin/people")
FEW = 12
MAIL = b"From: Kim Vale <kim@example.com>\r\nTo: support@desk.example.com\r\nSubject: Hello <i>there</i>\r\n\r\nGood day.\r\n"


@pytest.fixture
def ada(house):
    browser = house.browser()
    browser.sign_in("admin")
    return browser


def put_aside(house, raw=MAIL):
    with house.db.transaction() as session:
        now = clock.now(session)
        raw_id = keeping.keep(session, raw, "smtp", now)
        keeping.quarantine(session, raw_id, "The disk was full.", now)
    house.settle(2)
    return raw_id


@pytest.mark.parametrize("url", PAGES)
def test_a_supervisor_is_no_administrator(house, url):
    eva = house.browser()
    eva.sign_in("eva")
    assert eva.get(url).status_code == 403
    assert eva.post("/admin/mails/1/replay").status_code == 403


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("url", PAGES)
def test_every_page_speaks_every_language_in_few_statements(house, ada, url, language):
    put_aside(house)
    ada.get(f"{url}?lang={language}")
    seen = []
    event.listen(house.db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
    answer = ada.get(url)
    assert answer.status_code == 200
    assert len(seen) < FEW


def test_the_overview_names_the_configuration_in_force(ada):
    page = ada.get("/admin").get_data(as_text=True)
    assert "Version 1" in page
    assert "create queue × 4" in page


def test_the_rail_leads_each_person_where_they_may_go(house, ada):
    eva = house.browser()
    eva.sign_in("eva")
    for browser, here, places in (
        (ada, "/admin", ["/console", "/supervisor", "/admin", "/admin/menus", "/admin/automation", "/help"]),
        (eva, "/supervisor", ["/console", "/supervisor", "/admin/menus", "/admin/automation", "/help"]),
    ):
        page = browser.get(here).get_data(as_text=True)
        nav = page[page.index('class="rail"') : page.index("</nav>")]
        assert re.findall(r'rail__place" href="([^"]+)"', nav) == places
        assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == [here]


def test_a_mail_aside_is_shown_as_plain_text(house, ada):
    put_aside(house)
    page = ada.get("/admin/mails").get_data(as_text=True)
    assert "The disk was full." in page
    assert "Hello &lt;i&gt;there&lt;/i&gt;" in page


def test_a_mail_that_is_tried_again_is_taken_in(house, ada):
    raw_id = put_aside(house)
    answer = ada.post(f"/admin/mails/{raw_id}/replay")
    assert answer.status_code == 200
    assert f'id="mail-{raw_id}"' not in answer.get_data(as_text=True)
    house.settle()
    with house.db.transaction() as session:
        mail = session.get_one(RawMail, raw_id)
        assert (mail.state, mail.case_id is not None) == ("opened", True)
    assert ada.post(f"/admin/mails/{raw_id}/replay").status_code == 409


def test_the_people_are_listed_with_what_they_may_and_can(house, ada):
    with house.db.transaction() as session:
        session.execute(update(User).where(User.login == "max").values(enabled=False))
    page = ada.get("/admin/people").get_data(as_text=True)
    row = page[page.index("Ken Zhao") : page.index("</tr>", page.index("Ken Zhao"))]
    assert "Agent" in row
    assert "Orders and delivery 9" in row
    assert "Asia/Shanghai" in row
    gone = page[page.index("Max Song") : page.index("</tr>", page.index("Max Song"))]
    assert "Disabled" in gone
    assert page.index("Max Song") > page.index("Eva Stone")


def test_the_audit_log_shows_the_sign_in_that_has_just_happened(ada):
    page = ada.get("/admin/audit").get_data(as_text=True)
    assert "signed_in" in page
    assert "Ada Wells" in page
