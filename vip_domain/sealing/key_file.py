"""Keys in a file of slots: each written once, and overwritten where it is when it is destroyed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.sealing.keys import KEY_BYTES, NO_SECRET, SECRET_BYTES, new_keys

MAGIC = b"VIPDKEY1"
SLOT = 64
"""Bytes of the head and of each key, so that none lies across two sectors of a disk."""

SWEPT = slice(8, 16)
SECRET = slice(16, 16 + SECRET_BYTES)
TIMES_DESTROYED = slice(48, 56)
HEAD_CHECK = slice(56, SLOT)
DESTROYED = bytes(SLOT)
LOCK_TIMEOUT = 10


class KeyFile:
    """
    A file beside the database, readable for its owner alone.

    Slot 0 is the head: magic, how far it is swept, secret, how often keys were destroyed, check
    of the secret. Slot n is key n and its check, or zeros once it is destroyed. A database would
    copy keys about in journals and pages; here each is at one place of the disk, and gone when
    that is overwritten.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._file: int | None = None
        self._opening = Lock()

    def __repr__(self) -> str:
        return f"KeyFile({str(self._path)!r})"

    def begin(self, secret: bytes, swept: int) -> None:
        """Make the file, unless it is there."""
        with self._alone():
            if self._path.exists():
                return
            part = Path(f"{self._path}.part")
            part.unlink(missing_ok=True)
            file = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                _write(file, _head(secret, swept), 0)
                os.fsync(file)
            finally:
                os.close(file)
            part.replace(self._path)
            _sync_folder(self._path.parent)

    def secret(self) -> bytes | None:
        """The secret in the head; `None` while there is no file."""
        with self._errors():
            file = self._reading()
            if file is None:
                return None
            secret = _read(file, 0)[SECRET]
        return NO_SECRET if secret == bytes(SECRET_BYTES) else secret

    def create(self, count: int) -> Mapping[int, bytes]:
        """New keys at the end of the file, on the disk when this returns."""
        with self._alone(), self._writing() as file:
            # What a full disk or a power cut left of a slot was given to nobody.
            first = os.fstat(file).st_size // SLOT
            made = new_keys(first, count)
            slots = (key + _check(number, key) for number, key in made.items())
            _write(file, b"".join(slots), first * SLOT)
            os.fsync(file)
            reach("keys.made")
        return made

    def read(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """The keys in these slots; `StoreError` for one that is damaged."""
        with self._errors():
            file = self._reading()
            if file is None:
                return {}
            slots = ((number, _read(file, number * SLOT)) for number in numbers)
            return {number: self._key(number, slot) for number, slot in slots if len(slot) == SLOT}

    def _key(self, number: int, slot: bytes) -> bytes | None:
        if slot == DESTROYED:
            return None
        key, check = slot[:KEY_BYTES], slot[KEY_BYTES:]
        if check != _check(number, key):
            raise StoreError(f"{self._path}: key {number} is damaged")
        return key

    def destroy(self, numbers: Collection[int]) -> None:
        """Overwrite these slots with zeros; then count it in the head."""
        with self._alone(), self._writing() as file:
            for number in numbers:
                _write(file, DESTROYED, number * SLOT)
            os.fsync(file)
            reach("keys.erased")
            times = int.from_bytes(_read(file, 0)[TIMES_DESTROYED], "big") + 1
            _write(file, times.to_bytes(8, "big"), TIMES_DESTROYED.start)
            os.fsync(file)
            reach("keys.destroyed")

    def destroyed(self) -> int:
        """The count in the head; 0 while there is no file."""
        return self._number(TIMES_DESTROYED)

    def keep_swept(self, position: int) -> None:
        """Write this position into the head."""
        with self._alone(), self._writing() as file:
            _write(file, position.to_bytes(8, "big"), SWEPT.start)
            os.fsync(file)

    def swept(self) -> int:
        """The position in the head; 0 while there is no file."""
        return self._number(SWEPT)

    def _number(self, where: slice) -> int:
        with self._errors():
            file = self._reading()
            return 0 if file is None else int.from_bytes(_read(file, 0)[where], "big")

    def close(self) -> None:
        """Close the file."""
        with self._opening:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _reading(self) -> int | None:
        if self._file is None:
            with self._opening:
                if self._file is None and self._path.exists():
                    self._file = self._opened(os.O_RDONLY)
        return self._file

    @contextmanager
    def _writing(self) -> Iterator[int]:
        file = self._opened(os.O_RDWR)
        try:
            yield file
        finally:
            os.close(file)

    def _opened(self, how: int) -> int:
        file = os.open(self._path, how | getattr(os, "O_BINARY", 0))
        head = _read(file, 0)
        if head[: len(MAGIC)] != MAGIC or head[HEAD_CHECK] != _check(0, head[SECRET]):
            os.close(file)
            raise StoreError(f"{self._path} is no file of keys, or a newer version wrote it")
        return file

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread of one process at a time changes the file."""
        if not self._path.parent.is_dir():  # the lock would make it
            raise StoreError(f"{self._path}: there is no such folder")
        lock = FileLock(f"{self._path}.lock", timeout=LOCK_TIMEOUT)
        with self._errors():
            try:
                with lock:
                    yield
            except Timeout:
                raise StoreError(f"{self._path}: somebody else holds its lock") from None

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror or error}") from error


def _head(secret: bytes, swept: int) -> bytes:
    kept = secret.ljust(SECRET_BYTES, b"\0")
    head = MAGIC + swept.to_bytes(8, "big") + kept
    return head.ljust(HEAD_CHECK.start, b"\0") + _check(0, kept)


def _check(number: int, key: bytes) -> bytes:
    return sha256(number.to_bytes(8, "big") + key).digest()[: SLOT - KEY_BYTES]


def _read(file: int, at: int) -> bytes:
    if hasattr(os, "pread"):  # where processes fork they share the place in an open file
        return os.pread(file, SLOT, at)
    os.lseek(file, at, os.SEEK_SET)
    return os.read(file, SLOT)


def _write(file: int, content: bytes, at: int) -> None:
    os.lseek(file, at, os.SEEK_SET)
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _sync_folder(folder: Path) -> None:
    """A new file is there after a power cut once its folder is on the disk; not so on Windows."""
    if os.name == "nt":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
