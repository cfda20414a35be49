"""The customer page's questions as SQL: filters, order, search and paging over the live view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true

from vip_domain.projections.customers import CUSTOMERS, CustomerRow, name_key, pas_at
from vip_domain.projections.customers.order import LAST
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.projections.customers.row import STORED
from vip_domain.rules import ProgramRules, add_days
from vip_domain.values import InvitationStatus, MarketSegment, OfferType, TermType
from vip_domain.views import tables

customers = tables.table(CUSTOMERS, CUSTOMERS.name)

ROW_COLUMNS = (
    *(customers.c[name] for name in STORED),
    customers.c.licenses_fulfilled,
    customers.c.licenses_pending,
    customers.c.licenses_assigned,
    customers.c.licenses_renewed,
    customers.c.due_dates,
)
_ROW_NAMES = tuple(column.name for column in ROW_COLUMNS)
_DATES = ("accepted_on", "anniversary_date", "renews_on", "commit_ends_on")


def row_of(columns: Sequence[Any], on: date) -> CustomerRow:
    """The list's row at `on`, of the values of `ROW_COLUMNS`."""
    row = dict(zip(_ROW_NAMES, columns, strict=True))
    due_dates = [date.fromisoformat(text) for text in row.pop("due_dates").split()]
    accepted = row["accepted_on"] is not None
    row["invitation_status"] = InvitationStatus.ACCEPTED if accepted else InvitationStatus.PENDING
    row["market_segment"] = MarketSegment(row["market_segment"])
    row["offer_type"] = OfferType(row["offer_type"])
    row["invited_on"] = date.fromisoformat(row["invited_on"])
    for name in _DATES:
        row[name] = row[name] and date.fromisoformat(row[name])
    row["term_type"] = row["term_type"] and TermType(row["term_type"])
    held = row["licenses_fulfilled"] + row["licenses_pending"]
    row["licenses_available"] = held - row["licenses_assigned"]
    return CustomerRow(**row, **pas_at(due_dates, on))


Condition = ColumnElement[bool]

LAST_CHARACTER = chr(0x10FFFF)
SURROGATES, AFTER_SURROGATES = 0xD800, 0xE000
"""Surrogates are no text."""


def _no_products(on: date, rules: ProgramRules) -> Condition:
    del on, rules
    return and_(customers.c.has_orders == 0, customers.c.first_due_on.is_(None))


def _pending_requests(on: date, rules: ProgramRules) -> Condition:
    del rules
    return customers.c.last_due_on >= on.isoformat()


def _overdue_requests(on: date, rules: ProgramRules) -> Condition:
    del rules
    return customers.c.first_due_on < on.isoformat()


def _upcoming_renewals(on: date, rules: ProgramRules) -> Condition:
    return and_(
        customers.c.renews_on > add_days(on, rules.renewal_opens_days).isoformat(),
        customers.c.renews_on <= add_days(on, rules.upcoming_opens_days).isoformat(),
        customers.c.licenses_fulfilled > 0,
        customers.c.licenses_renewed == 0,
    )


def _ready_for_renewal(on: date, rules: ProgramRules) -> Condition:
    return and_(
        customers.c.renews_on >= add_days(on, -rules.renewal_closes_days).isoformat(),
        customers.c.renews_on <= add_days(on, rules.renewal_opens_days).isoformat(),
        customers.c.licenses_fulfilled > customers.c.licenses_renewed,
    )


CONDITIONS: dict[str, Callable[[date, ProgramRules], Condition]] = {
    "all_customers": lambda on, rules: true(),
    "no_products": _no_products,
    "pending_requests": _pending_requests,
    "overdue_requests": _overdue_requests,
    "upcoming_renewals": _upcoming_renewals,
    "ready_for_renewal": _ready_for_renewal,
}
"""`projections.customers.FILTERS`, said to a database; the tests hold the two together."""

ORDER_KEYS: dict[str, ColumnElement[str]] = {
    "organization_name": customers.c.name_key,
    "vip_id": customers.c.vip_id,
    "managed_by": customers.c.manager_key,
    "invited_on": customers.c.invited_on,
    "renews_on": func.coalesce(customers.c.renews_on, LAST),
    "next_due_on": func.coalesce(customers.c.first_due_on, LAST),
}


def in_scope(scope: Scope) -> Condition:
    """The reseller's customers, or one manager's of them."""
    mine = customers.c.reseller_id == scope.reseller_id
    if scope.managed_by is None:
        return mine
    return and_(mine, customers.c.managed_by == scope.managed_by)


def found(query: ListQuery, rules: ProgramRules) -> Condition:
    """The customers of all pages of `query`."""
    listed = and_(in_scope(query), CONDITIONS[query.filter](query.on, rules))
    wanted = name_key(query.search or "")
    return and_(listed, _begins(wanted)) if wanted else listed


def _begins(wanted: str) -> Condition:
    begins = [_prefix(customers.c.name_key, wanted), _prefix(customers.c.ascii_key, wanted)]
    if wanted.isascii():
        begins.append(_prefix(customers.c.vip_id, wanted.upper()))
    return or_(*begins)


def _prefix(column: ColumnElement[str], wanted: str) -> Condition:
    past = _past(wanted)
    return column >= wanted if past is None else and_(column >= wanted, column < past)


def _past(wanted: str) -> str | None:
    """The first text after all that begin with `wanted`; `None` when there is none."""
    begin = wanted.rstrip(LAST_CHARACTER)
    if not begin:
        return None
    following = ord(begin[-1]) + 1
    return begin[:-1] + chr(AFTER_SURROGATES if following == SURROGATES else following)


def beyond(cursor: Cursor) -> Condition:
    """The rows after the cursor, in its order."""
    key = ORDER_KEYS[cursor.order_by]
    same = and_(key == cursor.key, customers.c.vip_id > cursor.vip_id)
    return or_(key > cursor.key, same)
