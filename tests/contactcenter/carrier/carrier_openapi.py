"""Judges REST requests by Twilio's own OpenAPI description, before the simulator sees them."""

import json
import os
import re
from pathlib import Path

from jsonschema import Draft202012Validator
from twilio.http import HttpClient

ROOT = Path(__file__).resolve().parents[3]


def openapi_file():
    given = os.environ.get("TWILIO_OPENAPI_DIR")
    folder = Path(given) if given else ROOT.parent / "shared" / "twilio-openapi"
    path = folder / "twilio_api_v2010.json"
    return path if path.exists() else None


class OpenApiJudge(HttpClient):
    """Stands between the real client and the simulator; `complaints` must stay empty."""

    def __init__(self, inner, path):
        super().__init__(None, False, None)
        self.inner = inner
        self.complaints = []
        self.seen = []
        self.spec = json.loads(Path(path).read_text())
        self.host = self.spec["servers"][0]["url"]
        paths = sorted(self.spec["paths"], key=lambda one: one.count("{"))
        self.routes = [(re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one)) + "$"), one) for one in paths]

    def request(
        self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False
    ):
        for complaint in self.judge(method.lower(), url.partition("?")[0], params or {}, data or {}):
            self.complaints.append(f"{method} {url}: {complaint}")
        return self.inner.request(method, url, params, data, headers, auth, timeout, allow_redirects)

    def judge(self, method, url, params, data):
        template = next((one for pattern, one in self.routes if pattern.match(url.removeprefix(self.host))), None)
        if template is None or method not in self.spec["paths"][template]:
            yield "no such operation"
            return
        self.seen.append((method, template))
        item = self.spec["paths"][template]
        operation = item[method]
        described = operation.get("parameters", []) + item.get("parameters", [])
        yield from self._path_values(template, url, described)
        query = {one["name"]: one["schema"] for one in described if one["in"] == "query"}
        for name, value in params.items():
            if value is not None:
                yield from self._field(name, value, query)
        content = operation.get("requestBody", {}).get("content", {})
        body = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
        given = {name for name, value in data.items() if value is not None}
        for name in set(body.get("required", ())) - given:
            yield f"{name} is required"
        for name in given:
            yield from self._field(name, data[name], body.get("properties", {}))

    def _path_values(self, template, url, described):
        schemas = {one["name"]: one["schema"] for one in described if one["in"] == "path"}
        names = re.findall(r"\{(\w+)\}", template)
        pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template))
        values = re.match(f"^{pattern}$", url.removeprefix(self.host)).groups()
        for name, value in zip(names, values, strict=True):
            yield from self._field(name, value, schemas)

    def _field(self, name, value, schemas):
        if name not in schemas:
            yield f"{name} is not a field of this operation"
            return
        schema = schemas[name]
        validator = Draft202012Validator({**schema, "components": self.spec["components"]})
        for error in validator.iter_errors(_converted(value, schema)):
            yield f"{name}: {error.message}"


def _converted(value, schema):
    match schema.get("type"):
        case "array":
            return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        case "boolean":
            return {"true": True, "false": False}.get(str(value).lower(), value)
        case "integer":
            return int(value) if str(value).lstrip("-").isdigit() else value
        case _:
            return str(value)
