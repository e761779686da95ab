"""Hooks in SQL and in Python, asked by callers; and that nothing a caller says becomes a command anywhere."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hooks_world import (
    ORDER,
    allowed,
    asks_for_order,
    declare,
    found,
    open_shop,
    over_http,
    runs,
)
from house import House
from races import wait_until
from sqlalchemy import text
from voice_world import Provider

from contactcenter.channels.voice.hooks import kind_python, running
from contactcenter.channels.voice.hooks.kind_sql import Databases

LET_DOWN = "<Enqueue"
NASTY = [
    "'; drop table stock; --",
    "1\r\nX-Evil: yes",
    "../../admin",
    "?a=b&c=d#e",
    "%0d%0aX: y",
    "\x07",
    "长" * 300,
    "",
]


@pytest.fixture
def stock(house: House) -> Iterator[House]:
    """The house, with a table of a shop beside its own that SQL hooks may read."""
    with house.db.transaction() as session:
        session.execute(text("CREATE TABLE stock (no text, said_en text, said_zh text, due date, price numeric)"))
        session.execute(
            text("INSERT INTO stock VALUES (:no, 'on the shelf', '在架上', '2026-01-09', 12.50)"), {"no": ORDER}
        )
        session.execute(text("INSERT INTO stock VALUES (:no, 'second', '第二', '2026-02-09', 1)"), {"no": ORDER})
    house.parts.hooks.databases = Databases({"stock": house.parts.settings.database_url})
    yield house
    house.parts.hooks.databases.close()


def in_sql(
    query: str = "select said_en, said_zh, due, price from stock where no = :number order by price desc", **more: Any
):
    save = {"status": {"en": "said_en", "zh-Hans": "said_zh"}, "eta": "due", "price": "price"}
    return {"kind": "sql", "database": "stock", "query": query, "timeout": 2, "save": save, **more}


def test_sql_finds_the_first_row_by_what_was_typed(stock: House, provider: Provider) -> None:
    declare(stock, in_sql())
    assert "on the shelf" in asks_for_order(provider, provider.sid())
    assert "We could not find" in asks_for_order(provider, provider.sid(), "99999999")
    first, second = runs(stock)
    assert (first.state, second.state) == ("found", "missing")
    assert first.values == {"status": {"en": "on the shelf", "zh-Hans": "在架上"}, "eta": "2026-01-09", "price": 12.5}


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("select pg_sleep(30)::text as said_en where :number <> ''", "took longer"),
        ("with gone as (delete from stock where no = :number returning no) select no as said_en from gone", "25006"),
        ("select said_en from nowhere where no = :number", "UndefinedTable"),
        ("select said_en from stock where no = :nummer", "gives no nummer"),
        ("select cast(:number as int) / 0", "DivisionByZero"),
    ],
    ids=["slow", "writes", "no table", "not given", "fails"],
)
def test_a_query_that_cannot_be_answered_is_an_error_and_costs_no_call(
    stock: House, provider: Provider, query: str, cause: str, capfd: pytest.CaptureFixture[str]
) -> None:
    declare(stock, in_sql(query, timeout=1 if cause == "took longer" else 8))
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    (run,) = runs(stock)
    assert (run.state, run.source) == ("error", "ran")
    assert cause in run.cause
    assert ORDER not in "".join(capfd.readouterr())
    with stock.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM stock")) == 2


def test_a_database_that_is_away_or_not_named_is_an_error(stock: House, provider: Provider) -> None:
    stock.parts.hooks.databases = Databases({"stock": "postgresql://nobody:secret-word@127.0.0.1:1/none"})
    declare(stock, in_sql())
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    stock.parts.hooks.databases = Databases({})
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    away, unnamed = (run.cause for run in runs(stock))
    assert away == "The database stock cannot be reached."
    assert unnamed == "HOOK_DATABASES has no stock."


@pytest.mark.parametrize("nasty", NASTY)
def test_what_callers_send_is_data_in_sql(stock: House, provider: Provider, nasty: str) -> None:
    declare(
        stock,
        in_sql("select :phone as name from stock", save=["name"], never_log=["name"]) | {"save": {"name": "name"}},
        "find_customer",
    )
    sid = provider.sid()
    document = provider.ring(sid, nasty).get_data(as_text=True)
    assert "<Gather" in provider.press(document, sid, "1").get_data(as_text=True)
    (run,) = runs(stock, "find_customer")
    assert run.state in ({"found"} if nasty.strip("\x07") else {"found", "missing"})
    with stock.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM stock")) == 2


@pytest.mark.parametrize("nasty", NASTY)
def test_what_callers_send_is_data_in_a_url(house: House, provider: Provider, nasty: str) -> None:
    with open_shop() as shop:
        house.parts.hooks.around = allowed(shop)
        shop.replies(lambda request: found(request, {"name": "Ann"}))
        declare(
            house, over_http(shop, url=shop.url + "/by/{phone}?of={phone}&x=1", save={"name": "name"}), "find_customer"
        )
        sid = provider.sid()
        document = provider.ring(sid, nasty).get_data(as_text=True)
        assert "<Gather" in provider.press(document, sid, "1").get_data(as_text=True)
        ((_, path, headers, _),) = shop.asked
    assert path.startswith("/by/")
    before, _, query = path.partition("?")
    assert before.count("/") == 2
    assert [part.partition("=")[0] for part in query.split("&")] == ["of", "x"]
    assert "X-Evil" not in headers
    assert "X" not in headers


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Installs a package whose entry point runs the given lines, and returns the declaration of its hook."""

    def install(lines: str) -> dict[str, Any]:
        home = tmp_path / "site"
        (home / "acme-1.0.dist-info").mkdir(parents=True)
        (home / "acme-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        (home / "acme-1.0.dist-info" / "entry_points.txt").write_text("[contactcenter.hooks]\nacme = acme_hooks:find\n")
        indented = "\n".join(f"    {line}" for line in lines.splitlines())
        (home / "acme_hooks.py").write_text(f"GATE = None\ndef find(given, session):\n{indented}\n")
        monkeypatch.syspath_prepend(str(home))
        return {"kind": "python", "entry_point": "acme", "timeout": 1, "save": {"status": "status", "eta": "eta"}}

    kind_python._function.cache_clear()
    yield install
    import sys

    sys.modules.pop("acme_hooks", None)
    kind_python._function.cache_clear()


def test_a_program_of_an_installed_package_finds_with_a_session_of_ours(house: House, provider: Provider, acme) -> None:
    declare(
        house,
        acme(
            "from sqlalchemy import text\n"
            "open_ = session.scalar(text('SELECT count(*) FROM customer_order'))\n"
            "return {'status': f'{given[\"number\"]} of {open_}', 'eta': '2026-01-09', 'more': 1}"
        ),
    )
    assert f"{ORDER} of 0" in asks_for_order(provider, provider.sid())
    assert runs(house)[0].values == {"status": f"{ORDER} of 0", "eta": "2026-01-09"}


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ("raise ValueError(f'no {given}')", "ValueError in find, line 3"),
        ("return [given]", "returns list"),
        ("from sqlalchemy import text\nsession.execute(text('DELETE FROM customer'))", "InternalError"),
        ("from sqlalchemy import text\nsession.execute(text('SELECT pg_sleep(30)'))", "took longer|OperationalError"),
        ("import nowhere", "ModuleNotFoundError"),
        ("raise SystemExit", "SystemExit"),
    ],
    ids=["raises", "shape", "writes", "long query", "import", "exit"],
)
def test_a_program_that_fails_is_an_error_with_its_place_and_never_its_values(
    house: House, provider: Provider, acme, lines: str, cause: str, capfd: pytest.CaptureFixture[str]
) -> None:
    house.parts.clock.runs = True  # its time-out is of real time
    declare(house, {**acme(lines), "timeout": 1 if "pg_sleep" in lines else 8})
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    (run,) = runs(house)
    assert run.state == "error"
    assert any(one in run.cause for one in cause.split("|")), run.cause
    assert ORDER not in "".join(capfd.readouterr())


