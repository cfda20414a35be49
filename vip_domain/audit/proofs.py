"""
Proofs that a stranger can check: a file and a public key are enough, no store is asked.

Nothing here, or in what it imports, knows a database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs

from vip_domain.audit.checkpoints import Checkpoint
from vip_domain.audit.leaves import event_leaf
from vip_domain.audit.merkle import Path, is_consistent, root_of_inclusion
from vip_domain.audit.notes import PublicKey
from vip_domain.errors import AuditError

FORMAT = 1


@attrs.frozen(kw_only=True)
class InclusionProof:
    """
    This event is what the log had at its position when the checkpoint was signed.

    `topic` and `state` are its stored name and bytes, `chain` the link to those before it.
    """

    checkpoint: Checkpoint
    position: int
    stream_id: str
    version: int
    topic: str
    state: bytes
    chain: bytes
    path: Path

    @property
    def holds(self) -> bool:
        """Whether event and path come to the checkpoint's root."""
        leaf = event_leaf(
            (self.position, self.stream_id, self.version, self.topic, self.state, self.chain)
        )
        said = self.checkpoint
        return root_of_inclusion(leaf, self.position - 1, said.size, self.path) == said.root

    def __str__(self) -> str:
        return _text(
            {
                "proof": "inclusion",
                "checkpoint": self.checkpoint.note,
                "position": self.position,
                "stream_id": self.stream_id,
                "version": self.version,
                "topic": self.topic,
                "state": self.state.decode(),
                "chain": self.chain.hex(),
                "path": _hex(self.path),
            }
        )


@attrs.frozen(kw_only=True)
class ConsistencyProof:
    """The log of the later checkpoint begins with the log of the earlier one, unchanged."""

    earlier: Checkpoint
    later: Checkpoint
    path: Path
    commands_path: Path

    @property
    def holds(self) -> bool:
        """Whether the paths lead from either root of the earlier one to that of the later one."""
        old, new = self.earlier, self.later
        return (
            old.origin == new.origin
            and is_consistent(old.size, old.root, new.size, new.root, self.path)
            and is_consistent(
                old.commands, old.commands_root, new.commands, new.commands_root, self.commands_path
            )
        )

    def __str__(self) -> str:
        return _text(
            {
                "proof": "consistency",
                "earlier": self.earlier.note,
                "later": self.later.note,
                "path": _hex(self.path),
                "commands_path": _hex(self.commands_path),
            }
        )


Proof = InclusionProof | ConsistencyProof


def check_proof(text: str, key: PublicKey) -> Proof:
    """
    The proof that `text` is, checked: its checkpoints are signed by `key`, and it holds.

    Raises `AuditError` when it is no proof, signed by somebody else, or proves nothing.
    """
    proof = _proof(text, key)
    if not proof.holds:
        raise AuditError("the proof does not lead to what the checkpoint says")
    return proof


def _proof(text: str, key: PublicKey) -> Proof:
    try:
        content = json.loads(text)
        form, kind = content["vip_domain_proof"], content["proof"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise AuditError("this is no proof") from None
    if isinstance(form, int) and form > FORMAT:
        raise AuditError("the proof was written by a newer version of vip_domain")
    try:
        return _READ[kind](content, key)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise AuditError("this is no proof: a part is missing, or none") from None


def _inclusion(content: dict[str, Any], key: PublicKey) -> InclusionProof:
    return InclusionProof(
        checkpoint=Checkpoint.from_note(content["checkpoint"], key),
        position=_number(content["position"]),
        stream_id=_utf8(content["stream_id"]).decode(),
        version=_number(content["version"]),
        topic=_utf8(content["topic"]).decode(),
        state=_utf8(content["state"]),
        chain=bytes.fromhex(content["chain"]),
        path=_path(content["path"]),
    )


def _consistency(content: dict[str, Any], key: PublicKey) -> ConsistencyProof:
    return ConsistencyProof(
        earlier=Checkpoint.from_note(content["earlier"], key),
        later=Checkpoint.from_note(content["later"], key),
        path=_path(content["path"]),
        commands_path=_path(content["commands_path"]),
    )


_READ: dict[str, Callable[[dict[str, Any], PublicKey], Proof]] = {
    "inclusion": _inclusion,
    "consistency": _consistency,
}


def _number(given: Any) -> int:
    if type(given) is not int or not 0 < given < 2**63:
        raise ValueError
    return given


def _utf8(given: str) -> bytes:
    """Raises `ValueError` for half a surrogate pair, which JSON can say and no log can hold."""
    return given.encode()


def _path(given: list[str]) -> Path:
    return tuple(map(bytes.fromhex, given))


def _text(content: dict[str, Any]) -> str:
    return json.dumps({"vip_domain_proof": FORMAT, **content}, ensure_ascii=False, indent=1) + "\n"


def _hex(path: Path) -> list[str]:
    return [each.hex() for each in path]
