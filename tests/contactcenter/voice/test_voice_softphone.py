"""The agent's browser as a telephone on a real network: what its token allows, and what is said without a key."""

from collections.abc import Iterator

import jwt
import pytest
from house import BASE, Browser, House

from contactcenter.app import create_app
from contactcenter.channels.voice import softphone
from contactcenter.composition import compose
from contactcenter.foundation.errors import Unavailable

KEYS = softphone.Keys("AC" + "1" * 32, "SK" + "2" * 32, "a secret of this key, and long enough to sign with")


@pytest.fixture
def connected(house: House) -> Iterator[Browser]:
    """Ana, where the house is connected to a real network."""
    of_the_network = {"carrier": "", "twilio_api_key_sid": KEYS.key_sid, "twilio_api_key_secret": KEYS.key_secret}
    parts = compose(house.parts.settings.model_copy(update=of_the_network))
    app, _sockets = create_app(parts)
    browser = Browser(app.test_client())
    browser.sign_in("ana")
    yield browser
    parts.close()


def test_a_token_lets_one_agent_take_calls_for_an_hour_and_make_none() -> None:
    token = softphone.token(KEYS, 7)
    said = jwt.decode(token, KEYS.key_secret, algorithms=["HS256"])
    assert jwt.get_unverified_header(token)["cty"] == "twilio-fpa;v=1"
    assert (said["iss"], said["sub"]) == (KEYS.key_sid, KEYS.account_sid)
    assert said["exp"] - said["nbf"] == 3600
    assert said["grants"] == {"identity": "agent_7", "voice": {"incoming": {"allow": True}}}
    assert softphone.address(7) == f"client:{said['grants']['identity']}", "what is dialled is who registered"


@pytest.mark.parametrize("keys", [softphone.Keys("AC1", "", "x"), softphone.Keys("AC1", "SK1", "")])
def test_without_a_key_the_refusal_says_what_to_set(keys: softphone.Keys) -> None:
    with pytest.raises(Unavailable, match="TWILIO_API_KEY_SID"):
        softphone.token(keys, 7)


def test_the_page_of_a_real_network_has_its_telephone_and_gets_a_token_of_its_own_agent(
    connected: Browser, house: House
) -> None:
    page = connected.get("/console")
    text = page.get_data(as_text=True)
    assert 'id="telephone"' in text
    assert "vendor/twilio-voice/twilio.min.js" in text
    assert 'id="softphone"' not in text
    assert "https://eventgw.twilio.com" in page.headers["Content-Security-Policy"]
    token = connected.post("/console/softphone/token").get_json()["token"]
    said = jwt.decode(token, KEYS.key_secret, algorithms=["HS256"])
    assert said["grants"]["identity"] == f"agent_{house.user_id('ana')}"


def test_a_simulated_house_has_no_word_of_the_network(house: House) -> None:
    ana = house.agent("ana")
    page = ana.get("/console")
    assert 'id="telephone"' not in page.get_data(as_text=True)
    assert "twilio.com" not in page.headers["Content-Security-Policy"]
    refused = ana.post("/console/softphone/token")
    assert refused.status_code == 503
    assert "TWILIO_API_KEY_SID" in refused.get_json()["detail"]
    assert house.app.test_client().post("/console/softphone/token", base_url=BASE).status_code in {400, 401, 403}
