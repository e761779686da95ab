"""Password hashing."""

import argon2

HASHER = argon2.PasswordHasher()
_NOBODY = HASHER.hash("the password of nobody")


def hashed(password: str) -> str:
    """An argon2id hash with its parameters inside."""
    return HASHER.hash(password)


def fits(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the hash. An unknown user costs the same time as a wrong password."""
    try:
        HASHER.verify(stored or _NOBODY, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None
