"""A log that goes through a Parquet file is the same log, or nothing is there."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pytest
from pyarrow import parquet

import vip_domain
from tests.rebuilding import NAMES
from tests.shell import here, shell, with_customers
from tests.stores import STORES, url_of
from tests.tampering import KEY
from tests.test_transfer import filled
from vip_domain import AuditError, StoreError, VipDomain
from vip_domain.audit import parquet as ours

CLOUD_EVENTS = {"specversion", "id", "source", "type", "subject", "datacontenttype", "time", "data"}
TOLD = ("specversion", "id", "source", "type", "subject", "datacontenttype", "position", "version")
EXTENSIONS = {"position", "version", "chain"}
FLIPS = 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of a log with unreadable events, command ids and a checkpoint, in small groups."""
    file = tmp_path_factory.mktemp("parquet") / "log.parquet"
    with pytest.MonkeyPatch().context() as small, vip_domain.open("memory:") as vip:
        small.setattr(ours, "GROUP_ROWS", 50)
        filled(vip)
        vip.export_parquet(file)
    return file


@pytest.fixture
def empty() -> Iterator[VipDomain]:
    with vip_domain.open("memory:") as vip:
        yield vip


@pytest.mark.parametrize(("store", "other"), [*pairwise([*STORES, STORES[0]])])
def test_an_imported_parquet_file_is_the_same_log(store: str, other: str, tmp_path: Path) -> None:
    """
    From every kind of store into another: all that an export as lines tells, and every view.
    """
    file = tmp_path / "log.parquet"
    (tmp_path / "other").mkdir()
    with (
        vip_domain.open(url_of(store, tmp_path)) as one,
        vip_domain.open(url_of(other, tmp_path / "other")) as two,
    ):
        checkpoint = filled(one)
        one.export_parquet(file)
        head = two.import_parquet(str(file))
        assert (head.root, head.commands_root) == (checkpoint.root, checkpoint.commands_root)
        assert [*two.export_log()] == [*one.export_log()]
        assert [two.digest(name) for name in NAMES] == [one.digest(name) for name in NAMES]
        (said,) = two.verify_log(checkpoints=[checkpoint], public_key=KEY.public).checkpoints
        assert (said.holds, said.kept) == (True, True)


def test_its_columns_are_the_attributes_of_cloud_events(whole: Path, empty: VipDomain) -> None:
    """
    Typed, so that other programs can ask them: bytes as they are stored, instants as instants.
    """
    empty.import_parquet(whole)
    table = parquet.read_table(whole)
    row = table.slice(1, 1).to_pylist()[0]
    line = json.loads([*empty.export_log()][1])
    (stored,) = empty._log._recorder.select_notifications(1, 1)
    assert {*table.column_names} == CLOUD_EVENTS | EXTENSIONS
    assert {name: row[name] for name in TOLD} == {name: line[name] for name in TOLD}
    assert (row["time"], row["data"]) == (datetime.fromisoformat(line["time"]), stored.state)
    assert parquet.ParquetFile(whole).num_row_groups > 10


def _only(table: Any, keep: Callable[[int], bool]) -> Any:
    return table.take([number for number in range(table.num_rows) if keep(number)])


def _as_float(table: Any) -> Any:
    """Compares as it should, and is no position all the same."""
    at = table.column_names.index("position")
    return table.set_column(at, "position", table["position"].cast(arrow.float64()))


