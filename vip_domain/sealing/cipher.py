"""One customer's key at work: the same text is the same token, and only the key opens it."""

from __future__ import annotations

import hmac
from binascii import a2b_base64, b2a_base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vip_domain.events.sealed import SEALED
from vip_domain.values import email_key

AES, SAME, NONCE = 32, 9, 12


class Cipher:
    """
    Seals and opens texts of one customer; `number` is its key's.

    A token is `same | nonce | AES-256-GCM` in base64. The nonce is an HMAC of customer and text,
    so that it comes again with the same text alone; `same` is one of the text without its case,
    by which folds compare addresses they cannot read. Both are made with another part of the
    key than that which encrypts.
    """

    __slots__ = ("_aead", "_hashed", "_head")

    def __init__(self, number: int, key: bytes) -> None:
        self._head = f"{SEALED}{number}:"
        self._aead = AESGCM(key[:AES])
        self._hashed = key[AES:]

    def seal(self, text: str, vip_id: str) -> str:
        """The token of `text`, good for this customer alone."""
        plain, customer = text.encode(), vip_id.encode()
        same = self._hash(b"same", email_key(text).encode())[:SAME]
        nonce = self._hash(b"nonce", customer, plain)[:NONCE]
        content = self._aead.encrypt(nonce, plain, same + customer)
        return self._head + b2a_base64(same + nonce + content, newline=False).decode()

    def _hash(self, *parts: bytes) -> bytes:
        return hmac.digest(self._hashed, b"\0".join(parts), "sha256")

    def open(self, content: str, vip_id: str) -> str | None:
        """The text of a token's base64; `None` when it was not sealed so, for this customer."""
        sealed = a2b_base64(content)
        same, nonce, rest = sealed[:SAME], sealed[SAME : SAME + NONCE], sealed[SAME + NONCE :]
        try:
            return self._aead.decrypt(nonce, rest, same + vip_id.encode()).decode()
        except (InvalidTag, ValueError):
            return None
