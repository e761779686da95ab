"""The floor: a bare Flask application that does the least a webhook must — check the signature, insert one row, commit.

It runs under the gunicorn settings of the product, because it runs under the product's own server class.
"""

import sys

from flask import Flask, Response, request
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from twilio.request_validator import RequestValidator

from contactcenter.composition import Parts, compose
from contactcenter.settings import Settings
from contactcenter.web import _Server

PATH = "/floor"
TABLE = "CREATE TABLE IF NOT EXISTS benchmark_floor (id bigserial PRIMARY KEY, sid text NOT NULL, status text NOT NULL)"
_INSERT = text("INSERT INTO benchmark_floor (sid, status) VALUES (:sid, :status)")
_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Good day.</Say></Response>'


class BareServer(_Server):
    """Gunicorn as the product sets it up, with another application inside."""

    def load(self) -> Flask:
        return bare_app(self._parts)


def bare_app(parts: Parts) -> Flask:
    settings = parts.settings
    engine = create_engine(make_url(settings.database_url).set(drivername="postgresql+psycopg"), pool_size=16)
    validator = RequestValidator(settings.twilio_auth_token)
    app = Flask("floor")

    @app.post(PATH)
    def take() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(settings.base_url + PATH, request.form, signature):
            return Response(status=403)
        with engine.begin() as connection:
            connection.execute(_INSERT, {"sid": request.form["CallSid"], "status": request.form["CallStatus"]})
        return Response(_ANSWER, content_type="text/xml; charset=utf-8")

    return app


def main(port: int) -> None:
    settings = Settings().model_copy(update={"port": port})
    BareServer(compose(settings)).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
