"""The law of views, tried on one of yours with histories that nobody thought of."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vip_domain.events import CustomerEvent
from vip_domain.projections.projection import AnyProjection
from vip_domain.testing.scenario import VIP_ID, filed
from vip_domain.testing.strategies import histories, lives
from vip_domain.views import tables


def check_view(view: AnyProjection) -> None:
    """
    Raises what it finds, with the shortest history that shows it, unless `view` keeps the law.

    It understands any list of facts; its cells have the types of its schema; its row is stored and
    read back exactly, also on the way; a fold leaves the row it was given as it was; and
    `project_facts`, if there is one, comes to what `project` does.
    """
    for law in (_understood_and_stored, _stored_on_the_way, _given_rows_stay, _one_by_one):
        law(view)


def _understood_and_stored(view: AnyProjection) -> None:
    @given(histories)
    def law(facts: list[CustomerEvent]) -> None:
        row = view.fold(None, filed(facts))
        if row is None:
            return
        rows = _stored(view, row)
        assert {each[0] for each in rows} <= {VIP_ID}, "the rows are the customer's"
        # Versions that ended are not folded on with: no row has what comes after the last of them.
        if rows and rows[-1][-1] is not None:
            assert _read_back(view, row) == row, "a row is stored and read back exactly"

    law()


def _stored_on_the_way(view: AnyProjection) -> None:
    @given(histories, st.integers(0, 20))
    def law(facts: list[CustomerEvent], pause: int) -> None:
        kept = view.fold(None, filed(facts)[:pause])
        paused = view.fold(None if kept is None else _read_back(view, kept), filed(facts)[pause:])
        straight = view.fold(None, filed(facts))
        # Down to the bytes: digests do not depend on where a batch ended.
        assert _stored(view, paused) == _stored(view, straight), "it does not matter where it ended"

    law()


def _given_rows_stay(view: AnyProjection) -> None:
    @given(lives)
    def law(facts: list[CustomerEvent]) -> None:
        row, seen = None, []
        for recorded in filed(facts):
            seen.append((row, deepcopy(row)))
            row = view.project(row, recorded)
        # Readers in memory hold it still, and a fold that failed begins with it anew.
        assert all(given == before for given, before in seen), "a given row stays as it was"

    law()


def _one_by_one(view: AnyProjection) -> None:
    project_facts = view.project_facts
    if project_facts is None:
        return

    @given(histories)
    def law(facts: list[CustomerEvent]) -> None:
        row = None
        for recorded in filed(facts):
            row = view.project(row, recorded)
        found = project_facts(None, enumerate(facts, 1))
        assert found == row, "project_facts is project for each"

    law()


def _stored(view: AnyProjection, row: Any) -> tables.Rows:
    """What a table gets; it makes sure of the types of the cells."""
    return () if row is None else tables.rows_of(view, VIP_ID, row)


def _read_back(view: AnyProjection, row: Any) -> Any:
    return tables.row_of(view, _stored(view, row))
