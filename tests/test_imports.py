"""Arrows point down only, and the pure half reaches for nothing outside itself."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PURE = (
    "values", "rules", "errors", "commands", "events", "aggregates", "words", "projections", "demo",
)  # fmt: skip
WORLD = {"eventsourcing", "sqlalchemy", "cattrs", "typer", "rich", "sqlite3"}
CLOCKS = {"now", "today", "utcnow"}
OF_THE_MACHINE = {
    "asyncio", "io", "multiprocessing", "os", "pathlib", "secrets", "shutil", "socket", "sqlite3",
    "subprocess", "sys", "tempfile", "threading", "time", "uuid",
}  # fmt: skip
WELCOME = (set(sys.stdlib_module_names) - OF_THE_MACHINE) | {"attrs", "cryptography", "msgspec"}

# Imports the modules of the pure half without `vip_domain/__init__.py`, which opens the rest.
IMPORT_ALONE = """
import importlib, json, sys, types
package = types.ModuleType("vip_domain")
package.__path__ = [sys.argv[1]]
sys.modules["vip_domain"] = package
for name in sys.argv[2:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def pure_files() -> list[Path]:
    package = ROOT / "vip_domain"
    return [
        file
        for name in PURE
        for file in [package / f"{name}.py", *sorted((package / name).rglob("*.py"))]
        if file.exists()
    ]


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_the_import_rules_of_the_house_are_kept() -> None:
    """
    Every contract of `pyproject.toml` holds, and a new folder has to find its place in them.
    """
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    result = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_pure_half_imports_little_but_the_standard_library() -> None:
    """
    What is not named as welcome is refused, so that a new package cannot slip in unnamed.
    """
    graph = grimp.build_graph("vip_domain", include_external_packages=True, cache_dir=None)
    strangers = {
        (module, imported)
        for module in map(module_name, pure_files())
        for imported in graph.find_modules_directly_imported_by(module)
        if not imported.startswith("vip_domain.") and imported not in WELCOME
    }
    assert strangers == set()


def test_the_pure_half_loads_without_any_database_or_codec() -> None:
    """
    A service on a cluster can import the rules and folds alone.
    """
    modules = [module_name(file) for file in pure_files()]
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_ALONE, str(ROOT / "vip_domain"), *modules],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(result.stdout)
    assert set(modules) <= set(loaded)
    assert WORLD.isdisjoint(loaded)


@pytest.mark.parametrize("file", pure_files(), ids=module_name)
def test_nothing_in_the_pure_half_looks_at_a_clock(file: Path) -> None:
    """
    Import rules cannot see `datetime.now()`; the syntax tree can.
    """
    looks = [
        f"{file.name}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]
    assert looks == []
