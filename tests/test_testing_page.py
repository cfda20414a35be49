"""What the page about testing shows is what happens: its files are run as somebody's own tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shell import ROOT, environment
from tests.test_readme import blocks

PAGE = ROOT / "docs" / "testing.md"


def files() -> dict[str, str]:
    """Each block of Python under the name that its first line says."""
    return {block.splitlines()[0].removeprefix("# "): block for block in blocks(PAGE, "python")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in files().items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """How a test run of somebody else's ends, and its last line."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip().rpartition("\n")[2]


@pytest.mark.slow
def test_the_files_of_the_page_run_as_they_stand(folder: Path) -> None:
    """
    In a folder of their own, with the plug-in that its conftest asks for.
    """
    code, said = run(folder)
    assert (code, re.search(r"(\d+) passed", said) is not None) == (0, True), said


@pytest.mark.slow
def test_the_promises_are_held_against_a_store_without_a_file(tmp_path: Path) -> None:
    """
    The last command of the page, as it is told there.
    """
    (told,) = re.findall(r"`python -m pytest (-p vip_domain.*? sqlite:)`", PAGE.read_text("utf-8"))
    code, said = run(tmp_path, *told.split())
    assert (code, "14 passed" in said) == (0, True), said


def test_a_test_run_that_does_not_ask_has_no_plug_in(tmp_path: Path) -> None:
    """
    Whoever only installed the library keeps the run they had; no entry point loads it.
    """
    assert "pytest11" not in (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "test_theirs.py").write_text("def test_it(vip): pass\n")
    code, said = run(tmp_path, "--tb=line")
    assert (code, "1 error" in said) == (1, True), said
