"""Other processes that fold shares: they run nothing of the caller's, and end when it does."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, ExitStack, suppress
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

from vip_domain.errors import StoreError


class Task(Protocol):
    """What is folded in shares; it is sent to other processes."""

    @property
    def where(self) -> str:
        """The store, for errors."""

    def folding(self) -> AbstractContextManager[Callable[[int], None]]:
        """What folds a share, given its number."""


def can_start() -> bool:
    """Whether this program can start Python: one that embeds it, or is frozen, may not."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def fold_elsewhere(task: Task, numbers: Sequence[int], workers: int) -> Iterator[int]:
    """Fold shares in so many processes; each number once it is done."""
    with ThreadPoolExecutor(workers) as threads, ExitStack() as hired:
        idle: SimpleQueue[Worker] = SimpleQueue()
        for _ in range(workers):
            idle.put(hired.enter_context(Worker(task)))

        def fold(number: int) -> int:
            worker = idle.get()
            try:
                worker.fold(number)
            finally:
                idle.put(worker)
            return number

        try:
            for future in as_completed([threads.submit(fold, number) for number in numbers]):
                yield future.result()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise


class Worker:
    """
    A process that folds the shares it is given, one after the other.

    Not of `multiprocessing`, whose processes run the caller's script again, and wait for ever
    when the caller is killed: this one waits for its input, which ends with whoever writes it.
    """

    def __init__(self, task: Task) -> None:
        self._where = task.where
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(each or "." for each in sys.path)},
            start_new_session=True,  # Ctrl-C is for the caller, who tells its workers
        )
        self._input = cast("BinaryIO", self._process.stdin)
        self._output = cast("BinaryIO", self._process.stdout)
        self._send(task)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()  # it is idle, or nobody waits for what it folds
        self._process.wait()
        self._output.close()
        self._input.close()

    def fold(self, number: int) -> None:
        """Fold one share. Raises what folding it raises, `StoreError` when the process ended."""
        self._send(number)
        try:
            error = pickle.load(self._output)
        except (EOFError, pickle.UnpicklingError) as ended:
            raise StoreError(f"{self._where}: a process that folds ended by itself") from ended
        if error is not None:
            raise error

    def _send(self, value: Task | int) -> None:
        try:
            pickle.dump(value, self._input)
            self._input.flush()
        except BrokenPipeError as ended:
            raise StoreError(f"{self._where}: a process that folds ended by itself") from ended


def main() -> None:
    """Fold what the input says until it ends, or nobody hears the answers."""
    task: Task = pickle.load(sys.stdin.buffer)
    with suppress(EOFError, BrokenPipeError), task.folding() as fold:
        while True:
            number: int = pickle.load(sys.stdin.buffer)
            os.write(sys.stdout.fileno(), pickle.dumps(_error_of(fold, number)))


def _error_of(fold: Callable[[int], None], number: int) -> Exception | None:
    try:
        fold(number)
    except Exception as error:  # noqa: BLE001  # the caller raises it
        return error
    return None
