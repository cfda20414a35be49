"""First pages of every filter: a large reseller against a small one, and against the bare SQL."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

import vip_domain
from benchmarks import logs
from benchmarks.measure import line, medians, title, verdict
from vip_domain import Page, ProgramRules, VipDomain
from vip_domain.projections.customers import FILTERS
from vip_domain.projections.customers.query import ListQuery
from vip_domain.views.customer_questions import Search, list_parameters, page_statement
from vip_domain.views.plain import plain

ROUNDS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=100_000, help="events of the small log")
    parser.add_argument("--large", type=int, default=10_000_000, help="events of the large log")
    given = parser.parse_args()
    sizes = [logs.customers_in(events) for events in (given.small, given.large)]
    title(f"first pages, {sizes[1]:,} customers against {sizes[0]:,}; warm medians, in turns")
    with followed(given.small) as small, followed(given.large) as large:
        ratios = [_compare(name, small, large) for name in FILTERS]
    of_small, of_bare = (max(each) for each in zip(*ratios, strict=True))
    verdict("the slowest filter: large of small", of_small, "×", "≤ 2", "≤ 1.2")
    verdict("the slowest filter: a page of its bare SQL", of_bare, "×", "≤ 3", "≤ 1.5")


@contextmanager
def followed(events: int) -> Iterator[tuple[Path, VipDomain]]:
    """A store whose customer list has followed the log."""
    with logs.copied(events) as path, vip_domain.open(logs.url(path)) as vip:
        vip.rebuild("customers")
        yield path, vip


def _compare(
    name: str, small: tuple[Path, VipDomain], large: tuple[Path, VipDomain]
) -> tuple[float, float]:
    """How much slower a large page is than a small one, and than its bare SQL."""

    def page(vip: VipDomain) -> Callable[[], Page]:
        return lambda: vip.customers(name, reseller_id=logs.RESELLER, on=logs.TODAY)

    statement, parameters = _statement_of(name)
    with closing(sqlite3.connect(large[0], isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=-65536")
        here, there, bare = medians(
            ROUNDS,
            page(small[1]),
            page(large[1]),
            lambda: connection.execute(statement, parameters).fetchall(),
        )
    rows, total = len(page(large[1])().rows), page(large[1])().total
    line(f"{name}: {rows} of {total:,}", "")
    line("    small, large, bare SQL of large", _microseconds(here, there, bare))
    line("    of small, of bare SQL", f"{there / here:.2f} ×, {there / bare:.2f} ×")
    return there / here, there / bare


def _statement_of(name: str) -> tuple[str, Any]:
    """The SQL that a first page comes down to, with its parameters."""
    statement = page_statement(
        name, "organization_name", mine=False, search=Search.NONE, after=False
    )
    query = ListQuery(filter=name, reseller_id=logs.RESELLER, on=logs.TODAY)
    asked = plain(statement, sqlite.dialect())
    return asked.text, asked.values(list_parameters(query, ProgramRules.current()))


def _microseconds(*seconds: float) -> str:
    return ", ".join(f"{each * 1e6:.0f}" for each in seconds) + " µs"


if __name__ == "__main__":
    main()
