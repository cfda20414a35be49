"""`execute_many` per command against `execute` per command: the same commands in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median

import vip_domain
from benchmarks import logs
from benchmarks.measure import line, timed, title, verdict
from vip_domain import ChangeReseller, Command, SendResellerChangeCode
from vip_domain.demo import demo_commands

COMMANDS, GROUP = 10_000, 1_000
ROUNDS = 3
"""The middle one counts: on some machines one in three is slower by a tenth for no reason seen."""


def main() -> None:
    title(f"`execute_many`, {COMMANDS:,} commands of the demo, {GROUP:,} at once")
    # Codes are hashed slowly on purpose, which no batching can save.
    _compare("all, codes hashed among them", _demo)
    _compare("those without a code", _plain)


def _demo() -> Iterator[Command]:
    return demo_commands(COMMANDS // 4, today=logs.TODAY, seed=1)


def _plain() -> Iterator[Command]:
    coded = (SendResellerChangeCode, ChangeReseller)
    return (command for command in _demo() if not isinstance(command, coded))


def _compare(what: str, demo: Callable[[], Iterator[Command]]) -> None:
    rounds = [_round(demo) for _ in range(ROUNDS)]
    many, one = (median(each) for each in zip(*rounds, strict=True))
    line(f"{what}: execute_many, per command", f"{many / COMMANDS * 1e6:.0f} µs")
    line("    execute, per command", f"{one / COMMANDS * 1e6:.0f} µs")
    verdict(f"execute_many faster, {what}", one / many, "×", "10", "25")


def _round(demo: Callable[[], Iterator[Command]]) -> tuple[float, float]:
    """Seconds for all commands, together and singly, in turns."""
    # Made twice: a command hashes its code once, and neither side must save the other that.
    commands, same = list(islice(demo(), COMMANDS)), list(islice(demo(), COMMANDS))
    many = one = 0.0
    # What was made beforehand is no work of either: the collector passes it over.
    gc.collect()
    gc.freeze()
    with (
        logs.empty() as folder,
        vip_domain.open(logs.url(folder / "many.db")) as together,
        vip_domain.open(logs.url(folder / "one.db")) as singly,
    ):
        for start in range(0, COMMANDS, GROUP):
            some = slice(start, start + GROUP)
            many += timed(together.execute_many, commands[some], actor="demo")[0]
            one += sum(timed(singly.execute, each, actor="demo")[0] for each in same[some])
    gc.unfreeze()
    return many, one


if __name__ == "__main__":
    main()
