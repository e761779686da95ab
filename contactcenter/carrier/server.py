"""The carrier as a process of its own: REST surface and control API on one loopback port."""

import secrets
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from contactcenter.carrier.call import API_VERSION
from contactcenter.carrier.clock import RealClock
from contactcenter.carrier.control import control_api
from contactcenter.carrier.exchange import Number
from contactcenter.carrier.rest import encoded
from contactcenter.carrier.rest_request import RestRequest
from contactcenter.carrier.simulator import Simulator
from contactcenter.carrier.transport import HttpTransport

PublicNumbers = Mapping[str, Mapping[str, str]]


def serve(host: str, port: int, account_sid: str, auth_token: str, numbers: PublicNumbers, app_base_url: str) -> None:
    """Run until the process is told to stop. Addresses in `numbers` may be paths of the application."""
    server = open_carrier(host, port, account_sid, auth_token, numbers, app_base_url)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    server.start()
    told.wait()
    server.stop()


def open_carrier(
    host: str, port: int, account_sid: str, auth_token: str, numbers: PublicNumbers, app_base_url: str
) -> "CarrierServer":
    """Bind the port (0: any free one) without serving yet. After a restart no call may have the name of an old one."""
    if host != "localhost" and not ip_address(host).is_loopback:
        raise ValueError(f"The phone simulator listens on loopback only, not on {host}.")
    settings = {number: _absolute(given, app_base_url) for number, given in numbers.items()}
    simulator = Simulator(account_sid, auth_token, HttpTransport(), RealClock(), settings, secrets.randbits(64))
    http = make_server(host, port, carrier_app(simulator), threaded=True, request_handler=QuietRequests)
    simulator.exchange.account.api_base = f"http://{host}:{http.server_port}"
    return CarrierServer(simulator, http)


def carrier_app(simulator: Simulator) -> Flask:
    app = Flask("carrier")
    app.register_blueprint(control_api(simulator))

    @app.route(f"/{API_VERSION}/<path:rest>", methods=["GET", "POST", "DELETE"])
    def rest_surface(rest: str) -> Response:
        answer = simulator.rest.handle(_rest_request(rest))
        return Response(encoded(answer), answer.status, content_type=answer.content_type)

    return app


@dataclass(slots=True)
class CarrierServer:
    simulator: Simulator
    http: BaseWSGIServer
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return self.simulator.exchange.account.api_base

    def start(self) -> None:
        self.simulator.engine.start()
        self._thread = threading.Thread(target=self.http.serve_forever, name="carrier-http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.simulator.close()
        self.http.shutdown()
        if self._thread is not None:
            self._thread.join()
        self.http.server_close()


class QuietRequests(WSGIRequestHandler):
    """The trace shows every request; a second list on the console would only bury the first."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _absolute(given: Mapping[str, str], app_base_url: str) -> Number:
    unknown = given.keys() - {field.name for field in fields(Number)}
    if unknown:
        raise ValueError(f"A public number has no setting {min(unknown)!r}.")
    base = app_base_url.rstrip("/")
    return Number(**{name: base + value if value.startswith("/") else value for name, value in given.items()})


def _rest_request(rest: str) -> RestRequest:
    """With the path as it was sent: a label may hold escaped characters."""
    raw = str(request.environ.get("RAW_URI") or quote(f"/{API_VERSION}/{rest}")).partition("?")[0]
    given = request.authorization
    return RestRequest(
        request.method,
        raw,
        request.args.to_dict(flat=False),
        request.form.to_dict(flat=False),
        (given.username if given else "") or "",
        (given.password if given else "") or "",
    )
