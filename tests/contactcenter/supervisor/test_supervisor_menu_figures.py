"""The page of the phone menus' figures, after calls through the public door: numbers, formulas, picture, calls behind."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from house import Browser, House
from menu_calls import five_calls
from sqlalchemy import func, select, update

from contactcenter.models import StepVisit, User

PAGE = "/supervisor/menus"


@pytest.fixture
def eva(house: House) -> Browser:
    browser = house.browser()
    browser.sign_in("eva")
    return browser


@pytest.fixture
def came(house: House) -> None:
    five_calls(house)


def text(browser: Browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.text
    body = re.sub(r"<dialog.*?</dialog>|<svg.*?</svg>", "", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def row(page: str, step: str, until: str) -> str:
    return page.partition(f" {step} ")[2].partition(f" {until} ")[0]


def test_before_any_call_the_page_says_so(eva: Browser) -> None:
    assert "No call came to a menu in these days" in text(eva, PAGE)


@pytest.mark.usefixtures("came")
def test_every_number_is_there_and_leads_to_its_calls(eva: Browser) -> None:
    page = text(eva, PAGE)
    assert "Main customer line, version 1 (5 calls)" in page
    assert "20% 1 of 5" in page.partition("All calls")[2].partition("Step by step")[0]
    assert "– known 7 days after a call" in page
    main_menu = row(page, "main_menu", "order_number")
    assert main_menu.startswith("menu 5 20% 0 before a key, 1 after 20% 1 of 5 0.2 0 silent, 1 wrong")
    assert "40% 3 Billing" in main_menu
    assert row(page, "queue", "thanks_agent").startswith("queue 3 67% 0 before a key, 2 after 0%")
    html = eva.get(PAGE).text
    links = {unescape(url) for url in re.findall(r'href="([^"]+)"', html)}
    (hung_up,) = [url for url in links if "step=main_menu&exit=hangup" in url]
    behind = text(eva, hung_up)
    assert "main_menu Hung up 1" in behind
    assert "+14155550112" in behind
    assert "+14155550113" not in behind
    (helped,) = [url for url in links if "calls?exit=end+solved" in url]
    assert "+14155550111" in text(eva, helped)
    assert "+14155550112" not in text(eva, helped)


@pytest.mark.usefixtures("came")
def test_every_figure_opens_its_formula(eva: Browser) -> None:
    html = eva.get(PAGE).text
    opened = set(re.findall(r'data-opens="#(how-\w+)"', html))
    assert len(opened) == 12
    for name in opened:
        dialog = html.partition(f'id="{name}"')[2].partition("</dialog>")[0]
        assert "÷" in dialog or "From" in dialog or "Calls" in dialog or "How often" in dialog, name


@pytest.mark.usefixtures("came")
def test_the_picture_shows_what_was_counted_and_may_load_nothing(eva: Browser) -> None:
    (url,) = re.findall(r'<img src="([^"]+picture.svg[^"]*)"', eva.get(PAGE).text)
    answer = eva.get(unescape(url))
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "5 calls from " in answer.text
    assert "▼ 20%" in answer.text


@pytest.mark.usefixtures("came")
def test_only_the_days_and_the_language_asked_for_are_counted(eva: Browser) -> None:
    assert "No call came to a menu" in text(eva, f"{PAGE}?from=2020-01-01&to=2020-01-31")
    assert "No call that is over fits" in text(eva, f"{PAGE}?language=zh-Hans")
    for wrong, said in (("from=soon", "is no day"), ("from=2026-02-01&to=2026-01-01", "should not be after")):
        answer = eva.get(f"{PAGE}?{wrong}")
        assert answer.status_code == 422
        assert said in unescape(answer.text)
    assert eva.get(f"{PAGE}/no-such-line@1/picture.svg").status_code == 404


@pytest.mark.usefixtures("came")
def test_a_day_is_a_day_where_the_viewer_is(house: House, eva: Browser) -> None:
    """At the same instant it is a day later east of the date line than west of it."""
    with house.db.transaction() as session:
        began, ended = session.execute(select(func.min(StepVisit.entered_at), func.max(StepVisit.left_at))).one()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        with house.db.transaction() as session:
            session.execute(update(User).where(User.login == "eva").values(zone=zone))
        first, last = (instant.astimezone(ZoneInfo(zone)).date() for instant in (began, ended))
        assert "(5 calls)" in text(eva, f"{PAGE}?from={first}&to={last}")
        for other in (first - timedelta(days=1), last + timedelta(days=1)):
            assert "No call came" in text(eva, f"{PAGE}?from={other}&to={other}")


def test_an_agent_sees_none_of_it(house: House) -> None:
    ken = house.browser()
    ken.sign_in("ken")
    for url in (PAGE, f"{PAGE}/main-line@1/picture.svg", f"{PAGE}/main-line@1/calls"):
        assert ken.get(url).status_code == 403
    assert "/supervisor/menus" not in ken.get("/console").text
