"""`python -m vip_domain.testing.crashes 1000`: so many kills on either kind of database."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from vip_domain.testing.crashes.run import CrashRun, Summary
from vip_domain.testing.postgres_server import postgres_server

STORES = ("sqlite", "postgres")
MANY = "max_connections = 300\n"


@contextmanager
def new_stores(kind: str) -> Iterator[Callable[[], str]]:
    """What names an empty store of this kind whenever it is asked; all are gone afterwards."""
    numbers = count(1)
    if kind == "postgres":
        with postgres_server(MANY) as url:
            yield lambda: f"{url}&schema=crashes_{next(numbers)}"
        return
    with tempfile.TemporaryDirectory(prefix="vip-domain-crashes-") as folder:
        yield lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"


def main() -> None:
    """Kill, say how it goes, and end with 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", type=int, help="how many processes are killed in all")
    parser.add_argument("--store", choices=STORES, help="only on this kind of store")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    stores = [chosen.store] if chosen.store else [*STORES]
    whole = True
    for store in stores:
        with new_stores(store) as new_url:
            run = CrashRun(
                new_url=new_url, kills=chosen.kills // len(stores), seed=chosen.seed, say=say
            )
            summary = run.run()
        say(f"\n{store}: {told(summary)}\n")
        whole = whole and not summary.broken
    sys.exit(0 if whole else 1)


def told(summary: Summary) -> str:
    """The summary for people."""
    lines = [f"{summary.kills} killed in {summary.seconds:.0f} s, {summary.survived} survived"]
    lines += [f"  as {role}: {number}" for role, number in summary.roles.most_common()]
    lines += [f"  at {point}: {number}" for point, number in summary.points.most_common()]
    lines += [f"  BROKEN: {each}" for each in summary.broken] or ["  every promise was kept"]
    return "\n".join(lines)


def say(line: str) -> None:
    """Progress, for who waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
