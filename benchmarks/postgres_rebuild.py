"""A rebuild in PostgreSQL against the package's `ProjectionRunner`, and against just reading."""

from __future__ import annotations

import argparse
import time
from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, Mapper, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment
from psycopg.rows import tuple_row
from sqlalchemy.engine import make_url

import vip_domain
from benchmarks import logs, postgres
from benchmarks.measure import Phases, line, timed, title, verdict
from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.projections.customers import CUSTOMERS
from vip_domain.store.mapper import FactMapper
from vip_domain.store.postgres import PostgresLogFactory
from vip_domain.store.postgres_address import Address
from vip_domain.views import tables

PART = 3_000
"""So many events are fed one by one, from the middle of the log on, as on SQLite."""

TABLE = "customers_2"
SELECT = f"SELECT * FROM {TABLE} WHERE vip_id = %s"
UPSERT = tables.upsert(CUSTOMERS, TABLE, "postgresql")


class Log(Application[str]):
    """Our log, as the runner wants to have it."""

    name = "log"

    def construct_factory(self, env: Any) -> InfrastructureFactory[Any]:
        return PostgresLogFactory(Address.of(env["LOG_URL"]))

    def construct_mapper(self) -> Mapper[str]:
        return FactMapper()


class Rows(PostgresTrackingRecorder):
    """Our rows and the package's tracking, in one transaction."""

    def before(self, vip_id: str) -> Any:
        with self.datastore.get_connection() as connection:
            found = connection.cursor(row_factory=tuple_row).execute(SELECT, (vip_id,)).fetchone()
        return None if found is None else tables.row_of(CUSTOMERS, (found,))

    def store(self, vip_id: str, row: Any, tracking: Tracking) -> None:
        with (
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            self._insert_tracking(cursor, tracking=tracking)
            if row is not None:
                cursor.execute(UPSERT, *tables.rows_of(CUSTOMERS, vip_id, row))


class Customers(Projection[Rows]):
    """The customer list, fed by the runner."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        recorded = domain_event.recorded
        vip_id, row = recorded.stream_id.removeprefix(CUSTOMER), None
        if recorded.stream_id.startswith(CUSTOMER):
            row = CUSTOMERS.fold(self.view.before(vip_id), [recorded])
        self.view.store(vip_id, row, tracking)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    title(f"rebuild of the customer list, {events:,} events; PostgreSQL")
    end, file = postgres.last(events), logs.log(events)
    middle = end // 2
    with postgres.server() as url:
        postgres.load(url, file, 0, middle)
        with vip_domain.open(url) as vip:
            vip.rebuild("customers")
        postgres.load(url, file, middle, middle + PART)
        one = run(url, middle, middle + PART)
        line(f"ProjectionRunner, over {PART:,} events, per event", f"{one * 1e6:.0f} µs")
        postgres.load(url, file, middle + PART, end)
        with postgres.past_us(url) as other:
            other.execute("UPDATE views SET position = 0 WHERE name = 'customers'")
            other.execute(f"TRUNCATE {TABLE}")
        reading, total = min(timed(read, url) for _ in range(2))
        line("just reading them, position order", f"{reading:.2f} s")
        with vip_domain.open(url) as vip:
            for what in (
                "first rebuild of an empty view",
                "rebuild beside the live view, compared",
            ):
                phases = Phases()
                seconds, _ = timed(vip.rebuild, "customers", on_progress=phases)
                line(what, f"{seconds:.2f} s")
                line("    per second", f"{total / seconds:,.0f} events")
                print(f"      {phases}")
                verdict("faster than ProjectionRunner", one * total / seconds, "×", "100", "250")
                line("    of just reading", f"{seconds / reading:.1f} ×")


def run(url: str, after: int, upto: int) -> float:
    """Seconds an event that the stock runner takes for the same view."""
    parts = make_url(url.partition("?")[0])
    environment = {
        "LOG_URL": url,
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts.database),
        "POSTGRES_HOST": str(Address.of(url).conninfo["host"]),
        "POSTGRES_USER": str(parts.username),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": Address.of(url).schema,
    }
    with postgres.past_us(url) as other:  # its own connections know no schema
        other.execute("ALTER ROLE CURRENT_USER SET search_path = vip_domain")
    named = Environment(Customers.name, environment)
    begun = InfrastructureFactory[Rows].construct(named).tracking_recorder(Rows)
    begun.insert_tracking(Tracking(Log.name, after))
    with ProjectionRunner(
        application_class=Log, projection_class=Customers, view_class=Rows, env=environment
    ) as runner:
        started = time.perf_counter()
        runner.wait(upto, timeout=600)
        return (time.perf_counter() - started) / PART


def read(url: str) -> int:
    """Every row of the log into Python, and nothing else."""
    with postgres.past_us(url) as connection, connection.cursor(binary=True) as cursor:
        statement = (
            "SELECT position, originator_id, originator_version, topic, state "
            "FROM stored_events ORDER BY position"
        )
        return sum(1 for _ in cursor.stream(statement, size=1_000))


if __name__ == "__main__":
    main()
