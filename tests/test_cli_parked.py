"""`status`, `retry` and `skip` on the command line: who is parked, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import invite
from tests.rebuilding import NAMES, digests, opened
from tests.shell import Said, as_line, here, run
from tests.troubles import buggy, write_unreadable
from vip_domain import AssignManager, Command

BAD, NEWER = "VIP-1000", "a newer version's event"
ERROR = "UnreadableEvent: event 2 of customer-VIP-1000: 'customer-rated-7' is an unknown name"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store whose customer VIP-1000 has an event of a newer version, which all views met."""
    with opened(tmp_path / "vip.db") as vip:
        vip.execute_many([invite(vip_id=BAD), invite(vip_id="VIP-2000")], actor="anna")
        write_unreadable(vip, BAD, NEWER)
        digests(vip)
    return tmp_path


@contextmanager
def understood() -> Iterator[None]:
    """This version meanwhile takes any event, as the newer one would."""
    with buggy("takes anything"):
        yield


def test_status_names_who_is_parked_and_why(folder: Path) -> None:
    """
    A number for each view, and one line for each of them with its error.
    """
    head, *lines = here(folder, "status").out.splitlines()
    place = head.split("\t").index("parked")
    views, parked = lines[: len(NAMES)], lines[len(NAMES) :]
    assert [line.split("\t")[place] for line in views] == ["1"] * len(NAMES)
    assert parked[:3] == ["", "parked", "view\tvip_id\tversion\tposition\tparked_at\terror"]
    assert [line.split("\t")[:4] for line in parked[3:]] == [
        [name, BAD, "2", "3"] for name in NAMES
    ]
    assert {line.split("\t")[5] for line in parked[3:]} == {ERROR}


def test_machines_get_everybody_who_is_parked(folder: Path) -> None:
    """
    Within the view they are parked in.
    """
    for view in here(folder, "status", "--json").json:
        (parked,) = view["parked_customers"]
        assert (view["parked"], parked["vip_id"], parked["error"]) == (1, BAD, ERROR)
        assert parked["parked_at"].endswith("+00:00")


def test_who_has_to_wait_on_after_a_retry_is_exit_code_1(folder: Path) -> None:
    """
    And named, with the error of this time.
    """
    done = here(folder, "retry")
    assert (done.code, done.out.splitlines()[0]) == (1, f"0 of {len(NAMES)} go on")
    assert done.err == f"vip-domain: {len(NAMES)} still wait at an event their view cannot take\n"
    assert ERROR in done.out
    one = here(folder, "retry", "renewals", BAD, "--json")
    assert (one.code, [each["parked"]["error"] for each in one.json]) == (1, [ERROR])


def test_a_retry_after_the_fix_is_exit_code_0(folder: Path) -> None:
    """
    Everybody goes on, and nobody is parked any more.
    """
    with understood():
        done = here(folder, "retry", "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json == [{"view": name, "vip_id": BAD, "parked": None} for name in NAMES]
    assert parked_in(folder) == [0] * len(NAMES)
    assert here(folder, "retry").out == "0 of 0 go on\n"


def parked_in(folder: Path) -> list[int]:
    return [each["parked"] for each in here(folder, "status", "--json").json]


def test_a_skip_keeps_who_said_so_and_why(folder: Path) -> None:
    """
    The user of the system, if nobody else is named.
    """
    said = [
        here(folder, "skip", "customers", BAD, "--reason", "No matter.", "--actor", "ole"),
        here(folder, "skip", "renewals", BAD, "--reason", "Nor here.", "--event", "2"),
        here(folder, "skip", "customer_versions", BAD, "--reason", "Nor there."),
    ]
    with opened(folder / "vip.db") as vip:
        customers, renewals, _ = vip.skipped()
    assert [(each.code, each.out, each.err) for each in said] == [(0, "1 of 1 go on\n", "")] * 3
    assert (customers.actor, customers.reason, customers.error) == ("ole", "No matter.", ERROR)
    assert renewals.actor
    assert parked_in(folder) == [0] * len(NAMES)
    assert [each["skipped"] for each in here(folder, "status", "--json").json] == [1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("skip", "customers", "VIP-2000", "--reason", "x"), 1, "VIP-2000 is not parked"),
        (("skip", "customers", BAD, "--reason", "x", "--event", "1"), 1, "is parked in customers"),
        (("skip", "customers", BAD, "--reason", " "), 2, "reason: must not be blank"),
        (("skip", "customers", BAD), 2, "--reason"),
        (("skip", "nothing", BAD, "--reason", "x"), 2, "name: must be one of customers, renewals"),
        (("retry", "nothing"), 2, "name: must be one of customers, renewals"),
        (("retry", "customers", "VIP-2000"), 1, "VIP-2000 is not parked in customers"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    folder: Path, arguments: tuple[str, ...], code: int, problem: str
) -> None:
    """
    And nothing is passed over.
    """
    done: Said = here(folder, *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert problem in done.err
    with opened(folder / "vip.db") as vip:
        assert vip.skipped() == ()


def test_a_line_for_a_customer_that_nobody_can_read_fails_alone(folder: Path) -> None:
    """
    The lines before and after it are recorded; run again, they are already so.
    """
    lines: list[Command] = [managed(BAD), managed("VIP-2000"), invite(vip_id="VIP-3000")]
    results = run(folder, b"".join(map(as_line, lines)))
    assert [each["status"] for each in results] == ["failed", "recorded", "recorded"]
    assert (results[0]["code"], results[0]["message"]) == (
        "UNREADABLE_EVENT",
        ERROR.removeprefix("UnreadableEvent: "),
    )


def managed(vip_id: str) -> AssignManager:
    return AssignManager(vip_id=vip_id, at="2026-04-04T10:00Z", managed_by="eva")
