"""The customer page's questions as of a position, as SQL: of the versions that stood there."""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from vip_domain.projections.customers import FILTERS
from vip_domain.projections.customers.order import LAST
from vip_domain.projections.customers.versions import CUSTOMER_VERSIONS
from vip_domain.views import tables
from vip_domain.views.customer_questions import (
    Condition,
    Text,
    begins,
    beyond,
    conditions,
    found,
)
from vip_domain.views.customer_rows import ROW_NAMES

versions = tables.live(CUSTOMER_VERSIONS)

LISTED = conditions(versions, versions.c.first_due_on, versions.c.last_due_on, versions.c.renews_on)
KEYS: dict[str, Text] = {
    "organization_name": versions.c.name_key,
    "vip_id": versions.c.vip_id,
    "managed_by": versions.c.manager_key,
    "invited_on": versions.c.invited_on,
    "renews_on": func.coalesce(versions.c.renews_on, LAST),
    "next_due_on": func.coalesce(versions.c.first_due_on, LAST),
}
IN_SCOPE = versions.c.reseller_id == bindparam("reseller_id")
MINE = versions.c.managed_by == bindparam("managed_by")
STOOD = and_(
    versions.c.from_position <= bindparam("as_of"), versions.c.to_position > bindparam("as_of")
)
NODES = versions.c.node.in_(bindparam("nodes", expanding=True))
"""Where those are that stood; on the way to them an index meets few others."""

_BUCKETS = versions.c.bucket.in_(bindparam("buckets", expanding=True))

FOUND = found(versions)
"""The customers a search finds, whenever it was that they were called so."""


class Way(Enum):
    """How a list is gone through."""

    WALK = auto()
    """In its order until the page is full, over all versions there are."""
    SEARCH = auto()
    """The same, for what begins with a text."""
    FOUND = auto()
    """The few customers that a search found first."""
    AMONG = auto()
    """All that stood, for the page to be sorted: by their buckets."""
    AMONG_PURCHASES = auto()
    """The same, of those alone who have pending PAs, or nothing."""


@lru_cache(maxsize=512)
def page_statement(name: str, order_by: str, *, mine: bool, way: Way, after: bool) -> Select[Any]:
    """The row of one more customer than a page has, each with its key."""
    # Whoever sorts anyway is kept from walking the order instead.
    key = KEYS[order_by] if way in (Way.WALK, Way.SEARCH) else func.coalesce(KEYS[order_by], "")
    page = (
        select(versions.c.vip_id, versions.c.from_position, key.label("order_key"))
        .where(_listed(name, mine=mine, way=way))
        .order_by(key, versions.c.vip_id)
        .limit(bindparam("one_more"))
    )
    if after:
        page = page.where(beyond(key, versions.c.vip_id))
    return _rows(page.subquery())


@lru_cache(maxsize=256)
def merged_statement(
    name: str, column: str, *, values: int, nodes: int, mine: bool, after: bool
) -> Select[Any]:
    """
    The same in the order of names, for so many values of a column at so many nodes.

    Each of those is in that order already: a database takes from them what a page needs.
    """
    conditions = [IN_SCOPE, STOOD, LISTED[name], *([MINE] if mine else [])]
    if after:
        conditions.append(beyond(versions.c.name_key, versions.c.vip_id))
    streams = [
        select(
            versions.c.vip_id, versions.c.from_position, versions.c.name_key.label("order_key")
        ).where(
            versions.c[column] == bindparam(f"value_{value}"),
            versions.c.node == bindparam(f"node_{node}"),
            *conditions,
        )
        for value in range(values)
        for node in range(nodes)
    ]
    page = union_all(*streams).order_by("order_key", "vip_id").limit(bindparam("one_more"))
    return _rows(page.subquery())


def _rows(chosen: Subquery) -> Select[Any]:
    same = and_(
        versions.c.vip_id == chosen.c.vip_id, versions.c.from_position == chosen.c.from_position
    )
    return (
        select(*(versions.c[name] for name in ROW_NAMES), chosen.c.order_key)
        .join_from(chosen, versions, same)
        .order_by(chosen.c.order_key, chosen.c.vip_id)
    )


@lru_cache(maxsize=128)
def total_statement(name: str, *, mine: bool, way: Way, most: int | None = None) -> Select[Any]:
    """How many customers all pages have; counted no further than to `most`."""
    listed = select(literal(1)).where(_listed(name, mine=mine, way=way)).limit(most)
    return select(func.count()).select_from(listed.subquery())


@lru_cache(maxsize=128)
def listed_statement(name: str, *, mine: bool, way: Way) -> Select[Any]:
    """Everybody in a list, in the order of names."""
    return (
        select(versions.c.vip_id, versions.c.organization_name)
        .where(_listed(name, mine=mine, way=way))
        .order_by(func.coalesce(versions.c.name_key, ""), versions.c.vip_id)
    )


@lru_cache(maxsize=2)
def counts_statement(*, mine: bool) -> Select[Any]:
    """How many customers each filter lists, in one walk over all that stood."""
    each: list[Any] = [func.count().filter(LISTED[name]) for name in FILTERS]
    scope = [IN_SCOPE, _BUCKETS, NODES, STOOD, *([MINE] if mine else [])]
    counts: Select[Any] = select(*each).select_from(versions).where(*scope)
    return counts


def _listed(name: str, *, mine: bool, way: Way) -> Condition:
    found_before = versions.c.vip_id.in_(bindparam("found", expanding=True))
    # The reseller's index would be taken for the shorter way; it is not.
    elsewhere = func.coalesce(versions.c.reseller_id, "") == bindparam("reseller_id")
    ways = {
        Way.WALK: IN_SCOPE,
        Way.SEARCH: and_(IN_SCOPE, or_(*begins(versions))),
        Way.FOUND: and_(elsewhere, found_before),
        Way.AMONG: and_(IN_SCOPE, _BUCKETS, NODES),
        Way.AMONG_PURCHASES: and_(IN_SCOPE, versions.c.purchases == bindparam("purchases"), NODES),
    }
    return and_(ways[way], STOOD, LISTED[name], *([MINE] if mine else []))


def _all_buckets() -> Select[Any]:
    first = select(func.min(versions.c.bucket).label("bucket")).where(IN_SCOPE)
    known = first.cte("known", recursive=True)
    higher = select(func.min(versions.c.bucket)).where(IN_SCOPE, versions.c.bucket > known.c.bucket)
    known = known.union_all(select(higher.scalar_subquery()).where(known.c.bucket.is_not(None)))
    return select(known.c.bucket).where(known.c.bucket.is_not(None))


BUCKETS = _all_buckets()
"""Every bucket of a reseller, each found by one step down the index from the one before."""

SOON_FULL = 2_000
"""When a filter lists more than so many, the walk in its order is the shorter one."""
