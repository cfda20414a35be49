"""Every promise has a bug that breaks it; `python -m tests.broken` shows that its test says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.broken.breaks import Break, breaks

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
SHOWN = re.compile(r"`(tests/[^`]+)`")
PROMISES = [line for line in PAGE.splitlines() if line.startswith("| ") and SHOWN.search(line)]
BREAKS = [each for _, each in breaks()]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[2:60])
def test_a_promise_has_a_bug_that_breaks_it(promise: str) -> None:
    """
    Whoever promises something new says with it how it would be broken.
    """
    assert set(SHOWN.findall(promise)) & {each.shown_by for each in BREAKS}


@pytest.mark.parametrize("each", BREAKS, ids=lambda each: each.bug[:60])
def test_a_bug_still_has_its_place(each: Break) -> None:
    """
    The text it replaces stands once in its file, and what comes of it is another text.
    """
    assert each.broken() != (ROOT / each.file).read_text("utf-8")


@pytest.mark.parametrize("each", BREAKS, ids=lambda each: each.bug[:60])
def test_a_bug_breaks_a_promise_of_the_page(each: Break) -> None:
    """
    Its test is one that the page about guarantees names.
    """
    assert each.shown_by in SHOWN.findall(PAGE)
