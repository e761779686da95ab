"""The provider's side of a call, as bytes: what it posts when somebody calls, presses a key, hangs up."""

import html
import re

from benchmarks.measuring.ground import NUMBER, Ground
from benchmarks.measuring.load import webhook

_ACTION = re.compile(r'<Gather[^>]* action="([^"]+)"')


class Provider:
    """Signs for one installation."""

    def __init__(self, ground: Ground) -> None:
        self._base = ground.settings.base_url
        self._account = ground.settings.twilio_account_sid
        self._token = ground.settings.twilio_auth_token

    def begins(self, number: int) -> bytes:
        """The `number`th caller reaches our menu."""
        return webhook(self._token, f"{self._base}/twilio/voice", self.form(number, "ringing"))

    def presses(self, number: int, document: bytes, key: str) -> bytes:
        """Their key, sent where the last document said."""
        form = self.form(number, "in-progress") | {"Digits": key, "FinishedOnKey": "", "msg": "Gather End"}
        return webhook(self._token, action(document), form)

    def hangs_up(self, number: int) -> bytes:
        form = self.form(number, "completed") | {"CallDuration": "4", "Duration": "1", "SequenceNumber": "3"}
        return webhook(self._token, f"{self._base}/twilio/voice/status", form)

    def asks(self, path: str, number: int) -> bytes:
        """Any other request about this call, with the fields of every request."""
        return webhook(self._token, f"{self._base}{path}", self.form(number, "in-progress"))

    def form(self, number: int, status: str) -> dict[str, str]:
        """The fields of a voice request; every caller has a number of their own."""
        caller = f"+861380000{number:04d}"
        return {
            "AccountSid": self._account,
            "ApiVersion": "2010-04-01",
            "CallSid": sid(number),
            "CallStatus": status,
            "CallToken": "%7B%22parentCallInfoToken%22%3A%22" + "x" * 160 + "%22%7D",
            "Called": NUMBER,
            "CalledCity": "SAN FRANCISCO",
            "CalledCountry": "US",
            "CalledState": "CA",
            "CalledZip": "94105",
            "Caller": caller,
            "CallerCity": "",
            "CallerCountry": "CN",
            "CallerState": "",
            "CallerZip": "",
            "Direction": "inbound",
            "From": caller,
            "To": NUMBER,
        }


def sid(number: int) -> str:
    return f"CA{number:032x}"


def action(document: bytes) -> str:
    """Where the answer to a question goes. What follows # is for the provider alone and is not signed."""
    found = _ACTION.search(document.decode())
    if found is None:
        raise ValueError(f"This document asks nothing: {document.decode()[:300]}")
    return html.unescape(found[1]).partition("#")[0]
