"""What a check of a log found, each thing with the place it names."""

from __future__ import annotations

from enum import StrEnum

import attrs

from vip_domain.audit.checkpoints import Checkpoint, TreeHead

MOST = 1_000
"""So many findings are named; more than that is a log to be restored, not to be read about."""


class Kind(StrEnum):
    """What happened to what is named."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    MOVED = "moved"
    UNREADABLE = "unreadable"
    COMMAND = "command"
    CHECKPOINT = "checkpoint"
    HASHES = "hashes"
    DAMAGED = "damaged"


@attrs.frozen(kw_only=True)
class LogFinding:
    """
    One thing that is not as it was recorded; `what` says it in a sentence.

    `position` to `last` are the events it is about, `stream_id` and `version` name one in its
    history; `None` where the evidence does not reach so far.
    """

    kind: Kind
    what: str
    position: int | None = None
    last: int | None = None
    stream_id: str | None = None
    version: int | None = None


@attrs.frozen(kw_only=True)
class CheckpointVerified:
    """
    A checkpoint against the log: `holds` when the log begins with exactly what it says.

    `kept` when the store has a copy of its own, `given` when it came from elsewhere; `signed` when
    its signature was checked; `older` when a later one is known.
    """

    checkpoint: Checkpoint
    kept: bool
    given: bool
    signed: bool
    holds: bool
    older: bool


@attrs.frozen(kw_only=True)
class LogVerified:
    """
    A log recomputed: what it is now, and every finding in it.

    `head` is null when so much is missing that there is no telling.
    Events up to `covered` are what a checkpoint says; later ones are only known to follow from
    each other.
    """

    head: TreeHead | None
    covered: int
    checkpoints: tuple[CheckpointVerified, ...]
    findings: tuple[LogFinding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
