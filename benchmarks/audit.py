"""What evidence costs: links when events are appended, hashes at checkpoints, a whole check."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import vip_domain
from benchmarks import logs
from benchmarks.measure import line, timed, title, verdict
from vip_domain import ChangeReseller, Command, SendResellerChangeCode, SigningKey
from vip_domain.chain import START
from vip_domain.demo import demo_commands
from vip_domain.store import work

COMMANDS, GROUP = 10_000, 500
KEY = SigningKey.generate("benchmark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    _appends()
    _checks(events)


def _appends() -> None:
    title(f"appends with links and without, {COMMANDS:,} commands, processor time, in turns")
    # Made twice, and first in turn: what is looked up once must not count for one side alone.
    commands, same = _commands(), _commands()
    taken = {True: 0.0, False: 0.0}
    with (
        logs.empty() as folder,
        vip_domain.open(logs.url(folder / "linked.db")) as one,
        vip_domain.open(logs.url(folder / "unlinked.db")) as other,
    ):
        for start in range(0, len(commands), GROUP):
            some = slice(start, start + GROUP)
            sides = [(True, one, commands[some]), (False, other, same[some])]
            for links, vip, group in sides if start // GROUP % 2 else sides[::-1]:
                with _links(links):
                    began = time.process_time()
                    vip.execute_many(group, actor="demo")
                    taken[links] += time.process_time() - began
    linked, unlinked = taken[True], taken[False]
    line("execute_many with links, per command", f"{linked / len(commands) * 1e6:.1f} µs")
    line("    with 32 bytes that nobody computed", f"{unlinked / len(commands) * 1e6:.1f} µs")
    verdict("appending a group, linked against not", linked / unlinked, "×", "1.2", "1.1")


def _plain(command: Command) -> bool:
    return not isinstance(command, SendResellerChangeCode | ChangeReseller)


def _commands() -> list[Command]:
    demo = demo_commands(COMMANDS // 2, today=logs.TODAY, seed=1)
    return list(islice(filter(_plain, demo), COMMANDS))


@contextmanager
def _links(wanted: bool) -> Iterator[None]:
    kept = vars(work)["linked"]
    vars(work)["linked"] = kept if wanted else lambda *_: START
    try:
        yield
    finally:
        vars(work)["linked"] = kept


def _checks(events: int) -> None:
    with logs.copied(events) as path, vip_domain.open(logs.url(path)) as vip:
        title(f"evidence of a log of {vip._log.last_position():,} rows")
        first, checkpoint = timed(vip.checkpoint, KEY)
        again = timed(vip.checkpoint, KEY)[0]
        proof = timed(vip.proof, checkpoint.size // 2)[0]
        taken, verified = timed(vip.verify_log, checkpoints=[checkpoint], public_key=KEY.public)
        size = path.stat().st_size
        exported = timed(lambda: sum(len(each) for each in vip.export_log()))[0]
    line("first checkpoint: all leaves are hashed", f"{first:.2f} s")
    line("another one, nothing new", f"{again * 1e3:.1f} ms")
    line("a proof of one event", f"{proof * 1e3:.1f} ms")
    line(f"verify_log, whole: {verified.whole}", f"{taken:.2f} s")
    line("    rows a second", f"{checkpoint.size / taken:,.0f}")
    line("export, lines a second", f"{checkpoint.size / exported:,.0f}")
    line("size of the file", f"{size / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
