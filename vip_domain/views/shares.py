"""The bulk of a rebuild: customers in shares, each folded by itself into a file of rows."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Self

import attrs

from vip_domain import codec
from vip_domain.aggregates.streams import CUSTOMER
from vip_domain.faults import reach
from vip_domain.projections.projection import AnyProjection
from vip_domain.views import tables
from vip_domain.views.folding import Key, Stop
from vip_domain.views.tables import Row
from vip_domain.views.whole_streams import fold_streams

EVENTS_A_SHARE = 50_000
PAST = CUSTOMER[:-1] + chr(ord(CUSTOMER[-1]) + 1)
"""The first text after every customer stream."""

MAPPED = 1 << 36

SHARE = """
SELECT originator_id, originator_version, position, topic, state
FROM stored_events
WHERE originator_id >= ? AND originator_id < ? AND position <= ?
ORDER BY originator_id, originator_version
"""
BOUNDARY = """
SELECT originator_id FROM stored_events
WHERE originator_id > ? AND originator_id < ?
ORDER BY originator_id LIMIT 1 OFFSET ?
"""
IDENTITY = """
SELECT position, originator_id, originator_version, state FROM stored_events
WHERE position IN ((SELECT min(position) FROM stored_events), ?)
ORDER BY position
"""


@attrs.frozen
class Share:
    """The customers whose streams lie from `first` up to, not including, `past`."""

    number: int
    first: str
    past: str

    def file(self, folder: Path) -> Path:
        """Where its rows are once it is folded."""
        return folder / f"{self.number:05}.db"


@attrs.frozen
class Plan:
    """What is folded: which view, up to which position of which log, by which code."""

    projection: str
    version: int
    position: int
    log: str
    code: str
    skipped: tuple[Key, ...]
    shares: tuple[Share, ...]

    def save(self, folder: Path) -> None:
        """Keep the plan, so that a killed rebuild is taken up again."""
        part = folder / "plan.json.part"
        part.write_text(json.dumps(attrs.asdict(self)))
        part.replace(folder / "plan.json")

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The plan that was kept here, if one was."""
        try:
            kept = json.loads((folder / "plan.json").read_text())
            shares = tuple(Share(**share) for share in kept.pop("shares"))
            skipped = tuple((vip_id, version) for vip_id, version in kept.pop("skipped"))
            return cls(**kept, shares=shares, skipped=skipped)
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return None

    def continues(
        self, log: sqlite3.Connection, projection: AnyProjection, skipped: tuple[Key, ...]
    ) -> bool:
        """Whether what was folded for it is what this code would fold of this log."""
        return (self.projection, self.version, self.log, self.code, self.skipped) == (
            projection.name,
            projection.version,
            _identity(log, self.position),
            code_in_use(),
            skipped,
        )


def prepare(
    path: str, folder: Path, projection: AnyProjection, position: int, skips: Iterable[Key]
) -> Plan:
    """The plan for `folder`: the one begun there before if it fits, else a new one."""
    begun, skipped = Plan.load(folder), tuple(sorted(skips))
    with closing(open_log(path)) as log:
        if begun is not None and begun.continues(log, projection, skipped):
            return begun
        plan = Plan(
            projection=projection.name,
            version=projection.version,
            position=position,
            log=_identity(log, position),
            code=code_in_use(),
            skipped=skipped,
            shares=tuple(_shares(log)),
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    plan.save(folder)
    return plan


def open_log(path: str) -> sqlite3.Connection:
    """The log, for reading alone and in the order of streams."""
    log = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    # In stream order rows lie all over the file: mapped, that costs half of what it does not.
    log.execute(f"PRAGMA mmap_size={MAPPED}")
    log.execute("PRAGMA cache_size=-65536")
    return log


def _shares(log: sqlite3.Connection) -> Iterator[Share]:
    number, first = 0, CUSTOMER
    while True:
        row = log.execute(BOUNDARY, (first, PAST, EVENTS_A_SHARE)).fetchone()
        past = PAST if row is None else row[0]
        yield Share(number, first, past)
        if row is None:
            return
        number, first = number + 1, past


def _identity(log: sqlite3.Connection, position: int) -> str:
    """A hash of the first event and of that at `position`: copies of a log may go on apart."""
    content = hashlib.sha256()
    for row in log.execute(IDENTITY, (position,)):
        content.update(repr(row).encode())
    return content.hexdigest()


def code_in_use() -> str:
    """A hash of this package: rows folded by other code are not taken up."""
    package = Path(codec.__file__).parent
    content = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        content.update(file.read_bytes())
    return content.hexdigest()


@attrs.frozen
class FileShares:
    """Shares of a log in a file, each folded into a file of the folder."""

    path: str
    folder: Path
    projection: AnyProjection
    plan: Plan

    @property
    def where(self) -> str:
        """The store, for errors."""
        return self.path

    @contextmanager
    def folding(self) -> Iterator[Callable[[int], None]]:
        """What folds a share, given its number; the log stays open between two."""
        # Another connection for each share would map the log anew: a fifth of reading it.
        with closing(open_log(self.path)) as log:
            yield partial(fold_share, log, self.folder, self.projection, self.plan)


def fold_share(
    log: sqlite3.Connection, folder: Path, projection: AnyProjection, plan: Plan, number: int
) -> None:
    """Fold one share into its file, which is there when it is whole."""
    share = plan.shares[number]
    done = share.file(folder)
    part = done.with_suffix(f".{os.getpid()}.part")
    part.unlink(missing_ok=True)
    events = log.execute(SHARE, (share.first, share.past, plan.position))
    stops: list[Stop] = []
    gc.disable()  # a fold makes no cycles; looking for them takes a tenth of its time
    try:
        write_share(part, projection, fold_streams(projection, events, plan.skipped, stops), stops)
    finally:
        gc.enable()
    reach("share.folded")
    part.replace(done)
    reach("share.kept")


def write_share(
    file: Path, projection: AnyProjection, rows: Iterable[Row], stops: Iterable[Stop]
) -> None:
    """A new file with these rows in its table `rows`, and then who stopped in `parked`."""
    marks = ", ".join("?" * len(tables.columns(projection)))
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode=OFF")
        target.execute("PRAGMA synchronous=OFF")
        target.execute(tables.create_table(projection, "rows", keyed=False))
        target.execute("CREATE TABLE parked (vip_id, version, position, error)")
        target.execute("BEGIN")
        target.executemany(f"INSERT INTO rows VALUES ({marks})", rows)
        target.executemany("INSERT INTO parked VALUES (?, ?, ?, ?)", map(attrs.astuple, stops))
        target.execute("COMMIT")


def unfinished(folder: Path, plan: Plan) -> list[int]:
    """The numbers of the shares that are still to be folded."""
    return [share.number for share in plan.shares if not share.file(folder).exists()]
