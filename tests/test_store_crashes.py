"""A process that is killed loses nothing it gave a receipt for, and nothing is there by halves."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import vip_domain
from tests.stores import url_of
from tests.strategies import told
from vip_domain import Command, CustomerDetails, Receipt, VipDomain

REPOSITORY = Path(__file__).parents[1]
ON = date(2026, 1, 1)
SEED, STEPS = 11, 600

ONE_BY_ONE = """
for number, command in enumerate(commands):
    receipt = vip.execute(command, actor="anna", command_id=f"id-{number}")
    print(number, receipt.version, receipt.position, flush=True)
    if number % 3 == 0:
        vip.counts(reseller_id="R-NORD", on=ON)
"""
MANY_AT_ONCE = """
for start in range(0, len(commands), 25):
    ids = [f"id-{number}" for number in range(start, len(commands[: start + 25]))]
    receipts = vip.execute_many(commands[start : start + 25], actor="anna", command_ids=ids)
    for number, receipt in enumerate(receipts, start):
        print(number, receipt.version, receipt.position, flush=True)
    vip.counts(reseller_id="R-NORD", on=ON)
"""
PROGRAM = """
import sys
import vip_domain
from tests.test_store_crashes import ON, acceptable

commands = acceptable()
with vip_domain.open(sys.argv[1]) as vip:
    {loop}
"""


@cache
def acceptable() -> list[Command]:
    """The commands of a history that nothing refuses."""
    commands = told(SEED, STEPS)
    with vip_domain.open("memory:") as vip:
        outcomes = vip.execute_many(commands, actor="anna")
    return [
        command
        for command, outcome in zip(commands, outcomes, strict=True)
        if isinstance(outcome, Receipt)
    ]


@contextmanager
def running(program: str, url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is at it."""
    command = [sys.executable, "-c", program, url]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as child:
        yield child


def killed(loop: str, url: str, receipts: int) -> list[tuple[int, int, int]]:
    """The receipts that a process gave until it was killed, soon after so many."""
    program = PROGRAM.format(loop=loop.strip().replace("\n", "\n    "))
    with running(program, url) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(receipts)]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    # A line that was cut off is no receipt.
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(int(number), int(version), int(position)) for number, version, position in whole]


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
@pytest.mark.parametrize(
    ("loop", "receipts"),
    [(ONE_BY_ONE, 1), (ONE_BY_ONE, 60), (MANY_AT_ONCE, 60)],
    ids=["execute-1", "execute-60", "execute_many-60"],
)
def test_every_receipt_of_a_killed_process_holds(
    tmp_path: Path, loop: str, receipts: int, store: str
) -> None:
    """
    Its commands are there, all can be sent again with their ids, and the list is as if folded anew.
    """
    url, commands = url_of(store, tmp_path), acceptable()
    promised = killed(loop, url, receipts)
    with vip_domain.open(url) as vip:
        kept = [(n, *sent_again(vip, commands[n], n)) for n, _, _ in promised]
        assert kept == promised
        vip.execute_many(
            commands, actor="bo", command_ids=map("id-{}".format, range(len(commands)))
        )
        followed = details(vip, commands)
        vip.rebuild()
        assert details(vip, commands) == followed == undisturbed(commands)


def sent_again(vip: VipDomain, command: Command, number: int) -> tuple[int, int]:
    receipt = vip.execute(command, actor="bo", command_id=f"id-{number}")
    return receipt.version, receipt.position


def details(vip: VipDomain, commands: list[Command]) -> list[CustomerDetails]:
    """Everything the views know."""
    resellers = ("R-NORD", "R-KONTUR", "R-RHEIN")
    rows = [
        row
        for reseller_id in resellers
        for row in vip.customers("all_customers", reseller_id=reseller_id, on=ON).rows
    ]
    return [vip.customer(row.vip_id, on=ON) for row in rows]


def undisturbed(commands: list[Command]) -> list[CustomerDetails]:
    with vip_domain.open("memory:") as vip:
        vip.execute_many(commands, actor="anna")
        return details(vip, commands)


MANY_READERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import vip_domain
from tests.builders import invite, on

def read(_):
    vip.customers("all_customers", reseller_id="R-1", on=on("2026-03-02"), limit=1)
    return vip.counts(reseller_id="R-1", on=on("2026-03-02"))["all_customers"]

with vip_domain.open(sys.argv[1]) as vip, ThreadPoolExecutor(16) as threads:
    vip.execute(invite(), actor="anna")
    print(set(threads.map(read, range(400))))
"""


@pytest.mark.slow
def test_sixteen_threads_read_at_once(tmp_path: Path) -> None:
    """
    In a process of its own, for connections shared wrongly end in a crash of the interpreter.
    """
    url = f"sqlite:///{tmp_path / 'vip.db'}"
    with running(MANY_READERS, url) as child:
        said, _ = child.communicate()
    assert (child.returncode, said.strip()) == (0, "{1}")
