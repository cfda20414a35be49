"""Where customers' keys are: what a place for them has to do, and the one in memory."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from threading import Lock
from typing import Protocol

KEY_BYTES = 56
SECRET_BYTES = 32
NO_SECRET = b""
"""Of a log that was there before its keys: what is hashed in it already is so without."""


class KeyStore(Protocol):
    """
    A place for keys, apart from the log; any number of threads and processes may share one.

    A key is `KEY_BYTES` random bytes under a number from 1 on that is never given twice. Each
    method raises `StoreError` when the place cannot be used.
    """

    def begin(self, secret: bytes) -> None:
        """Make the place with this secret, durably; where there is one already it stays as is."""

    def secret(self) -> bytes | None:
        """The secret it was begun with, for ever the same; `None` before it was begun."""

    def create(self, count: int) -> Mapping[int, bytes]:
        """New keys with their numbers, on the disk when this returns."""

    def read(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """The keys of these numbers: `None` for one that was destroyed, nothing for an unknown."""

    def destroy(self, numbers: Collection[int], swept: int) -> None:
        """Make these keys unreadable for good, then keep `swept`; durable when this returns."""

    def swept(self) -> int:
        """The log position through which keys of erased customers are gone; 0 at first."""

    def close(self) -> None:
        """Give back what it holds."""


def new_keys(first: int, count: int) -> dict[int, bytes]:
    """So many keys, numbered from `first` on."""
    return {number: secrets.token_bytes(KEY_BYTES) for number in range(first, first + count)}


class MemoryKeys:
    """Keys in memory, gone with the process."""

    def __init__(self) -> None:
        self._secret: bytes | None = None
        self._keys: dict[int, bytes | None] = {}
        self._swept = 0
        self._lock = Lock()

    def begin(self, secret: bytes) -> None:
        """Keep this secret, unless there is one."""
        with self._lock:
            if self._secret is None:
                self._secret = secret

    def secret(self) -> bytes | None:
        """The secret it was begun with."""
        return self._secret

    def create(self, count: int) -> Mapping[int, bytes]:
        """New keys with their numbers."""
        with self._lock:
            made = new_keys(len(self._keys) + 1, count)
            self._keys |= made
        return made

    def read(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """The keys of these numbers."""
        return {number: self._keys[number] for number in numbers if number in self._keys}

    def destroy(self, numbers: Collection[int], swept: int) -> None:
        """Forget these keys."""
        with self._lock:
            self._keys.update(dict.fromkeys(numbers))
            self._swept = swept

    def swept(self) -> int:
        """The log position that was given with the keys destroyed last."""
        return self._swept

    def close(self) -> None:
        """Nothing is held."""
