"""A checkpoint: what a log is at one moment, in five signed lines that can be kept elsewhere."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Self

import attrs

from vip_domain.audit.notes import PublicKey, SigningKey, text_of, verified_text
from vip_domain.errors import AuditError

_TEXT = re.compile(
    r"(?P<origin>\S+)\n"
    r"(?P<size>0|[1-9][0-9]{0,17})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"commands (?P<commands>0|[1-9][0-9]{0,17}) (?P<commands_root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z\n"
)


@attrs.frozen(kw_only=True)
class TreeHead:
    """
    What a log is: how many events and command ids it has, and the root over each.

    `origin` tells one log from all others.
    """

    origin: str
    size: int
    root: bytes
    commands: int
    commands_root: bytes


@attrs.frozen(kw_only=True)
class Checkpoint(TreeHead):
    """
    A tree head at an instant (UTC, whole seconds), signed; `note` is the text to be kept.

    The text is a checkpoint as c2sp.org/tlog-checkpoint has it, with two more lines.
    """

    at: datetime
    note: str

    @classmethod
    def signed(cls, head: TreeHead, at: datetime, key: SigningKey) -> Self:
        """What `key` says of a log."""
        at = at.astimezone(UTC).replace(microsecond=0)
        return cls(**attrs.asdict(head), at=at, note=key.sign(_text(head, at)))

    @classmethod
    def from_note(cls, note: str, key: PublicKey | None) -> Self:
        """The checkpoint that `key` signed, or anybody. Raises `AuditError`."""
        text = text_of(note) if key is None else verified_text(note, key)
        found = _TEXT.fullmatch(text)
        if found is None:
            raise AuditError("this is no checkpoint of a log of vip_domain")
        head = TreeHead(
            origin=found["origin"],
            size=int(found["size"]),
            root=b64decode(found["root"]),
            commands=int(found["commands"]),
            commands_root=b64decode(found["commands_root"]),
        )
        try:
            at = datetime.fromisoformat(f"{found['at']}+00:00")
        except ValueError:
            raise AuditError(f"this is no checkpoint: {found['at']} is no time") from None
        if _text(head, at) != text:
            raise AuditError("this is no checkpoint: its base64 is not as anybody writes it")
        return cls(**attrs.asdict(head), at=at, note=note)

    def __str__(self) -> str:
        return self.note


def _text(head: TreeHead, at: datetime) -> str:
    return (
        f"{head.origin}\n"
        f"{head.size}\n"
        f"{_base64(head.root)}\n"
        f"commands {head.commands} {_base64(head.commands_root)}\n"
        f"time {at:%Y-%m-%dT%H:%M:%S}Z\n"
    )


def _base64(root: bytes) -> str:
    return b64encode(root).decode()
