"""What is installed is what was tested: everything pinned, typed, and free of this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import vip_domain
from vip_domain.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PINS = {"requirements.txt": [], "requirements-dev.txt": ["console", "dev"]}
PACKAGING = ["pyproject.toml", ".ci/run", "README.md", *PINS]
PIN = re.compile(r'[a-z0-9-]+==[0-9][0-9a-z.]*( ; [a-z_]+ [!=]= "[^"]+")?')
CONTRACT = {command.__name__ for command in COMMANDS} | {
    "CommandRefused", "InvalidCommand", "Line", "ProgramRules", "command_from_dict",
    "command_to_dict", "new_vip_id", "open",
}  # fmt: skip
INDEX = re.compile(
    r"--(extra-)?index-url|--find-links|--trusted-host|PIP_INDEX|[a-z]+://\S+/simple"
)
OF_A_MACHINE = re.compile(r"(?<![\w.$}~*/-])/(home|root|opt|mnt|srv|tmp|var|work|Users)\b")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def lines(name: str) -> list[str]:
    """The lines of a requirements file that say something, with those of the file it builds on."""
    stated = (ROOT / name).read_text("utf-8").splitlines()
    kept = [line.strip() for line in stated if line.strip() and not line.startswith("#")]
    included = [line.removeprefix("-r ") for line in kept if line.startswith("-r ")]
    return [
        *(line for line in kept if not line.startswith("-r ")),
        *(line for file in included for line in lines(file)),
    ]


def pins(name: str) -> dict[str, Requirement]:
    read = [Requirement(line) for line in lines(name)]
    return {canonicalize_name(pin.name): pin for pin in read}


def stated(extras: list[str]) -> list[Requirement]:
    table = project()["project"]
    wanted = [
        *table["dependencies"],
        *(each for extra in extras for each in table["optional-dependencies"][extra]),
    ]
    return [Requirement(each) for each in wanted]


def needed(requirements: list[Requirement]) -> set[str]:
    """The names of all that is installed here because of `requirements`, one by the other."""
    found: set[str] = set()
    left = list(requirements)
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        environment = {"extra": ""}
        if name in found or (requirement.marker and not requirement.marker.evaluate(environment)):
            continue
        found.add(name)
        left += map(Requirement, metadata.requires(name) or ())
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel that the tree builds, from a copy that may be littered."""
    copy = tmp_path_factory.mktemp("wheel") / "tree"
    litter = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "vip_domain", copy / "vip_domain", ignore=litter)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    build = "import setuptools.build_meta as build; build.build_wheel('out')"
    result = subprocess.run(
        [sys.executable, "-c", build], cwd=copy, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    (built,) = (copy / "out").glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.parametrize("name", PINS)
def test_a_requirements_file_holds_exact_versions_and_nothing_else(name: str) -> None:
    """
    A name, `==`, a version, perhaps a marker: no address, no path, no range.
    """
    assert [line for line in lines(name) if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("name", PACKAGING)
def test_no_packaging_file_knows_an_index_or_a_path_of_a_machine(name: str) -> None:
    """
    Where packages come from is the business of the machine that installs them.
    """
    text = (ROOT / name).read_text("utf-8")
    assert (INDEX.search(text), OF_A_MACHINE.search(text)) == (None, None)


def test_the_package_imports_only_what_it_states_as_its_dependencies() -> None:
    """
    What another dependency happens to bring along may be gone with its next release.
    """
    graph = grimp.build_graph("vip_domain", include_external_packages=True, cache_dir=None)
    outside = {name for name in graph.modules if name.partition(".")[0] != "vip_domain"}
    tests = "vip_domain.testing."
    for_tests = {
        name
        for name in outside
        if all(each.startswith(tests) for each in graph.find_modules_that_directly_import(name))
    }
    names = {requirement.name for requirement in stated(["parquet"])}
    assert outside - for_tests - set(sys.stdlib_module_names) - names == set()
    names |= {requirement.name for requirement in stated(["testing"])}
    assert for_tests - set(sys.stdlib_module_names) - names == set()


@pytest.mark.parametrize(("name", "extras"), PINS.items(), ids=PINS.keys())
def test_everything_that_is_needed_is_pinned(name: str, extras: list[str]) -> None:
    """
    Also what the dependencies bring along: an unpinned one would differ from day to day.
    """
    assert needed(stated(extras)) - pins(name).keys() == set()


@pytest.mark.parametrize(("name", "extras"), PINS.items(), ids=PINS.keys())
def test_the_pins_lie_in_the_ranges_of_the_project(name: str, extras: list[str]) -> None:
    """
    What is tested is something that `pip install` could choose.
    """
    pinned = {key: str(pin.specifier).removeprefix("==") for key, pin in pins(name).items()}
    outside = [
        str(requirement)
        for requirement in stated(extras)
        if not requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])
    ]
    assert outside == []


def test_the_build_is_pinned_as_the_tests_have_it() -> None:
    """
    One pin fixes the build, because its backend needs nothing else.
    """
    (backend,) = map(Requirement, project()["build-system"]["requires"])
    assert backend.specifier == pins("requirements-dev.txt")[backend.name].specifier


def test_the_wheel_ships_its_types_its_templates_and_every_module(wheel: zipfile.ZipFile) -> None:
    """
    Without `py.typed` a service's type checker would see only `Any`.
    """
    package = ROOT / "vip_domain"
    found = [*package.rglob("*.py"), *package.rglob("templates/*")]
    shipped = {str(file.relative_to(ROOT)) for file in found}
    assert {"vip_domain/py.typed", *shipped} <= set(wheel.namelist())


def test_the_wheel_holds_nothing_but_the_package(wheel: zipfile.ZipFile) -> None:
    """
    Tests and examples stay in the repository.
    """
    folders = {Path(name).parts[0] for name in wheel.namelist()}
    assert folders == {"vip_domain", "vip_domain-0.1.0.dist-info"}


def test_the_package_offers_what_the_contract_names() -> None:
    """
    Services import these from `vip_domain` itself; more may be added, none taken away.
    """
    assert set(vip_domain.__all__) >= CONTRACT


def test_the_package_knows_its_own_version() -> None:
    """
    Said twice, so that it can be read without installing; once would be a look at metadata.
    """
    assert vip_domain.__version__ == project()["project"]["version"]


def test_types_are_checked_in_every_folder_of_python() -> None:
    """
    mypy cannot be told of folders that are not there yet, so this tells when one came.
    """
    folders = {"vip_domain", "tests", "benchmarks", "examples"}
    there = {folder for folder in folders if any((ROOT / folder).rglob("*.py"))}
    assert set(project()["tool"]["mypy"]["files"]) == there
