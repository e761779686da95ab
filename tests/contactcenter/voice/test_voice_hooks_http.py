"""Hooks over HTTP, asked by callers through the signed door: what is found, what is refused, and that the call goes on."""

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hooks_world import (
    ORDER,
    SECRET,
    SHIPPED,
    Shop,
    allowed,
    asks_for_order,
    declare,
    found,
    open_shop,
    over_http,
    redirect_of,
    runs,
    send,
    to_order_number,
)  # fmt: skip
from house import NUMBER, House
from races import at_once, wait_until
from voice_world import Provider

from contactcenter.channels.voice.hooks import asking, breaker, declared, kind_http
from contactcenter.channels.voice.hooks.answers import HookFailed
from contactcenter.channels.voice.hooks.surroundings import Surroundings
from contactcenter.models import PhoneCall

LET_DOWN = "<Enqueue"
"""The step leads to the line when the hook is an error."""
MISSING = "We could not find order"


@pytest.fixture
def shop(house: House) -> Iterator[Shop]:
    with open_shop() as shop:
        house.parts.hooks.around = allowed(shop)
        yield shop


def test_what_the_shop_finds_is_heard_in_the_callers_language(house: House, shop: Shop) -> None:
    declare(house, over_http(shop))
    call = house.sim.dial_in("+14155559876", NUMBER)
    for keys in ("2", "1", f"{ORDER}#"):
        house.pass_time(4)
        house.sim.press(call, keys)
    house.pass_time(4)
    said = " ".join(text for _, text in call.heard)
    assert "在卡车上" in said
    assert "1 月 9 日" in said
    ((method, path, headers, body),) = shop.asked
    assert (method, path, headers["Authorization"], body) == ("GET", f"/orders/{ORDER}", SECRET, b"")
    (run,) = runs(house)
    assert (run.state, run.source, run.flow, run.flow_version, run.step) == (
        "found", "ran", "main-line", 1, "order_lookup",
    )  # fmt: skip
    assert run.values == {"status": {"en": "on a lorry", "zh-Hans": "在卡车上"}, "eta": "2026-01-09"}
    assert run.took_ms is not None
    assert house.sim.errors == []


def test_nothing_undeclared_comes_into_the_call(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop))
    sid = provider.sid()
    assert "on a lorry" in asks_for_order(provider, sid)
    assert set(provider.call(sid).position["state"]["values"]["order"]) == {"status", "eta"}


def test_404_or_a_condition_that_does_not_hold_is_missing(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop, found_when="items is not empty", save={"eta": "items.0.eta"}))
    shop.replies(
        lambda request: send(request, 404, b"<html>"),
        lambda request: found(request, {"items": []}),
        lambda request: found(request, {"things": 1}),
        lambda request: found(request, {"items": [{"eta": "2026-01-09"}]}),
    )
    for _ in range(3):
        assert MISSING in asks_for_order(provider, provider.sid())
    asks_for_order(provider, provider.sid())
    assert [run.state for run in runs(house)] == ["missing"] * 3 + ["found"]


def drip(request) -> None:
    """One byte now and then, so that no single read ever times out."""
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(0.02)


def lie(request) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "500")
    request.end_headers()
    request.wfile.write(b'{"order": {"eta": "2026-01-09"}}')


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (lambda request: send(request, 500, b"{}"), "answers 500"),
        (lambda request: send(request, 200, b"<html>"), "not JSON"),
        (lambda request: send(request, 200, b"[" * 60_000), "not JSON"),
        (lambda request: send(request, 200, b'{"a": "' + b"x" * 70_000 + b'"}'), "more than 64 kB"),
        (lambda request: send(request, 302, Location="http://169.254.169.254/latest"), "redirects to another"),
        (lambda request: send(request, 302, Location="http://127.0.0.1:1/"), "redirects to another"),
        (lambda request: send(request, 302, Location="//localhost/"), "redirects to another"),
        (lambda request: send(request, 302, Location="http://[/"), "cannot be made"),
        (lambda request: send(request, 302, Location="/orders/again"), "more than 3 times"),
        (lambda request: request.wfile.write(b"SSH-2.0\r\n\r\n"), "does not speak HTTP"),
        (lie, "breaks off"),
    ],
    ids=["500", "html", "deep", "large", "metadata", "port", "host", "garbled", "circle", "no-http", "short"],
)  # fmt: skip
def test_whatever_a_server_does_wrong_is_an_error_with_its_cause_and_costs_no_call(
    house: House, provider: Provider, shop: Shop, answer, cause: str
) -> None:
    declare(house, over_http(shop))
    shop.replies(answer)
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    (run,) = runs(house)
    assert (run.state, run.source) == ("error", "ran")
    assert cause in run.cause
    assert provider.violated() == []


