"""Signing in: wrong passwords are refused alike, too many tries are stopped, a token ends when it should."""

from datetime import timedelta

from house import BASE, House

from contactcenter.people import signing_in


def test_a_wrong_password_and_an_unknown_login_are_refused_in_the_same_words(house: House) -> None:
    browser = house.browser()
    wrong = browser.post("/sign-in", login="ana", password="nope")
    unknown = browser.post("/sign-in", login="nobody", password="nope")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    said = [page.get_data(as_text=True).split("<main", 1)[-1] for page in (wrong, unknown)]
    assert said[0].replace("ana", "").count("alert") == said[1].replace("nobody", "").count("alert")


def test_too_many_tries_are_stopped_in_words(house: House) -> None:
    browser = house.browser()
    answers = [browser.post("/sign-in", login="ken", password=f"try {n}").status_code for n in range(12)]
    assert answers[:10] == [401] * 10
    assert answers[10:] == [429] * 2


def test_a_browser_that_was_idle_for_half_an_hour_signs_in_again(house: House) -> None:
    browser = house.browser()
    browser.sign_in("eva")
    assert browser.get("/supervisor").status_code == 200
    house.parts.clock.ahead += signing_in.IDLE + timedelta(seconds=1)
    away = browser.get("/supervisor")
    assert away.status_code == 302
    assert "/sign-in" in away.headers["Location"]


def test_after_signing_out_the_old_cookie_opens_nothing(house: House) -> None:
    browser = house.browser()
    browser.sign_in("eva")
    stolen = browser.client.get_cookie("session", domain="desk.test")
    assert browser.post("/sign-out").status_code == 302
    thief = house.browser()
    thief.client.set_cookie("session", stolen.value, domain="desk.test")
    assert thief.get("/supervisor").status_code == 302


def test_the_page_to_go_on_to_is_one_of_ours(house: House) -> None:
    browser = house.browser()
    token = browser.csrf()
    form = {"login": "eva", "password": "eva-demo", "csrf_token": token}
    answer = browser.client.post("/sign-in?next=//evil.example/", base_url=BASE, data=form)
    assert answer.headers["Location"] == "/supervisor"
