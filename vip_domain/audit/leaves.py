"""What a leaf of either tree covers: a whole event at its position, a whole command id."""

from __future__ import annotations

from struct import Struct

from vip_domain.audit.merkle import leaf_hash
from vip_domain.chain import CommandRow, EventRow, framed

_position = Struct(">Q").pack
_command = Struct(">QQQIII").pack


def event_leaf(row: EventRow) -> bytes:
    """The hash of an event's leaf: position (8 bytes, big-endian), chain, and its frame."""
    position, stream_id, version, topic, state, chain = row
    return leaf_hash(
        b"".join((_position(position), chain, framed(stream_id, version, topic, state)))
    )


def command_leaf(row: CommandRow) -> bytes:
    """The hash of a command id's leaf: its numbers, the lengths of its texts, its texts."""
    number, command_id, fingerprint, stream_id, version, events = row
    texts = [command_id.encode(), fingerprint.encode(), stream_id.encode()]
    return leaf_hash(b"".join((_command(number, version, events, *map(len, texts)), *texts)))
