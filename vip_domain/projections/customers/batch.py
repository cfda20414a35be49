"""One batch of the log folded at once: which customers changed, and what is known of them now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import cast

from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.events import CustomerEvent, Event, Recorded
from vip_domain.projections.customers.facts import CustomerFacts
from vip_domain.projections.customers.fold import project_all

Known = Callable[[Collection[str]], Mapping[str, CustomerFacts]]


def by_customer(batch: Iterable[Recorded[Event]]) -> dict[str, list[Recorded[CustomerEvent]]]:
    """The batch's events of customers, per VIP ID and in their order."""
    grouped: dict[str, list[Recorded[CustomerEvent]]] = {}
    for recorded in batch:
        if recorded.stream_id.startswith(CUSTOMER):
            vip_id = recorded.stream_id.removeprefix(CUSTOMER)
            grouped.setdefault(vip_id, []).append(cast(Recorded[CustomerEvent], recorded))
    return grouped


def fold_batch(batch: Iterable[Recorded[Event]], known: Known) -> dict[str, CustomerFacts | None]:
    """
    Every customer the batch changed; `None` for one that is deleted.

    `known(vip_ids)` answers what was known of them before.
    """
    grouped = by_customer(batch)
    before = known(grouped.keys())
    return {vip_id: project_all(before.get(vip_id), news) for vip_id, news in grouped.items()}
