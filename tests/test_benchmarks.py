"""The benchmarks that play a log run on a machine that never ran one, at any size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = ("--events", "2000")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("rebuild", *SMALL),
        ("memory", *SMALL),
        ("pages", "--small", "1000", "--large", "2000"),
        ("as_of", *SMALL),
        ("audit", *SMALL),
        ("lag", *SMALL),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_benchmark_runs_where_none_ran_before(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """
    It makes its log, and prints the number for the table.
    """
    script, *sizes = arguments
    result = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{script}", *sizes],
        cwd=ROOT,
        env={**os.environ, "VIP_BENCHMARKS_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "\n= " in result.stdout
