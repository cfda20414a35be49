"""One command starts the console, with a demo that is made once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

import vip_domain
from examples.reseller_console.__main__ import fill
from tests.console.conftest import TODAY, US

ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "examples.reseller_console", "--port", "0", *arguments]


@contextmanager
def started(db: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The console, and where it says that it is."""
    with subprocess.Popen(
        command("--db", db, "--customers", "25"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+:\d+", process.stdout.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


def test_the_demo_is_made_once() -> None:
    """
    A store with customers is left as it is.
    """
    with vip_domain.open("memory:") as vip:
        fill(vip, 25, TODAY)
        counts = vip.counts(reseller_id=US, on=TODAY)
        fill(vip, 50, TODAY)
        assert counts["all_customers"] > 0
        assert vip.counts(reseller_id=US, on=TODAY) == counts


@pytest.mark.slow
def test_one_command_starts_it_and_an_interrupt_ends_it(tmp_path: Path) -> None:
    """
    It says where it is, answers there, and leaves the store closed.
    """
    with started(f"sqlite:///{tmp_path / 'console.db'}") as (process, site):
        with httpx2.Client(base_url=site) as browser:
            assert "Reseller console" in browser.get("/sign-in").text
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) in (0, -signal.SIGINT, 130)
    assert not [*tmp_path.glob("*-wal")]


@pytest.mark.slow
def test_a_store_that_cannot_be_used_is_one_clear_line() -> None:
    """
    And no traceback.
    """
    result = subprocess.run(
        command("--db", "mysql://nobody"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
