"""PostgreSQL for views: one writer a view at a time, and reads that see one moment."""

from __future__ import annotations

from typing import cast

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import Connection, Engine, create_engine, event

from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import Pool


def postgres_engine(address: Address) -> Engine:
    """An engine whose transactions say beforehand which view they write, if they do."""
    pool = Pool(address, autocommit=False)
    engine = create_engine("postgresql+psycopg://", pool=pool.queue, use_native_hstore=False)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        view = connection.get_execution_options().get("writes")
        driver = cast("psycopg.Connection", connection.connection.driver_connection)
        if view is None:
            driver.isolation_level = IsolationLevel.REPEATABLE_READ
            return
        # Who waited for the lock must see what was written meanwhile.
        driver.isolation_level = IsolationLevel.READ_COMMITTED
        key = address.lock_key(f"view {view}")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (key,))

    @event.listens_for(engine, "engine_disposed")
    def disposed(disposed: Engine) -> None:
        del disposed
        pool.close()

    return engine
