"""Everything the environment may set, with its default; nothing else in the program reads the environment."""

from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SIMULATOR = "simulator"
"""The value of `carrier` for which calls are played by the built-in phone simulator."""
FAKE_HOOKS = "fake"
"""The value of `hooks` for which phone menus look nothing up for real."""


class Settings(BaseSettings):
    """One immutable object, built once per process. Times are seconds. An unset URL means: start our own private server."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8000
    var: Path = Path("var")
    config: Path = Path("config")
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = Field(default="", repr=False)
    public_base_url: str = ""
    """The address that providers and customers reach us by, without a trailing slash. Signatures are checked against it."""

    carrier: str = ""
    """`simulator` when calls come from the built-in phone simulator. Refused together with real credentials."""
    carrier_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = Field(default="", repr=False)
    twilio_auth_token_secondary: str = Field(default="", repr=False)
    twilio_api_key_sid: str = ""
    twilio_api_key_secret: str = Field(default="", repr=False)
    """An API key of the account; agents' browsers register as telephones with tokens signed by it."""
    twilio_api_base: str = ""
    """Scheme and host that replace https://api.twilio.com; empty for the real one."""

    smtp_url: str = ""
    """Where answers go out, smtp://user:password@host:port; empty: the private demo mailbox."""
    mail_domain: str = "desk.example.com"
    mail_address: str = "support@desk.example.com"
    mail_door_port: int = 8025
    demo_mailbox_port: int = 8026
    imap_url: str = ""
    """imaps://user:password@host/INBOX; empty: no mailbox is fetched."""

    hooks: str = ""
    """`fake` when hooks answer what their declarations make up. Refused together with real credentials."""
    hook_hosts: str = ""
    """Hosts that HTTP hooks may reach, separated by spaces or commas; `name:port` may be a private address."""
    hook_databases: str = Field(default="", repr=False)
    """JSON, name to postgresql:// address: the databases that SQL hooks may read."""
    hook_secrets: str = Field(default="", repr=False)
    """JSON, name to text: what `secret:name` stands for in a hook's headers."""

    web_threads: int = 400
    log_level: str = "INFO"

    @cached_property
    def base_url(self) -> str:
        """The public address, or the loopback one while nothing else is set."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "::"} else self.host  # noqa: S104 — compared, not bound
        return (self.public_base_url or f"http://{host}:{self.port}").rstrip("/")
