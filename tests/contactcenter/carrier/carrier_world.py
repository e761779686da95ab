"""A tiny application for the simulator to call: its pages are functions, and it checks every signature itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

from contactcenter.carrier.simulator import SIMULATED_ACCOUNT_SID, Simulator
from contactcenter.carrier.transport import WsgiTransport

TOKEN = "a-token-for-tests"
BASE = "http://app.example.com"
HOTLINE = "+14155550100"
CUSTOMER = "+14155550123"
OTHER_CUSTOMER = "+85255550188"

Page = Callable[[Mapping[str, str]], "str | Response"]


@dataclass
class Request:
    path: str
    method: str
    fields: dict[str, str]
    token: str
    cookies: dict[str, str]


@dataclass
class App:
    """Pages by path; what has no page gets an empty document. A page is a text or a function of the fields."""

    pages: dict[str, "str | Page"] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    base: str = BASE

    def wsgi(self) -> Flask:
        app = Flask("app-under-test")

        @app.route("/<path:path>", methods=["GET", "POST"])
        def page(path: str) -> Response:
            target = request.environ["RAW_URI"]
            signature = request.headers.get("X-Twilio-Signature", "")
            if not RequestValidator(TOKEN).validate(self.base + target, request.form, signature):
                self.forged.append(target)
                return Response("forged", 403)
            fields = {**request.args.to_dict(), **request.form.to_dict()}
            token = request.headers["I-Twilio-Idempotency-Token"]
            self.requests.append(Request("/" + path, request.method, fields, token, dict(request.cookies)))
            found = self.pages.get("/" + path, "")
            answer = found(fields) if callable(found) else found
            return answer if isinstance(answer, Response) else document(answer)

        return app

    def asked(self, path: str) -> list[dict[str, str]]:
        """The fields of every request to a path, in order."""
        return [one.fields for one in self.requests if one.path == path]

    def events(self, path: str, name: str = "StatusCallbackEvent") -> list[str]:
        return [fields.get(name, "") for fields in self.asked(path)]


def document(twiml: str) -> Response:
    return Response(f"<Response>{twiml}</Response>", content_type="text/xml; charset=utf-8")


def simulator_for(app: App, seed: int = 0) -> Simulator:
    numbers = {
        HOTLINE: {
            "voice_url": f"{BASE}/voice",
            "fallback_url": f"{BASE}/fallback",
            "status_callback": f"{BASE}/status",
            "sms_url": f"{BASE}/sms",
        }
    }
    return Simulator(SIMULATED_ACCOUNT_SID, TOKEN, WsgiTransport(app.wsgi()), numbers=numbers, seed=seed)


def said(call: object) -> list[str]:
    return [text for _, text in call.heard]  # type: ignore[attr-defined]


def kinds(call: object) -> list[str]:
    return [event["kind"] for event in call.log.events]  # type: ignore[attr-defined]
