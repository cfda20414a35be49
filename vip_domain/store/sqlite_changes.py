"""How a process hears what others write to a SQLite file: it looks at a counter, all the time."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

PAUSE = 0.005
"""Seconds between two looks: a look takes two millionths of one, waking up for it fifty."""


class FileChanges:
    """A connection that asks for nothing but whether others committed."""

    pause = PAUSE

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._version = self._look()

    def _look(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def changed(self) -> bool:
        """Whether somebody committed since it was asked last, to whichever table."""
        before = self._version
        with suppress(sqlite3.Error):  # whoever then looks at the log hears what is wrong
            self._version = self._look()
        return self._version != before

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
