"""What sealing costs: groups, single invitations, pages and histories, and an erasure itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, islice

import vip_domain
from benchmarks import logs
from benchmarks.commands import invite
from benchmarks.measure import line, medians, timed, title, verdict
from vip_domain import ChangeReseller, Command, SendResellerChangeCode, VipDomain
from vip_domain.demo import demo_commands
from vip_domain.sealing.vault import Opened

COMMANDS, GROUP = 10_000, 500
ROUNDS = 300


def main() -> None:
    with _stores() as (sealed, plain):
        _groups(sealed, plain)
        _invitations(sealed, plain)
        _pages(sealed, plain)
        _erasure(sealed)


@contextmanager
def _stores() -> Iterator[tuple[VipDomain, VipDomain]]:
    with (
        logs.empty() as folder,
        vip_domain.open(logs.url(folder / "sealed.db")) as sealed,
        vip_domain.open(logs.url(folder / "plain.db"), erasable=False) as plain,
    ):
        yield sealed, plain


def _groups(sealed: VipDomain, plain: VipDomain) -> None:
    title(f"`execute_many`, {COMMANDS:,} commands of the demo, processor time, in turns")
    # Made twice, and first in turn: what is looked up once must not count for one side alone.
    commands, same = _commands(), _commands()
    taken = {"sealed": 0.0, "plain": 0.0}
    for start in range(0, COMMANDS, GROUP):
        some = slice(start, start + GROUP)
        sides = [("sealed", sealed, commands[some]), ("plain", plain, same[some])]
        for side, vip, group in sides if start // GROUP % 2 else sides[::-1]:
            began = time.process_time()
            vip.execute_many(group, actor="demo")
            taken[side] += time.process_time() - began
    for side, seconds in taken.items():
        line(f"a command of a group, {side}", f"{seconds / COMMANDS * 1e6:.1f} µs")
    verdict("a group, sealed against plain", taken["sealed"] / taken["plain"], "×", "1.2", "1.1")


def _commands() -> list[Command]:
    coded = (SendResellerChangeCode, ChangeReseller)
    demo = demo_commands(COMMANDS // 2, today=logs.TODAY, seed=1)
    return list(islice((each for each in demo if not isinstance(each, coded)), COMMANDS))


def _invitations(sealed: VipDomain, plain: VipDomain) -> None:
    title("`execute` of an invitation, two personal fields; medians, in turns")
    numbers = count(1)

    def inviting(vip: VipDomain) -> Callable[[], object]:
        return lambda: vip.execute(invite(f"VIP-{next(numbers):06}"), actor="anna")

    one, other = medians(ROUNDS, inviting(sealed), inviting(plain))
    line("sealed", f"{one * 1e6:.0f} µs")
    line("plain", f"{other * 1e6:.0f} µs")
    verdict("an invitation, sealed against plain", one / other, "×", "1.2", "1.1")


def _pages(sealed: VipDomain, plain: VipDomain) -> None:
    title("a page of 50 customers; medians, in turns")

    def page(vip: VipDomain) -> object:
        return vip.customers("all_customers", reseller_id="R-1", on=logs.TODAY).rows

    def first() -> object:
        sealed._vault._known = Opened(sealed._vault.keys.destroyed())
        return page(sealed)

    one, other, cold = medians(ROUNDS, lambda: page(sealed), lambda: page(plain), first)
    line("sealed, keys and texts known", f"{one * 1e6:.0f} µs")
    line("plain", f"{other * 1e6:.0f} µs")
    line("sealed, the first time, or after anybody was erased", f"{cold * 1e6:.0f} µs")
    verdict("a page, sealed against plain", one / other, "×", "1.5", "1.2")


def _erasure(sealed: VipDomain) -> None:
    title("`forget`, one customer after the other; median")
    some = sealed.customers("all_customers", reseller_id="R-1", on=logs.TODAY, limit=100).rows
    taken = [timed(sealed.forget, row.vip_id, actor="dpo", reason="asked for")[0] for row in some]
    line(f"median of {len(taken)}", f"{sorted(taken)[len(taken) // 2] * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
