"""What is decided before anything starts: the carrier, the database's being there, the product's processes."""

import psycopg
import pytest

from contactcenter import startup
from contactcenter.foundation import embedded
from contactcenter.foundation.children import CannotStart
from contactcenter.settings import Settings

NOTHING = {"carrier": "", "carrier_url": "", "twilio_account_sid": "", "twilio_auth_token": "", "twilio_api_base": ""}
REAL = {"twilio_account_sid": "ACreal", "twilio_auth_token": "real"}


def told(**values: object) -> Settings:
    return Settings(**{**NOTHING, **values})


def test_without_credentials_calls_come_from_the_simulator():
    settings = startup.with_carrier(told())
    assert settings.carrier == "simulator"
    assert settings.carrier_url.startswith("http://127.0.0.1:")
    assert settings.twilio_api_base == settings.carrier_url


def test_a_chosen_simulator_address_is_kept():
    assert startup.with_carrier(told(carrier_url="http://127.0.0.1:9/")).twilio_api_base == "http://127.0.0.1:9"


def test_with_credentials_there_is_no_simulator_and_no_process_for_it():
    settings = startup.with_carrier(told(**REAL))
    assert settings.carrier == ""
    assert [command.name for command in startup.product(settings).processes] == [
        "web", "router 1", "router 2", "worker 1", "worker 2", "mail",
    ]  # fmt: skip


def test_the_product_runs_each_process_by_its_own_command():
    plan = startup.product(startup.with_carrier(told()))
    assert [command.words[-1] for command in plan.processes] == [
        "web", "router", "router", "worker", "worker", "mail", "carrier",
    ]  # fmt: skip
    assert [command.words[3:] for command in plan.preparations] == [("migrate",), ("config", "apply", "--demo")]


def test_the_sample_people_come_with_the_simulator_only():
    plan = startup.product(startup.with_carrier(told(**REAL)))
    assert [command.words[3:] for command in plan.preparations] == [("migrate",), ("config", "apply")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"twilio_account_sid": "AC1"}, "belong together"),
        ({"twilio_auth_token": "x"}, "belong together"),
        ({**REAL, "carrier": "simulator"}, "exclude each other"),
        ({"carrier": "pigeon"}, "not `pigeon`"),
    ],
)
def test_contradictions_about_the_carrier_are_refused(values: dict[str, str], sentence: str):
    with pytest.raises(CannotStart, match=sentence):
        startup.with_carrier(told(**values))


def test_a_database_that_is_missing_on_a_living_server_is_made(shared_servers: embedded.Servers):
    url = shared_servers.database.replace("/contactcenter?", "/brand-new?")
    startup.check_database(url.replace("postgresql://", "postgresql+psycopg://"))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("brand-new",)
    startup.check_database(url)


@pytest.mark.parametrize("url", ["mysql://localhost/desk", "sqlite:///desk.db"])
def test_another_kind_of_database_is_refused(url: str):
    with pytest.raises(CannotStart, match="only postgresql://"):
        startup.check_database(url)


def test_an_address_that_is_none_is_refused():
    with pytest.raises(CannotStart, match="not an address"):
        startup.check_database("desk")


def test_no_caller_of_a_real_network_hears_made_up_answers():
    startup.check_hooks(startup.with_carrier(told(hooks="fake")))
    with pytest.raises(CannotStart, match="callers would hear made-up answers"):
        startup.check_hooks(startup.with_carrier(told(**REAL, hooks="fake")))
    with pytest.raises(CannotStart, match="HOOK_SECRETS is not JSON"):
        startup.check_hooks(startup.with_carrier(told(**REAL, hook_secrets="a=b")))
