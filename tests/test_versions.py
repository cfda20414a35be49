"""Versions of a row: which there are, when each stood, and that those who stood are found."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests import strategies
from vip_domain.events import CustomerEvent
from vip_domain.projections.customers import CUSTOMERS, FILTERS
from vip_domain.projections.customers.versions import CUSTOMER_VERSIONS, SHOWN, buckets
from vip_domain.projections.versions import FOREVER, node_of, nodes_at
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
    So that versions of other times are at other nodes.
    """
    assert since <= node_of(since, since + length) < since + length


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
            dict(zip(SHOWN, cells[4:], strict=True))
            for cells in rows
            if int(cells[0] or 0) <= position < int(cells[1] or 0)
        ]
        assert stood == [{name: each[name] for name in SHOWN} for each in told]


@given(strategies.histories, st.dates(), st.sampled_from(list(FILTERS)))
def test_whoever_a_filter_admits_is_in_one_of_its_buckets(
    facts: list[CustomerEvent], on: date, name: str
) -> None:
    """
    The bucket says in which filters a version can be at all, whatever the date.
    """
    row = CUSTOMERS.fold(None, strategies.filed(facts))
    if row is None:
        return
    turning = [row.renews_on] if row.renews_on else []
    for day in [on, *turning, *row.pending_due_dates]:
        if FILTERS[name].admits(row, day, RULES):
            known = buckets(name, day, RULES)
            assert known is None or CUSTOMER_VERSIONS.columns(row)[0] in known
