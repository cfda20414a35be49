"""`verify` and `status` on the command line: what is said, and how they exit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.rebuilding import (
    NAMES,
    digests,
    do,
    file,
    more,
    opened,
    right,
    tables,
    told,
)
from tests.shell import Said, here
from vip_domain.projections.renewals import RENEWALS

__all__ = ["file"]  # a fixture

VICTIM = told()[0].vip_id
SPOIL = f"UPDATE customers_1 SET city = 'Else\twhere' WHERE vip_id = '{VICTIM}'"


def said(file: Path, *arguments: str) -> Said:
    return here(file.parent, *arguments)


def live(file: Path) -> dict[str, int]:
    """The generation of each view that is live."""
    with opened(file) as vip:
        return {each.view: each.generation for each in vip.status()}


# verify


def test_a_view_that_is_right_is_exit_code_0(file: Path) -> None:
    """
    With its position and its digest, which anybody can compare.
    """
    log, *views = said(file, "verify", "--json").json
    found = {each["view"]: each for each in views}
    people = said(file, "verify")
    assert {name: each["digest"] for name, each in found.items()} == right()
    assert [each["differences"] for each in found.values()] == [[]] * len(NAMES)
    assert (people.code, people.err) == (0, "")
    assert people.out.splitlines() == [
        f"log is whole at position {log['position']}, covered by checkpoints up to 0, "
        f"digest {log['digest']}",
        *(
            f"{name} is right at position {found[name]['position']}, digest {right()[name]}"
            for name in found
        ),
    ]


def test_a_view_that_is_wrong_is_named_and_exit_code_1(file: Path) -> None:
    """
    By customer and field, in one document for machines; nothing is changed.
    """
    do(file, SPOIL)
    people, machine = said(file, "verify"), said(file, "verify", "customers", "--json")
    (found,) = machine.json
    assert (people.code, people.err) == (1, "vip-domain: customers has 1 differences\n")
    assert f"{VICTIM}\tcity\tElse\\twhere\t" in people.out
    assert (machine.code, found["digest"]) == (1, right()["customers"])
    assert [(each["vip_id"], each["field"]) for each in found["differences"]] == [(VICTIM, "city")]
    assert tables(file) == sorted(f"{name}_1" for name in NAMES)


# status


def test_status_tells_how_every_view_stands(file: Path) -> None:
    """
    Behind before it is asked for, and not after; with its last rebuild.
    """
    said(file, "rebuild", "renewals")
    with opened(file) as vip:
        position = vip.execute(more(1)[0], actor="bo").position
    behind = stands(file)
    with opened(file) as vip:
        digests(vip)
        told_by_the_library = {each.view: each for each in vip.status()}
    after = stands(file)
    for name in NAMES:
        assert (behind[name]["lag_events"], after[name]["lag_events"]) == (1, 0)
        assert behind[name]["lag_seconds"] > after[name]["lag_seconds"] == 0
        assert after[name]["position"] == position
        assert after[name]["rows"] == told_by_the_library[name].rows
    assert after["customers"]["rebuilt_at"] is None
    assert after["renewals"]["rebuilt_at"].endswith("+00:00")
    assert (after["renewals"]["generation"], after["renewals"]["version"]) == (2, RENEWALS.version)


def stands(file: Path) -> dict[str, Any]:
    return {each["view"]: each for each in said(file, "status", "--json").json}


def test_people_read_status_as_a_table(file: Path) -> None:
    """
    One line for each view, a column for each number.
    """
    done = said(file, "status")
    head, *lines = [line.split("\t") for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert head[:7] == [
        "view", "version", "generation", "position", "lag_events", "lag_seconds", "rows",
    ]  # fmt: skip
    assert sorted(line[0] for line in lines) == sorted(NAMES)


@pytest.mark.parametrize("verb", ["rebuild", "status", "verify", "retry"])
def test_a_store_that_is_not_there_is_not_made(verb: str, tmp_path: Path) -> None:
    """
    A mistyped name is an error; every verb says so.
    """
    done = here(tmp_path, verb)
    assert (done.code, done.err.count("\n"), list(tmp_path.iterdir())) == (2, 1, [])


@pytest.mark.parametrize("verb", ["rebuild", "status", "verify", "retry"])
def test_help_names_the_store_and_the_form_for_machines(verb: str, tmp_path: Path) -> None:
    """
    As for every verb.
    """
    shown = here(tmp_path, verb, "--help", db=None)
    assert (shown.code, "--db" in shown.out, "--json" in shown.out) == (0, True, True)
