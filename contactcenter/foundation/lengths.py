"""Lengths of time as people write them in files: "4h", "30m", "1h30m", "90s"."""

import re

_LENGTH = re.compile(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,5})s)?")


def seconds(written: str) -> int:
    """How long that is; 0 for what is no length."""
    found = _LENGTH.fullmatch(written)
    hours, minutes, rest = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + rest
