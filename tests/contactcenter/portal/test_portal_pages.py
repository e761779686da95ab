"""The public pages: each in three languages, true about who can sign in, and honest about what is simulated."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from contactcenter.app import create_app
from contactcenter.composition import compose
from contactcenter.foundation import clock
from contactcenter.foundation.clock import Clock
from contactcenter.foundation.db import Database
from contactcenter.models import Customer, Identity, User
from contactcenter.people import passwords
from contactcenter.portal import sample

PAGES = ["/", "/phone", "/chat", "/mail", "/help", "/help/gift-cards", "/help?q=refund"]


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_speaks_all_three_languages(house, path):
    browser = house.browser()
    pages = []
    for language in ("en", "zh-Hans", "zh-Hant"):
        answer = browser.get(f"{path}{'&' if '?' in path else '?'}lang={language}", Accept="text/html")
        assert answer.status_code == 200
        pages.append(answer.get_data(as_text=True))
        assert f'<html lang="{language}"' in pages[-1]
    assert len(set(pages)) == 3


def test_a_chosen_language_stays_on_the_next_page(house):
    browser = house.browser()
    browser.get("/?lang=zh-Hant")
    assert '<html lang="zh-Hant"' in browser.get("/phone").get_data(as_text=True)


def test_the_logins_on_the_start_page_open_the_console(house):
    with house.db.transaction() as session:
        everybody = sample.people(session)
    logins = sample.logins(everybody)
    assert {one.role for one in logins} == {"agent", "supervisor", "admin"}
    page = house.browser().get("/").get_data(as_text=True)
    for one in logins[:2]:
        assert f"<code>{one.login}</code>" in page
        assert one.password in page
        assert house.browser().post("/sign-in", login=one.login, password=one.password).status_code == 302


def test_whoever_has_another_password_or_is_disabled_is_not_listed(house):
    with house.db.transaction() as session:
        session.execute(update(User).where(User.login == "ana").values(password_hash=passwords.hashed("her own")))
        session.execute(update(User).where(User.login == "ken").values(enabled=False))
        everybody = sample.people(session)
    listed = {one.login for one in sample.logins(everybody)}
    assert "mia" in listed
    assert listed.isdisjoint({"ana", "ken"})


def test_the_phone_page_says_that_it_is_simulated_and_offers_known_callers(house):
    with house.db.transaction() as session:
        now = clock.now(session)
        customer = Customer(key="c-1", name="Nora Field", facts={}, created_at=now)
        session.add(customer)
        session.flush()
        identity = {"kind": "phone", "value": "+14155550142", "proof": "imported", "created_at": now}
        session.add(Identity(customer_id=customer.id, **identity))
    page = house.browser().get("/phone").get_data(as_text=True)
    assert "Simulated" in page
    assert '<option value="+14155550142">Nora Field' in page
    assert '<option value="+14155550100">' in page


def test_health_is_the_databases_answer(house):
    answer = house.browser().get("/healthz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")


def test_without_a_database_health_is_a_problem(house):
    house.db.dispose()
    house.parts.__dict__["db"] = Database("postgresql://nobody@127.0.0.1:9/gone")
    answer = house.app.test_client().get("/healthz", base_url="http://desk.test")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_nothing_of_the_simulation_exists_beside_a_real_phone_network(house):
    real = {"carrier": "", "twilio_account_sid": "AC" + "1" * 32, "twilio_auth_token": "t"}
    parts = compose(house.parts.settings.model_copy(update=real), Clock())
    app, _ = create_app(parts)
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    client = app.test_client()
    pages = {
        path: client.get(path, base_url="http://desk.test").get_data(as_text=True) for path in ("/", "/phone", "/mail")
    }
    parts.close()
    assert not any(rule.startswith(("/phone/", "/softphone", "/mail/")) for rule in rules)
    assert "-demo" not in pages["/"]
    assert "+1 415-555-0100" in pages["/phone"]
    assert "demo-mailbox" not in pages["/mail"]
    assert 'name="text"' not in pages["/mail"]


def test_help_finds_what_was_asked_and_shows_it(house):
    browser = house.browser()
    page = browser.get("/help?q=gift+card").get_data(as_text=True)
    assert 'href="/help/gift-cards"' in page
    assert "<mark>" in page
    assert "Gift cards are sold" in browser.get("/help/gift-cards").get_data(as_text=True)


def test_help_keeps_internal_articles_to_itself(house):
    browser = house.browser()
    assert "verify-a-caller" not in browser.get("/help").get_data(as_text=True)
    assert browser.get("/help/verify-a-caller", Accept="text/html").status_code == 404
    assert browser.get("/help/no-such-article", Accept="text/html").status_code == 404


def test_a_question_without_an_answer_leads_to_a_person(house):
    page = house.browser().get("/help?q=%3Cscript%3Ezzzzqx").get_data(as_text=True)
    assert "Nothing found for “&lt;script&gt;zzzzqx”" in page
    assert 'href="/chat"' in page


def test_the_shop_takes_the_chat_in_by_the_line_it_shows(house):
    page = house.browser().get("/chat?lang=zh-Hans").get_data(as_text=True)
    assert '<script src="/widget.js" async data-language="zh-Hans"></script>' in page


def test_known_people_are_few_and_of_every_language(house):
    with house.db.transaction() as session:
        now = clock.now(session)
        for language in ("en", "zh-Hans", "zh-Hant"):
            for number in range(8):
                customer = Customer(
                    key=f"{language}-{number}", name=f"{language} {number}", language=language, facts={}, created_at=now
                )
                session.add(customer)
                session.flush()
                value = f"{language}.{number}@example.com".lower()
                session.add(
                    Identity(customer_id=customer.id, kind="email", value=value, proof="imported", created_at=now)
                )
        known = sample.customers(session, "email")
    assert [one.language for one in known] == ["en"] * 3 + ["zh-Hans"] * 3 + ["zh-Hant"] * 3
    assert replace(known[0], tier="x").name == "en 0"
