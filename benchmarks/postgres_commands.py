"""On PostgreSQL: `execute` against stock `save`, `execute_many` against `execute`, and the lag."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, islice
from statistics import median
from uuid import UUID

from eventsourcing.application import Application

import vip_domain
from benchmarks import logs, postgres
from benchmarks.commands import MANAGERS, assign, invite
from benchmarks.measure import line, medians, percentile, timed, title, verdict
from benchmarks.stock import StockCustomer
from vip_domain import ChangeReseller, Command, Page, SendResellerChangeCode
from vip_domain.demo import demo_commands
from vip_domain.store.postgres_address import Address

ROUNDS = 1_000
COMMANDS, GROUP = 10_000, 1_000
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def main() -> None:
    with postgres.server() as url:
        one(url)
        many(url)
        lag(url)


@contextmanager
def stock(url: str) -> Iterator[Application[UUID]]:
    """The stock application in the same server; its commits wait for the disk as ours do."""
    conninfo = Address.of(url).conninfo
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": conninfo["dbname"],
        "POSTGRES_HOST": conninfo["host"],
        "POSTGRES_USER": conninfo["user"],
        "POSTGRES_PASSWORD": "",
    }
    application = Application[UUID](environment)
    yield application
    application.close()


def one(url: str) -> None:
    title("`execute`, one event; PostgreSQL, synchronous_commit=on; medians, in turns")
    with vip_domain.open(f"{url}&schema=one") as vip, stock(url) as application:
        vip.execute(invite("VIP-0001"), actor="anna")
        customer, numbers = StockCustomer(managed_by=MANAGERS[0]), count()
        application.save(customer)
        execute, _, saved = medians(
            ROUNDS,
            lambda: vip.execute(assign("VIP-0001", next(numbers)), actor="anna"),
            lambda: customer.assign(MANAGERS[customer.version % 2]),
            lambda: application.save(customer),
        )
    line("execute", f"{execute * 1e6:.0f} µs")
    line("stock Application.save alone", f"{saved * 1e6:.0f} µs")
    verdict("execute of stock save", execute / saved, "×", "≤ 1.5", "≤ 1.1")


def many(url: str) -> None:
    title(f"`execute_many`, {COMMANDS:,} commands of the demo without codes, {GROUP:,} at once")
    coded = (SendResellerChangeCode, ChangeReseller)
    told = demo_commands(COMMANDS // 4, today=logs.TODAY, seed=1)
    commands: list[Command] = list(
        islice((each for each in told if not isinstance(each, coded)), COMMANDS)
    )
    together = apart = 0.0
    with (
        vip_domain.open(f"{url}&schema=many") as many,
        vip_domain.open(f"{url}&schema=singly") as singly,
    ):
        for start in range(0, COMMANDS, GROUP):
            group = commands[start : start + GROUP]
            together += timed(many.execute_many, group, actor="demo")[0]
            apart += sum(timed(singly.execute, each, actor="demo")[0] for each in group)
    line("execute_many, per command", f"{together / COMMANDS * 1e6:.0f} µs")
    line("execute, per command", f"{apart / COMMANDS * 1e6:.0f} µs")
    verdict("execute_many faster", apart / together, "×", "10", "25")


def lag(url: str) -> None:
    title("lag of a page behind an append, 11,300 customers, the same process; PostgreSQL")
    events = 100_000
    postgres.load(url, logs.log(events), 0, postgres.last(events))
    lags, pages = [], []
    with vip_domain.open(url) as vip:
        vip.rebuild("customers")

        def page() -> Page:
            return vip.customers("all_customers", reseller_id=logs.RESELLER, on=logs.TODAY)

        vip_id = page().rows[0].vip_id
        for number in range(ROUNDS):
            vip.execute(assign(vip_id, number, NOW), actor="anna")
            executed = time.perf_counter()
            while page().rows[0].managed_by != MANAGERS[(number + 1) % 2]:
                pass
            lags.append(time.perf_counter() - executed)
            pages.append(timed(page)[0])
    line("a page without news", f"{median(pages) * 1e3:.2f} ms")
    line("the first page that has the news, median", f"{median(lags) * 1e3:.2f} ms")
    line("    99 of 100", f"{percentile(lags, 99) * 1e3:.2f} ms")
    verdict("lag, the page itself included", median(lags) * 1e3, "ms", "5", "1")


if __name__ == "__main__":
    main()
