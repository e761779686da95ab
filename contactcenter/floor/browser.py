"""A browser without a screen: cookies, the CSRF token of the page, one more try when a kept connection has gone."""

import re
from typing import Any

import requests

PATIENCE = 30.0
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class BrowserError(Exception):
    """The system does not answer, or answers something that no page could go on with."""


class Browser:
    """One person's browser."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Referer"] = f"{base_url}/"
        self._token = ""

    def open(self, path: str) -> str:
        """A whole page, and its token for what is sent from it."""
        answer = self._ask("GET", path)
        found = _TOKEN.search(answer.text)
        if answer.status_code != 200 or found is None:
            raise BrowserError(f"{path} answered {answer.status_code}, not a page to work with.")
        self._token = found[1]
        return answer.text

    def fragment(self, path: str) -> str:
        """A piece of the page, as htmx asks for it."""
        answer = self._ask("GET", path, headers={"HX-Request": "true"})
        if answer.status_code != 200:
            raise BrowserError(f"{path} answered {answer.status_code}.")
        return answer.text

    def get(self, path: str, **headers: str) -> requests.Response:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, /, **form: str) -> requests.Response:
        """A form of the page."""
        return self._ask("POST", path, data=form, headers={"X-CSRFToken": self._token, "HX-Request": "true"})

    def send(self, path: str, said: object, **headers: str) -> requests.Response:
        """Data of a script, without a page."""
        return self._ask("POST", path, json=said, headers=headers)

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Everything that is sent here may be sent twice: the doors recognise repetitions."""
        url = self.base_url + path
        try:
            try:
                return self._session.request(method, url, timeout=PATIENCE, allow_redirects=False, **options)
            except requests.ConnectionError:
                return self._session.request(method, url, timeout=PATIENCE, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise BrowserError(f"{path} did not answer: {error}") from error
