"""Lines of a file nobody vouches for: bounded in length, strict in JSON, each judged by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BufferedReader
from typing import Any

import attrs

from vip_domain import Command, InvalidCommand, command_from_dict
from vip_domain.commands import fields

LONGEST_LINE = 1 << 20
LINES_TOGETHER = 1_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ENVELOPE = ("command_id", "actor", "correlation_id", "causation_id")


@attrs.frozen
class Line:
    """A line that says something; without `text` when it was too long to keep."""

    number: int
    text: bytes | None


@attrs.frozen(kw_only=True)
class Order:
    """A command of a line, with what the line says about it."""

    command: Command
    command_id: str | None
    actor: str | None
    correlation_id: str | None
    causation_id: str | None


def read_lines(stream: BufferedReader) -> Iterator[list[Line]]:
    """
    The lines of `stream` in groups, none of them blank.

    A group is what has arrived: somebody who writes a line and waits gets its result.
    """
    reader = _Reader()
    while data := stream.read1(LONGEST_LINE):
        yield from _groups(reader.lines(data))
    yield from _groups(reader.lines(b"\n"))


def _groups(lines: list[Line]) -> Iterator[list[Line]]:
    for first in range(0, len(lines), LINES_TOGETHER):
        yield lines[first : first + LINES_TOGETHER]


class _Reader:
    """Puts lines together from pieces, and forgets what is too long to be one."""

    def __init__(self) -> None:
        self._number = 0
        self._begun = b""
        self._too_long = False

    def lines(self, data: bytes) -> list[Line]:
        *complete, begun = (self._begun + data).split(b"\n")
        found = [self._line(text) for text in complete]
        self._too_long = self._too_long or len(begun) > LONGEST_LINE
        self._begun = b"" if self._too_long else begun
        return [line for line in found if line.text is None or line.text.strip()]

    def _line(self, text: bytes) -> Line:
        self._number += 1
        too_long = self._too_long or len(text) > LONGEST_LINE
        self._too_long = False
        if self._number == 1:
            text = text.removeprefix(BYTE_ORDER_MARK)
        return Line(self._number, None if too_long else text)


def read_order(line: Line) -> Order:
    """What a line orders. Raises `InvalidCommand` with all that is wrong."""
    said = _object(line)
    envelope = {name: said.pop(name, None) for name in ENVELOPE}
    problems = _problems(envelope)
    try:
        command = command_from_dict(said)
    except InvalidCommand as error:
        raise InvalidCommand({**error.errors, **problems}) from None
    if problems:
        raise InvalidCommand(problems)
    return Order(command=command, **envelope)


def _problems(envelope: Mapping[str, Any]) -> dict[str, str]:
    read: dict[str, Any] = {name: fields.optional_text(each) for name, each in envelope.items()}
    return {name: each.text for name, each in read.items() if isinstance(each, fields.Problem)}


def _object(line: Line) -> dict[str, Any]:
    if line.text is None:
        raise _unreadable(f"is longer than {LONGEST_LINE} bytes")
    try:
        said = _decoder.decode(line.text.decode("utf-8"))
    except UnicodeDecodeError:
        raise _unreadable("is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _unreadable(f"is not JSON: {error.msg}, column {error.colno}") from None
    except _Ambiguous as error:
        raise _unreadable(f"is not JSON: {error}") from None
    except RecursionError:
        raise _unreadable("is nested too deeply") from None
    except ValueError:
        # What is left of these: Python reads no number of thousands of digits.
        raise _unreadable("has a number of too many digits") from None
    if not isinstance(said, Mapping):
        raise _unreadable("is not a JSON object")
    return dict(said)


def _unreadable(problem: str) -> InvalidCommand:
    return InvalidCommand({"line": problem})


class _Ambiguous(ValueError):
    """Python would take it for JSON; the next reader of the file might not."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Ambiguous(f"{twice[:100]!r} comes more than once")
    return said


def _no_number(constant: str) -> Any:
    raise _Ambiguous(f"{constant} is no number")


_decoder = json.JSONDecoder(object_pairs_hook=_each_once, parse_constant=_no_number)
