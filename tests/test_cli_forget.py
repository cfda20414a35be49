"""`forget` on the command line: who its people are is erased, once and for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import OWNER, VIP, invite
from tests.shell import as_line, here, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with one customer."""
    run(tmp_path, as_line(invite()))
    return tmp_path


def test_forget_erases_who_its_people_are(folder: Path) -> None:
    """
    And says so; nobody is there to be erased a second time.
    """
    assert OWNER in here(folder, "show", VIP).out
    said = [here(folder, "forget", VIP, "--reason", "asked for") for _ in range(2)]
    assert [each.out for each in said] == [
        f"{VIP} version 2: erased\n",
        f"{VIP} version 2: erased before, nobody was named since\n",
    ]
    assert OWNER not in here(folder, "show", VIP).out
    assert OWNER not in here(folder, "history", VIP).out


def test_machines_learn_what_it_came_to(folder: Path) -> None:
    """
    Whether anybody was erased, and what is on record.
    """
    said = here(folder, "forget", VIP, "--reason", "asked for", "--actor", "dpo", "--json")
    assert said.json == {"vip_id": VIP, "version": 2, "erased": True}
    assert here(folder, "history", VIP, "--json").json[-1]["actor"] == "dpo"


def test_the_same_file_again_changes_nothing_after_an_erasure(folder: Path) -> None:
    """
    Commands that named them are known by their ids still.
    """
    here(folder, "forget", VIP, "--reason", "asked for")
    (again,) = run(folder, as_line(invite()))
    assert (again["status"], again["version"]) == ("recorded", 1)


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("VIP-9999", "--reason", "asked for"), 1, "CUSTOMER_UNKNOWN"),
        ((VIP, "--reason", " "), 1, "INVALID_COMMAND"),
        ((VIP,), 2, "--reason"),
    ],
)
def test_a_bad_erasure_is_refused(
    folder: Path, arguments: tuple[str, ...], code: int, error: str
) -> None:
    """
    In one line.
    """
    said = here(folder, "forget", *arguments)
    assert said.code == code
    assert error in said.err


def test_keys_elsewhere_and_nobody_erasable_are_chosen_by_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    For every verb, as the store is.
    """
    monkeypatch.setenv("VIP_DOMAIN_KEYS", str(tmp_path / "elsewhere"))
    run(tmp_path, as_line(invite()))
    assert OWNER in here(tmp_path, "show", VIP).out
    monkeypatch.setenv("VIP_DOMAIN_ERASABLE", "no")
    run(tmp_path, as_line(invite(vip_id="VIP-0002")))
    refused = here(tmp_path, "forget", "VIP-0002", "--reason", "asked for")
    assert (refused.code, "NOT_ERASABLE" in refused.err) == (1, True)
    monkeypatch.setenv("VIP_DOMAIN_ERASABLE", "maybe")
    assert here(tmp_path, "status").code == 2
    assert not (tmp_path / "vip.db-keys").exists()
