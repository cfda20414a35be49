"""Change codes as the record knows them: hashed, salted with the customer, compared evenly."""

from __future__ import annotations

from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ITERATIONS = 2_000
"""Guessing eight random characters takes longer than they live; stored hashes depend on it."""
LENGTH = 32
"""Bytes of a hash."""


def code_hash(vip_id: str, code: str) -> str:
    """The hash of a code sent to this customer; the same for the same text."""
    salt = b"vip-domain change code " + vip_id.encode()
    return PBKDF2HMAC(SHA256(), LENGTH, salt, ITERATIONS).derive(code.encode()).hex()


def same_code(some: str, other: str) -> bool:
    """Whether two hashes are of one code, in constant time."""
    return compare_digest(some, other)
