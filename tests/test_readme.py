"""What the README shows is true: its Python runs, its commands and its links exist."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)


def promised_output(block: str) -> str:
    """What the comments `# prints ...` of a block say, line by line."""
    return "".join(f"{line}\n" for line in re.findall(r"# prints (.*)$", block, re.M))


def verbs() -> list[str]:
    """Every verb of `vip-domain` that a page tells people to use."""
    shown = [block for page in PAGES for block in blocks(page, "(?:sh|console)")]
    return sorted(set(re.findall(r"\bvip-domain ([a-z-]+)", "".join(shown))))


def links() -> list[tuple[Path, str]]:
    return [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not target.startswith("https://")
    ]


def named_tests() -> list[str]:
    promises = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
    return sorted(set(re.findall(r"`(tests/[^`]+)`", promises)))


@pytest.mark.parametrize("block", blocks(README, "python"))
def test_the_python_of_the_readme_runs_and_prints_what_it_says(block: str) -> None:
    """
    A block is pasted as it is; its `# prints` comments are compared with what it prints.
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block, README.name, "exec"), {"__name__": "__readme__"})
    assert printed.getvalue() == promised_output(block)


def test_the_first_screen_shows_ten_lines_of_python() -> None:
    """
    Ten lines and what they print, so that the block before cannot become empty unseen.
    """
    first = blocks(README, "python")[0]
    assert len([line for line in first.splitlines() if line.strip()]) == 10
    assert promised_output(first) != ""


def test_the_first_command_is_the_demo_and_the_second_runs_the_tests() -> None:
    """
    `.ci/run` runs these two by their number.
    """
    demo, tests = blocks(README, "sh")[:2]
    assert demo.endswith("vip-domain demo\n")
    assert "python -m pytest" in tests


@pytest.mark.parametrize("verb", verbs())
def test_a_verb_that_the_pages_use_exists(verb: str) -> None:
    """
    A command line that was renamed is renamed in the pages too.
    """
    command = [sys.executable, "-m", "vip_domain", verb, "--help"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("page", "target"), links(), ids=str)
def test_a_link_between_the_pages_leads_somewhere(page: Path, target: str) -> None:
    """
    Relative links are to files of this repository.
    """
    assert (page.parent / target).exists()


@pytest.mark.parametrize("shown_by", named_tests())
def test_a_promise_names_a_test_that_exists(shown_by: str) -> None:
    """
    A test that was renamed is renamed among the guarantees too.
    """
    file, _, name = shown_by.partition("::")
    assert re.search(rf"^\s*(?:def |class )?{name}\b", (ROOT / file).read_text("utf-8"), re.M)
