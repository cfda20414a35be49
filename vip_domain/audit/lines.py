"""A log as lines of JSON, each a CloudEvent: stored bytes are exported and imported as they are."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar

import attrs
import msgspec

from vip_domain.audit.checkpoints import TreeHead
from vip_domain.chain import CommandRow, EventRow
from vip_domain.codec import recorded_at
from vip_domain.errors import AuditError, UnreadableEvent

T = TypeVar("T")

FORMAT = 1
LOG, COMMAND, CHECKPOINT = "vip-domain.log", "vip-domain.command-id", "vip-domain.checkpoint"


CheckpointRow = tuple[int, int, str]
"""Number, size and text of a checkpoint that a store keeps."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Line(msgspec.Struct, omit_defaults=True):
    """
    One line: the attributes of CloudEvents 1.0, and as extensions `position`, `version`, `chain`.

    `data` of an event are its stored bytes, which are JSON; those that are not are `data_base64`.
    """

    id: str
    source: str
    type: str
    specversion: Literal["1.0"]
    subject: str = ""
    time: str = ""
    datacontenttype: str = ""
    position: int = 0
    version: int = 0
    chain: str = ""
    data: msgspec.Raw = msgspec.Raw(b"")
    data_base64: str = ""

    def state(self) -> bytes:
        """The stored bytes of an event."""
        return bytes(self.data) or b64decode(self.data_base64, validate=True)


class LogData(msgspec.Struct, forbid_unknown_fields=True):
    """What the first line says of all that follow."""

    format: int
    size: int
    root: str
    commands: int
    commands_root: str
    checkpoints: int
    checkpoints_hash: str = ""
    """Over all that is kept of them; exports from before it was there say nothing."""


class CommandData(msgspec.Struct, forbid_unknown_fields=True):
    """A command id, what it is bound to, and the events that it recorded."""

    number: Count
    command_id: str
    fingerprint: str
    stream_id: str
    version: Count
    events: Count


class CheckpointData(msgspec.Struct, forbid_unknown_fields=True):
    """A checkpoint that the store keeps."""

    size: Count
    note: str


_decode = msgspec.json.Decoder(Line).decode


@attrs.frozen
class CloudEvent:
    """What a line or a row says: an event of the log, or something beside it."""

    attributes: dict[str, Any]
    data: bytes
    recorded_at: datetime | None = None


def log_data(head: TreeHead, checkpoints: Sequence[CheckpointRow]) -> LogData:
    """How much follows, and what it comes to."""
    hashed = sha256()
    for number, size, note in checkpoints:
        content = note.encode("utf-8", "surrogatepass")
        hashed.update(b"%d %d %d\n%b" % (number, size, len(content), content))
    return LogData(
        FORMAT,
        head.size,
        head.root.hex(),
        head.commands,
        head.commands_root.hex(),
        len(checkpoints),
        hashed.hexdigest(),
    )


def first_of(head: TreeHead, checkpoints: Sequence[CheckpointRow]) -> CloudEvent:
    """What the first line says."""
    data = log_data(head, checkpoints)
    attributes = {"id": "log", "source": head.origin, "type": LOG}
    return CloudEvent(attributes, msgspec.json.encode(data))


def event_of(origin: str, row: EventRow) -> CloudEvent:
    """One event, with its position, link and stored bytes."""
    position, stream_id, version, topic, state, chain = row
    attributes = {
        "id": str(position),
        "source": origin,
        "type": topic,
        "subject": stream_id,
        "position": position,
        "version": version,
        "chain": chain.hex(),
    }
    return CloudEvent(attributes, state, _recorded_at(state))


def command_of(origin: str, row: CommandRow) -> CloudEvent:
    """One command id."""
    attributes = {"id": f"command-{row[0]}", "source": origin, "type": COMMAND, "subject": row[3]}
    return CloudEvent(attributes, msgspec.json.encode(CommandData(*row)))


def checkpoint_of(origin: str, number: int, size: int, note: str) -> CloudEvent:
    """One checkpoint that the store keeps."""
    attributes = {"id": f"checkpoint-{number}", "source": origin, "type": CHECKPOINT}
    return CloudEvent(attributes, msgspec.json.encode(CheckpointData(size, note)))


