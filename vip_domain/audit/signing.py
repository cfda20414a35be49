"""What is handed out of a log: checkpoints that say what it is, and proofs of its parts."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from vip_domain.audit.checkpoints import Checkpoint
from vip_domain.audit.merkle import consistency_path, inclusion_path
from vip_domain.audit.notes import SigningKey
from vip_domain.audit.proofs import ConsistencyProof, InclusionProof
from vip_domain.audit.tree import LogTrees
from vip_domain.commands.fields import shown
from vip_domain.errors import AuditError
from vip_domain.faults import reach
from vip_domain.store.evidence import Evidence, Snapshot

ATTEMPTS = 50
NOT_WHOLE = "the log is not what its hashes and checkpoints say: verify tells more"


def sign_checkpoint(evidence: Evidence, key: SigningKey, at: datetime) -> Checkpoint:
    """
    What the log is now, signed; a copy stays in the store, beside the hashes it was made of.

    Raises `AuditError` when the log does not go on from its last checkpoint: nobody should sign it.
    """
    for _ in range(ATTEMPTS):
        with _trees(evidence) as (snapshot, trees):
            blocks = list(trees.new_blocks())
            head = trees.head()
            number, _, note = [(0, 0, ""), *snapshot.checkpoints()][-1]
            if number:
                _must_hold(trees, Checkpoint.from_note(note, None))
        checkpoint = Checkpoint.signed(head, at, key)
        if checkpoint.note == note:
            return checkpoint  # asked for again in the same second
        evidence.keep_blocks(blocks)
        reach("checkpoint.hashed")
        if evidence.keep_checkpoint(number + 1, head.size, checkpoint.note):
            reach("checkpoint.kept")
            return checkpoint
    raise AuditError(f"others signed checkpoints first, {ATTEMPTS} times in a row")


def prove_event(evidence: Evidence, position: int, checkpoint: Checkpoint) -> InclusionProof:
    """
    That the event at `position` is in the log that `checkpoint` is over.

    Raises `AuditError` when the checkpoint ends before it, or the log is not what it was.
    """
    whole = type(position) is int and abs(position) < 2**63
    if not (whole and 1 <= position <= checkpoint.size):
        asked = position if whole else shown(position)
        raise AuditError(
            f"the checkpoint is over positions 1 to {checkpoint.size}, and not over {asked}"
        )
    with _trees(evidence) as (snapshot, trees):
        _must_hold(trees, checkpoint)
        ((_, stream_id, version, topic, state, chain),) = snapshot.events(position - 1, position)
        proof = InclusionProof(
            checkpoint=checkpoint,
            position=position,
            stream_id=stream_id,
            version=version,
            topic=topic,
            state=state,
            chain=chain,
            path=inclusion_path(position - 1, checkpoint.size, trees.events.root),
        )
        if not proof.holds:
            raise AuditError(NOT_WHOLE)
        return proof


def prove_growth(evidence: Evidence, earlier: Checkpoint, later: Checkpoint) -> ConsistencyProof:
    """That the log of `later` begins with that of `earlier`. Raises `AuditError` otherwise."""
    if (earlier.size, earlier.commands) > (later.size, later.commands):
        raise AuditError("the later checkpoint is over fewer events than the earlier one")
    with _trees(evidence) as (_, trees):
        _must_hold(trees, earlier)
        _must_hold(trees, later)
        return ConsistencyProof(
            earlier=earlier,
            later=later,
            path=consistency_path(earlier.size, later.size, trees.events.root),
            commands_path=consistency_path(earlier.commands, later.commands, trees.commands.root),
        )


def last_checkpoint(evidence: Evidence) -> Checkpoint:
    """The store's copy of its last one. Raises `AuditError` when there is none."""
    with evidence.snapshot() as snapshot:
        notes = [note for _, _, note in snapshot.checkpoints()]
    if not notes:
        raise AuditError("the log has no checkpoint yet")
    return Checkpoint.from_note(notes[-1], None)


@contextmanager
def _trees(evidence: Evidence) -> Iterator[tuple[Snapshot, LogTrees]]:
    """Both trees; values of a kind that nobody writes, and holes, are one clear error."""
    with evidence.snapshot() as snapshot:
        try:
            yield snapshot, LogTrees(snapshot)
        except (TypeError, ValueError, AttributeError, IndexError, struct.error) as error:
            raise AuditError(NOT_WHOLE) from error


def _must_hold(trees: LogTrees, said: Checkpoint) -> None:
    if said.origin != trees.origin:
        raise AuditError(f"the checkpoint is of another log, {said.origin}")
    if not trees.holds(said):
        raise AuditError(f"{NOT_WHOLE} (the checkpoint over {said.size} events does not hold)")
