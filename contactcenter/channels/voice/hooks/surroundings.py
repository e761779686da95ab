"""What the operator lets hooks reach: hosts, databases and secrets, by settings and never in YAML."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from contactcenter.channels.voice.hooks.declared import Hook, InPython, InSql, OverHttp
from contactcenter.channels.voice.hooks.destinations import host_and_port, named_with_port
from contactcenter.settings import FAKE_HOOKS, Settings

SECRET = "secret:"  # noqa: S105 — the mark of a name, not a secret


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`hosts` are `name` or `name:port`, in small letters; `fake` answers everything from the declarations."""

    hosts: frozenset[str] = frozenset()
    databases: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    fake: bool = False


def of(settings: Settings) -> Surroundings:
    """From the settings; raises ValueError with a sentence that shows no secret."""
    if settings.hooks not in {"", FAKE_HOOKS}:
        raise ValueError(f"HOOKS is either unset or `{FAKE_HOOKS}`, not `{settings.hooks}`.")
    return Surroundings(
        hosts=frozenset(settings.hook_hosts.lower().replace(",", " ").split()),
        databases=_texts("HOOK_DATABASES", settings.hook_databases, '{"shop": "postgresql://reader:…@host/shop"}'),
        secrets=_texts("HOOK_SECRETS", settings.hook_secrets, '{"crm_token": "Bearer …"}'),
        fake=settings.hooks == FAKE_HOOKS,
    )


def lacking(hook: Hook, around: Surroundings) -> str | None:
    """What the settings still have to say before this hook can run, as a sentence."""
    match hook.way:
        case OverHttp(url=url, headers=headers):
            host, port = host_and_port(url)
            if host not in around.hosts and not named_with_port(host, port, around.hosts):
                return f"HOOK_HOSTS does not name {host}."
            named = [value.removeprefix(SECRET) for value in headers.values() if value.startswith(SECRET)]
            return next((f"HOOK_SECRETS has no {name}." for name in named if name not in around.secrets), None)
        case InSql(database=name):
            return None if name in around.databases else f"HOOK_DATABASES has no {name}."
        case InPython():
            return None


def _texts(setting: str, written: str, example: str) -> dict[str, str]:
    try:
        found = json.loads(written or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError(f"{setting} is not JSON of names and texts, such as {example}.")
    return found
