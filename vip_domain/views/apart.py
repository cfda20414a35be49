"""Views in another database than the log: they keep which event they stand at, and look at it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, delete, insert, select

from vip_domain.errors import StoreError
from vip_domain.store.log import EventLog
from vip_domain.views.tables import CodePoints

stands_at = Table(
    "stands_at",
    MetaData(),
    Column("view", CodePoints, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("event", CodePoints, nullable=False),
)
"""A hash of the event that each view stands at, written with its rows and its position."""


def keep(connection: Connection, log: EventLog, view: str, position: int) -> None:
    """Keep which event is at the position that a view stands at from now on."""
    values = {"view": view, "position": position, "event": log.hash_at(position) or ""}
    connection.execute(delete(stands_at).where(stands_at.c.view == view))
    connection.execute(insert(stands_at), values)


def look(connection: Connection, log: EventLog, view: str, position: int) -> None:
    """
    Raise `StoreError` when the event at a view's position is not the one that was folded.

    A log that is put back to an earlier day does not take views with it that lie elsewhere; they
    would be right never again, and nobody would see it.
    """
    if not position:
        return
    statement = select(stands_at.c.event).where(
        stands_at.c.view == view, stands_at.c.position == position
    )
    kept = connection.execute(statement).scalar_one_or_none()
    if kept is None or kept != log.hash_at(position):
        raise of_another_log(log, view, position)


def of_another_log(log: EventLog, view: str, position: int) -> StoreError:
    """What a view says that has followed events which this log does not have."""
    return StoreError(
        f"{log.where}: {view} has followed another log to position {position}, or this one was put "
        "back to an earlier day: drop what holds the views, and they are folded anew"
    )
