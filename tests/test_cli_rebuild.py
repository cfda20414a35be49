"""`rebuild` on the command line: what is said, and how it exits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.rebuilding import (
    NAMES,
    digests,
    do,
    file,
    left_behind,
    more,
    opened,
    right,
    running,
    told,
)
from tests.shell import VIP_DOMAIN, Said, environment, here
from tests.test_cli_output import on_terminal
from tests.test_rebuild_stopped import HOLDER

__all__ = ["file"]  # a fixture

ALL_AT_1 = dict.fromkeys(NAMES, 1)
VICTIM = told()[0].vip_id
SPOIL = f"UPDATE customers_1 SET city = 'Else\twhere' WHERE vip_id = '{VICTIM}'"


def said(file: Path, *arguments: str) -> Said:
    return here(file.parent, *arguments)


def live(file: Path) -> dict[str, int]:
    """The generation of each view that is live."""
    with opened(file) as vip:
        return {each.view: each.generation for each in vip.status()}


# rebuild


@pytest.mark.parametrize("named", [(), ("customers",), ("renewals",)])
def test_a_view_is_rebuilt_or_all_of_them(file: Path, named: tuple[str, ...]) -> None:
    """
    A line each on standard output and, without a terminal, nothing beside it.
    """
    done = said(file, "rebuild", *named)
    rebuilt = {name for name, generation in live(file).items() if generation == 2}
    lines = {line.split(" up to position ")[0] for line in done.out.splitlines()}
    assert (done.code, done.err, rebuilt) == (0, "", set(named or NAMES))
    assert lines == {f"rebuilt {name}" for name in rebuilt}


def test_machines_get_one_document_and_progress_line_by_line(file: Path) -> None:
    """
    What came of it on standard output; phases, rate and time left on standard error.
    """
    done = said(file, "rebuild", "renewals", "--json")
    (rebuilt,) = done.json
    steps = [json.loads(line) for line in done.err.splitlines()]
    assert (rebuilt["view"], rebuilt["differences"], rebuilt["error"]) == ("renewals", [], None)
    assert rebuilt["events"] == rebuilt["position"] == steps[-1]["done"]
    assert [step["phase"] for step in steps] == ["fold", "fold", "index", "compare", "compare"]
    assert steps[-1]["rate"] > 0
    assert steps[-1]["seconds_left"] == 0
    assert set(steps[0]) == {
        "view", "phase", "done", "total", "seconds", "rate", "seconds_left",
    }  # fmt: skip


def test_a_difference_stops_the_switch_of_its_view_alone(file: Path) -> None:
    """
    It is named and exit code 1; the other views are rebuilt all the same.
    """
    do(file, SPOIL)
    done = said(file, "rebuild")
    assert (done.code, live(file)) == (1, ALL_AT_1 | {"renewals": 2, "customer_versions": 2})
    assert done.err == (
        "vip-domain: the rebuilt customers differs from the live one in 1 places, first in city "
        f"of {VICTIM}; nothing was switched\n"
    )
    (row,) = [line.split("\t") for line in done.out.splitlines() if line.startswith(VICTIM)]
    assert row[1:3] == ["city", "Else\\twhere"]


def test_machines_get_every_difference(file: Path) -> None:
    """
    People see some of them, and how many more there are.
    """
    with opened(file) as vip:
        vip.execute_many(more(0, 30), actor="bo")
        digests(vip)
    for number in range(30):
        do(file, f"UPDATE customers_1 SET city = 'Elsewhere' WHERE vip_id = 'NEW-{number:04}'")
    people = said(file, "rebuild", "customers")
    machine = said(file, "rebuild", "customers", "--json")
    (stopped,) = machine.json
    assert (people.code, machine.code, len(stopped["differences"])) == (1, 1, 30)
    assert people.out.splitlines()[-1] == "and 10 more; --json names them all"
    assert stopped["differences"][0] == {
        "vip_id": "NEW-0000", "field": "city", "live": "Elsewhere", "rebuilt": "Lund",
    }  # fmt: skip


def test_a_difference_can_be_overruled_and_taken_back(file: Path) -> None:
    """
    `--despite-differences` mends the view, `--rollback` brings the old rows back.
    """
    do(file, SPOIL)
    overruled = said(file, "rebuild", "customers", "--despite-differences")
    with opened(file) as vip:
        mended, position = digests(vip), vip.status()[0].position
    back = said(file, "rebuild", "customers", "--rollback")
    assert (overruled.code, f"{VICTIM}\tcity" in overruled.out, mended) == (0, True, right())
    assert (back.code, back.out) == (0, f"customers is back, at position {position}\n")
    assert (said(file, "verify").code, live(file)["customers"]) == (1, 1)


def test_a_way_back_that_is_not_there_is_exit_code_1(file: Path) -> None:
    """
    Views that have one go back all the same.
    """
    said(file, "rebuild", "renewals")
    done = said(file, "rebuild", "--rollback", "--json")
    found = {each["view"]: each.get("error") for each in done.json}
    assert (done.code, live(file)) == (1, ALL_AT_1)
    assert (found["renewals"], "has no earlier generation" in found["customers"]) == (None, True)


def test_a_rebuild_under_way_is_one_line_and_exit_code_1(file: Path) -> None:
    """
    Somebody else's, in another process.
    """
    with running(HOLDER, f"sqlite:///{file}"):
        done = said(file, "rebuild", "customers")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "a rebuild of customers is under way" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("rebuild", "nothing"),
        ("rebuild", "nothing", "--rollback"),
        ("rebuild", "--rollback", "--despite-differences"),
        ("verify", "nothing"),
        ("status", "customers"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_wrong_usage(file: Path, arguments: tuple[str, ...]) -> None:
    """
    One line, exit code 2, and nothing happened.
    """
    done = said(file, *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert live(file) == ALL_AT_1


# Ctrl-C, and what people see meanwhile.

SLOW = """
import sys, time
from itertools import count
from vip_domain.cli import main
from vip_domain.views import rebuild, shares

calls, alive = count(1), rebuild.load_share

def slow(*arguments):
    alive(*arguments)
    if next(calls) == 3:
        print("loading", file=sys.stderr, flush=True)
        time.sleep(60)

rebuild.load_share, shares.EVENTS_A_SHARE = slow, 40
rebuild.os.cpu_count = lambda: 2
main()
"""


def test_ctrl_c_says_that_running_it_again_takes_it_up(file: Path) -> None:
    """
    One line, also when other processes fold; nothing is switched, and it is true.
    """
    command = [VIP_DOMAIN[0], "-c", SLOW, "rebuild", "customers", "--db", f"sqlite:///{file}"]
    with subprocess.Popen(
        command, env=environment(), stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stderr is not None
        child.stderr.readline()
        os.killpg(child.pid, signal.SIGINT)
        err = child.stderr.read().decode()
    kept = left_behind(file)
    again = said(file, "rebuild", "customers")
    assert (child.returncode, err, kept) == (
        130,
        "vip-domain: interrupted; run it again, and it goes on where it was\n",
        ["vip.db-rebuild-customers"],
    )
    assert (again.code, left_behind(file), live(file)["customers"]) == (0, [], 2)


def test_people_at_a_terminal_see_how_far_it_is(file: Path) -> None:
    """
    A bar with its phase, rate and time left, which is gone in the end.
    """
    shown = on_terminal(file.parent, "rebuild", "customers", encoding="utf-8")
    seen = [each in shown for each in ("customers: ", "%", "/s", "s left", "rebuilt customers")]
    assert seen == [True] * 5
