"""A customer's way through its own events, step by step, as a view takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import cast

from vip_domain.aggregates.streams import customer_stream
from vip_domain.events import CustomerEvent, Recorded
from vip_domain.projections.customers import CUSTOMERS, CustomerFacts
from vip_domain.projections.customers.changes import Step
from vip_domain.store.log import EventLog
from vip_domain.views.folding import Fold, Folded, Key


def steps(log: EventLog, vip_id: str, upto: int, skipped: Collection[Key]) -> Iterator[Step]:
    """Each event up to a position but the `skipped`; none after one that cannot be taken."""
    fold = Fold[CustomerFacts](CUSTOMERS, opened=lambda facts: facts, stored=_shown)
    facts: CustomerFacts | None = None
    history = log.read_stream(customer_stream(vip_id), upto)
    for recorded in cast("list[Recorded[CustomerEvent]]", history):
        if (vip_id, recorded.version) in skipped:
            continue
        folded = Folded[CustomerFacts]()
        fold.customer(folded, vip_id, (recorded,), facts)
        if folded.stops:
            return
        facts = folded.rows[0] if folded.rows else None
        yield recorded, facts


def _shown(_: str, facts: CustomerFacts) -> CustomerFacts:
    CUSTOMERS.cells(facts)  # what has no columns has no row
    return facts