BROKEN: dict[str, Callable[[Any], Any]] = {
    "no rows": lambda table: table.slice(0, 0),
    "no first row": lambda table: table.slice(1),
    "no last row": lambda table: table.slice(0, table.num_rows - 1),
    "a row is missing": lambda table: _only(table, lambda number: number != 100),
    "a row too many": lambda table: arrow.concat_tables([table, table.slice(table.num_rows - 1)]),
    "two halves changed places": lambda table: arrow.concat_tables(
        [table.slice(0, 1), table.slice(200), table.slice(1, 199)]
    ),
    "a column is missing": lambda table: table.drop_columns(["chain"]),
    "a column of another type": _as_float,
    "nothing is said": lambda table: table.set_column(
        1, "id", arrow.array([None] * table.num_rows, arrow.string())
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_table_that_is_no_whole_export_is_refused(
    whole: Path, empty: VipDomain, tmp_path: Path, what: str
) -> None:
    """
    In one line; nothing of it is there, and the right file is taken then.
    """
    broken = tmp_path / "broken.parquet"
    parquet.write_table(BROKEN[what](parquet.read_table(whole)), broken)
    with pytest.raises(AuditError, match="export") as refused:
        empty.import_parquet(broken)
    assert ("\n" in str(refused.value), empty._log.last_position()) == (False, 0)
    empty.import_parquet(whole)


def test_bytes_that_are_no_parquet_are_refused(
    whole: Path, empty: VipDomain, tmp_path: Path
) -> None:
    """
    Nothing, something else, half a file, one that ends early.
    """
    content, file = whole.read_bytes(), tmp_path / "no.parquet"
    for some in (b"", b"PAR1", b"{}\n" * 1000, content[: len(content) // 2], content[:-1]):
        file.write_bytes(some)
        with pytest.raises(AuditError, match="no whole export of a log"):
            empty.import_parquet(file)
    assert empty._log.last_position() == 0


def test_a_changed_bit_is_found_or_changes_nothing(whole: Path, tmp_path: Path) -> None:
    """
    Wherever it is: Parquet keeps statistics that no reader of ours asks.
    """
    content, chance, file = whole.read_bytes(), random.Random(1), tmp_path / "flipped.parquet"
    with vip_domain.open("memory:") as vip:
        vip.import_parquet(whole)
        right = [*vip.export_log()]
    found = 0
    for _ in range(FLIPS):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        file.write_bytes(flipped)
        with vip_domain.open("memory:") as vip:
            try:
                vip.import_parquet(file)
                assert [*vip.export_log()] == right
            except AuditError:
                found += 1
                assert vip._log.last_position() == 0
    assert found > FLIPS // 10


def test_a_file_that_cannot_be_written_is_not_there(
    empty: VipDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What was there before stays: the disk is full at the very end.
    """

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "log.parquet"
    file.write_text("before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        empty.export_parquet(file)
    assert [each.name for each in tmp_path.iterdir()] == ["log.parquet"]
    assert file.read_text() == "before"


def test_without_pyarrow_it_is_said_what_is_missing(
    empty: VipDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It is an extra: everything else works.
    """
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "vip_domain.audit.parquet")
    for use in (empty.export_parquet, empty.import_parquet):
        with pytest.raises(StoreError, match=r"pip install 'vip-domain\[parquet\]'"):
            use(tmp_path / "log.parquet")


# Imports of either kind, in trouble.


@contextmanager
def small_disk(size: int) -> Iterator[None]:
    """No file of this process can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_disk_that_fills_up_during_an_import_leaves_an_empty_store(
    tmp_path: Path, kind: str
) -> None:
    """
    There is room for a part of it; the next attempt, with more, works.
    """
    (tmp_path / "vip").mkdir()
    file = _exported(tmp_path / "vip", kind)
    with vip_domain.open(f"sqlite:///{tmp_path / 'new.db'}") as vip:
        used = (tmp_path / "new.db-wal").stat().st_size
        with small_disk(used + 65_536), pytest.raises(StoreError):
            _import(vip, file)
        assert vip._log.last_position() == 0
        assert _import(vip, file).size > 100


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_an_import_that_is_killed_leaves_an_empty_store(tmp_path: Path, store: str) -> None:
    """
    Kill -9 when everything was written and nothing committed; the next attempt works.
    """
    (tmp_path / "vip").mkdir()
    file, url = _exported(tmp_path / "vip", "parquet"), url_of(store, tmp_path)
    killed = shell(tmp_path, "import", str(file), "--db", url, VIP_DOMAIN_FAULT="import.written")
    with vip_domain.open(url) as vip:
        assert (killed.returncode, vip._log.last_position()) == (-9, 0)
        assert _import(vip, file).size > 100


def _exported(folder: Path, kind: str) -> Path:
    file = folder / f"log.{kind}"
    with vip_domain.open(f"sqlite:///{folder / 'vip.db'}") as vip:
        filled(vip)
    assert here(folder, "export", str(file)).code == 0
    return file


def _import(vip: VipDomain, file: Path) -> Any:
    if file.suffix == ".parquet":
        return vip.import_parquet(file)
    with file.open("rb") as lines:
        return vip.import_log(lines)


def test_a_shell_exports_and_imports_parquet(tmp_path: Path) -> None:
    """
    The name says what a file is.
    """
    with_customers(tmp_path)
    file = str(tmp_path / "log.parquet")
    codes = [here(tmp_path, verb, file, db=db).code for verb, db in DONE]
    verified = [here(tmp_path, "verify", "--json", db=db).out for _, db in DONE]
    assert (codes, verified[0]) == ([0, 0], verified[1])


DONE = [("export", "vip.db"), ("import", "other.db")]
