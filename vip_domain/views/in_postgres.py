"""All views of a PostgreSQL store."""

from __future__ import annotations

from vip_domain.rules import ProgramRules
from vip_domain.store import postgres_schema
from vip_domain.store.log import EventLog
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_pool import connect
from vip_domain.views.in_database import DatabaseViews
from vip_domain.views.lease_postgres import AdvisoryLeases
from vip_domain.views.postgres import postgres_engine
from vip_domain.views.rebuild_postgres import PostgresWorkshop
from vip_domain.views.shares_postgres import server_errors


def postgres_views(
    address: Address, log: EventLog, rules: ProgramRules, apart: Address | None = None
) -> DatabaseViews:
    """The views in the schema of the log, which is at `address`; or `apart`, in another one."""
    place = apart or address
    if apart is not None:
        with server_errors(apart), connect(apart, autocommit=False) as connection:
            postgres_schema.prepare_views(connection.cursor(), apart)
    return DatabaseViews(
        postgres_engine(place),
        log,
        rules,
        lambda follower, listener: PostgresWorkshop(
            place.shown, follower, address.shown, listener=listener, address=place, log=address
        ),
        lambda: AdvisoryLeases(place),
        None if apart is None else apart.shown,
    )