def test_a_program_that_hangs_holds_the_call_no_longer_than_its_time_and_uses_up_its_own_threads_only(
    house: House, provider: Provider, acme, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.parts.clock.runs = True  # its time-out is of real time
    monkeypatch.setattr(running, "_AT_A_TIME", 1)
    declare(house, acme("GATE.wait(60)"))
    import acme_hooks

    acme_hooks.GATE = gate = threading.Event()
    for _ in range(2):
        assert LET_DOWN in asks_for_order(provider, provider.sid())
    late, refused = runs(house)
    assert late.cause == "It took longer than the time-out."
    assert (refused.source, "have not ended" in refused.cause) == ("refused", True)
    assert {run.state for run in runs(house, "find_customer")} <= {"missing", "found"}
    gate.set()
    wait_until(lambda: not any(thread.name == "hook find_order" for thread in threading.enumerate()))
    assert [run.state for run in runs(house)] == ["error", "error"], "what comes too late changes nothing"


def test_an_entry_point_that_nobody_installed_is_an_error(house: House, provider: Provider) -> None:
    declare(house, {"kind": "python", "entry_point": "os:system", "timeout": 1, "save": {"status": "status"}})
    assert LET_DOWN in asks_for_order(provider, provider.sid())
    assert "No installed package" in runs(house)[0].cause
