"""A rebuild beside the live view: fold, load, catch up, compare, switch; and the way back."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import attrs
from filelock import FileLock, Timeout
from sqlalchemy.schema import CreateTable

from vip_domain.errors import StoreError
from vip_domain.faults import reach
from vip_domain.views import generations, leftovers, parking, switch, tables
from vip_domain.views.abreast import standing_together
from vip_domain.views.compare import differences, digest
from vip_domain.views.follower import Follower
from vip_domain.views.generations import Generation
from vip_domain.views.load import load_share, make_index
from vip_domain.views.repair import retry, retry_beside
from vip_domain.views.reports import (
    Difference,
    Listener,
    Progress,
    Rebuilt,
    Verified,
    ViewDiffers,
    quiet,
)
from vip_domain.views.shares import FileShares, Plan, prepare, unfinished
from vip_domain.views.sqlite import connect, file_errors, sqlite_engine
from vip_domain.views.workers import Task, can_start, fold_elsewhere

FEW = 2
"""Up to so many shares another process costs more than it saves."""


@attrs.frozen
class Workshop:
    """
    Where a view in a database is folded anew, one rebuild at a time.

    `path` is a SQLite file, beside which is a folder for it; `log_path` that of the log.
    """

    path: str
    follower: Follower
    log_path: str
    workers: int = attrs.field(factory=lambda: os.cpu_count() or 1)
    listener: Listener = quiet

    @property
    def _view(self) -> str:
        return self.follower.projection.name

    def _folder(self, purpose: str) -> Path:
        return Path(f"{self.path}-{purpose}-{self._view}")

    @contextmanager
    def _alone(self, purpose: str) -> Iterator[Path]:
        folder = self._folder(purpose)
        lock = FileLock(f"{folder}.lock", timeout=0)
        with file_errors(self.path):
            try:
                lock.acquire()
            except Timeout:
                raise StoreError(f"{self.path}: a {purpose} of {self._view} is under way") from None
        try:
            yield folder
        finally:
            lock.release()

    def rebuild(self, *, despite_differences: bool = False) -> Rebuilt:
        """
        Fold the view anew beside the live one and switch to it.

        Killed, it is taken up where it was. Raises `ViewDiffers` when the rows are not the live
        ones, and `StoreError` when another rebuild of the view is under way.
        """
        with self._alone("rebuild") as folder:
            generation = leftovers.new_generation(self.follower)
            reach("rebuild.begun")
            try:
                rebuilt = self._rebuild(folder, generation, despite_differences)
            except BaseException:
                with suppress(StoreError):  # then the next rebuild drops it
                    leftovers.discard(self.follower, generation)
                raise
            shutil.rmtree(folder, ignore_errors=True)
            leftovers.clear(self.follower)
            return rebuilt

    def _rebuild(self, folder: Path, generation: Generation, despite_differences: bool) -> Rebuilt:
        started = time.monotonic()
        position = self._fold(folder, self.path, generation)
        self._index(generation.name)
        position, found = self._compare(generation, position)
        if found and not despite_differences:
            raise ViewDiffers(self._view, tuple(found))
        reach("rebuild.compared")
        rebuilt = Rebuilt(
            view=self._view,
            position=position,
            generation=generation.number,
            events=position,
            seconds=time.monotonic() - started,
            differences=tuple(found),
        )
        switch.switch(self.follower, rebuilt)
        return rebuilt

    def _fold(self, folder: Path, target: str, generation: Generation) -> int:
        """Fold the log share by share into a generation in the file `target`; its position."""
        last, projection = self.follower.log.last_position(), self.follower.projection
        with self.follower.transaction() as connection:
            skips = parking.skips(connection, projection)
        with file_errors(self.path):
            plan = prepare(self.log_path, folder, projection, last, skips)
        reach("rebuild.planned")
        left = unfinished(folder, plan)
        ready = {share.number for share in plan.shares} - set(left)
        started, total, loaded = time.monotonic(), plan.position, 0
        for number in itertools.chain([None], self._folded(folder, plan, left)):
            ready |= set() if number is None else {number}
            # In the order of keys, so that the table grows at its end alone.
            while loaded in ready:
                with file_errors(self.path):
                    load_share(target, plan.shares[loaded].file(folder), generation)
                loaded += 1
            done = total * len(ready) // len(plan.shares)
            self._tell("fold", done, total, started)
        return plan.position

    def _folded(self, folder: Path, plan: Plan, left: list[int]) -> Iterator[int]:
        task = FileShares(self.log_path, folder, self.follower.projection, plan)
        with file_errors(self.path):
            yield from self._fold_all(task, left)

    def _fold_all(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        """Each number once its share is folded."""
        if self.workers > 1 and len(numbers) > FEW and can_start():
            yield from fold_elsewhere(task, numbers, self.workers)
            return
        with task.folding() as fold:
            for number in numbers:
                fold(number)
                yield number

    def _tell(self, phase: str, done: int, total: int, started: float) -> None:
        seconds = time.monotonic() - started
        self.listener(
            Progress(view=self._view, phase=phase, done=done, total=total, seconds=seconds)
        )

    def _index(self, name: str) -> None:
        projection, started = self.follower.projection, time.monotonic()
        for number, statement in enumerate(tables.create_indexes(projection, name), 1):
            with file_errors(self.path):
                make_index(self.path, statement)
            reach("index.made")
            self._tell("index", number, len(projection.indexes), started)

    def _compare(self, rebuilt: Generation, position: int) -> tuple[int, list[Difference]]:
        started = time.monotonic()
        if not self.follower.position():
            return position, []  # a view that never followed has nothing to compare
        # Who is parked in the one and would not be today is no difference between rows.
        retry(self.follower)
        retry_beside(self.follower, rebuilt, position)
        with standing_together(self.follower, rebuilt, position) as (connection, entry):
            self._tell("compare", 0, entry.position, started)
            live = Generation(rebuilt.projection, entry.generation)
            found = differences(connection, live, rebuilt)
            self._tell("compare", entry.position, entry.position, started)
            return entry.position, found

    def roll_back(self) -> int:
        """
        Make the generation before the last rebuild live again; the position it stands at.

        It follows the log first. Raises `StoreError` when there is none.
        """
        with self._alone("rebuild"):
            return switch.roll_back(self.follower)

    def verify(self) -> Verified:
        """
        Fold everything anew into a file of its own and compare; the live rows stay.

        Raises `StoreError` when the live rows' pages are damaged.
        """
        with self._alone("verify") as folder:
            shutil.rmtree(folder, ignore_errors=True)
            shadow = Path(f"{folder}.db")
            shadow.unlink(missing_ok=True)
            recomputed = Generation(self.follower.projection, RECOMPUTED)
            with file_errors(self.path), closing(connect(str(shadow))) as connection:
                connection.execute(tables.create_table(recomputed.projection, recomputed.name))
                connection.execute(CREATE_PARKED)
            position = self._fold(folder, str(shadow), recomputed)
            engine = sqlite_engine(self.path, str(shadow))
            try:
                beside = Follower(engine, self.follower.log, self.follower.projection)
                return attrs.evolve(self, follower=beside)._verify(position)
            finally:
                engine.dispose()
                shutil.rmtree(folder, ignore_errors=True)
                shadow.unlink(missing_ok=True)

    def _verify(self, position: int) -> Verified:
        rebuilt = Generation(self.follower.projection, RECOMPUTED, "shadow")
        with standing_together(self.follower, rebuilt, position) as (connection, entry):
            live = Generation(rebuilt.projection, entry.generation)
            # Rows may be right and an index that finds them not.
            check = connection.exec_driver_sql(f"PRAGMA main.integrity_check({live.name})")
            damage = [str(found) for found in check.scalars() if found != "ok"]
            if damage:
                raise StoreError(f"{self.path}: {live.name} is damaged: {damage[0]}")
            return Verified(
                view=self._view,
                position=entry.position,
                digest=digest(generations.all_rows(connection, rebuilt.table)),
                differences=tuple(differences(connection, live, rebuilt)),
            )


RECOMPUTED = 0
"""The number of what is folded to be looked at, and never live."""

CREATE_PARKED = str(CreateTable(tables.parked_in(None)))
