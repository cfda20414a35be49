"""All views of a SQLite file."""

from __future__ import annotations

from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.views.in_database import DatabaseViews
from vip_domain.views.lease import FileLeases
from vip_domain.views.rebuild import Workshop
from vip_domain.views.sqlite import sqlite_engine


def sqlite_views(path: str, log: EventLog, rules: ProgramRules) -> DatabaseViews:
    """The views in the log's own file."""
    return DatabaseViews(
        sqlite_engine(path),
        log,
        rules,
        lambda follower, listener: Workshop(path, follower, listener=listener),
        lambda: FileLeases(path),
    )
