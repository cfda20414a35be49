"""How hard Hypothesis looks, and where the executable cases of the rules are."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests import postgres

# No deadlines: a busy machine is no bug. `quick` is for between two edits, `ci` gives one commit
# one verdict, `round` is one turn of `tests.soak_all`, `soak` searches for hours.
settings.register_profile("quick", max_examples=8, stateful_step_count=10, deadline=None)
settings.register_profile(
    "dev", max_examples=50, stateful_step_count=20, deadline=None, print_blob=True
)
settings.register_profile(
    "coverage", max_examples=15, deadline=None, derandomize=True, database=None
)
settings.register_profile(
    "ci",
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "broken",  # as `ci`, but what is found is not made smaller: the bug is known already
    settings.get_profile("ci"),
    phases=(Phase.explicit, Phase.generate),
)
settings.register_profile(
    "round",
    max_examples=500,
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    max_examples=10_000,
    stateful_step_count=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("VIP_DOMAIN_HYPOTHESIS", "dev"))

# In the background of a shell Ctrl-C is ignored, and by all that is started there.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CASES = "VIP_DOMAIN_CASES"
BESIDE_THE_REPOSITORY = Path(__file__).parents[2] / "shared" / "cases"


def cases_folder() -> Path | None:
    """Where the cases are, or `None` for somebody who said to go without them."""
    told = os.environ.get(CASES)
    if told == "none":
        return None
    return Path(told) if told else BESIDE_THE_REPOSITORY


def case_files() -> list[Path]:
    """Every executable case, by name; empty when there is no such folder."""
    folder = cases_folder()
    return sorted(folder.glob("*.json")) if folder else []


_KEEPER = pytest.StashKey[postgres.Keeper]()


def pytest_configure(config: pytest.Config) -> None:
    """Whatever ends this run ends its PostgreSQL server too, if a test starts one."""
    config.stash[_KEEPER] = postgres.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Wait for that: no server outlives its run."""
    keeper = config.stash[_KEEPER]
    if keeper is not None:
        keeper.communicate()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes a `case_file` once for each, or once to say that there is none."""
    if "case_file" not in metafunc.fixturenames:
        return
    files: list[Path | None] = [*case_files()] or [None]
    names = [file.stem if file else "no-cases" for file in files]
    metafunc.parametrize("case_file", files, ids=names, indirect=True)


@pytest.fixture
def case_file(request: pytest.FixtureRequest) -> Path:
    """One executable case. Fails without any: a run that lost its cases is not green."""
    file: Path | None = request.param
    if file is not None:
        return file
    folder = cases_folder()
    if folder is None:
        pytest.skip(f"{CASES}=none")
    pytest.fail(f"No cases in {folder}: set {CASES} to their folder, or to 'none' to go without.")
