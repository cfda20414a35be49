"""Events that a view cannot take: bytes nobody reads, and bugs that come and go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from vip_domain import VipDomain, events
from vip_domain.aggregates.streams import customer_stream
from vip_domain.chain import linked
from vip_domain.events import Unreadable
from vip_domain.projections.projection import AnyProjection
from vip_domain.projections.registered import PROJECTIONS
from vip_domain.store.recorder import ChainedEvent

BOOM = "boom"
"""A manager whom no buggy view can take."""

UNREADABLE = {
    "a newer version's event": ("customer-rated-7", b'{"event":{"stars":5}}'),
    "bytes that are no JSON": ("manager-assigned", b"\xff\x00"),
    "an event that lacks a field": ("manager-assigned", b'{"event":{},"actor":"anna"}'),
    "bytes without an end": ("manager-assigned", b'{"event":{"x":' + b"[" * 100_000),
}


def write_unreadable(vip: VipDomain, vip_id: str, kind: str) -> None:
    """One more event in a customer's stream, past the library, which this version cannot read."""
    recorder, stream_id = vip._log._recorder, customer_stream(vip_id)
    *_, (_, version, _, _, before) = recorder.select_stream(stream_id, 0)
    name, state = UNREADABLE[kind]
    link = linked(before, stream_id, version + 1, name, state)
    event: Any = ChainedEvent(stream_id, version + 1, name, state, link)
    recorder.insert_events([event])


def _raises_in_project(view: AnyProjection) -> dict[str, Any]:
    def project(row: Any, recorded: Any) -> Any:
        event = recorded.event
        if isinstance(event, events.ManagerAssigned) and event.managed_by == BOOM:
            raise ZeroDivisionError(BOOM)
        return view.project(row, recorded)

    return {"project": project, "project_facts": None}


def _raises_in_columns(view: AnyProjection) -> dict[str, Any]:
    def columns(row: Any) -> Any:
        if row.managed_by == BOOM:
            raise ZeroDivisionError(BOOM)
        return view.columns(row)

    return {"columns": columns}


def _gives_a_list(view: AnyProjection) -> dict[str, Any]:
    def columns(row: Any) -> Any:
        return tuple([cell] if cell == BOOM else cell for cell in view.columns(row))

    return {"columns": columns}


def _gives_too_few(view: AnyProjection) -> dict[str, Any]:
    def columns(row: Any) -> Any:
        return view.columns(row)[: 1 if row.managed_by == BOOM else None]

    return {"columns": columns}


def _takes_anything(view: AnyProjection) -> dict[str, Any]:
    def project(row: Any, recorded: Any) -> Any:
        return row if isinstance(recorded, Unreadable) else view.project(row, recorded)

    return {"project": project, "project_facts": None}


BUGS = {
    "project raises": _raises_in_project,
    "columns raise": _raises_in_columns,
    "a cell is a list": _gives_a_list,
    "cells are missing": _gives_too_few,
}


FIXES = {"takes anything": _takes_anything}


@contextmanager
def buggy(bug: str) -> Iterator[None]:
    """All views have this bug meanwhile: they cannot take it that `BOOM` looks after somebody."""
    right = [(view, name, getattr(view, name)) for view in PROJECTIONS for name in FIELDS]
    try:
        for view in PROJECTIONS:
            for name, value in (BUGS | FIXES)[bug](attrs.evolve(view)).items():
                object.__setattr__(view, name, value)
        yield
    finally:
        for view, name, value in right:
            object.__setattr__(view, name, value)


FIELDS = ("project", "project_facts", "columns")
