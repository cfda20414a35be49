"""PostgreSQL for views: one writer a view at a time, and reads that see one moment."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event

from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import Pool


def postgres_engine(address: Address) -> Engine:
    """An engine whose transactions say beforehand which view they write, if they do."""
    # A statement outside of any transaction is one way there and back instead of three.
    pool = Pool(address, autocommit=True)
    engine = create_engine("postgresql+psycopg://", pool=pool.queue, use_native_hstore=False)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        view = connection.get_execution_options().get("writes")
        if view is None:
            connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ")
            return
        # Who waited for the lock must see what was written meanwhile.
        key = address.lock_key(f"view {view}")
        connection.exec_driver_sql(
            f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({key:d})"
        )

    @event.listens_for(engine, "engine_disposed")
    def disposed(disposed: Engine) -> None:
        del disposed
        pool.close()

    return engine
