"""
Branch coverage of the pure half: `python -m tests.pure` ends with exit code 1 below 100 %.

It runs tests that need no database, and Hypothesis draws the same examples every time.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).parents[1]
TESTS = (
    "test_bad_input.py",
    "test_cases.py",
    "test_demo.py",
    "test_diff.py",
    "test_explanations.py",
    "test_laws.py",
    "test_laws_of_deciding.py",
    "test_projections.py",
    "test_questions.py",
    "test_report.py",
    "test_rules_of_erasure.py",
    "test_rules_of_people_and_codes.py",
    "test_rules_of_returns.py",
    "test_rules_of_terms.py",
    "test_sealing.py",
    "test_timeline.py",
    "test_versions.py",
    "test_what_refusals_say.py",
    "test_words.py",
)
LONG = (
    "sqlite",
    "postgres",
    "process",
    "written",
    "every_store",
    "batches",
    "higher",
    "lower",
    "switch",
    "twice",
)
"""Words in the names of tests that need more than the pure half, or much time."""


def files() -> list[str]:
    """What the import rules call the pure half."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rules = {each["id"]: each for each in project["tool"]["importlinter"]["contracts"]}
    paths = [str(name).replace(".", "/") for name in rules["pure"]["source_modules"]]
    return [f"{path}.py" if (ROOT / f"{path}.py").exists() else f"{path}/*" for path in paths]


def main() -> None:
    os.environ["VIP_DOMAIN_HYPOTHESIS"] = "coverage"
    os.chdir(ROOT)
    chosen = [f"tests/{name}" for name in TESTS]
    no_database = ["-m", "not slow", "-k", " and ".join(f"not {word}" for word in LONG)]
    failed = pytest.main(["-q", *chosen, *no_database, "--cov", "--cov-report=", *sys.argv[1:]])
    measured = coverage.Coverage()
    measured.load()
    covered = measured.report(include=files(), show_missing=True)
    sys.exit(1 if failed or covered < 100 else 0)


if __name__ == "__main__":
    main()
