"""Lets the real Twilio client talk to the simulated REST surface in the same process."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response

from contactcenter.carrier.rest import RestSurface, encoded
from contactcenter.carrier.rest_request import RestRequest

API_HOST = "api.twilio.com"


class InProcessHttpClient(HttpClient):  # type: ignore[misc]  # the library has no types
    def __init__(self, surface: RestSurface) -> None:
        super().__init__(None, False, None)
        self._surface = surface

    def request(  # noqa: PLR0913, PLR0917 - the library's own signature
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002
    ) -> Response:
        parts = urlsplit(url)
        if parts.netloc != API_HOST:
            raise ValueError(f"The simulator stands in for {API_HOST} only, not for {parts.netloc}.")
        query = parse_qs(parts.query, keep_blank_values=True) | _spelled(params)
        user, password = auth or ("", "")
        answer = self._surface.handle(
            RestRequest(method.upper(), parts.path, query, _spelled(data), str(user), str(password))
        )
        return Response(
            answer.status, encoded(answer).decode("utf-8", "replace"), {"Content-Type": answer.content_type}
        )


def _spelled(fields: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """As they would go over the wire: no Nones, lists repeated, everything a string."""
    spelled = {}
    for name, value in (fields or {}).items():
        values = value if isinstance(value, list | tuple) else [value]
        texts = [str(one) for one in values if one is not None]
        if texts:
            spelled[name] = texts
    return spelled
