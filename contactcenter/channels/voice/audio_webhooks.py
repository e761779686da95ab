"""The provider fetching what a document told it to play: unsigned, for it signs documents and notices only."""

from flask import Response

from contactcenter.channels.voice import audio
from contactcenter.channels.voice.answering import Answering
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right

_FOREVER = "public, max-age=31536000, immutable"


def add(door: Door, answering: Answering) -> None:
    @door.route("/audio/<sha256>/<name>", methods=["GET"], allow=Right.PUBLIC)
    def audio_file(sha256: str, name: str) -> Response:
        """Nobody finds it who was not told the address: a fingerprint cannot be guessed. What it holds never changes."""
        found = answering.db.run(lambda session: audio.load(session, name, sha256))
        return Response(found.body, content_type=found.content_type, headers={"Cache-Control": _FOREVER})
