"""All views of a SQLite file."""

from __future__ import annotations

from vip_domain.rules import ProgramRules
from vip_domain.store.log import EventLog
from vip_domain.store.sqlite_schema import prepare_views_file
from vip_domain.views.in_database import DatabaseViews
from vip_domain.views.lease import FileLeases
from vip_domain.views.rebuild import Workshop
from vip_domain.views.sqlite import file_errors, sqlite_engine


def sqlite_views(
    path: str, log: EventLog, rules: ProgramRules, apart: str | None = None
) -> DatabaseViews:
    """The views in the log's own file, which is at `path`; or `apart`, in another one."""
    place = apart or path
    if apart is not None:
        with file_errors(apart):
            prepare_views_file(apart)
    return DatabaseViews(
        sqlite_engine(place),
        log,
        rules,
        lambda follower, listener: Workshop(place, follower, path, listener=listener),
        lambda: FileLeases(place),
        apart,
    )
