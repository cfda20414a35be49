"""A rebuild beside the live view: fold, load, catch up, compare, switch; and the way back."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import attrs
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Table

from vip_domain.errors import StoreError
from vip_domain.views import generations, tables
from vip_domain.views.compare import differences, digest
from vip_domain.views.follower import Entry, Follower
from vip_domain.views.reports import (
    Difference,
    Listener,
    Progress,
    Rebuilt,
    Verified,
    ViewDiffers,
    quiet,
)
from vip_domain.views.shares import Plan, fold_share, prepare, unfinished
from vip_domain.views.sqlite import connect, file_errors, sqlite_engine
from vip_domain.views.workers import can_start, fold_elsewhere

BATCH = 5_000
PIECE = 20_000
"""Rows deleted at once, in a few hundredths of a second."""

FEW = 2
"""Up to so many shares another process costs more than it saves."""


@attrs.frozen
class Workshop:
    """Where a view in a SQLite file is folded anew: a folder beside it, one rebuild at a time."""

    path: str
    follower: Follower
    workers: int = attrs.field(factory=lambda: os.cpu_count() or 1)
    listener: Listener = quiet

    @property
    def _view(self) -> str:
        return self.follower.projection.name

    def _folder(self, purpose: str) -> Path:
        return Path(f"{self.path}-{purpose}-{self._view}")

    @contextmanager
    def _alone(self, purpose: str) -> Iterator[Path]:
        folder = self._folder(purpose)
        lock = FileLock(f"{folder}.lock", timeout=0)
        with file_errors(self.path):
            try:
                lock.acquire()
            except Timeout:
                raise StoreError(f"{self.path}: a {purpose} of {self._view} is under way") from None
        try:
            yield folder
        finally:
            lock.release()

    def rebuild(self, *, despite_differences: bool = False) -> Rebuilt:
        """
        Fold the view anew beside the live one and switch to it.

        Killed, it is taken up where it was. Raises `ViewDiffers` when the rows are not the live
        ones, and `StoreError` when another rebuild of the view is under way.
        """
        with self._alone("rebuild") as folder:
            generation = self._new_generation()
            try:
                rebuilt = self._rebuild(folder, generation, despite_differences)
            except BaseException:
                with suppress(StoreError):  # then the next rebuild drops it
                    self._discard(generation)
                raise
            shutil.rmtree(folder, ignore_errors=True)
            self._clear()
            return rebuilt

    def _rebuild(self, folder: Path, generation: int, despite_differences: bool) -> Rebuilt:
        started = time.monotonic()
        name = tables.generation_name(self.follower.projection, generation)
        plan = self._fold(folder, self.path, name)
        self._index(generation)
        position, found = self._compare(generation, plan.position)
        if found and not despite_differences:
            raise ViewDiffers(self._view, tuple(found))
        rebuilt = Rebuilt(
            view=self._view,
            position=position,
            generation=generation,
            events=position,
            seconds=time.monotonic() - started,
            differences=tuple(found),
        )
        self._switch(rebuilt)
        return rebuilt

    def _fold(self, folder: Path, target: str, name: str) -> Plan:
        """Fold the log share by share, and load each into the table `name` of the file `target`."""
        last = self.follower.log.last_position()
        with file_errors(self.path):
            plan = prepare(self.path, folder, self.follower.projection, last)
        left = unfinished(folder, plan)
        ready = {share.number for share in plan.shares} - set(left)
        started, total, loaded = time.monotonic(), plan.position, 0
        for number in itertools.chain([None], self._folded(folder, plan, left)):
            ready |= set() if number is None else {number}
            # In the order of keys, so that the table grows at its end alone.
            while loaded in ready:
                with file_errors(self.path):
                    load_share(target, plan.shares[loaded].file(folder), name)
                loaded += 1
            done = total * len(ready) // len(plan.shares)
            self._tell("fold", done, total, started)
        return plan

    def _folded(self, folder: Path, plan: Plan, left: list[int]) -> Iterator[int]:
        task = (self.path, folder, self.follower.projection, plan)
        with file_errors(self.path):
            if self.workers > 1 and len(left) > FEW and can_start():
                yield from fold_elsewhere(task, left, self.workers)
                return
            for number in left:
                fold_share(*task, number)
                yield number

    def _tell(self, phase: str, done: int, total: int, started: float) -> None:
        seconds = time.monotonic() - started
        self.listener(
            Progress(view=self._view, phase=phase, done=done, total=total, seconds=seconds)
        )

    def _index(self, generation: int) -> None:
        projection = self.follower.projection
        name = tables.generation_name(projection, generation)
        started = time.monotonic()
        for number, statement in enumerate(tables.create_indexes(projection, name), 1):
            with self.follower.transaction(writes=True) as connection:
                connection.exec_driver_sql(statement)
            with closing(connect(self.path)) as file:
                checkpoint(file)
            self._tell("index", number, len(projection.indexes), started)

    def _new_generation(self) -> int:
        follower = self.follower
        self._clear()
        with follower.transaction(writes=True) as connection:
            entry = follower.entry(connection)
            generation = max(entry.generation, entry.previous_generation or 0) + 1
            name = tables.generation_name(follower.projection, generation)
            connection.exec_driver_sql(tables.create_table(follower.projection, name))
        return generation

    def _clear(self) -> None:
        """
        Drop the generations that are neither live nor the one before, in pieces.

        Whole, a table of a million rows would hold every writer up for seconds.
        """
        follower = self.follower
        with follower.transaction() as connection:
            entry = follower.entry(connection)
            kept = {entry.generation, entry.previous_generation}
            old = [
                name
                for name, number in generations.all_of(connection, follower.projection)
                if number not in kept
            ]
        for name in old:
            for statement in tables.drop_indexes(follower.projection, name):
                with follower.transaction(writes=True) as connection:
                    connection.exec_driver_sql(statement)
            while self._delete_some(name):
                pass
            with follower.transaction(writes=True) as connection:
                connection.exec_driver_sql(f"DROP TABLE {name}")

    def _delete_some(self, name: str) -> int:
        some = f"SELECT rowid FROM {name} LIMIT {PIECE}"
        with self.follower.transaction(writes=True) as connection:
            deleted = connection.exec_driver_sql(f"DELETE FROM {name} WHERE rowid IN ({some})")
            return deleted.rowcount

    def _discard(self, generation: int) -> None:
        """Drop what was folded, unless it is live already."""
        with self.follower.transaction(writes=True) as connection:
            if self.follower.entry(connection).generation == generation:
                return
            generations.drop(connection, self.follower.projection, generation)

    def _compare(self, generation: int, position: int) -> tuple[int, list[Difference]]:
        projection = self.follower.projection
        rebuilt = tables.table(projection, tables.generation_name(projection, generation))
        started = time.monotonic()
        if not self.follower.position():
            return position, []  # a view that never followed has nothing to compare
        with self._standing_together(rebuilt, position) as (connection, entry):
            self._tell("compare", 0, entry.position, started)
            live = tables.table(projection, tables.generation_name(projection, entry.generation))
            found = differences(connection, projection, live, rebuilt)
            self._tell("compare", entry.position, entry.position, started)
            return entry.position, found

    @contextmanager
    def _standing_together(
        self, rebuilt: Table, position: int
    ) -> Iterator[tuple[Connection, Entry]]:
        """A moment at which the live rows and the rebuilt ones stand at the same position."""
        while True:
            position = follow(self.follower, rebuilt, position, self.follower.catch_up())
            with self.follower.transaction() as connection:
                entry = self.follower.entry(connection)
                # Somebody else may have moved the live ones on; then both have to stand again.
                if entry.position == position:
                    yield connection, entry
                    return

    def _switch(self, rebuilt: Rebuilt) -> None:
        follower = self.follower
        projection, generation = follower.projection, rebuilt.generation
        table = tables.table(projection, tables.generation_name(projection, generation))
        position = follow(follower, table, rebuilt.position, follower.log.last_position())
        with follower.transaction(writes=True) as connection:
            entry = follower.entry(connection)
            position = follow_to_end(connection, follower, table, position)
            generations.make_live(connection, projection, generation)
            follower.update(
                connection,
                generation=generation,
                position=position,
                previous_generation=entry.generation,
                previous_position=entry.position,
                rebuilt_at=datetime.now(UTC).isoformat(),
                rebuilt_events=rebuilt.events,
                rebuilt_milliseconds=round(rebuilt.seconds * 1000),
            )

    def roll_back(self) -> int:
        """
        Make the generation before the last rebuild live again; the position it stands at.

        It follows the log first. Raises `StoreError` when there is none.
        """
        follower = self.follower
        with self._alone("rebuild"):
            self._follow_previous()
            with follower.transaction(writes=True) as connection:
                entry = follower.entry(connection)
                table, position = self._previous(entry)
                position = follow_to_end(connection, follower, table, position)
                generation = entry.previous_generation or entry.generation
                generations.make_live(connection, follower.projection, generation)
                follower.update(
                    connection,
                    generation=generation,
                    position=position,
                    previous_generation=entry.generation,
                    previous_position=entry.position,
                )
                return position

    def _previous(self, entry: Entry) -> tuple[Table, int]:
        if entry.previous_generation is None or entry.previous_position is None:
            raise StoreError(f"{self.path}: {self._view} has no earlier generation")
        projection = self.follower.projection
        name = tables.generation_name(projection, entry.previous_generation)
        return tables.table(projection, name), entry.previous_position

    def _follow_previous(self) -> None:
        follower = self.follower
        while True:
            with follower.transaction(writes=True) as connection:
                table, position = self._previous(follower.entry(connection))
                batch = follower.log.read(position, BATCH)
                if not batch:
                    return
                generations.fold(connection, table, follower.projection, batch)
                follower.update(connection, previous_position=batch[-1].position)

    def verify(self) -> Verified:
        """Fold everything anew into a file of its own and compare; the live rows stay."""
        with self._alone("verify") as folder:
            shutil.rmtree(folder, ignore_errors=True)
            shadow = Path(f"{folder}.db")
            shadow.unlink(missing_ok=True)
            with file_errors(self.path), closing(connect(str(shadow))) as connection:
                connection.execute(tables.create_table(self.follower.projection, SHADOW))
            plan = self._fold(folder, str(shadow), SHADOW)
            engine = sqlite_engine(self.path, str(shadow))
            try:
                beside = Follower(engine, self.follower.log, self.follower.projection)
                return attrs.evolve(self, follower=beside)._verify(plan.position)
            finally:
                engine.dispose()
                shutil.rmtree(folder, ignore_errors=True)
                shadow.unlink(missing_ok=True)

    def _verify(self, position: int) -> Verified:
        projection = self.follower.projection
        rebuilt = tables.table(projection, SHADOW, "shadow")
        with self._standing_together(rebuilt, position) as (connection, entry):
            name = tables.generation_name(projection, entry.generation)
            live = tables.table(projection, name)
            return Verified(
                view=self._view,
                position=entry.position,
                digest=digest(generations.all_rows(connection, rebuilt)),
                differences=tuple(differences(connection, projection, live, rebuilt)),
            )


SHADOW = "recomputed"


def load_share(path: str, share: Path, name: str) -> None:
    """Put a share's rows into a table, all or none."""
    try:
        with closing(connect(path)) as connection:
            connection.execute("ATTACH ? AS share", (str(share),))
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"INSERT INTO {name} SELECT * FROM share.rows")
            connection.execute("COMMIT")
            checkpoint(connection)
    except sqlite3.Error:
        share.unlink(missing_ok=True)  # a power cut may have left half of it: fold it again
        raise


def checkpoint(connection: sqlite3.Connection) -> None:
    """Bring what was written into the file here, lest the next writer has to do it all."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def follow(follower: Follower, table: Table, position: int, upto: int) -> int:
    """Bring a table that stands at `position` to `upto`, exactly."""
    while position < upto:
        with follower.transaction(writes=True) as connection:
            batch = follower.log.read(position, min(BATCH, upto - position))
            if not batch:
                return position
            generations.fold(connection, table, follower.projection, batch)
        position = batch[-1].position
    return position


def follow_to_end(connection: Connection, follower: Follower, table: Table, position: int) -> int:
    """Bring a table to the end of the log while nobody else can write."""
    while batch := follower.log.read(position, BATCH):
        generations.fold(connection, table, follower.projection, batch)
        position = batch[-1].position
    return position
