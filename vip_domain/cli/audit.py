"""`keygen`, `checkpoint`, `proof` and `check-proof`: what a log is, for people without a store."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import attrs
import typer

from vip_domain import (
    AuditError,
    Checkpoint,
    InclusionProof,
    LogVerified,
    PublicKey,
    SigningKey,
    VipDomain,
    check_proof,
)
from vip_domain.audit.proofs import Proof
from vip_domain.cli.moving import STANDARD
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, reading
from vip_domain.cli.output import complain, say, say_json, say_table
from vip_domain.codec import event_to_dict, fact

LARGEST = 1 << 26
"""Bytes of a key, a checkpoint or a proof, which may hold a large event."""

SHOWN = 20
"""Findings for people; a machine gets them all."""

KeyName = Annotated[str, typer.Argument(metavar="NAME", help="Whose key, such as audit.example.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the signing key goes.")]
KeyFile = Annotated[Path, typer.Option("--key", metavar="FILE", help="The signing key.")]
Position = Annotated[
    int | None, typer.Argument(metavar="[POSITION]", help="The event to be proven.")
]
At = Annotated[
    Path | None, typer.Option("--checkpoint", metavar="FILE", help="In this one; the last.")
]
Earlier = Annotated[
    Path | None, typer.Option("--since", metavar="FILE", help="Prove growth from this checkpoint.")
]
ProofFile = Annotated[Path, typer.Argument(metavar="FILE", help="The proof; - is standard input.")]
Public = Annotated[
    str | None, typer.Option("--public-key", metavar="KEY|FILE", help="Whose signatures count.")
]
Checkpoints = Annotated[
    list[Path] | None,
    typer.Option("--checkpoint", metavar="FILE", help="One that was kept elsewhere; repeatable."),
]


def keygen(name: KeyName, out: Out) -> None:
    """
    Make a key to sign checkpoints with, and say its public half.

    The file is for those who sign alone; a file that is there already is left as it is.
    """
    key = SigningKey.generate(name)
    try:
        descriptor = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise AuditError(f"{out} is there already, and stays as it is") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{key.to_text()}\n")
        file.flush()
        os.fsync(file.fileno())
    say(str(key.public))


def checkpoint(key: KeyFile, db: Db = DEFAULT_DB) -> None:
    """Say what the log is, signed: keep that where nobody can change it who can change the log."""
    signer = SigningKey.from_text(_text(key))
    with reading(db, DEFAULT_RULES) as vip:
        sys.stdout.write(str(vip.checkpoint(signer)))


def proof(
    position: Position = None, at: At = None, since: Earlier = None, db: Db = DEFAULT_DB
) -> None:
    """
    Prove that an event is in the log of a checkpoint, or with --since that a log grew from one.

    `check-proof` checks what is written, without a store.
    """
    if (position is None) == (since is None):
        raise typer.BadParameter("give either a position or --since", param_hint="POSITION")
    later = None if at is None else Checkpoint.from_note(_text(at), None)
    earlier = None if since is None else Checkpoint.from_note(_text(since), None)
    with reading(db, DEFAULT_RULES) as vip:
        sys.stdout.write(str(_proof(vip, position, earlier, later)))


def _proof(
    vip: VipDomain, position: int | None, earlier: Checkpoint | None, later: Checkpoint | None
) -> Proof:
    if position is not None:
        return vip.proof(position, checkpoint=later)
    if earlier is None:
        raise AuditError("an earlier checkpoint is needed")
    return vip.proof_of_growth(earlier, later)


def check(file: ProofFile, public_key: Public = None, json: Json = False) -> None:
    """
    Check a proof with nothing but a public key, and say what it proves.

    Exit code 1 when it proves nothing.
    """
    if public_key is None:
        raise typer.BadParameter("is needed: anybody can sign a proof", param_hint="--public-key")
    text = _text(file)
    checked = check_proof(text, key_of(public_key))
    if json:
        say_json(_told(checked))
    elif isinstance(checked, InclusionProof):
        said = checked.checkpoint
        say(f"true: position {checked.position} of {said.origin} is version {checked.version} of")
        say(f"{checked.stream_id}, and was when the checkpoint was signed, {said.at:%F %T} UTC")
        say_table("event", ("field", "value"), _told(checked)["event"].items())
    else:
        one, other = checked.earlier, checked.later
        say(f"true: the {other.size} events of {other.origin} at {other.at:%F %T} UTC")
        say(f"begin with its {one.size} events at {one.at:%F %T} UTC, unchanged")


def _told(checked: Proof) -> dict[str, Any]:
    if isinstance(checked, InclusionProof):
        return {
            "proof": "inclusion",
            "origin": checked.checkpoint.origin,
            "signed_at": _instant(checked.checkpoint),
            "position": checked.position,
            "stream_id": checked.stream_id,
            "version": checked.version,
            "event": {"name": checked.topic, **event_to_dict(fact(checked.topic, checked.state))},
        }
    return {
        "proof": "consistency",
        "origin": checked.later.origin,
        "earlier": {"size": checked.earlier.size, "signed_at": _instant(checked.earlier)},
        "later": {"size": checked.later.size, "signed_at": _instant(checked.later)},
    }


def _instant(said: Checkpoint) -> str:
    return f"{said.at:%Y-%m-%dT%H:%M:%SZ}"


# The log's part of `verify`.


def log_verified(
    vip: VipDomain, checkpoints: list[Path] | None, public_key: str | None
) -> LogVerified:
    """The log, against these files."""
    key = None if public_key is None else key_of(public_key)
    return vip.verify_log(checkpoints=[_text(each) for each in checkpoints or ()], public_key=key)


def key_of(given: str) -> PublicKey:
    """The public key that is given, or is in the file that is."""
    try:
        return PublicKey.from_text(given)
    except AuditError:
        if not Path(given).is_file():
            raise
    return PublicKey.from_text(_text(Path(given)))


def log_as_json(verified: LogVerified) -> dict[str, Any]:
    """What machines are told of a log, beside views."""
    head = verified.head
    return {
        "view": "log",
        "position": None if head is None else head.size,
        "digest": None if head is None else head.root.hex(),
        "covered": verified.covered,
        "checkpoints": [
            {
                "size": each.checkpoint.size,
                "signed_at": _instant(each.checkpoint),
                "kept": each.kept,
                "given": each.given,
                "signed": each.signed,
                "holds": each.holds,
            }
            for each in verified.checkpoints
        ],
        "findings": [attrs.asdict(each) for each in verified.findings],
        "error": None,
    }


def say_log(verified: LogVerified) -> None:
    """What people are told."""
    found, head = len(verified.findings), verified.head
    if not found and head is not None:
        covered = f"covered by checkpoints up to {verified.covered}"
        say(f"log is whole at position {head.size}, {covered}, digest {head.root.hex()}")
        return
    complain(f"log: {found} findings")
    for each in verified.findings[:SHOWN]:
        say(f"{each.kind}: {each.what}")
    if found > SHOWN:
        say(f"and {found - SHOWN} more; --json names them all")


def _text(file: Path) -> str:
    with _opened(file) as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise AuditError(f"{file} is larger than {LARGEST} bytes")
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise AuditError(f"{file} is no text") from None


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file == STANDARD else file.open("rb")
