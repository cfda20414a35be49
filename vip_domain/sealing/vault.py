"""Seals what is written and opens what is read; remembers no text longer than its key is there."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping

import attrs

from vip_domain.errors import StoreError
from vip_domain.events.sealed import ERASED, PLAIN, from_plain, token_parts
from vip_domain.sealing.cipher import Cipher
from vip_domain.sealing.keys import NO_SECRET, SECRET_BYTES, KeyStore, MemoryKeys

Sealed = tuple[str, str]
"""A VIP ID, and a text as that customer's history has it."""

MOST_REMEMBERED = 50_000
"""Texts, and as many keys."""
MOST_AHEAD = 1_024
"""New keys made at once: one wait for the disk serves as many customers."""


@attrs.frozen
class Opened:
    """
    What was read after keys had been destroyed so often.

    Whoever reads holds on to one of these: what a slow reader still puts into an old one, after
    a key was destroyed, is read by nobody.
    """

    destroyed: int
    ciphers: dict[int, Cipher | None] = attrs.field(factory=dict)
    texts: dict[Sealed, str] = attrs.field(factory=dict)

    @property
    def full(self) -> bool:
        """Whether it remembers as much as it may."""
        return max(len(self.ciphers), len(self.texts)) > MOST_REMEMBERED


def keyed(hashed: str, secret: bytes) -> str:
    """A hash of a hash: without the secret nobody can see that they guess right what it is of."""
    return hmac.digest(secret, hashed.encode(), "sha256").hex() if secret else hashed


def unsealed() -> Vault:
    """A vault for what is plain text all through."""
    return Vault(MemoryKeys(), seals=False)


class Vault:
    """
    The keys of a log at work; any number of threads may read, one writes.

    `seals`: whether customers invited from here on are sealed; those that are stay so, whatever
    a process chose. Every method raises `StoreError` when the keys cannot be used.
    """

    def __init__(self, keys: KeyStore, *, seals: bool) -> None:
        self.keys = keys
        self._seals = seals
        self._known = Opened(0)
        self._ahead: dict[int, bytes] = {}
        self._made = 0
        self._secret: bytes | None = None

    @property
    def begun(self) -> bool:
        """Whether there is a place for keys."""
        if self._secret is None:
            self._secret = self.keys.secret()
        return self._secret is not None

    @property
    def secret(self) -> bytes:
        """What hashes of people are keyed with; `NO_SECRET` where it had not `begun` when asked."""
        return self._secret or NO_SECRET

    @property
    def ready(self) -> bool:
        """Whether there is a place for keys, or no need of one."""
        return self.begun or not self._seals

    def begin(self, last_position: int) -> None:
        """Make the place for the keys of a log that has nothing sealed yet."""
        new = secrets.token_bytes(SECRET_BYTES)
        # Hashes in a log that was there before its keys stay what they are.
        self.keys.begin(NO_SECRET if last_position else new, last_position)
        self._secret = self.keys.secret()  # somebody else's, if they were first

    def in_use(self, number: int | None) -> Cipher | None:
        """
        What to write with: this key's cipher while it is there, a new one's, or nothing.

        A key destroyed meanwhile may still be known here: then an erasure is in the same history,
        so that what is sealed with it cannot be appended.
        """
        if number == PLAIN:
            return None
        if number is not None:
            cipher = self._known.ciphers.get(number) or self._ciphers(self._known, [number])[number]
            if cipher is not None:
                return cipher
        return self._new() if self._seals else None

    def _new(self) -> Cipher:
        if not self._ahead:
            # A process that invites one customer makes one, a service soon hundreds at once.
            self._made = min(max(1, 4 * self._made), MOST_AHEAD)
            self._ahead = dict(self.keys.create(self._made))
        if self._known.full:
            self._known = Opened(self._known.destroyed)
        number, key = self._ahead.popitem()
        self._known.ciphers[number] = made = Cipher(number, key)
        return made

    def texts(self, wanted: Iterable[Sealed]) -> Mapping[Sealed, str]:
        """What each of these says, and perhaps more; `ERASED` where the key was destroyed."""
        current = self._current()
        unread = [each for each in wanted if each not in current.texts]
        if unread:
            self._read(current, unread)
        return current.texts

    def numbers_of(self, sealed: Iterable[Sealed]) -> set[int]:
        """
        The numbers of the keys that open these texts, as far as they are not destroyed.

        A number alone is no proof: keys brought back from a backup give numbers again.
        """
        found = [(vip_id, *parts) for vip_id, text in sealed if (parts := token_parts(text))]
        keys = self.keys.read({number for _, number, _ in found})
        return {
            number
            for vip_id, number, content in found
            if (key := keys.get(number)) and Cipher(number, key).open(content, vip_id) is not None
        }

    def _current(self) -> Opened:
        destroyed = self.keys.destroyed()
        if destroyed != self._known.destroyed or self._known.full:
            self._known = Opened(destroyed)
        return self._known

    def _read(self, current: Opened, unread: Iterable[Sealed]) -> None:
        tokens = {each: token_parts(each[1]) for each in unread}
        ciphers = self._ciphers(current, {parts[0] for parts in tokens.values() if parts})
        for each, parts in tokens.items():
            vip_id, text = each
            if parts is None:
                current.texts[each] = from_plain(text)
                continue
            cipher = ciphers[parts[0]]
            current.texts[each] = ERASED if cipher is None else _open(cipher, parts[1], vip_id)

    def _ciphers(self, current: Opened, numbers: Collection[int]) -> Mapping[int, Cipher | None]:
        unread = [number for number in numbers if number not in current.ciphers]
        if unread:
            keys = self.keys.read(unread)
            for number in unread:
                if number not in keys:
                    raise StoreError(
                        f"key {number} is not among the keys: are they those of this log?"
                    )
                key = keys[number]
                current.ciphers[number] = None if key is None else Cipher(number, key)
        return current.ciphers


def _open(cipher: Cipher, content: str, vip_id: str) -> str:
    text = cipher.open(content, vip_id)
    if text is None:
        raise StoreError(
            f"a text of customer {vip_id!r} is not opened by its key: are the keys those of this "
            "log?"
        )
    return text
