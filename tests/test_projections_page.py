"""The page that tells how to add a view is true: its file and its line make one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.rebuilding import NAMES, REPOSITORY, file, opened
from vip_domain.projections.projection import AnyProjection
from vip_domain.testing.views import check_view

__all__ = ["file"]  # a fixture

PAGE = REPOSITORY / "docs" / "projections.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


@pytest.fixture
def with_the_pages_view(tmp_path: Path) -> Path:
    """A copy of the package to which the page's file and its line were added."""
    pure, line, _ = blocks("python")
    shutil.copytree(REPOSITORY / "vip_domain", tmp_path / "vip_domain")
    projections = tmp_path / "vip_domain" / "projections"
    (projections / "countries.py").write_text(pure)
    (projections / "registered.py").write_text(line)
    return tmp_path


def python(folder: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_pages_view_does_what_the_page_says(with_the_pages_view: Path) -> None:
    """
    With one file and one line, the block that uses it prints what its comments promise.
    """
    used = blocks("python")[2]
    promised = "".join(f"{line}\n" for line in re.findall(r"# prints (.*)$", used, re.M))
    assert python(with_the_pages_view, used) == promised != ""


def test_a_view_that_is_new_to_a_store_is_filled_when_it_is_rebuilt(
    with_the_pages_view: Path, file: Path
) -> None:
    """
    A store that was written before the view was thought of.
    """
    program = f"""
import vip_domain
with vip_domain.open("sqlite:///{file}") as vip:
    (rebuilt,) = vip.rebuild("countries")
    print(rebuilt.events, vip.status()[-1].lag_events, len(vip.verify()))
"""
    with opened(file) as vip:
        position = vip.status()[0].position
    assert python(with_the_pages_view, program) == f"{position} 0 {len(NAMES) + 1}\n"


@pytest.fixture
def pages_view(monkeypatch: pytest.MonkeyPatch) -> AnyProjection:
    """The view of the page's file, in this process."""
    module = ModuleType("countries")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(blocks("python")[0], PAGE.name, "exec"), module.__dict__)
    view: AnyProjection = module.__dict__["COUNTRIES"]
    return view


def test_the_pages_view_keeps_the_law_of_views(pages_view: AnyProjection) -> None:
    """
    It understands any list of facts, and its row is stored and read exactly.
    """
    check_view(pages_view)


def test_the_pages_line_adds_to_the_views_there_are() -> None:
    """
    The file it shows is the one there is, but for the new view.
    """
    registered = (REPOSITORY / "vip_domain" / "projections" / "registered.py").read_text("utf-8")
    line = blocks("python")[1]
    kept = [each for each in line.splitlines() if "countries" not in each]
    assert [each.replace(", COUNTRIES", "") for each in kept] == registered.splitlines()
