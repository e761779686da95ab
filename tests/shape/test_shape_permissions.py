"""Who may pass which door: every route and every socket event, tried by every kind of person."""

import re

import pytest
from house import BASE, House

from contactcenter import sockets
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import RIGHTS, Right
from contactcenter.models.states import Role

PEOPLE = {None: None, Role.AGENT: "ken", Role.SUPERVISOR: "eva", Role.ADMIN: "admin"}


def routes(house: House):
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                path = re.sub(r"<[^>]+>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))
                yield method, path, rule.endpoint


def test_a_route_that_names_no_permission_cannot_be_registered() -> None:
    with pytest.raises(TypeError, match="does not say who may call it"):
        Door("some", __name__).route("/anything")(lambda: "")


def test_every_route_says_who_may_call_it(house: House) -> None:
    silent = [endpoint for _, _, endpoint in routes(house) if not hasattr(house.app.view_functions[endpoint], "allow")]
    assert silent == []


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "stranger")
def test_every_route_refuses_exactly_those_who_lack_its_right(house: House, role: Role | None) -> None:
    browser = house.browser()
    if PEOPLE[role]:
        browser.sign_in(PEOPLE[role])
    wrong = []
    for method, path, endpoint in routes(house):
        allow = house.app.view_functions[endpoint].allow
        if allow in {Right.PUBLIC, Right.VISITOR} or endpoint == "people.sign_out" or "events" in path:
            continue
        form = {"csrf_token": browser.csrf()} if method == "POST" else None
        answer = browser.client.open(path, method=method, base_url=BASE, data=form, headers={"HX-Request": "true"})
        if allow is Right.SIGNED:
            expected = {403}
        elif role is None:
            expected = {401}
        elif allow in RIGHTS[role]:
            if answer.status_code in {401, 403, 500}:
                wrong.append((method, path, str(allow), answer.status_code, answer.get_data(as_text=True)[:200]))
            continue
        else:
            expected = {403}
        if answer.status_code not in expected:
            wrong.append((method, path, str(allow), answer.status_code))
    assert wrong == []


def test_every_change_needs_the_pages_own_token(house: House) -> None:
    browser = house.browser()
    browser.sign_in("eva")
    unguarded = []
    for method, path, endpoint in routes(house):
        allow = house.app.view_functions[endpoint].allow
        if (
            method == "GET"
            or allow in {Right.SIGNED, Right.VISITOR}
            or allow not in RIGHTS[Role.SUPERVISOR] | {Right.PUBLIC}
        ):
            continue
        answer = browser.client.open(path, method=method, base_url=BASE)
        if answer.status_code != 400:
            unguarded.append((method, path, answer.status_code))
    assert unguarded == []


@pytest.mark.parametrize("namespace", [sockets.Staff, sockets.Visitors])
def test_every_socket_event_says_who_may_send_it(namespace: type) -> None:
    handlers = [name for name in vars(namespace) if name.startswith("on_")]
    assert handlers
    assert [name for name in handlers if not isinstance(getattr(getattr(namespace, name), "allow", None), Right)] == []


def test_nobody_hears_a_room_that_is_not_theirs() -> None:
    from contactcenter.foundation.permissions import Who

    agent = Who(7, "a", "A", Role.AGENT, "en", "UTC")
    boss = Who(8, "b", "B", Role.SUPERVISOR, "en", "UTC")
    assert [sockets.may_hear(agent, room) for room in ("agent:7", "agent:8", "queue:1", "case:1", "chat:1", "x", "")] == [
        True, False, False, True, False, False, False,
    ]  # fmt: skip
    assert [sockets.may_hear(boss, room) for room in ("agent:7", "queue:1", "case:1", "chat:1", "mail:quarantine")] == [
        True, True, True, False, True,
    ]  # fmt: skip
