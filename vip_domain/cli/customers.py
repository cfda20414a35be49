"""`customers` and `counts`: who is in a filter at a date, and how many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from shutil import get_terminal_size
from typing import Annotated

import typer

from vip_domain import Page
from vip_domain.cli.options import (
    DEFAULT_DB,
    DEFAULT_RULES,
    AsOfOption,
    Db,
    Json,
    ManagedBy,
    On,
    Reseller,
    Rules,
    reading,
    today,
)
from vip_domain.cli.output import Rows, say_json, say_table
from vip_domain.projections.customers import FILTERS
from vip_domain.store.as_of import AsOf

SHOWN = (
    "vip_id",
    "organization_name",
    "renews_on",
    "next_due_on",
    "managed_by",
    "licenses_fulfilled",
    "licenses_renewed",
    "pending_pas",
    "overdue_pas",
)
"""Of all columns those that fit a wide terminal; the first `NARROW` fit any."""

WIDE, NARROW = 125, 5

FilterName = Annotated[str, typer.Argument(metavar="FILTER", help=f"One of {', '.join(FILTERS)}.")]


def customers(
    filter: FilterName,
    reseller: Reseller,
    on: On = None,
    as_of: AsOfOption = None,
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
    """List the customers of a filter at a date, as told by all of the log or a part of it."""
    if csv and (json or search or after):
        raise typer.BadParameter("goes without --json, --search and --after", param_hint="--csv")
    day = on or today()
    with reading(db, rules) as vip:
        if csv:
            lines = vip.csv(
                reseller_id=reseller, on=day, filter=filter, managed_by=managed_by, as_of=as_of
            )
            _say_csv(lines)
            return
        page = vip.customers(
            filter,
            reseller_id=reseller,
            on=day,
            managed_by=managed_by,
            search=search,
            limit=limit,
            after=after,
            as_of=as_of,
        )
        _say_page(page, f"{filter} of {reseller} {_when(day, as_of)}", json=json)


def _say_csv(lines: Iterable[str]) -> None:
    # CSV is UTF-8 with its own line ends (S8), whatever the terminal speaks.
    sys.stdout.flush()
    sys.stdout.buffer.writelines(line.encode() for line in lines)
    sys.stdout.buffer.flush()


def _say_page(page: Page, title: str, *, json: bool) -> None:
    if json:
        rows = [row.to_dict() for row in page.rows]
        say_json({"rows": rows, "next": page.next, "total": page.total})
        return
    say_rows(say_table, f"{title}: {len(page.rows)} of {page.total}", page)
    if page.next:
        sys.stderr.write(f"next page: --after {page.next}\n")


def say_rows(say: Callable[[str, Sequence[str], Rows], None], title: str, page: Page) -> None:
    """Show a page with as many columns as there is room for."""
    narrow = sys.stdout.isatty() and get_terminal_size().columns < WIDE
    columns = SHOWN[:NARROW] if narrow else SHOWN
    rows = [row.to_dict() for row in page.rows]
    say(title, columns, [[row[name] for name in columns] for row in rows])


def counts(
    reseller: Reseller,
    on: On = None,
    as_of: AsOfOption = None,
    managed_by: ManagedBy = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """Say how many customers each filter has at a date."""
    day = on or today()
    with reading(db, rules) as vip:
        numbers = vip.counts(reseller_id=reseller, on=day, managed_by=managed_by, as_of=as_of)
    if json:
        say_json(numbers)
    else:
        title = f"{reseller} {_when(day, as_of)}"
        say_table(title, ("filter", "customers"), list(numbers.items()))


def _when(on: date, as_of: AsOf | None) -> str:
    return f"on {on}" if as_of is None else f"on {on}, as of {as_of}"
