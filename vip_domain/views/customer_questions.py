"""The customer page's questions as SQL, each built once: filters, order, search and paging."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    union,
)

from vip_domain.projections.customers import CUSTOMERS, FILTERS, CustomerRow, name_key
from vip_domain.projections.customers.order import LAST
from vip_domain.projections.customers.query import Cursor, ListQuery, Scope
from vip_domain.projections.customers.versions import CUSTOMER_VERSIONS
from vip_domain.rules import ProgramRules, add_days
from vip_domain.views import tables
from vip_domain.views.customer_rows import ROW_NAMES, rows_of

Condition = ColumnElement[bool]

customers = tables.live(CUSTOMERS)

Text = ColumnElement[str]


def conditions(
    customers: Table, first_due: Text, last_due: Text, renews_on: Text
) -> dict[str, Condition]:
    """`projections.customers.FILTERS`, said to a database; the tests hold the two together."""
    return {
        "all_customers": true(),
        "no_products": and_(customers.c.has_orders == 0, func.coalesce(first_due, LAST) == LAST),
        "pending_requests": last_due >= bindparam("on"),
        "overdue_requests": first_due < bindparam("on"),
        "upcoming_renewals": and_(
            renews_on > bindparam("upcoming_after"),
            renews_on <= bindparam("upcoming_to"),
            customers.c.licenses_fulfilled > 0,
            customers.c.licenses_renewed == 0,
        ),
        "ready_for_renewal": and_(
            renews_on >= bindparam("ready_from"),
            renews_on <= bindparam("ready_to"),
            customers.c.licenses_fulfilled > customers.c.licenses_renewed,
        ),
    }


LISTED = conditions(
    customers, customers.c.first_due_on, customers.c.last_due_on, customers.c.renews_on
)
"""
What a page asks. Only lists' own indexes know these columns: a page is read in its order, and
looks at as many customers as it takes to fill it, however many there are.
"""

COUNTED = conditions(
    customers, customers.c.due_key, customers.c.last_due_key, customers.c.renewal_key
)
"""
What a count asks: the same of columns with indexes of their own, of which all is read anyway.

