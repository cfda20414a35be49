"""Events into the rows of a generation, and whoever cannot take one into those who are parked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import cast

from sqlalchemy import Connection, delete

from vip_domain.aggregates.streams import customer_stream
from vip_domain.events import CustomerEvent, Logged, Recorded
from vip_domain.projections.projection import KEY
from vip_domain.store.log import EventLog
from vip_domain.views import generations, parking, tables
from vip_domain.views.folding import Fold, Folded
from vip_domain.views.generations import Generation
from vip_domain.views.tables import Rows


def feed(connection: Connection, generation: Generation, batch: Iterable[Logged]) -> None:
    """Bring the rows of a batch's customers up to date."""
    any_parked, any_skipped = parking.troubles(connection, generation)
    folded = _fold(connection, generation, any_skipped).batch(
        batch,
        partial(generations.known, connection, generation),
        partial(parking.waiting, connection, generation) if any_parked else nobody,
    )
    _store(connection, generation, folded)


def nobody(vip_ids: Collection[str]) -> Iterable[str]:
    """Nobody waits."""
    del vip_ids
    return ()


def refold(
    connection: Connection,
    generation: Generation,
    log: EventLog,
    vip_ids: Sequence[str],
    position: int,
) -> None:
    """Fold the whole histories of these customers up to where the generation stands."""
    fold, folded = _fold(connection, generation, any_skipped=True), Folded[Rows]()
    for vip_id in vip_ids:
        history = log.read_stream(customer_stream(vip_id), position)
        fold.customer(folded, vip_id, cast("list[Recorded[CustomerEvent]]", history))
    parking.release(connection, generation, vip_ids)
    # Whoever stops before its first event now has no row, whatever it had.
    table = generation.table
    connection.execute(delete(table).where(table.c[KEY].in_(vip_ids)))
    _store(connection, generation, folded)


def _fold(connection: Connection, generation: Generation, any_skipped: bool) -> Fold[Rows]:
    projection = generation.projection
    return Fold(
        projection,
        opened=partial(tables.row_of, projection),
        stored=partial(tables.rows_of, projection),
        skipped=parking.skips(connection, projection) if any_skipped else (),
    )


def _store(connection: Connection, generation: Generation, folded: Folded[Rows]) -> None:
    generations.store(connection, generation, folded.rows, folded.gone)
    parking.park(connection, generation, folded.stops)
