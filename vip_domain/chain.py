"""The hash chain of a stream: each event's link covers the event and all before it."""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

EventRow = tuple[int, str, int, str, bytes, bytes]
"""Position, stream, version, topic, state, chain. Only a whole log keeps to these types."""

CommandRow = tuple[int, str, str, str, int, int]
"""Number, command id, fingerprint, stream, version, how many events."""

LENGTH = 32
"""Bytes of a link: SHA-256."""

START = bytes(LENGTH)
"""What the first event of every stream is linked to."""

_TAG = b"\x02"  # leaves and nodes of the tree over the log begin with 0 and 1
_numbers = Struct(">QII").pack


def framed(stream_id: str, version: int, topic: str, state: bytes) -> bytes:
    """
    An event as hashes cover it; no two events have the same frame.

    Version (8 bytes), the lengths of stream id and topic in UTF-8 (4 bytes each), big-endian;
    then these two, and the stored bytes.
    """
    return b"".join(_parts(stream_id, version, topic, state))


def _parts(stream_id: str, version: int, topic: str, state: bytes) -> tuple[bytes, ...]:
    stream, name = stream_id.encode(), topic.encode()
    return _numbers(version, len(stream), len(name)), stream, name, state


def linked(before: bytes, stream_id: str, version: int, topic: str, state: bytes) -> bytes:
    """The link of an event whose predecessor in the stream has the link `before`."""
    return sha256(b"".join((_TAG, before, *_parts(stream_id, version, topic, state)))).digest()