With such an index a page would fetch and sort all that its filter has.
"""


ORDER_KEYS: dict[str, ColumnElement[str]] = {
    "organization_name": customers.c.name_key,
    "vip_id": customers.c.vip_id,
    "managed_by": customers.c.manager_key,
    "invited_on": customers.c.invited_on,
    "renews_on": customers.c.renewal_key,
    "next_due_on": customers.c.due_key,
}

IN_SCOPE = customers.c.reseller_id == bindparam("reseller_id")
MINE = customers.c.managed_by == bindparam("managed_by")
LAST_CHARACTER = chr(0x10FFFF)
SURROGATES, AFTER_SURROGATES = 0xD800, 0xE000
"""Surrogates are no text."""


class Search(Enum):
    """How a search is answered: not at all, for a few customers found first, or as one goes."""

    NONE = auto()
    FEW = auto()
    MANY = auto()


FEW = 1_000
"""Up to so many customers a search fetches and sorts; of more a page is soon full."""


@lru_cache(maxsize=512)
def page_statement(
    name: str, order_by: str, *, mine: bool, search: Search, after: bool
) -> Select[Any]:
    """The row of one more customer than a page has, each with its key."""
    key = ORDER_KEYS[order_by]
    statement = (
        select(*(customers.c[name] for name in ROW_NAMES), key.label("order_key"))
        .where(_listed(name, mine=mine, search=search))
        .order_by(key, customers.c.vip_id)
        .limit(bindparam("one_more"))
    )
    return statement.where(beyond(key, customers.c.vip_id)) if after else statement


def beyond(key: Text, vip_id: Text) -> Condition:
    """Behind the cursor."""
    same = and_(key == bindparam("after_key"), vip_id > bindparam("after_id"))
    # The first half is what an index can begin at; the second alone says it all.
    return and_(key >= bindparam("after_key"), or_(key > bindparam("after_key"), same))


@lru_cache(maxsize=64)
def total_statement(name: str, *, mine: bool, search: Search) -> Select[Any]:
    """How many customers all pages have."""
    listed = _listed(name, mine=mine, search=search)
    return select(func.count()).select_from(customers).where(listed)


@lru_cache(maxsize=2)
def counts_statement(*, mine: bool) -> Select[Any]:
    """How many customers each filter lists, all in one statement."""
    each: list[Any]
    if mine:  # one walk over a manager's customers
        each = [func.count().filter(LISTED[name]) for name in FILTERS]
        mine_alone: Select[Any] = select(*each).select_from(customers).where(IN_SCOPE, MINE)
        return mine_alone
    counted = select(func.count()).select_from(customers)
    each = [counted.where(IN_SCOPE, COUNTED[name]).scalar_subquery() for name in FILTERS]
    everybody: Select[Any] = select(*each)
    return everybody


def _listed(name: str, *, mine: bool, search: Search) -> Condition:
    conditions = [IN_SCOPE, LISTED[name]]
    if mine:
        conditions.append(MINE)
    if search is Search.MANY:
        conditions.append(or_(*BEGINS))
    if search is Search.FEW:
        # The reseller's index would be taken for the shorter way; it is not.
        conditions[0] = func.coalesce(customers.c.reseller_id, "") == bindparam("reseller_id")
        conditions.append(customers.c.vip_id.in_(bindparam("found", expanding=True)))
    return and_(*conditions)


def begins(customers: Table) -> tuple[Condition, ...]:
    """Each way in which a search finds a customer."""
    return (
        and_(customers.c.name_key >= bindparam("text"), customers.c.name_key < bindparam("past")),
        and_(customers.c.ascii_key >= bindparam("text"), customers.c.ascii_key < bindparam("past")),
        and_(customers.c.vip_id >= bindparam("id"), customers.c.vip_id < bindparam("id_past")),
    )


def found(customers: Table) -> CompoundSelect[Any]:
    """The customers a search finds, each way by its own index."""
    in_scope = customers.c.reseller_id == bindparam("reseller_id")
    by_name, by_ascii, by_id = begins(customers)
    # An ID says itself whose it is; the page looks at the reseller once more.
    ways = (and_(in_scope, by_name), and_(in_scope, by_ascii), by_id)
    few = (select(customers.c.vip_id).where(way).distinct().limit(FEW + 1) for way in ways)
    return union(*(select(each.subquery()) for each in few)).limit(FEW + 1)


BEGINS = begins(customers)
FOUND = found(customers)


def scope_parameters(scope: Scope, rules: ProgramRules) -> dict[str, Any]:
    """What the filters' conditions compare with; dates are ISO texts."""
    on = scope.on
    return {
        "reseller_id": scope.reseller_id,
        "managed_by": scope.managed_by,
        "on": on.isoformat(),
        "upcoming_after": add_days(on, rules.renewal_opens_days).isoformat(),
        "upcoming_to": add_days(on, rules.upcoming_opens_days).isoformat(),
        "ready_from": add_days(on, -rules.renewal_closes_days).isoformat(),
        "ready_to": add_days(on, rules.renewal_opens_days).isoformat(),
    }


def list_parameters(query: ListQuery, rules: ProgramRules) -> dict[str, Any]:
    """The same for a page, with what it searches for and where it begins."""
    parameters = scope_parameters(query, rules) | {"one_more": query.limit + 1}
    if searched(query):
        parameters |= _search_parameters(name_key(query.search or ""))
    if query.cursor is not None:
        parameters |= {"after_key": query.cursor.key, "after_id": query.cursor.vip_id}
    return parameters


def searched(query: ListQuery) -> bool:
    """Whether the page looks for something."""
    return bool(name_key(query.search or ""))


def _search_parameters(wanted: str) -> dict[str, str]:
    # VIP IDs are ASCII: what is not finds none, as an empty range does.
    vip_id = wanted.upper() if wanted.isascii() else LAST_CHARACTER
    return {"text": wanted, "past": _past(wanted), "id": vip_id, "id_past": _past(vip_id)}


def _past(wanted: str) -> str:
    """The first text after all that begin with `wanted`."""
    begin = wanted.rstrip(LAST_CHARACTER)
    if not begin:
        # Nothing follows the last character: more of it than any name is long.
        return LAST_CHARACTER * PAST_ALL
    following = ord(begin[-1]) + 1
    return begin[:-1] + chr(AFTER_SURROGATES if following == SURROGATES else following)


PAST_ALL = 2_000


def page_of(columns: Sequence[Any], query: ListQuery) -> tuple[list[CustomerRow], Cursor | None]:
    """The page, and the cursor of the next one if there is any."""
    view = CUSTOMERS if query.as_of is None else CUSTOMER_VERSIONS
    rows = rows_of(columns[: query.limit], query.on, view.name)
    if len(columns) <= query.limit:
        return rows, None
    last = columns[query.limit - 1]
    return rows, Cursor(query.order_by, last[-1], last[0], query.as_of)
