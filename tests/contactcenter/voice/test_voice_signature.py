"""Nobody but the provider is believed, and whoever is not believed has changed nothing."""

import pytest
from house import BASE, NUMBER, TOKEN
from twilio.request_validator import RequestValidator
from voice_world import CALLER, Provider

from contactcenter.foundation.permissions import Right

FIELDS = {"CallSid": "CA1", "From": CALLER, "To": NUMBER, "CallStatus": "ringing"}


def signed(url: str, token: str = TOKEN, **fields: str) -> str:
    return str(RequestValidator(token).compute_signature(url, fields))


def doors(provider: Provider) -> list[str]:
    """Every address of the provider's door, with values in the places of its variables."""
    names = {"flow": "main-line", "version": "1", "step": "language", "happened": "keys"}
    found = []
    for rule in provider.house.app.url_map.iter_rules():
        if getattr(provider.house.app.view_functions[rule.endpoint], "allow", None) is Right.SIGNED:
            path = str(rule.rule)
            for name, value in names.items():
                path = path.replace(f"<int:{name}>", value).replace(f"<{name}>", value)
            found.append(BASE + path)
    return found


def test_every_door_of_the_provider_refuses_what_is_not_signed_for_it_and_nothing_is_written(
    provider: Provider,
) -> None:
    urls = doors(provider)
    assert len(urls) >= 12
    before = provider.everything()
    for url in urls:
        forgeries = {
            "unsigned": "",
            "nonsense": "c2lnbmF0dXJl",
            "another token": signed(url, "another-token", **FIELDS),
            "an empty token": signed(url, "", **FIELDS),
            "another address": signed(f"{url}/", **FIELDS),
            "another host": signed(url.replace("desk.test", "evil.test"), **FIELDS),
            "over https": signed(url.replace("http:", "https:"), **FIELDS),
            "another query": signed(f"{url}?n=1", **FIELDS),
            "another caller": signed(url, **FIELDS | {"From": "+14155550199"}),
            "one field less": signed(url, **{name: FIELDS[name] for name in ("CallSid", "From", "To")}),
            "one field more": signed(url, **FIELDS, Digits="1"),
        }
        for what, signature in forgeries.items():
            answer = provider.post(url, signature=signature, **FIELDS)
            assert answer.status_code == 403, (url, what)
            assert answer.mimetype == "application/problem+json"
    assert provider.everything() == before


def test_a_body_of_another_kind_is_not_believed_whatever_its_signature(provider: Provider) -> None:
    url = f"{BASE}/twilio/voice"
    client = provider.house.app.test_client()
    answer = client.post("/twilio/voice", base_url=BASE, json=FIELDS, headers={"X-Twilio-Signature": signed(url)})
    assert answer.status_code == 403
    assert provider.post(url, signature=signed(url), body=b'{"CallSid": "CA1"}').status_code == 403


def test_the_order_of_fields_and_their_escaping_do_not_matter_but_every_character_does(provider: Provider) -> None:
    url = f"{BASE}/twilio/voice/status?note=a%20b%2Fc"
    fields = {"CallSid": "CA1", "CallStatus": "ringing", "CallerName": "陈 & Söhne = 1+1 %"}
    assert provider.post(url, **fields).status_code == 204
    assert provider.post(url, **dict(reversed(fields.items()))).status_code == 204
    decoded = signed(f"{BASE}/twilio/voice/status?note=a b/c", **fields)
    assert provider.post(url, signature=decoded, **fields).status_code == 403


def test_a_token_that_is_being_replaced_and_its_successor_are_both_believed(provider: Provider) -> None:
    trust = provider.house.parts.trust
    both = type(trust)(trust.base_url, ("new-token", TOKEN))
    provider.house.parts.__dict__["trust"] = both
    url = provider.house.parts.addresses.status.partition("#")[0]
    fields = {"CallSid": "CA1", "CallStatus": "ringing"}
    for token, status in (("new-token", 204), (TOKEN, 204), ("old-token", 403)):
        assert provider.post(url, signature=signed(url, token, **fields), **fields).status_code == status


@pytest.mark.parametrize("tokens", [(), ("",)])
def test_without_a_token_nothing_is_believed(provider: Provider, tokens: tuple[str, ...]) -> None:
    trust = provider.house.parts.trust
    provider.house.parts.__dict__["trust"] = type(trust)(trust.base_url, tuple(one for one in tokens if one))
    url = f"{BASE}/twilio/voice"
    assert provider.post(url, signature=signed(url, "", **FIELDS), **FIELDS).status_code == 403
