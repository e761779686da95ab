"""Believing a webhook: its signature over exactly the URL that the provider called. Everything fails closed."""

from dataclasses import dataclass

from flask import Request
from twilio.request_validator import RequestValidator


@dataclass(frozen=True, slots=True)
class Trust:
    """What signatures are checked against: our public address and the tokens in force (two while one is replaced)."""

    base_url: str
    tokens: tuple[str, ...]

    def believes(self, request: Request) -> bool:
        """Whether a holder of one of our tokens sent exactly this request."""
        signature = request.headers.get("X-Twilio-Signature", "")
        if not signature or not self.tokens or request.mimetype == "application/json":
            return False
        url = self.base_url + target(request)
        return any(RequestValidator(token).validate(url, request.form, signature) for token in self.tokens)


def target(request: Request) -> str:
    """Path and query exactly as they stood in the request line: a re-encoded one would not fit its signature."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if raw:
        return str(raw)
    query = request.query_string.decode("ascii", "surrogateescape")
    return request.path + (f"?{query}" if query else "")
