"""
Everything that searches long, in turns until the time is up: `python -m tests.soak_all 60`.

Each round looks where none before it did. Exit code 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[1]
SEARCHED = (
    "test_bad_input.py",
    "test_bad_questions.py",
    "test_cli_doors.py",
    "test_doors.py",
    "test_explanations.py",
    "test_groups.py",
    "test_laws.py",
    "test_laws_of_deciding.py",
    "test_laws_of_lists.py",
    "test_open_stores.py",
    "test_projections.py",
    "test_state_machine.py",
)
"""What Hypothesis searches, differently each time."""

LATEST = 60 * 60
"""
Seconds after which a turn is stopped, and counts as broken: one that hangs.

On a machine with nothing else to do the longest takes a few minutes, on a busy one ten times that.
"""

SHOWN = 40
"""Lines of what a broken turn said last."""


@attrs.frozen
class Turn:
    """A name, what is run, and what its environment says."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = attrs.field(factory=dict)

    def run(self) -> tuple[bool, str]:
        """Whether it was right, and what it said."""
        process = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            said, _ = process.communicate(timeout=LATEST)
        except subprocess.TimeoutExpired:
            process.terminate()
            said, _ = process.communicate()
            return False, f"{said}\nstopped after {LATEST} s"
        return process.returncode == 0, said


def turns(number: int) -> Iterator[Turn]:
    """One round: `number` is its own, from 1 on."""
    first = 25 * (number - 1)
    searched = [f"tests/{name}" for name in SEARCHED]
    yield Turn("kills", ("vip_domain.testing.crashes", "40", "--seed", str(number)))
    yield Turn("search", ("pytest", "-q", *searched), {"VIP_DOMAIN_HYPOTHESIS": "round"})
    yield Turn("processes on SQLite", ("tests.soak", "sqlite", "--kills", "10"))
    yield Turn(
        "histories",
        ("pytest", "-q", "tests/test_histories.py"),
        {"VIP_DOMAIN_HISTORIES": "25", "VIP_DOMAIN_HISTORIES_FROM": str(100 + first)},
    )
    yield Turn("processes on PostgreSQL", ("tests.soak", "postgres", "--kills", "10"))
    yield Turn("tampering", ("tests.tampering", "200", str(200 * (number - 1))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float)
    parser.add_argument("--from", type=int, default=1, dest="number", help="the first round")
    chosen = parser.parse_args()
    sys.exit(1 if soaked(chosen.minutes * 60, chosen.number) else 0)


def soaked(seconds: float, number: int) -> int:
    """How many turns were wrong."""
    begun, wrong, done = time.monotonic(), 0, 0
    while True:
        for turn in turns(number):
            if time.monotonic() - begun > seconds:
                say(f"{done} turns in {(time.monotonic() - begun) / 60:.0f} minutes, {wrong} wrong")
                return wrong
            at = time.monotonic()
            right, said = turn.run()
            done, wrong = done + 1, wrong + (not right)
            lines = said.strip().splitlines() or ["nothing was said"]
            say(f"round {number}, {turn.name}, {time.monotonic() - at:.0f} s: {lines[-1]}")
            if not right:
                say("\n".join(["WRONG", *lines[-SHOWN:]]))
        number += 1


def say(line: str) -> None:
    """Progress, for who waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
