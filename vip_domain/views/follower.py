"""A view that follows the log: rows and position in one transaction, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from vip_domain.errors import StoreError
from vip_domain.projections.projection import AnyProjection
from vip_domain.store.log import EventLog
from vip_domain.views import generations, tables
from vip_domain.views.tables import registry

BATCH = 1_000


@attrs.frozen
class Entry:
    """What the registry says of a view."""

    generation: int
    position: int
    version: int
    previous_generation: int | None
    previous_position: int | None
    rebuilt_at: str | None
    rebuilt_events: int | None
    rebuilt_milliseconds: int | None


ENTRY = select(*(registry.c[field.name] for field in attrs.fields(Entry))).where(
    registry.c.name == bindparam("named")
)


class Follower:
    """
    One view in a database, as far as it has followed the log.

    Each method raises `StoreError` when the database cannot do it; then nothing was changed.
    """

    def __init__(
        self, engine: Engine, log: EventLog, projection: AnyProjection, batch: int = BATCH
    ) -> None:
        self.log = log
        self.projection = projection
        self._engine = engine
        self._batch = batch
        self._stood = 0
        self._create()

    def _create(self) -> None:
        with self.transaction() as connection:
            if connection.dialect.has_table(connection, registry.name):
                entry = self._entry(connection)
                if entry is not None and entry.version == self.projection.version:
                    return
        with self.transaction(writes=True) as connection:
            registry.create(connection, checkfirst=True)
            entry = self._entry(connection)
            if entry is None:
                self._start(connection, 1)
            elif entry.version > self.projection.version:
                raise StoreError(f"{self.log.where}: a newer version keeps {self.projection.name}")
            elif entry.version < self.projection.version:
                # Another version's rows have another shape: fold anew, nothing is kept of them.
                self._forget(connection, entry)
                self._start(connection, entry.generation + 1)

    def _start(self, connection: Connection, generation: int) -> None:
        # A rebuild that was killed may have left a table of that name.
        generations.drop(connection, self.projection, generation)
        generations.create(connection, self.projection, generation)
        generations.make_live(connection, self.projection, generation)
        entry = {
            "name": self.projection.name,
            "version": self.projection.version,
            "generation": generation,
            "position": 0,
        }
        connection.execute(insert(registry), entry)

    def _forget(self, connection: Connection, entry: Entry) -> None:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {self.projection.name}")
        generations.drop(connection, self.projection, entry.generation)
        if entry.previous_generation is not None:
            generations.drop(connection, self.projection, entry.previous_generation)
        connection.execute(registry.delete().where(registry.c.name == self.projection.name))

    @contextmanager
    def transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        """One transaction; what goes wrong in the database is a `StoreError`."""
        try:
            with self._engine.connect() as connection:
                chosen = connection.execution_options(writes=writes)
                with chosen.begin():
                    yield chosen
        except DBAPIError as error:
            raise StoreError(f"{self.log.where}: {error.orig}") from error

    def entry(self, connection: Connection) -> Entry:
        """What the registry says now."""
        entry = self._entry(connection)
        if entry is None:
            raise StoreError(f"{self.log.where}: the view {self.projection.name} is gone")
        return entry

    def _entry(self, connection: Connection) -> Entry | None:
        row = connection.execute(ENTRY, {"named": self.projection.name}).one_or_none()
        return None if row is None else Entry(*row)

    def update(self, connection: Connection, **values: Any) -> None:
        """Write to the view's registry entry."""
        named = registry.c.name == self.projection.name
        connection.execute(update(registry).where(named).values(**values))

    def catch_up(self) -> int:
        """Fold what was recorded since; the position it stands at."""
        position = self.position()
        while position < self.log.last_position():
            position = self._fold_next()
        return position

    def position(self) -> int:
        """The position the rows stand at."""
        with self.transaction() as connection:
            return self.entry(connection).position

    @contextmanager
    def caught_up(self) -> Iterator[Connection]:
        """A transaction in which the rows have everything that was recorded before."""
        # Rows never fall behind where they stood once: only a log that grew is worth a look.
        if self.log.last_position() > self._stood:
            self._stood = self.catch_up()
        with self.transaction() as connection:
            yield connection

    def _fold_next(self) -> int:
        with self.transaction(writes=True) as connection:
            entry = self.entry(connection)
            batch = self.log.read(entry.position, self._batch)
            if not batch:
                return entry.position
            name = tables.generation_name(self.projection, entry.generation)
            table = tables.table(self.projection, name)
            generations.fold(connection, table, self.projection, batch)
            self.update(connection, position=batch[-1].position)
            return batch[-1].position

    def row(self, vip_id: str) -> Any:
        """What the view knows of one customer; `None` when nothing."""
        table = tables.live(self.projection)
        with self.caught_up() as connection:
            return generations.known(connection, table, self.projection, [vip_id]).get(vip_id)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
