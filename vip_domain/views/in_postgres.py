"""All views of a PostgreSQL store."""

from __future__ import annotations

from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.store.postgres_address import Address
from vip_domain.views.in_database import DatabaseViews
from vip_domain.views.lease_postgres import AdvisoryLeases
from vip_domain.views.postgres import postgres_engine
from vip_domain.views.rebuild_postgres import PostgresWorkshop


def postgres_views(address: Address, log: EventLog, rules: ProgramRules) -> DatabaseViews:
    """The views in the schema of the log."""
    return DatabaseViews(
        postgres_engine(address),
        log,
        rules,
        lambda follower, listener: PostgresWorkshop(
            address.shown, follower, listener=listener, address=address
        ),
        lambda: AdvisoryLeases(address),
    )
