"""What every process is made of: settings, the database with its reactions, nudges, the job queue, the channels."""

import threading
from dataclasses import dataclass, field
from functools import cached_property

import redis
import rq
import structlog
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from contactcenter import reactions
from contactcenter.automation.jobs import Automation
from contactcenter.channels.email.mailbox import Mailbox, mailbox
from contactcenter.channels.email.sending import Post
from contactcenter.channels.messaging.sending import Messages
from contactcenter.channels.voice import flows
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.hooks import surroundings
from contactcenter.channels.voice.hooks.cache import Cache
from contactcenter.channels.voice.hooks.running import Hooks
from contactcenter.channels.voice.jobs import Voice
from contactcenter.channels.voice.provider import Client, client
from contactcenter.channels.voice.signature import Trust
from contactcenter.foundation.clock import Clock
from contactcenter.foundation.db import Database
from contactcenter.foundation.errors import Refusal
from contactcenter.foundation.nudges import Nudges
from contactcenter.foundation.rooms import Change
from contactcenter.settings import Settings
from contactcenter.sla import timetables

log = structlog.get_logger()
ROUTER = "router"
"""The process that thinks between two statements, and may idle longer in a transaction than one that serves a person."""
JOBS = "effects"
"""The one queue of the workers: with a single queue a job is never only in a worker's memory."""


@dataclass
class Parts:
    """Built once per process; whatever is not needed is never connected."""

    settings: Settings
    clock: Clock
    name: str = "contactcenter"
    """Which process this is, as the database server lists it."""
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when this process's listeners should end."""

    @cached_property
    def db(self) -> Database:
        return Database(
            self.settings.database_url,
            clock=self.clock,
            react=reactions.react,
            published=self._published,
            name=self.name,
            idle="10s" if self.name == ROUTER else "1500ms",
        )

    @cached_property
    def nudges(self) -> Nudges:
        return Nudges(self.settings.redis_url)

    @cached_property
    def jobs(self) -> rq.Queue:
        connection = redis.Redis.from_url(self.settings.redis_url, socket_connect_timeout=2)
        return rq.Queue(JOBS, connection=connection, serializer=JSONSerializer)

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.settings.base_url)

    @cached_property
    def trust(self) -> Trust:
        tokens = (self.settings.twilio_auth_token, self.settings.twilio_auth_token_secondary)
        return Trust(self.settings.base_url, tuple(token for token in tokens if token))

    @cached_property
    def mailbox(self) -> Mailbox:
        return mailbox(self.settings.mail_address, self.settings.mail_domain, self.settings.secret_key)

    @cached_property
    def voice(self) -> Voice:
        return Voice(self.db, self._provider, self.addresses)

    @cached_property
    def hooks(self) -> Hooks:
        return Hooks(self.db, Cache(self.settings.redis_url, self.settings.secret_key), surroundings.of(self.settings))

    @cached_property
    def post(self) -> Post:
        url = self.settings.smtp_url or f"smtp://{self.settings.host}:{self.settings.demo_mailbox_port}"
        return Post(self.db, self.mailbox, url, self.desk)

    @cached_property
    def messages(self) -> Messages:
        return Messages(self.db, self._provider, self.desk)

    @cached_property
    def automation(self) -> Automation:
        return Automation(self.db, self.mailbox, surroundings.of(self.settings))

    @property
    def desk(self) -> str:
        """Where people of ours open a case."""
        return f"{self.settings.base_url}/console/cases/{{case}}"

    def warm(self) -> None:
        """Read what costs time to understand before the first transaction needs it: holidays and phone menus.

        Inside a transaction it could take longer than PostgreSQL lets one idle. A database that is away just now is no
        reason not to start: the process answers for itself until it is back.
        """
        try:
            self._read_ahead()
        except (SQLAlchemyError, Refusal) as error:
            log.warning("not_warm", error=str(error)[:300])

    def _read_ahead(self) -> None:
        with self.db.transaction() as session:
            timetables.read_ahead(session)
            numbers = flows.numbers(session)
        for number in numbers:
            with self.db.transaction() as session:
                flows.answering(session, number)

    def close(self) -> None:
        self.stopping.set()
        for name in ("hooks", "db", "nudges", "jobs"):
            part = self.__dict__.get(name)
            if isinstance(part, Database):
                part.dispose()
            elif isinstance(part, Hooks | Nudges):
                part.close()
            elif isinstance(part, rq.Queue):
                part.connection.close()

    def _provider(self) -> Client:
        settings = self.settings
        return client(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_base)

    def _published(self, changes: list[Change], posted: list[int]) -> None:
        """After a commit: tell who listens, and wake a worker. Both are hints; both are also found by looking."""
        if changes:
            self.nudges.publish(changes)
        for outbox_id in posted:
            try:
                self.jobs.enqueue("contactcenter.jobs.carry_out", outbox_id, result_ttl=0, failure_ttl=3600)
            except redis.RedisError as error:
                log.warning("worker_not_woken", error=str(error), outbox=outbox_id)


def compose(settings: Settings, clock: Clock | None = None, name: str = "contactcenter") -> Parts:
    return Parts(settings, clock or Clock(), name)
