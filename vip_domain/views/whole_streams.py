"""Whole streams into rows, one customer in memory at a time: the bulk of a rebuild."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import cast

import attrs

from vip_domain import codec
from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.projection import AnyProjection, Facts
from vip_domain.views import tables
from vip_domain.views.folding import Fold, Folded, Key, Stop
from vip_domain.views.tables import Row, Rows

Stored = tuple[str, int, int, str, bytes]
"""An event as the log has it: stream, version, position, name and bytes."""


def fold_streams(
    projection: AnyProjection,
    events: Iterable[Stored],
    skipped: Collection[Key],
    stops: list[Stop],
) -> Iterator[Row]:
    """The rows of streams that come one after the other; who stopped is added to `stops`."""
    fold = Fold(
        projection,
        opened=partial(tables.row_of, projection),
        stored=partial(tables.rows_of, projection),
        skipped=frozenset(skipped),
    )
    folded, at_once = Folded[Rows](stops=stops), projection.project_facts
    odd = {vip_id for vip_id, _ in skipped}
    for stream_id, group in groupby(events, key=itemgetter(0)):
        vip_id, stream = stream_id.removeprefix(CUSTOMER), list(group)
        if at_once is not None and vip_id not in odd:
            # Whatever is wrong with an event, the other way says so clearly.
            with suppress(Exception):
                row = at_once(None, _facts(stream))
                yield from () if row is None else tables.rows_of(projection, vip_id, row)
                continue
        fold.customer(folded, vip_id, History(stream))
        yield from chain.from_iterable(folded.rows)
        folded.rows.clear()


def _facts(stream: Sequence[Stored]) -> Facts:
    """What a stream says, read as fast as can be. Raises anything."""
    facts = [(version, codec.fact(name, state)) for _, version, _, name, state in stream]
    return cast("Facts", facts)


@attrs.frozen
class History:
    """A customer's events, read from their bytes each time somebody goes through them."""

    stored: Sequence[Stored]

    def __iter__(self) -> Iterator[Recorded[CustomerEvent]]:
        for stream_id, version, position, name, state in self.stored:
            logged = codec.read(
                name, state, stream_id=stream_id, version=version, position=position
            )
            yield cast("Recorded[CustomerEvent]", logged)
