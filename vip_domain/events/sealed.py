"""What a person's name or address looks like in the log once it is sealed, and once it is gone."""

from __future__ import annotations

import re
from typing import Final

from vip_domain.values import email_key

SEALED: Final = "sealed:"
"""
Begins every token: `sealed:<number of the key>:<base64>`, the first twelve characters of which
are the same for texts that differ in case alone.
"""

ERASED: Final = "(erased)"
"""What is read where the key is gone."""

PLAIN: Final = 0
"""
No key's number: `sealed:0:` begins a text that is not sealed, where it would look as if it were.
"""

_TOKEN = re.compile(r"sealed:([1-9][0-9]{0,18}):([A-Za-z0-9_-]{50,}={0,2})")
SAME = 12


def token_parts(text: str) -> tuple[int, str] | None:
    """The key's number and the base64 of a token; `None` of a text that is none."""
    if not text.startswith(SEALED):
        return None
    found = _TOKEN.fullmatch(text)
    return None if found is None else (int(found[1]), found[2])


def address_key(text: str) -> str:
    """
    What is compared of an address in the log, sealed or not: everything but its case.

    Sealed ones compare under one key alone, so that a fold never needs to open any.
    """
    parts = token_parts(text)
    if parts is None:
        return email_key(text)
    number, content = parts
    return f"{SEALED}{number}:{content[:SAME]}"


def as_plain(text: str) -> str:
    """How a text is recorded that is not sealed: as it is, unless it would look sealed."""
    return f"{SEALED}{PLAIN}:{text}" if text.startswith(SEALED) else text


def from_plain(text: str) -> str:
    """The text that was recorded so."""
    return text.removeprefix(f"{SEALED}{PLAIN}:")
