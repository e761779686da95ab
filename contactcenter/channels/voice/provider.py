"""The provider's REST side, through its own library; only its address is ours to choose."""

from typing import Any

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

HOST = "https://api.twilio.com"
CALL_GONE = 21220
NOT_FOUND = 20404

__all__ = ["CALL_GONE", "NOT_FOUND", "Client", "TwilioRestException", "client"]


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]  # the library ships no types
    """Sends requests for the provider's API host to another address, unchanged otherwise."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self._base = base.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if not url.startswith(HOST):
            raise ValueError(f"{url} is no address of the API this program uses.")
        return super().request(method, self._base + url.removeprefix(HOST), *args, **kwargs)


def client(account_sid: str, token: str, api_base: str = "") -> Client:
    """The library's client; `api_base` replaces scheme and host of the API."""
    http_client = _Elsewhere(api_base) if api_base else TwilioHttpClient(timeout=10)
    return Client(account_sid, token, http_client=http_client)
