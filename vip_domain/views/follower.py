"""A view that follows the log: rows and position in one transaction, in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import attrs
from sqlalchemy import Connection, Engine, Select, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneIsFree

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.projections.projection import AnyProjection
from vip_domain.store.log import EventLog, one_line
from vip_domain.views import apart, generations, tables
from vip_domain.views.apart import stands_at
from vip_domain.views.feeding import feed
from vip_domain.views.generations import Generation
from vip_domain.views.plain import plain
from vip_domain.views.reports import KeepOn, always
from vip_domain.views.tables import metadata, registry, skipped

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
UPDATE = update(registry).where(registry.c.name == bindparam("named"))


class Follower:
    """
    One view in a database, as far as it has followed the log.

    `apart_in` names that database when the log is in another one.

    Each method raises `StoreError` when the database cannot do it; then nothing was changed.
    """

    def __init__(
        self,
        engine: Engine,
        log: EventLog,
        projection: AnyProjection,
        batch: int = BATCH,
        *,
        apart_in: str | None = None,
    ) -> None:
        self.log = log
        self.where = apart_in or log.where
        self._apart = apart_in is not None
        self.projection = projection
        self._engine = engine
        self._batch = batch
        self._stood = 0
        self._create()

    @property
    def in_a_file(self) -> bool:
        """Whether whoever writes keeps all others from writing."""
        return self._engine.dialect.name == "sqlite"

    def _create(self) -> None:
        with self.transaction() as connection:
            # The youngest of the tables: files of before it was there get it too.
            if connection.dialect.has_table(connection, skipped.name):
                entry = self._entry(connection)
                if entry is not None and entry.version == self.projection.version:
                    self._look_at_log(connection, entry)
                    return
        with self.transaction(writes=True) as connection:
            metadata.create_all(connection)
            if self._apart:
                stands_at.create(connection, checkfirst=True)
            entry = self._entry(connection)
            if entry is None:
                self._start(connection, 1)
            elif entry.version > self.projection.version:
                raise self._overtaken()
            elif entry.version < self.projection.version:
                # Another version's rows have another shape: fold anew, nothing is kept of them.
                self._forget(connection, entry)
                self._start(connection, entry.generation + 1)
            reach("views.made")

    def _start(self, connection: Connection, generation: int) -> None:
        first = Generation(self.projection, generation)
        # A rebuild that was killed may have left a table of that name.
        generations.drop(connection, first)
        generations.create(connection, first)
        generations.make_live(connection, first)
        entry = {
            "name": self.projection.name,
            "version": self.projection.version,
            "generation": generation,
            "position": 0,
        }
        connection.execute(insert(registry), entry)

    def _forget(self, connection: Connection, entry: Entry) -> None:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {self.projection.name}")
        for number in (entry.generation, entry.previous_generation):
            if number is not None:
                generations.drop(connection, Generation(self.projection, number))
        connection.execute(registry.delete().where(registry.c.name == self.projection.name))

    @contextmanager
    def transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        """One transaction; what goes wrong in the database is a `StoreError`."""
        with self._errors(), self._engine.connect() as connection:
            chosen = connection.execution_options(writes=self.projection.name if writes else None)
            with chosen.begin():
                yield chosen

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"{self.where}: {one_line(error.orig or error)}") from error
        except NoneIsFree as error:
            raise StoreError(f"{self.where}: all connections are in use") from error
        except (self._engine.dialect.loaded_dbapi.Error, UnicodeDecodeError) as error:
            # By the driver itself; the latter for what a damaged file makes it say.
            raise StoreError(f"{self.where}: {one_line(error)}") from error

    def entry(self, connection: Connection) -> Entry:
        """What the registry says now."""
        return self._checked(self._entry(connection))

    def _checked(self, entry: Entry | None) -> Entry:
        if entry is None:
            raise StoreError(f"{self.where}: the view {self.projection.name} is gone")
        if entry.version != self.projection.version:
            # A newer program has the view now: what this one would fold is of another shape.
            raise self._overtaken()
        return entry

    def _overtaken(self) -> StoreError:
        return StoreError(f"{self.where}: a newer version keeps {self.projection.name}")

    def live(self, connection: Connection) -> Generation:
        """The rows that questions are asked of."""
        return Generation(self.projection, self.entry(connection).generation)

    def _entry(self, connection: Connection) -> Entry | None:
        row = connection.execute(ENTRY, {"named": self.projection.name}).one_or_none()
        return None if row is None else Entry(*row)

    def update(self, connection: Connection, **values: Any) -> None:
        """Write to the view's registry entry."""
        connection.execute(UPDATE, {"named": self.projection.name, **values})
        if self._apart and "position" in values:
            apart.keep(connection, self.log, self.projection.name, values["position"])

    def _look_at_log(self, connection: Connection, entry: Entry) -> None:
        if self._apart:
            apart.look(connection, self.log, self.projection.name, entry.position)

    def catch_up(self, keep_on: KeepOn = always, *, last: int | None = None) -> int:
        """
        Fold what was recorded by now, as long as it may `keep_on`; the position it stands at.

        `last`: where the log ended just now, for who asked it already.
        """
        position = self.position()
        if last is None or position > last:
            last = self.log.last_position()
        if position > last:
            raise apart.of_another_log(self.log, self.projection.name, position)
        while position < last and keep_on():
            position = self._fold_next()
        return position

    def position(self) -> int:
        """The position the rows stand at."""
        found = self._find(ENTRY, {"named": self.projection.name})
        return self._checked(Entry(*found[0]) if found else None).position

    @contextmanager
    def caught_up(self, least: int | None = None) -> Iterator[Connection]:
        """
        A transaction in which the rows have everything that was recorded before.

        Or everything up to a position: for who asks as of one, `least` will do.
        """
        self._look(least)
        with self.transaction() as connection:
            yield connection

    def _look(self, least: int | None = None) -> None:
        # Rows never fall behind where they stood once: only a log that moved is worth a look.
        last = self.log.last_position() if least is None else max(least, self._stood)
        if last != self._stood:
            self._stood = self.catch_up(last=last if least is None else None)

    def ask(
        self, statement: Select[Any], parameters: Mapping[str, Any], least: int | None = None
    ) -> Sequence[Any]:
        """What one statement finds in rows that are `caught_up`, as tuples."""
        self._look(least)
        return self._find(statement, parameters)

    def _find(self, statement: Select[Any], parameters: Mapping[str, Any]) -> Sequence[Any]:
        asked = plain(statement, self._engine.dialect)
        with self._errors(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(asked.text, asked.values(parameters))
            return cursor.fetchall()

    def _fold_next(self) -> int:
        with self.transaction(writes=True) as connection:
            entry = self.entry(connection)
            self._look_at_log(connection, entry)
            batch = self.log.read(entry.position, self._batch)
            if not batch:
                return entry.position
            feed(connection, Generation(self.projection, entry.generation), batch)
            reach("fold.rows")
            self.update(connection, position=batch[-1].position)
            reach("fold.written")
        reach("fold.committed")
        return batch[-1].position

    def row(self, vip_id: str) -> Any:
        """What the view knows of one customer; `None` when nothing."""
        with self.caught_up() as connection:
            found = generations.known(connection, self.live(connection), [vip_id])
        return tables.row_of(self.projection, found[vip_id]) if found else None

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
