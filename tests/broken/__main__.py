"""
Break the promises one after the other: `python -m tests.broken [WORD …]`.

Each break is put into a copy of the tree, and the test that is to show it runs there: it must
fail. Exit code 1 when a test did not see that its promise was broken.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.broken.breaks import ROOT, Break, breaks

LATEST = 600
"""Seconds after which a test is stopped, and has seen nothing: nothing here takes so long."""

FAILED = 1
"""What pytest ends with when tests ran and failed; anything else shows nothing."""

SAID = re.compile(r"^E +(.*)$", re.MULTILINE)


def copied(folder: Path) -> Path:
    """A tree of its own: what git knows of this one, and the cases beside it."""
    names = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(names, cwd=ROOT, check=True, capture_output=True).stdout
    tree = folder / "tree"
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    if (ROOT.parent / "shared").exists():
        (folder / "shared").symlink_to((ROOT.parent / "shared").resolve())
    return tree


def shown(each: Break, tree: Path) -> str | None:
    """What the test says of the promise that is broken in this tree; None when nothing."""
    was = (tree / each.file).read_text("utf-8")
    (tree / each.file).write_text(each.broken(tree), "utf-8")
    try:
        return _failure(each, tree)
    finally:
        (tree / each.file).write_text(was, "utf-8")


def _failure(each: Break, tree: Path) -> str | None:
    chosen = [each.shown_by, *(["-k", each.only] if each.only else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *chosen],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "VIP_DOMAIN_HYPOTHESIS": "broken"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=LATEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # what the test started, too
        process.communicate()
        return None
    if process.returncode != FAILED:
        sys.stdout.write(said[-2000:])
        return None
    return next(iter(SAID.findall(said)), said.strip().splitlines()[-1])


def run(chosen: list[tuple[str, Break]], at_once: int) -> list[tuple[str, Break, str | None]]:
    """Each break with what its test said."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(at_once) as pool:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(at_once):
            trees.put(copied(Path(folder) / str(number)))

        def one(entry: tuple[str, Break]) -> tuple[str, Break, str | None]:
            tree = trees.get()
            try:
                said = shown(entry[1], tree)
            finally:
                trees.put(tree)
            verdict = "found" if said is not None else "NOT FOUND"
            sys.stdout.write(f"{verdict}: {entry[1].bug} ({entry[1].shown_by})\n    {said}\n")
            sys.stdout.flush()
            return *entry, said

        return list(pool.map(one, chosen))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="of chapters, bugs or tests; all when none")
    parser.add_argument("--at-once", type=int, default=2)
    asked = parser.parse_args()
    chosen = [
        (chapter, each)
        for chapter, each in breaks()
        if not asked.words
        or any(word in f"{chapter} {each.bug} {each.shown_by}" for word in asked.words)
    ]
    results = run(chosen, asked.at_once)
    unseen = [each.bug for _, each, said in results if said is None]
    sys.stdout.write(f"{len(results) - len(unseen)} of {len(results)} broken promises were found\n")
    sys.exit(1 if unseen else 0)


if __name__ == "__main__":
    main()
