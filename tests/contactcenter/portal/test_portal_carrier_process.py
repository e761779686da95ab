"""The carrier as its own process: it takes its numbers from the database, also those that come later."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import requests
from ports import free_port
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID
from contactcenter.models import PhoneNumber
from contactcenter.portal.welcome import announce
from contactcenter.settings import Settings

PATIENCE = 60
TOKEN = "simulated-token"


@pytest.fixture
def carrier(database_url, tmp_path):
    """The process on a free port; gives the address of its control API."""
    url = f"http://127.0.0.1:{free_port()}"
    told = {
        "DATABASE_URL": database_url,
        "CARRIER": "simulator",
        "CARRIER_URL": url,
        "TWILIO_ACCOUNT_SID": SIMULATED_ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "VAR": str(tmp_path),
    }
    command = [sys.executable, "-m", "contactcenter.cli", "carrier"]
    with subprocess.Popen(command, env={**os.environ, **told}, stderr=subprocess.PIPE) as process:
        yield process, url
        process.kill()


def numbers(url):
    try:
        answer = requests.get(f"{url}/control/numbers", headers={"X-Carrier-Control": TOKEN}, timeout=5)
    except requests.RequestException:
        return None
    return answer.json()["numbers"]


def until(condition):
    deadline, pulse = time.monotonic() + PATIENCE, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        pulse.wait(0.1)


def test_it_answers_before_there_are_numbers_takes_them_in_when_they_come_and_stops_when_asked(carrier, db):
    process, url = carrier
    until(lambda: numbers(url) == [])
    for number in ("+14155550100", "+14155550199"):
        with db.transaction() as session:
            session.execute(insert(PhoneNumber).values(number=number, flow="main-line"))
        until(lambda number=number: number in (numbers(url) or ()))
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_the_terminal_says_where_to_start_and_who_can_sign_in(house):
    said = "\n".join(announce(house.parts.settings))
    assert "http://desk.test/phone" in said
    assert "ana / ana-demo" in said or "ana / demo" in said
    assert "support@desk.example.com" in said
    assert "Ctrl+C" in said


def test_beside_a_real_phone_network_the_terminal_names_the_webhooks_and_no_password(house):
    said = "\n".join(announce(house.parts.settings.model_copy(update={"carrier": ""})))
    assert "http://desk.test/twilio/voice#" in said
    assert "ana" not in said
    assert "/phone" not in said


def test_the_terminal_says_the_rest_when_the_database_is_away():
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:9/gone", carrier="simulator")
    try:
        said = announce(settings)
    except SQLAlchemyError as error:
        raise AssertionError("the start must not fail for want of a list") from error
    assert any("Ctrl+C" in line for line in said)
