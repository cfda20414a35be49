"""A rebuild in PostgreSQL: into a table beside the live one, by the same steps as in a file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs
import psycopg

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect
from vip_domain.views import generations, leftovers, parking, tables
from vip_domain.views.abreast import standing_together
from vip_domain.views.compare import differences, digest
from vip_domain.views.generations import Generation
from vip_domain.views.rebuild import Workshop
from vip_domain.views.reports import Verified
from vip_domain.views.shares_postgres import OID, PostgresShares, bounds


@attrs.frozen(kw_only=True)
class PostgresWorkshop(Workshop):
    """Where a view at `address` is folded anew; one rebuild or check of a view at a time."""

    address: Address
    log: Address

    @contextmanager
    def _alone(self, purpose: str) -> Iterator[Path]:
        """The server frees the lock when this process ends, however it ends."""
        key = self.address.lock_key(f"rebuild {self._view}")
        try:
            connection = connect(self.address, autocommit=True)
        except psycopg.Error as error:
            raise StoreError(f"{self.path}: {error}") from error
        with connection:
            (free,) = connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchall()[0]
            if not free:
                raise StoreError(f"{self.path}: a rebuild or check of {self._view} is under way")
            try:
                yield Path(purpose)
            finally:
                # A server ends a closed connection, and with it its lock, in its own time.
                with suppress(psycopg.Error):
                    connection.execute("SELECT pg_advisory_unlock(%s)", (key,))

    def _fold(self, folder: Path, target: str, generation: Generation) -> int:
        """Fold the log share by share into a generation, in any order; its position."""
        del folder, target
        projection, position = generation.projection, self.follower.log.last_position()
        with self.follower.transaction() as connection:
            skips = tuple(parking.skips(connection, projection))
            table = connection.exec_driver_sql(OID, (generation.name,)).scalar_one()
        shares = PostgresShares(
            log=self.log,
            address=self.address,
            projection=projection,
            generation=generation.number,
            table=table,
            position=position,
            skipped=skips,
            bounds=bounds(self.log),
        )
        reach("rebuild.planned")
        started, all_shares = time.monotonic(), range(len(shares.bounds))
        self._tell("fold", 0, position, started)
        for done, _ in enumerate(self._fold_all(shares, all_shares), 1):
            self._tell("fold", position * done // len(all_shares), position, started)
        return position

    def _index(self, name: str) -> None:
        projection, started = self.follower.projection, time.monotonic()
        for number, statement in enumerate(tables.create_indexes(projection, name), 1):
            with self.follower.transaction(writes=True) as connection:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql(statement)
            reach("index.made")
            self._tell("index", number, len(projection.indexes), started)
        with self.follower.transaction(writes=True) as connection:
            # Until the server does it by itself, a minute later, it would sort all rows for a page.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql(f"ANALYZE {name}")

    def verify(self) -> Verified:
        """Fold everything anew into a table beside the live one and compare; the live rows stay."""
        with self._alone("verify") as folder:
            generation = leftovers.new_generation(self.follower)
            try:
                position = self._fold(folder, self.path, generation)
                return self._verified(generation, position)
            finally:
                with suppress(StoreError):  # then the next rebuild drops it
                    leftovers.discard(self.follower, generation)

    def _verified(self, rebuilt: Generation, position: int) -> Verified:
        with standing_together(self.follower, rebuilt, position) as (connection, entry):
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            live = Generation(rebuilt.projection, entry.generation)
            return Verified(
                view=self._view,
                position=entry.position,
                digest=digest(generations.all_rows(connection, rebuilt.table)),
                differences=tuple(differences(connection, live, rebuilt)),
            )
