"""`customers` and `counts`: who is in a filter at a date, and how many."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated

import typer

from vip_domain import CustomerRow, Page, VipDomain
from vip_domain.cli.options import (
    DEFAULT_DB,
    DEFAULT_RULES,
    Db,
    Json,
    ManagedBy,
    On,
    Reseller,
    Rules,
    reading,
    today,
)
from vip_domain.cli.output import Cell, say_json, say_table
from vip_domain.projections.customers import FILTERS

SHOWN = (
    "vip_id",
    "organization_name",
    "managed_by",
    "invitation_status",
    "renews_on",
    "select_level",
    "pending_pas",
    "overdue_pas",
    "next_due_on",
    "licenses_fulfilled",
    "licenses_renewed",
)

FilterName = Annotated[str, typer.Argument(metavar="FILTER", help=f"One of {', '.join(FILTERS)}.")]


def customers(
    filter: FilterName,  # noqa: A002  # the contract's name
    reseller: Reseller,
    on: On = None,
    managed_by: ManagedBy = None,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The beginning of a name or VIP ID.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", help="Rows on a page, up to 1,000.")] = 50,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Where the page before ended.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="All of the list as CSV, in UTF-8.")] = False,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """List the customers of a filter at a date."""
    if csv and (json or search or after):
        raise typer.BadParameter("goes without --json, --search and --after", param_hint="--csv")
    day = on or today()
    with reading(db, rules) as vip:
        if csv:
            _say_csv(vip, filter, reseller, day, managed_by)
            return
        page = vip.customers(
            filter,
            reseller_id=reseller,
            on=day,
            managed_by=managed_by,
            search=search,
            limit=limit,
            after=after,
        )
        _say_page(page, f"{filter} of {reseller} on {day}", json=json)


def _say_csv(
    vip: VipDomain, name: str, reseller: str, day: date, managed_by: str | None
) -> None:
    # CSV is UTF-8 with its own line ends (S8), whatever the terminal speaks.
    sys.stdout.flush()
    lines = vip.csv(reseller_id=reseller, on=day, filter=name, managed_by=managed_by)
    sys.stdout.buffer.writelines(line.encode() for line in lines)
    sys.stdout.buffer.flush()


def _say_page(page: Page, title: str, *, json: bool) -> None:
    if json:
        rows = [row.to_dict() for row in page.rows]
        say_json({"rows": rows, "next": page.next, "total": page.total})
        return
    say_rows(f"{title}: {len(page.rows)} of {page.total}", page.rows)
    if page.next:
        sys.stderr.write(f"next page: --after {page.next}\n")


def say_rows(title: str, rows: tuple[CustomerRow, ...]) -> None:
    """The columns that fit a terminal; CSV and JSON have all of them."""
    say_table(title, SHOWN, [_shown(row) for row in rows])


def _shown(row: CustomerRow) -> list[Cell]:
    columns = row.to_dict()
    return [columns[name] for name in SHOWN]


def counts(
    reseller: Reseller,
    on: On = None,
    managed_by: ManagedBy = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Say how many customers each filter has at a date."""
    day = on or today()
    with reading(db, rules) as vip:
        numbers = vip.counts(reseller_id=reseller, on=day, managed_by=managed_by)
    if json:
        say_json(numbers)
    else:
        say_table(f"{reseller} on {day}", ("filter", "customers"), list(numbers.items()))
