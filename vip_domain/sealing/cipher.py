"""One customer's key at work: the same text is the same token, and only the key opens it."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from functools import cached_property
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vip_domain.events.sealed import SEALED
from vip_domain.values import email_key

AES, SAME, NONCE = 32, 9, 12
TO_URL, FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


class Cipher:
    """
    Seals and opens texts of one customer; `number` is its key's.

    A token is `same | nonce | AES-256-GCM` in base64url. The nonce is a keyed hash of customer and
    text, so that it comes again with the same text alone; `same` is one of the text without its
    case, by which folds compare addresses they cannot read. Both are made with another part of
    the key than that which encrypts.
    """

    def __init__(self, number: int, key: bytes) -> None:
        self.number = number
        self._head = f"{SEALED}{number}:"
        self._aead = AESGCM(key[:AES])
        self._hashed = key[AES:]

    @cached_property
    def _same(self) -> blake2b:
        return blake2b(digest_size=SAME, key=self._hashed, person=b"same")

    @cached_property
    def _nonce(self) -> blake2b:
        return blake2b(digest_size=NONCE, key=self._hashed, person=b"nonce")

    def seal(self, text: str, vip_id: str) -> str:
        """The token of `text`, good for this customer alone."""
        plain, customer = text.encode(), vip_id.encode()
        same = _digest(self._same, email_key(text).encode())
        nonce = _digest(self._nonce, customer + b"\0" + plain)
        content = same + nonce + self._aead.encrypt(nonce, plain, same + customer)
        return self._head + b2a_base64(content, newline=False).translate(TO_URL).decode()

    def open(self, content: str, vip_id: str) -> str | None:
        """The text of a token's base64; `None` when it was not sealed so, for this customer."""
        sealed = a2b_base64(content.encode().translate(FROM_URL))
        same, nonce, rest = sealed[:SAME], sealed[SAME : SAME + NONCE], sealed[SAME + NONCE :]
        try:
            return self._aead.decrypt(nonce, rest, same + vip_id.encode()).decode()
        except (InvalidTag, ValueError):
            return None


def _digest(keyed: blake2b, content: bytes) -> bytes:
    hashed = keyed.copy()  # a third of the time that another one with the same key would take
    hashed.update(content)
    return hashed.digest()
