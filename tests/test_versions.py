"""Versions of a row: which there are, when each stood, and that those who stood are found."""

from __future__ import annotations

from datetime import date

import attrs
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from vip_domain.events import CustomerEvent
from vip_domain.projections.customers import CUSTOMERS, FILTERS
from vip_domain.projections.customers.versions import (
    CUSTOMER_VERSIONS,
    NO_PRODUCTS,
    SHOWN,
    WITH_PAS,
    month,
    place,
)
from vip_domain.projections.versions import FINEST, FOREVER, node_of, nodes_at
from vip_domain.rules import ProgramRules

RULES = ProgramRules.current()
positions = st.integers(1, 40) | st.integers(1, 10**7)


@given(positions, positions, st.data())
def test_a_version_is_found_as_of_every_position_at_which_it_stood(
    since: int, length: int, data: st.DataObject
) -> None:
    """
    Its node is on the way to each of them, in a log that ends there or later.
    """
    until = since + length
    position = data.draw(st.integers(since, until - 1))
    assert node_of(since, until) in nodes_at(position, until)
    assert node_of(since, FOREVER) in nodes_at(position, until)


@given(positions, positions)
def test_the_node_of_a_version_is_a_position_at_which_it_stood(since: int, length: int) -> None:
    """
    So that versions of other times are at other nodes; or it is that of the thousand around it.
    """
    node, until = node_of(since, since + length), since + length
    assert since <= node < until or node >> FINEST == since >> FINEST == (until - 1) >> FINEST


@given(positions, positions)
def test_whoever_stands_still_is_not_looked_at_as_of_a_much_earlier_position(
    since: int, earlier: int
) -> None:
    """
    Of those that began later only the ones of the same age are met.
    """
    looked_at = node_of(since, FOREVER) in nodes_at(earlier, since + earlier)
    assert looked_at or since > earlier
    assert not looked_at or since < max(earlier * 2, 1 << FINEST)


def test_there_are_few_nodes_to_look_at_in_a_log_of_any_length() -> None:
    """
    A page merges what it finds at each of them.
    """
    assert [len(nodes_at(10**n, 10**n)) for n in (3, 6, 9)] == [12, 34, 64]


@given(strategies.histories)
def test_the_versions_of_a_history_are_what_its_row_was(facts: list[CustomerEvent]) -> None:
    """
    As of each position one version stood, with the row's cells; none where there was no row.
    """
    filed, names = strategies.filed(facts), list(CUSTOMERS.schema)
    rows = [cells for cells, _ in CUSTOMER_VERSIONS.rows(CUSTOMER_VERSIONS.fold(None, filed))]
    for position in range(len(filed) + 1):
        row = CUSTOMERS.fold(None, filed[:position])
        told = [] if row is None else [dict(zip(names, CUSTOMERS.columns(row), strict=True))]
        stood = [
            dict(zip(SHOWN, cells[5:], strict=True))
            for cells in rows
            if int(cells[0] or 0) <= position < int(cells[1] or 0)
        ]
        assert stood == [{name: each[name] for name in SHOWN} for each in told]


@given(strategies.histories, st.dates(), st.sampled_from(list(FILTERS)))
def test_whoever_a_filter_admits_is_where_it_looks(
    facts: list[CustomerEvent], on: date, name: str
) -> None:
    """
    Its bucket and its purchases say in which filters a version can be at all, whatever the date.
    """
    row = CUSTOMERS.fold(None, strategies.filed(facts))
    if row is None:
        return
    turning = [row.renews_on] if row.renews_on else []
    for day in [on, *turning, *row.pending_due_dates]:
        if FILTERS[name].admits(row, day, RULES):
            known = place(name, day, RULES)
            cells = dict(zip(("bucket", "purchases"), CUSTOMER_VERSIONS.columns(row), strict=False))
            assert known is None or cells[known[0]] in known[1]


def test_a_filter_looks_at_few_places_or_everywhere() -> None:
    """
    At the months of its window; at all that stood where rules make it wider than four months.
    """
    day, wide = date(2026, 3, 15), attrs.evolve(RULES, renewal_closes_days=200)
    april = month(date(2026, 4, 1))
    assert {name: place(name, day, RULES) for name in FILTERS} == {
        "all_customers": None,
        "no_products": ("purchases", [NO_PRODUCTS]),
        "pending_requests": ("purchases", [WITH_PAS]),
        "overdue_requests": ("purchases", [WITH_PAS]),
        "upcoming_renewals": ("bucket", [april]),
        "ready_for_renewal": ("bucket", [april - 2, april - 1, april]),
    }
    assert place("ready_for_renewal", day, wide) is None
