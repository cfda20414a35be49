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

    def begin(self, secret: bytes, swept: int) -> None:
        """Make the place, durably; where there is one already it stays as it is."""

    def secret(self) -> bytes | None:
        """The secret it was begun with, for ever the same; `None` before it was begun."""

    def create(self, count: int) -> Mapping[int, bytes]:
        """New keys with their numbers, on the disk when this returns."""

    def read(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """The keys of these numbers: `None` for one that was destroyed, nothing for an unknown."""

    def destroy(self, numbers: Collection[int]) -> None:
        """Make these keys unreadable for good; durable when this returns."""

    def destroyed(self) -> int:
        """How often keys were destroyed: whatever was read before the last time may be gone."""

    def keep_swept(self, position: int) -> None:
        """Keep the log position through which keys of erased customers are gone."""

    def swept(self) -> int:
        """The position that was kept last."""

    def close(self) -> None:
        """Give back what it holds."""


def new_keys(first: int, count: int) -> dict[int, bytes]:
    """So many keys, numbered from `first` on."""
    chance = secrets.token_bytes(KEY_BYTES * count)  # asked for once, not for each
    keys = (chance[at : at + KEY_BYTES] for at in range(0, len(chance), KEY_BYTES))
    return dict(enumerate(keys, first))


class MemoryKeys:
    """Keys in memory, gone with the process."""

    def __init__(self) -> None:
        self._secret: bytes | None = None
        self._keys: dict[int, bytes | None] = {}
        self._destroyed = self._swept = 0
        self._lock = Lock()

    def begin(self, secret: bytes, swept: int) -> None:
        """Keep both, unless there is a secret."""
        with self._lock:
            if self._secret is None:
                self._secret, self._swept = secret, swept

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

    def destroy(self, numbers: Collection[int]) -> None:
        """Forget these keys."""
        with self._lock:
            self._keys.update(dict.fromkeys(numbers))
            self._destroyed += 1

    def destroyed(self) -> int:
        """How often keys were destroyed."""
        return self._destroyed

    def keep_swept(self, position: int) -> None:
        """Keep this position."""
        self._swept = position

    def swept(self) -> int:
        """The position that was kept last."""
        return self._swept

    def close(self) -> None:
        """Nothing is held."""
