"""Seals what is written and opens what is read; remembers no text longer than its key is there."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping

import attrs

from vip_domain.errors import StoreError
from vip_domain.events.sealed import ERASED, PLAIN, as_plain, from_plain, token_parts
from vip_domain.sealing.cipher import Cipher
from vip_domain.sealing.keys import NO_SECRET, SECRET_BYTES, KeyStore

Sealed = tuple[str, str]
"""A VIP ID, and a text as that customer's history has it."""

MOST_REMEMBERED = 50_000
MOST_AHEAD = 256
"""New keys made at once: one wait for the disk serves as many customers."""


class KeyGone(Exception):
    """The key somebody would write with was destroyed: what they know is out of date."""


@attrs.frozen
class Opened:
    """
    What was read while keys were swept through one position.

    Whoever reads holds on to one of these: what a slow reader still puts into an old one, after
    a key was destroyed, is read by nobody.
    """

    swept: int
    ciphers: dict[int, Cipher | None] = attrs.field(factory=dict)
    texts: dict[Sealed, str] = attrs.field(factory=dict)


class Vault:
    """
    The keys of a log at work; any number of threads may read, one writes.

    `seals`: whether customers invited from here on are sealed; those that are stay so, whatever
    a process chose. Every method raises `StoreError` when the keys cannot be used.
    """

    def __init__(self, keys: KeyStore, *, seals: bool) -> None:
        self.keys = keys
        self.seals = seals
        self._known = Opened(0)
        self._ahead: dict[int, bytes] = {}
        self._made = 0
        self._secret: bytes | None = None

    @property
    def secret(self) -> bytes | None:
        """What keyed hashes are made with; `None` while nothing was ever sealed."""
        if self._secret is None:
            self._secret = self.keys.secret()
        return self._secret

    def hashed(self, text: str) -> str:
        """A hash that tells nobody without the keys whether they guess the text right."""
        if not self.secret:
            return text
        return hmac.digest(self.secret, text.encode(), "sha256").hex()

    def begin(self, *, new: bool) -> None:
        """Make the place for the keys of a log that is `new`, or has nothing sealed yet."""
        self.keys.begin(secrets.token_bytes(SECRET_BYTES) if new else NO_SECRET)

    def new_number(self) -> int:
        """The number of a key that has sealed nothing yet; `PLAIN` where nothing is sealed."""
        if not self.seals:
            return PLAIN
        if not self._ahead:
            # A process that invites one customer makes one, a service soon hundreds at once.
            self._made = min(max(1, 2 * self._made), MOST_AHEAD)
            self._ahead = dict(self.keys.create(self._made))
        number, key = self._ahead.popitem()
        self._current().ciphers[number] = Cipher(number, key)
        return number

    def seal(self, text: str, vip_id: str, number: int) -> str:
        """The text as it is recorded. Raises `KeyGone`."""
        if number == PLAIN:
            return as_plain(text)
        cipher = self._ciphers(self._current(), {number: vip_id})[number]
        if cipher is None:
            raise KeyGone(number)
        return cipher.seal(text, vip_id)

    def texts(self, wanted: Iterable[Sealed]) -> Mapping[Sealed, str]:
        """What each of these says, and perhaps more; `ERASED` where the key was destroyed."""
        current = self._current()
        unread = [each for each in wanted if each not in current.texts]
        if unread:
            self._read(current, unread)
        return current.texts

    def _current(self) -> Opened:
        swept = self.keys.swept()
        if swept != self._known.swept or len(self._known.texts) > MOST_REMEMBERED:
            self._known = Opened(swept)
        return self._known

    def _read(self, current: Opened, unread: Iterable[Sealed]) -> None:
        tokens = {each: token_parts(each[1]) for each in unread}
        numbers = {parts[0]: vip_id for (vip_id, _), parts in tokens.items() if parts is not None}
        ciphers = self._ciphers(current, numbers)
        for each, parts in tokens.items():
            vip_id, text = each
            if parts is None:
                current.texts[each] = from_plain(text)
                continue
            cipher = ciphers[parts[0]]
            current.texts[each] = ERASED if cipher is None else self._open(cipher, parts[1], vip_id)

    def _open(self, cipher: Cipher, content: str, vip_id: str) -> str:
        text = cipher.open(content, vip_id)
        if text is None:
            raise StoreError(f"a text of customer {vip_id!r} is not opened by its key")
        return text

    def _ciphers(self, current: Opened, numbers: Mapping[int, str]) -> Mapping[int, Cipher | None]:
        unread = [number for number in numbers if number not in current.ciphers]
        if unread:
            keys = self.keys.read(unread)
            for number in unread:
                if number not in keys:
                    raise StoreError(
                        f"key {number} of customer {numbers[number]!r} is not among the keys: "
                        "are they those of this log?"
                    )
                key = keys[number]
                current.ciphers[number] = None if key is None else Cipher(number, key)
        return current.ciphers
