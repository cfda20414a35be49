"""What a broken promise is made of, and where all of them are."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import attrs

import tests.broken

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Break:
    """
    A promise broken: in `file` the text `was`, which stands there once, is made `becomes`.

    `shown_by` is the test that must fail then, as `docs/guarantees.md` names it; `only` chooses
    among its parameters, as `-k` of pytest does. `bug` says in a sentence what is wrong now.
    """

    bug: str
    shown_by: str
    file: str
    was: str
    becomes: str
    only: str = ""

    def broken(self, tree: Path = ROOT) -> str:
        """The file with the bug in it; `ValueError` when it is not clear where it goes."""
        text = (tree / self.file).read_text("utf-8")
        if text.count(self.was) != 1:
            raise ValueError(f"{self.file} has {self.was!r} {text.count(self.was)} times")
        return text.replace(self.was, self.becomes)


def breaks() -> list[tuple[str, Break]]:
    """All of them, each with the chapter it belongs to."""
    chapters = sorted(each.name for each in pkgutil.iter_modules(tests.broken.__path__))
    return [
        (chapter, each)
        for chapter in chapters
        if chapter not in {"__main__", "breaks"}
        for each in importlib.import_module(f"tests.broken.{chapter}").BREAKS
    ]