def _recorded_at(state: bytes) -> datetime | None:
    try:
        return recorded_at(state)
    except UnreadableEvent:
        return None


def as_line(event: CloudEvent) -> str:
    """As one line of JSON."""
    attributes = event.attributes
    if event.recorded_at is not None:
        attributes = attributes | {"time": f"{event.recorded_at:%Y-%m-%dT%H:%M:%S.%fZ}"}
    line = _line(attributes, event.data)
    if _is(line, event.data):
        return line
    return _line(attributes | {"data_base64": b64encode(event.data).decode()})


def _line(attributes: dict[str, Any], data: bytes = b"") -> str:
    said = {"specversion": "1.0", **attributes}
    if not data:
        return json.dumps(said, ensure_ascii=False) + "\n"
    begun = json.dumps({**said, "datacontenttype": "application/json"}, ensure_ascii=False)
    # As it is: parsed and written again, a number could be spelt in another way.
    return f'{begun[:-1]}, "data": {data.decode("utf-8", "replace")}}}\n'


def _is(line: str, state: bytes) -> bool:
    """Whether a line is one line, and its data are these bytes."""
    try:
        return bytes(_decode(line).data) == state and line.count("\n") == 1 and bool(state)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False


Numbered = Iterator[tuple[int, Line]]
"""The lines of an export, or its rows, each with its number from 1 on."""


def numbered(lines: Iterable[str | bytes]) -> Numbered:
    """Every line that is not blank. Raises `AuditError` for one that is no CloudEvent of ours."""
    for number, text in enumerate(lines, 1):
        if text.strip():
            try:
                yield number, _decode(text)
            except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
                problem = f"line {number} of the export cannot be read: {error}"
                raise AuditError(problem) from None


class Lines:
    """The lines of an export, read one kind after the other; each problem says in which line."""

    def __init__(self, lines: Numbered, called: str = "line") -> None:
        self._lines = lines
        self._called = called
        self._pending: Line | None = None
        self.number = 0

    def first(self) -> tuple[str, LogData]:
        """Whose log it is, and what it comes to. Raises `AuditError`."""
        line = self._next()
        if line is None or line.type != LOG:
            raise AuditError("this is no export of a log")
        data = self._data(line, LogData)
        if data.format > FORMAT:
            raise AuditError("the export was written by a newer version of vip_domain")
        return line.source, data

    def events(self, origin: str) -> Iterator[EventRow]:
        """The events, as far as they go."""
        while (line := self._next()) is not None:
            if line.type in (LOG, COMMAND, CHECKPOINT):
                self._pending = line
                return
            if line.source != origin:
                raise self.wrong(f"is of another log, {line.source}")
            try:
                state, chain = line.state(), bytes.fromhex(line.chain)
            except ValueError:
                raise self.wrong("its data or its chain cannot be read") from None
            yield line.position, line.subject, line.version, line.type, state, chain

    def commands(self) -> Iterator[CommandRow]:
        """The command ids, as far as they go."""
        for data in self._of(COMMAND, CommandData):
            yield (
                data.number,
                data.command_id,
                data.fingerprint,
                data.stream_id,
                data.version,
                data.events,
            )

    def checkpoints(self) -> Iterator[CheckpointData]:
        """The checkpoints, as far as they go."""
        return self._of(CHECKPOINT, CheckpointData)

    def end(self) -> None:
        """Raises `AuditError` when there is more."""
        if self._next() is not None:
            raise self.wrong("does not belong here")

    def wrong(self, what: str) -> AuditError:
        """The line that was read last is wrong."""
        return AuditError(f"{self._called} {self.number} of the export {what}")

    def _of(self, kind: str, shape: type[T]) -> Iterator[T]:
        while (line := self._next()) is not None:
            if line.type != kind:
                self._pending = line
                return
            yield self._data(line, shape)

    def _data(self, line: Line, shape: type[T]) -> T:
        try:
            return msgspec.json.decode(line.data, type=shape)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise self.wrong(f"cannot be read: {error}") from None

    def _next(self) -> Line | None:
        if self._pending is not None:
            line, self._pending = self._pending, None
            return line
        for number, line in self._lines:
            self.number = number
            return line
        return None
