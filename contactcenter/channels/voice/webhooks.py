"""The provider's door for calls. Who steers, who only tells and what is fetched are on pages of their own.

Every request is signed but that for an audio file.
"""

from contactcenter.channels.voice import (
    audio_webhooks,
    menu_webhooks,
    notice_webhooks,
    trial_webhooks,
    waiting_webhooks,
)
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.answering import Answering
from contactcenter.channels.voice.hooks.running import Hooks
from contactcenter.foundation.db import Database
from contactcenter.foundation.doors import Door


def build(db: Database, addresses: Addresses, hooks: Hooks) -> Door:
    """The blueprint; what it needs is handed to it."""
    door = Door("twilio_voice", __name__, url_prefix="/twilio/voice")
    answering = Answering(db, addresses, hooks)
    menu_webhooks.add(door, answering)
    waiting_webhooks.add(door, answering)
    notice_webhooks.add(door, answering)
    trial_webhooks.add(door, answering)
    audio_webhooks.add(door, answering)
    return door
