"""Who follows a view: one process at a time; when it ends, however it ends, the next one may."""

from __future__ import annotations

from threading import Lock
from typing import Protocol

from filelock import FileLock, Timeout

from vip_domain.views.sqlite import file_errors


class Leases(Protocol):
    """
    What one follower holds of the views it would follow. Only ever used by one thread.

    They keep two from doing the same work; that rows are right does not hang on them.
    """

    def take(self, view: str) -> bool:
        """Whether it is ours, now or since before. Raises `StoreError`."""

    def give_back(self, view: str) -> None:
        """Let somebody else have it."""

    def close(self) -> None:
        """Give all back."""


class FileLeases:
    """Locks of files beside the store, which the system frees with the process that has them."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._locks: dict[str, FileLock] = {}

    def take(self, view: str) -> bool:
        """Whether it is ours, now or since before."""
        lock = self._locks.setdefault(
            view, FileLock(f"{self._path}-follow-{view}.lock", timeout=0, thread_local=False)
        )
        if lock.is_locked:
            return True
        with file_errors(self._path):
            try:
                lock.acquire()
            except Timeout:
                return False
        return True

    def give_back(self, view: str) -> None:
        """Let another process have it."""
        if view in self._locks:
            self._locks[view].release()

    def close(self) -> None:
        """Give all back."""
        for view in self._locks:
            self.give_back(view)


class MemoryLeases:
    """Nobody but this process sees the views; `locks` are those of the store, by view."""

    def __init__(self, locks: dict[str, Lock]) -> None:
        self._locks = locks
        self._held: set[str] = set()

    def take(self, view: str) -> bool:
        """Whether it is ours, now or since before."""
        if view not in self._held and self._locks[view].acquire(blocking=False):
            self._held.add(view)
        return view in self._held

    def give_back(self, view: str) -> None:
        """Let another thread have it."""
        if view in self._held:
            self._held.remove(view)
            self._locks[view].release()

    def close(self) -> None:
        """Give all back."""
        for view in [*self._held]:
            self.give_back(view)
