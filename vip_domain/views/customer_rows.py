"""Rows of a page, made of what the database says: spelled out, for every page makes fifty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from vip_domain.errors import StoreError
from vip_domain.projections.customers import COLUMNS, CustomerRow, pas_at
from vip_domain.projections.customers.row import STORED, made
from vip_domain.values import InvitationStatus, MarketSegment, OfferType, TermType

ROW_NAMES = (
    *STORED,
    "licenses_fulfilled",
    "licenses_pending",
    "licenses_assigned",
    "licenses_renewed",
    "due_dates",
)
"""The columns that a row is made of, in the order in which they are taken."""

_SEGMENTS = {str(each): each for each in MarketSegment}
_OFFERS = {str(each): each for each in OfferType}
_TERMS = {str(each): each for each in TermType}
_PENDING, _ACCEPTED = InvitationStatus.PENDING, InvitationStatus.ACCEPTED
_day = date.fromisoformat


# A copy of a dict that has all its keys takes half the time of a new one.
_BLANK: dict[str, Any] = dict.fromkeys(COLUMNS) | pas_at((), date.min)


def rows_of(found: Iterable[Sequence[Any]], on: date, view: str) -> list[CustomerRow]:
    """
    The rows at `on`, of what a `view` says: the values of `ROW_NAMES`, and the key of the order.

    Raises `StoreError` when one says what was never stored: somebody wrote past us.
    """
    rows: list[CustomerRow] = []
    columns: Sequence[Any] = ()
    try:
        for columns in found:
            rows.append(_row(columns[:-1], on))
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"the row of {columns[0]} in {view} is broken: {error}") from error
    return rows


def _row(columns: Sequence[Any], on: date) -> CustomerRow:
    row = _BLANK.copy()
    (
        row["vip_id"],
        row["reseller_id"],
        row["managed_by"],
        row["organization_name"],
        row["organization_name_ascii"],
        market_segment,
        offer_type,
        row["owner_name"],
        row["owner_email"],
        row["country"],
        row["region"],
        row["address"],
        row["city"],
        row["postal_code"],
        invited_on,
        accepted_on,
        anniversary_date,
        renews_on,
        term_type,
        row["select_level"],
        row["commit_minimum"],
        commit_ends_on,
        fulfilled,
        pending,
        assigned,
        renewed,
        due_dates,
    ) = columns
    row["market_segment"] = _SEGMENTS[market_segment]
    row["offer_type"] = _OFFERS[offer_type]
    row["invitation_status"] = _PENDING if accepted_on is None else _ACCEPTED
    row["invited_on"] = _day(invited_on)
    if accepted_on is not None:
        row["accepted_on"] = _day(accepted_on)
    if anniversary_date is not None:
        row["anniversary_date"] = _day(anniversary_date)
    if renews_on is not None:
        row["renews_on"] = _day(renews_on)
    if term_type is not None:
        row["term_type"] = _TERMS[term_type]
    if commit_ends_on is not None:
        row["commit_ends_on"] = _day(commit_ends_on)
    if due_dates:
        row |= pas_at([_day(text) for text in due_dates.split()], on)
    row["licenses_fulfilled"] = fulfilled
    row["licenses_pending"] = pending
    row["licenses_assigned"] = assigned
    row["licenses_available"] = fulfilled + pending - assigned
    row["licenses_renewed"] = renewed
    return made(CustomerRow, row)
