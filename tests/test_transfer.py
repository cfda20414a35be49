"""A log that is exported and imported is the same log, in whatever store; or nothing is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

import vip_domain
from tests.rebuilding import more, told, unsealed
from tests.shell import here, shell, with_customers
from tests.stores import STORES, store_url, url_of
from tests.tampering import KEY
from tests.test_chain import stored
from tests.troubles import UNREADABLE, write_unreadable
from vip_domain import AuditError, Checkpoint, StoreError, VipDomain
from vip_domain.audit.lines import COMMAND

__all__ = ["store_url"]

IDS = [f"command-{number}" for number, _ in enumerate(told())]


def filled(vip: VipDomain) -> Checkpoint:
    """Some five hundred events, unreadable ones among them, and a checkpoint."""
    vip.execute_many(told(), actor="anna", command_ids=IDS)
    for kind in UNREADABLE:
        write_unreadable(vip, told()[0].vip_id, kind)
    return vip.checkpoint(KEY)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The export of a whole log, for stores that do not have its keys."""
    with unsealed("memory:") as vip:
        vip.execute_many(told(), actor="anna", command_ids=IDS)
        vip.checkpoint(KEY)
        return [*vip.export_log()]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param(r'"note":"vip-', r'"note":"ip-', id="whose log it is of"),
        pytest.param(r"audit.example R", r"audit.example S", id="its signature"),
        pytest.param(r'"size":', r'"size":1', id="where it stands"),
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(lines: list[str], was: str, becomes: str) -> None:
    """
    Whatever of it, its signature too, for which an import has no key.
    """
    changed = lines[-1].replace(was, becomes)
    assert changed != lines[-1]
    with vip_domain.open("memory:") as vip, pytest.raises(AuditError):
        vip.import_log([*lines[:-1], changed])


def test_an_export_of_before_checkpoints_were_covered_is_imported(lines: list[str]) -> None:
    """
    Its first line does not say what they come to.
    """
    older = re.sub(r',"checkpoints_hash":"[0-9a-f]{64}"', "", lines[0])
    assert older != lines[0]
    with vip_domain.open("memory:") as vip:
        vip.import_log([older, *lines[1:]])
        assert [*vip.export_log()] == lines


@pytest.mark.parametrize("other", STORES)
def test_an_imported_log_is_the_same_log(store_url: str, other: str, tmp_path: Path) -> None:
    """
    Bytes, links, roots, command ids, checkpoints and the digests of every view, from every kind
    of store into every kind; and its own export is the same file.
    """
    (tmp_path / "other").mkdir()
    with (
        vip_domain.open(store_url) as one,
        vip_domain.open(url_of(other, tmp_path / "other")) as two,
    ):
        checkpoint = filled(one)
        lines = [*one.export_log()]
        head = two.import_log(lines)
        assert (head.origin, head.root, head.commands_root) == (
            checkpoint.origin,
            checkpoint.root,
            checkpoint.commands_root,
        )
        assert stored(two) == stored(one)
        assert [*two.export_log()] == lines
        assert [two.digest(each) for each in ("customers", "renewals")] == [
            one.digest(each) for each in ("customers", "renewals")
        ]
        (said,) = two.verify_log(checkpoints=[checkpoint], public_key=KEY.public).checkpoints
        assert (said.holds, said.kept) == (True, True)


def test_an_imported_log_goes_on(store_url: str, lines: list[str]) -> None:
    """
    A command sent again counts once, a new one is linked to what was imported.
    """
    with vip_domain.open(store_url) as vip:
        vip.import_log(lines)
        before = vip._log.last_position()
        again = vip.execute(told()[0], actor="anna", command_id=IDS[0])
        assert (vip._log.last_position(), again.version) == (before, 1)
        vip.execute_many(more(1, 4), actor="anna")
        vip.checkpoint(KEY)
        assert vip.verify_log(public_key=KEY.public).whole


