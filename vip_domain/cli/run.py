"""`run`: a file of commands, one JSON object a line; again and again it comes to the same."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import SEEK_END, BufferedReader
from itertools import groupby
from pathlib import Path
from typing import Annotated, cast

import attrs
import typer

from vip_domain import InvalidCommand, Receipt, UnreadableEvent, VipDomain
from vip_domain.cli.lines import Line, Order, read_lines, read_order
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, Rules, os_user, writing
from vip_domain.cli.output import complain, json_text, progress, say
from vip_domain.store.work import Outcome

STATUS = {InvalidCommand: "invalid", UnreadableEvent: "failed"}
"""What is said of a line that was not recorded, if not that it was refused."""

LONGEST_MESSAGE = 500

Commands = Annotated[
    str, typer.Argument(metavar="FILE", help="Commands, one JSON object a line; - for input.")
]
Actor = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who sends them; the user of this system.")
]


def run(
    file: Commands,
    actor: Actor = None,
    json: Json = False,
    db: Db = DEFAULT_DB,
    rules: Rules = DEFAULT_RULES,
) -> None:
    """
    Execute the commands of a file, and say for each line what became of it.

    A line may carry command_id, actor, correlation_id and causation_id beside the command. One
    without a command_id gets one made of its content, so that the same file again changes
    nothing, and goes on where a run was interrupted. A line that was refused is judged anew.
    """
    with _opened(file) as stream, writing(db, rules) as vip:
        failed = _Run(vip, actor or os_user(), json=json).all_of(stream)
    if failed:
        complain(f"{failed} {'line' if failed == 1 else 'lines'} refused or invalid")
        raise typer.Exit(1)


@contextmanager
def _opened(file: str) -> Iterator[BufferedReader]:
    if file == "-":
        yield cast(BufferedReader, sys.stdin.buffer)
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  # only opening is the caller's mistake
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from None
    with stream:
        yield stream


def _size(stream: BufferedReader) -> int | None:
    if not stream.seekable():
        return None
    here = stream.tell()
    size = stream.seek(0, SEEK_END)
    stream.seek(here)
    return size


@attrs.frozen(kw_only=True)
class Result:
    """What became of a line; as JSON, always with all fields."""

    line: int
    status: str
    vip_id: str | None = None
    command_id: str | None = None
    version: int | None = None
    position: int | None = None
    events: Sequence[str] = ()
    code: str | None = None
    message: str | None = None
    errors: Mapping[str, str] | None = None

    @classmethod
    def of(cls, line: int, order: Order | None, outcome: Outcome) -> Result:
        """The result of an order, or of a line that is none."""
        if isinstance(outcome, Receipt):
            return cls(
                line=line,
                status="recorded" if outcome.events else "already-so",
                vip_id=outcome.vip_id,
                command_id=outcome.command_id,
                version=outcome.version,
                position=outcome.position,
                events=[type(event).__name__ for event in outcome.events],
            )
        return cls(
            line=line,
            status=STATUS.get(type(outcome), "refused"),
            vip_id=order.command.vip_id if order else None,
            command_id=order.command_id if order else None,
            code=outcome.code,
            message=_short(outcome.message),
            errors=outcome.errors if isinstance(outcome, InvalidCommand) else None,
        )

    def __str__(self) -> str:
        if self.code:
            return f"{self.line} {self.status} {self.code}: {self.message}"
        done = ", ".join(self.events) if self.events else "already so"
        return f"{self.line} ok {self.vip_id} version {self.version}: {done}"


def _short(message: str) -> str:
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}..."


class _Run:
    """One run over one file."""

    def __init__(self, vip: VipDomain, actor: str, *, json: bool) -> None:
        self._vip = vip
        self._actor = actor
        self._json = json
        self._met: Counter[int] = Counter()

    def all_of(self, stream: BufferedReader) -> int:
        """Execute every line; how many were refused or invalid."""
        failed = 0
        # On the same terminal results scroll by, and a bar would only be in their way.
        with progress("commands", _size(stream), hidden=sys.stdout.isatty()) as advance:
            for lines in read_lines(stream):
                failed += self._together(lines)
                if stream.seekable():
                    advance(stream.tell())
        return failed

    def _together(self, lines: Sequence[Line]) -> int:
        read = [(line.number, self._read(line)) for line in lines]
        orders = [order for _, order in read if isinstance(order, Order)]
        outcomes = iter(self._execute(orders))
        failed = 0
        for number, order in read:
            if isinstance(order, Order):
                result = Result.of(number, order, next(outcomes))
            else:
                result = Result.of(number, None, order)
            failed += result.code is not None
            self._say(result)
        sys.stdout.flush()
        return failed

    def _read(self, line: Line) -> Order | InvalidCommand:
        try:
            order = read_order(line)
        except InvalidCommand as error:
            return error
        if order.command_id is None:
            return attrs.evolve(order, command_id=self._made_id(order))
        return order

    def _made_id(self, order: Order) -> str:
        fingerprint = self._vip.fingerprint(order.command)
        # 64 bits keep this small: two contents that share them only count on together, and do
        # so again in every run of the file.
        key = int(fingerprint[:16], 16)
        self._met[key] += 1
        return f"run-{fingerprint}-{self._met[key]}"

    def _execute(self, orders: Sequence[Order]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for (actor, correlation_id, causation_id), group in groupby(orders, _sender):
            alike = list(group)
            outcomes += self._vip.execute_many(
                [order.command for order in alike],
                actor=actor or self._actor,
                command_ids=[order.command_id for order in alike],
                correlation_id=correlation_id,
                causation_id=causation_id,
            )
        return outcomes

    def _say(self, result: Result) -> None:
        if self._json:
            sys.stdout.write(json_text(attrs.asdict(result)) + "\n")
        else:
            say(str(result))


def _sender(order: Order) -> tuple[str | None, str | None, str | None]:
    return order.actor, order.correlation_id, order.causation_id