def test_a_redirect_on_the_same_server_is_followed(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop))
    shop.replies(lambda request: send(request, 301, Location=f"{shop.url}/here"), found)
    assert "on a lorry" in asks_for_order(provider, provider.sid())


@pytest.mark.parametrize("way", ["silent", "dripping"])
def test_a_server_that_does_not_end_holds_the_call_no_longer_than_the_time_out(
    house: House, provider: Provider, shop: Shop, way: str
) -> None:
    house.parts.clock.runs = True  # its time-out is of real time
    declare(house, over_http(shop, timeout=1))
    shop.replies(drip) if way == "dripping" else shop.replies_slowly()
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    assert "took longer" in runs(house)[0].cause
    wait_until(
        lambda: not any(thread.name == "hook find_order" for thread in threading.enumerate()), 20, "an end of it"
    )


def is_told_to_wait(provider: Provider, sid: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The document of a caller whose number is being looked up; only this hook is not waited for."""
    document = to_order_number(provider, sid)
    monkeypatch.setattr(asking, "_AT_ONCE", 0.05)
    monkeypatch.setattr(asking, "_AGAIN", 0.05)
    return provider.press(document, sid, ORDER).get_data(as_text=True)


def test_while_a_slow_server_thinks_the_caller_is_told_to_wait_and_then_hears_the_answer(
    house: House, provider: Provider, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(house, over_http(shop))
    shop.replies_slowly()
    waits = is_told_to_wait(provider, sid := provider.sid(), monkeypatch)
    assert "One moment" in waits
    assert "/order_lookup/waited?n=" in redirect_of(waits)
    still = provider.post(redirect_of(waits), CallSid=sid).get_data(as_text=True)
    assert "<Say" not in still, "it is said once"
    assert redirect_of(still) != redirect_of(waits)
    shop.gate.set()
    document = still
    while "<Redirect" in document:
        document = provider.post(redirect_of(document), CallSid=sid).get_data(as_text=True)
    assert "on a lorry" in document
    assert provider.post(redirect_of(still), CallSid=sid).get_data(as_text=True), "a repetition is answered"
    assert len(shop.asked) == 1
    assert [run.state for run in runs(house)] == ["found"]


def test_on_the_telephone_the_wait_is_one_sentence_and_a_moment(
    house: House, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "_AT_ONCE", 0.05)
    declare(house, over_http(shop))
    shop.replies_slowly()
    call = house.sim.dial_in("+14155559876", NUMBER)
    for keys in ("1", "1", f"{ORDER}#"):
        house.pass_time(4)
        house.sim.press(call, keys)
    wait_until(lambda: runs(house) != [])
    shop.gate.set()
    house.pass_time(6)
    said = [text for _, text in call.heard]
    assert "on a lorry" in " ".join(said)
    assert said.count("One moment.") >= 1
    assert house.sim.errors == []


def test_a_caller_who_waits_in_vain_goes_on_when_the_time_is_over(
    house: House, provider: Provider, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(house, over_http(shop))
    shop.replies_slowly()
    waits = is_told_to_wait(provider, sid := provider.sid(), monkeypatch)
    house.parts.clock.ahead += timedelta(seconds=4)
    assert LET_DOWN in provider.post(redirect_of(waits), CallSid=sid).get_data(as_text=True)
    (run,) = runs(house)
    assert (run.state, run.cause) == ("error", "It took longer than the time-out.")


def test_a_webhook_that_is_repeated_or_comes_twice_at_once_runs_the_hook_once(
    house: House, provider: Provider, shop: Shop
) -> None:
    declare(house, over_http(shop))
    shop.replies(lambda request: found(request) if not shop.gate.wait(0.2) else None)
    sid = provider.sid()
    question = to_order_number(provider, sid)
    answers = at_once(*[lambda: provider.press(question, sid, ORDER).data] * 3)
    answers.append(provider.press(question, sid, ORDER).data)
    assert len(set(answers)) == 1
    assert b"on a lorry" in answers[0]
    assert len(shop.asked) == 1
    assert len(runs(house)) == 1


def test_get_is_tried_once_more_if_that_is_declared(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop, retry=1))
    shop.replies(lambda request: send(request, 503), found)
    assert "on a lorry" in asks_for_order(provider, provider.sid())
    assert len(shop.asked) == 2


def test_post_sends_what_is_given_as_json(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop, method="POST", url=shop.url + "/search"))
    assert "on a lorry" in asks_for_order(provider, provider.sid())
    ((method, path, headers, body),) = shop.asked
    assert (method, path, headers["Content-Type"], body) == (
        "POST", "/search", "application/json", b'{"number": "12345678"}',
    )  # fmt: skip


def test_after_five_errors_in_a_minute_a_hook_is_paused_for_half_a_minute(
    house: House, provider: Provider, shop: Shop
) -> None:
    declare(house, over_http(shop))
    shop.replies(lambda request: send(request, 500))
    for _ in range(breaker.ERRORS):
        assert LET_DOWN in asks_for_order(provider, provider.sid())
    shop.replies(found)
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    assert len(shop.asked) == breaker.ERRORS, "it was not asked again"
    assert runs(house)[-1].source == "refused"
    house.parts.clock.ahead += breaker.PAUSE
    assert "on a lorry" in asks_for_order(provider, provider.sid())


def test_five_errors_over_more_than_a_minute_pause_nothing(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop))
    shop.replies(lambda request: send(request, 500))
    for _ in range(breaker.ERRORS):
        assert LET_DOWN in asks_for_order(provider, provider.sid())
        house.parts.clock.ahead += breaker.WITHIN / 3
    shop.replies(found)
    assert "on a lorry" in asks_for_order(provider, provider.sid())


def test_an_answer_is_kept_as_long_as_the_hook_allows(house: House, provider: Provider, shop: Shop) -> None:
    declare(house, over_http(shop, cache=600))
    first, second = (asks_for_order(provider, provider.sid()) for _ in range(2))
    assert "on a lorry" in first
    assert "on a lorry" in second
    assert "on a lorry" in asks_for_order(provider, provider.sid(), "87654321")
    assert [path for _, path, _, _ in shop.asked] == [f"/orders/{ORDER}", "/orders/87654321"]
    assert [run.source for run in runs(house)] == ["ran", "cached", "ran"]


def test_without_redis_a_kept_answer_is_asked_for_again(house: House, provider: Provider, shop: Shop) -> None:
    from contactcenter.channels.voice.hooks.cache import Cache

    house.parts.hooks.cache = Cache("redis://127.0.0.1:1/0", "secret")
    declare(house, over_http(shop, cache=600))
    for _ in range(2):
        assert "on a lorry" in asks_for_order(provider, provider.sid())
    assert len(shop.asked) == 2


def test_what_must_never_be_logged_is_spoken_but_in_no_log_line_and_in_no_row_of_runs(
    house: House, provider: Provider, shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    declare(house, over_http(shop, never_log=["status"]))
    assert "on a lorry" in asks_for_order(provider, provider.sid())
    shop.replies(lambda request: send(request, 200, b'{"order": on a lorry'))
    asks_for_order(provider, provider.sid())
    logged = "".join(capfd.readouterr())
    assert "hook_ran" in logged
    done, failed = runs(house)
    assert done.values == {"eta": "2026-01-09"}
    for secret in ("on a lorry", "卡车", SECRET):
        assert secret not in logged
        assert all(secret not in str(vars(run)) for run in (done, failed))


def test_while_no_turn_has_taken_it_a_secret_stays_ten_minutes_at_most(
    house: House, provider: Provider, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(house, over_http(shop, never_log=["status"]))
    shop.replies_slowly()
    waits = is_told_to_wait(provider, provider.sid(), monkeypatch)
    assert "<Redirect" in waits
    shop.gate.set()
    wait_until(lambda: runs(house)[0].state == "found")
    assert runs(house)[0].secret is not None
    house.parts.clock.ahead += timedelta(minutes=11)
    house.router.duties.clear()
    house.router.turn()
    assert runs(house)[0].secret is None
    house.parts.clock.ahead += timedelta(days=31)
    house.router.turn()
    assert runs(house) == []


@pytest.mark.parametrize(
    ("around", "url", "cause"),
    [
        ({"hosts": frozenset()}, None, "is not in HOOK_HOSTS"),
        ({"hosts": frozenset({"localhost"})}, "https://localhost/orders/{number}", "private address"),
        ({"hosts": frozenset({"localhost"})}, "http://localhost/orders/{number}", "https at port 443 only"),
        ({"hosts": frozenset({"localhost"})}, "https://localhost:8443/{number}", "https at port 443 only"),
        ({"hosts": frozenset({"127.0.0.1"})}, "https://127.0.0.1/{number}", "private address"),
        ({"hosts": frozenset({"0x7f.1"})}, "https://0x7f.1/{number}", "private address"),
        ({"secrets": {}}, None, "HOOK_SECRETS has no shop_token"),
        ({"secrets": {"shop_token": "a\r\nX-Other: b"}}, None, "may not stand there"),
    ],
)
def test_a_hook_goes_only_where_the_operator_lets_it(
    house: House, provider: Provider, shop: Shop, around: dict, url: str | None, cause: str
) -> None:
    base = allowed(shop)
    house.parts.hooks.around = Surroundings(around.get("hosts", base.hosts), {}, around.get("secrets", base.secrets))
    declare(house, over_http(shop, **({"url": url} if url else {})))
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    assert cause in runs(house)[0].cause
    assert shop.asked == []


def test_with_made_up_answers_nothing_is_asked_of_anybody(house: House, provider: Provider, shop: Shop) -> None:
    house.parts.hooks.around = Surroundings(fake=True)
    declare(house, over_http(shop, fake=[{"with": {"number": ORDER}, "answer": {"status": "made up", "eta": "2026-01-09"}},
                                         {"with": {"number": "87654321"}, "answer": "error"}, {"answer": "missing"}]))  # fmt: skip
    assert "made up" in asks_for_order(provider, provider.sid())
    assert LET_DOWN in asks_for_order(provider, provider.sid(), "87654321")
    assert MISSING in asks_for_order(provider, provider.sid(), "11111111")
    assert shop.asked == []
    assert {run.source for run in runs(house)} == {"faked"}


def test_a_hook_that_is_declared_no_more_is_an_error_and_costs_no_call(house: House, provider: Provider) -> None:
    from sqlalchemy import delete

    from contactcenter.models import HookText

    with house.db.transaction() as session:
        session.execute(delete(HookText))
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    assert [(run.state, run.source) for run in runs(house)] == [("error", "refused")]
    assert len(provider.all(PhoneCall)) == 1


OPENSSL = shutil.which("openssl")


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
def test_over_https_a_server_is_believed_only_under_the_name_it_proves(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, proof = tmp_path / "key.pem", tmp_path / "proof.pem"
    subprocess.run(
        [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", key, "-out", proof, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(proof, key)
    shop.server.socket = server.wrap_socket(shop.server.socket, server_side=True)

    def asked(host: str) -> object:
        way = declared.OverHttp(f"https://{host}:{shop.port}/orders", "GET", {}, 0)
        around = Surroundings(hosts=frozenset({f"{host}:{shop.port}"}))
        return kind_http.fetch(way, {}, around, time.monotonic() + 5)

    with pytest.raises(HookFailed, match="cannot be believed"):
        asked("localhost")
    monkeypatch.setattr(kind_http, "_trust", lambda: ssl.create_default_context(cafile=proof))
    assert asked("localhost") == SHIPPED
    with pytest.raises(HookFailed, match="cannot be believed"):
        asked("127.0.0.1")
