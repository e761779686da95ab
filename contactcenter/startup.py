"""What has to be true before anything starts, and what every process is told; each refusal is one sentence."""

import errno
import json
import os
import secrets
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from contactcenter.channels.voice.hooks import surroundings
from contactcenter.foundation import embedded_postgres, embedded_valkey
from contactcenter.foundation.children import CannotStart
from contactcenter.foundation.embedded_valkey import free_port
from contactcenter.foundation.occupancy import urls_of_running, write_private
from contactcenter.settings import SIMULATOR, Settings

_SECRETS = "secrets.json"
_ANSWERS_WITHIN = 5


@dataclass(frozen=True, slots=True)
class Command:
    """One process of the product: what people call it and what is run."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    preparations: tuple[Command, ...]
    processes: tuple[Command, ...]


def product(settings: Settings) -> Plan:
    """What `serve` runs. More of anything can run beside it, on this machine or another, with the same settings."""
    names = ["web", "router 1", "router 2", "worker 1", "worker 2", "mail"]
    simulated = settings.carrier == SIMULATOR
    if simulated:
        names.append("carrier")
    return Plan(
        preparations=(_command("migrate"), _command("config apply --demo" if simulated else "config apply")),
        processes=tuple(_command(name.rstrip(" 12"), name) for name in names),
    )


def _command(words: str, name: str = "") -> Command:
    return Command(name or words, (sys.executable, "-m", "contactcenter.cli", *words.split()))


def with_carrier(settings: Settings) -> Settings:
    """Real telephony when its credentials are set, else the simulator, never both."""
    credentials = bool(settings.twilio_account_sid), bool(settings.twilio_auth_token)
    if any(credentials) and not all(credentials):
        raise CannotStart(
            "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together: set both, or neither for the simulator."
        )
    if settings.carrier not in {"", SIMULATOR}:
        raise CannotStart(f"CARRIER is either unset or `{SIMULATOR}`, not `{settings.carrier}`.")
    if all(credentials):
        if settings.carrier == SIMULATOR:
            raise CannotStart("CARRIER=simulator and real Twilio credentials exclude each other: unset one of them.")
        return settings
    url = (settings.carrier_url or f"http://127.0.0.1:{_port_for_carrier(settings)}").rstrip("/")
    return settings.model_copy(update={"carrier": SIMULATOR, "carrier_url": url, "twilio_api_base": url})


def _port_for_carrier(settings: Settings) -> int:
    """A port that is free, and that none of our other processes is about to take."""
    promised = {settings.port, settings.mail_door_port, settings.demo_mailbox_port}
    while (port := free_port()) in promised:
        pass
    return port


def check_hooks(settings: Settings) -> None:
    """Refuse what no hook could work with, and answers made up for real callers."""
    try:
        around = surroundings.of(settings)
    except ValueError as error:
        raise CannotStart(str(error)) from error
    if around.fake and settings.carrier != SIMULATOR:
        raise CannotStart(
            "HOOKS=fake and real Twilio credentials exclude each other: callers would hear made-up answers."
        )


def check_ports(settings: Settings) -> None:
    """Ask for every port that our processes will listen on, while nothing runs yet."""
    wanted = [("PORT", settings.host, settings.port), ("MAIL_DOOR_PORT", settings.host, settings.mail_door_port)]
    if not settings.smtp_url:
        wanted.append(("DEMO_MAILBOX_PORT", settings.host, settings.demo_mailbox_port))
    if settings.carrier == SIMULATOR:
        carrier = urlsplit(settings.carrier_url)
        wanted.append(("CARRIER_URL", carrier.hostname or "127.0.0.1", carrier.port or 80))
    taken: dict[int, str] = {}
    for name, host, port in wanted:
        if port and port in taken:
            raise CannotStart(f"{taken[port]} and {name} are both {port}: give each its own port.")
        taken[port] = name
        _check_port(name, host, port)


def _check_port(name: str, host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"Port {port} on {host} is in use already. Set {name} to another one.") from error
        raise CannotStart(f"Port {port} on {host} ({name}) cannot be opened: {error.strerror or error}.") from error


def check_database(url: str) -> None:
    """Reach the database that DATABASE_URL names, and make it when only the server exists."""
    target = _postgres_url(url)
    try:
        _connect(target).close()
    except psycopg.OperationalError as error:
        if not _made(target):
            where = target.set(query={}).render_as_string()  # without any password
            reason = str(error).strip().splitlines()[0]
            raise CannotStart(f"The database of DATABASE_URL, {where}, cannot be reached: {reason}") from error


def _postgres_url(url: str) -> URL:
    try:
        target = make_url(url)
    except ArgumentError as error:
        raise CannotStart("DATABASE_URL is not an address. Write postgresql://user:password@host:5432/name.") from error
    if target.drivername.split("+")[0] not in {"postgres", "postgresql"}:
        raise CannotStart(f"DATABASE_URL names {target.drivername}; only postgresql:// is known here.")
    return target.set(drivername="postgresql")


def _connect(target: URL) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        target.render_as_string(hide_password=False), connect_timeout=_ANSWERS_WITHIN, autocommit=True
    )


def _made(target: URL) -> bool:
    """Whether only the database was missing, and now is not."""
    name = target.database
    if not name:
        return False
    try:
        with _connect(target.set(database="postgres")) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(name))
            )
    except psycopg.Error:
        return False
    return True


def check_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_ANSWERS_WITHIN, socket_timeout=_ANSWERS_WITHIN
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise CannotStart(f"The Redis server of REDIS_URL cannot be reached: {error}") from error


def with_secrets(settings: Settings, var: Path) -> Settings:
    """Fill what was not set with random values that stay the same on this `var`: sessions outlive a restart."""
    kept = _kept_secrets(var / _SECRETS)
    missing = {} if settings.secret_key else {"secret_key": kept["secret_key"]}
    if settings.carrier == SIMULATOR:
        missing |= {name: kept[name] for name in ("twilio_account_sid", "twilio_auth_token")}
    return settings.model_copy(update=missing)


def _kept_secrets(path: Path) -> dict[str, str]:
    fresh = {
        "secret_key": secrets.token_urlsafe(48),
        "twilio_account_sid": "ACc0ffee" + secrets.token_hex(13),
        "twilio_auth_token": secrets.token_hex(16),
    }
    try:
        stored = json.loads(path.read_text()) if path.exists() else {}
        kept = fresh | {name: str(stored[name]) for name in fresh if name in stored}
        if stored != kept:
            write_private(path, json.dumps(kept, indent=2) + "\n")
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(f"The secrets in {path} cannot be read or written ({error}). Move the file away.") from error
    return kept


def environment(settings: Settings) -> dict[str, str]:
    """Our own environment with every setting said in full: children decide nothing again."""
    told = {name.upper(): str(value) for name, value in settings.model_dump().items()}
    return {**os.environ, **told, "PYTHONUNBUFFERED": "1"}  # noqa: TID251 — handed on, not read


def of_running(settings: Settings) -> Settings:
    """The settings for a command beside a running `serve`: its private servers, carrier and secrets, where none are set."""
    var = settings.var.resolve()
    urls = urls_of_running(var)
    found = {
        "database_url": settings.database_url or urls.get(embedded_postgres.NAME, ""),
        "redis_url": settings.redis_url or urls.get(embedded_valkey.NAME, ""),
        "carrier_url": settings.carrier_url or urls.get(SIMULATOR, ""),
    }
    if not found["database_url"]:
        raise CannotStart(f"Nothing runs on {var}, and DATABASE_URL is not set: start ./run first, or set VAR.")
    return with_secrets(with_carrier(settings.model_copy(update={**found, "var": var})), var)