def test_a_line_is_a_cloud_event(lines: list[str]) -> None:
    """
    With the attributes that every tool knows; the data of an event are what is stored.
    """
    first, event, *_ = map(json.loads, lines)
    needed = {"specversion", "id", "source", "type"}
    assert all(needed <= json.loads(line).keys() for line in lines)
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in [*first, *event])
    assert (event["type"], event["data"]["actor"]) == ("invited", "anna")
    assert event["time"].startswith(event["data"]["recorded_at"][:19])
    assert len({json.loads(line)["id"] for line in lines}) == len(lines)


def _without(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], *lines[at + 1 :]]


def _with(lines: list[str], at: int, old: str, new: str) -> list[str]:
    assert old in lines[at]
    return [*lines[:at], lines[at].replace(old, new), *lines[at + 1 :]]


def _broken(lines: list[str]) -> dict[str, list[str]]:
    command = next(n for n, line in enumerate(lines) if json.loads(line)["type"] == COMMAND)
    return {
        "nothing": [],
        "no first line": lines[1:],
        "no last line": lines[:-1],
        "half": lines[: len(lines) // 2],
        "half a line": [*lines[:100], lines[100][:50]],
        "an event is missing": _without(lines, 100),
        "an event says something else": _with(lines, 100, '"actor":"anna"', '"actor":"eve"'),
        "an event is spelt differently": _with(lines, 100, '"actor":"anna"', '"actor": "anna"'),
        "two events changed places": [*lines[:9], lines[10], lines[9], *lines[11:]],
        "a command id is missing": _without(lines, command),
        "a command id is another": _with(lines, command, "command-0", "command-X"),
        "a line too many": [*lines, lines[-1]],
        "an event of another log": _with(lines, 5, "vip-domain/", "vip-domain/0"),
        "a newer format": _with(lines, 0, '"format":1', '"format":2'),
        "no JSON": [*lines[:5], "\x00\n", *lines[5:]],
    }


@pytest.mark.parametrize("store", STORES)
def test_what_is_no_whole_export_is_refused_and_nothing_is_there(
    store: str, lines: list[str], tmp_path: Path
) -> None:
    """
    Each time in one line; the store is as empty as before, and takes the right file then.
    """
    with vip_domain.open(url_of(store, tmp_path)) as vip:
        before = [*vip.export_log()]
        for what, broken in _broken(lines).items():
            with pytest.raises(AuditError, match="export"):
                vip.import_log(broken)
            assert [*vip.export_log()] == before, what
        vip.import_log(lines)
        assert vip.verify_log(public_key=KEY.public).whole


def test_a_store_with_events_takes_no_import(store_url: str, lines: list[str]) -> None:
    """
    Not even its own.
    """
    with vip_domain.open(store_url) as vip:
        vip.import_log(lines)
        with pytest.raises(StoreError, match="into an empty store, and this one has events"):
            vip.import_log(lines)
        assert [*vip.export_log()] == lines


def test_a_log_that_was_changed_is_not_exported(lines: list[str]) -> None:
    """
    Nobody gets a file that looks whole.
    """
    with vip_domain.open("memory:") as vip:
        vip.import_log(lines)
        vip.checkpoint(KEY)
        events = vip._log._recorder._stored_events  # type: ignore[attr-defined]
        events[9] = replace(events[9], state=b"{}")
        with pytest.raises(AuditError, match="verify tells more"):
            list(vip.export_log())


def test_export_and_import_work_in_a_shell(tmp_path: Path) -> None:
    """
    Through files and through a pipe; a file appears when it is complete.
    """
    with_customers(tmp_path)
    file = str(tmp_path / "log.jsonl")
    assert here(tmp_path, "export", file).code == 0
    piped = shell(tmp_path, "export", "-", "--db", "sqlite:///vip.db").stdout
    said = here(tmp_path, "import", file, db="other.db")
    third = shell(tmp_path, "import", "-", "--db", "sqlite:///third.db", stdin=piped)
    verified = [here(tmp_path, "verify", "--json", db=db).out for db in ("vip.db", "third.db")]
    assert Path(file).read_bytes() == piped
    assert (said.code, third.returncode) == (0, 0)
    assert re.match(r"\d+ events and 0 command ids of vip-domain/", said.out)
    assert verified[0] == verified[1]
    assert sorted(each.name for each in tmp_path.glob("*.part")) == []
