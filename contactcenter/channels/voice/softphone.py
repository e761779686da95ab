"""The agent's browser as a telephone of the provider's network: its address, and the token with which it registers."""

from dataclasses import dataclass, field
from datetime import timedelta

from contactcenter.foundation.errors import Unavailable

LASTS = timedelta(hours=1)
HOSTS = "https://eventgw.twilio.com https://sdk.twilio.com"
"""What the provider's library in the page talks to, besides its WebSocket."""


@dataclass(frozen=True, slots=True)
class Keys:
    """An API key of the provider's account. Tokens are signed with it, never with the account's own secret."""

    account_sid: str
    key_sid: str
    key_secret: str = field(repr=False)


def address(agent_id: int) -> str:
    """What is dialled to reach the agent's browser."""
    return f"client:{identity(agent_id)}"


def identity(agent_id: int) -> str:
    """The agent's name on the network: letters, digits and underscores only."""
    return f"agent_{agent_id}"


def token(keys: Keys, agent_id: int) -> str:
    """A token that lets this agent's page take calls, and make none, for an hour. Raises Unavailable without a key."""
    if not (keys.key_sid and keys.key_secret):
        raise Unavailable(
            "The telephone cannot register. An administrator has to set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET."
        )
    from twilio.jwt.access_token import AccessToken  # noqa: PLC0415 — costs its import only where it is used
    from twilio.jwt.access_token.grants import VoiceGrant  # noqa: PLC0415

    made = AccessToken(
        keys.account_sid, keys.key_sid, keys.key_secret, identity=identity(agent_id), ttl=round(LASTS.total_seconds())
    )
    made.add_grant(VoiceGrant(incoming_allow=True))
    return str(made.to_jwt())
