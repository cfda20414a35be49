"""
Signed notes: text with Ed25519 signatures below it, as c2sp.org/signed-note has them.

Keys and notes are those of Go's `sumdb/note`, so that other tools can check what we sign.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Self

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vip_domain.errors import AuditError

ED25519 = b"\x01"
DASH = "\N{EM DASH}"
MOST_SIGNATURES = 100
_PRIVATE = "PRIVATE+KEY+"
_NAME = re.compile(r"[^\s+\ud800-\udfff]+")
_KEY = re.compile(r"([^\s+\ud800-\udfff]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")


@attrs.frozen
class PublicKey:
    """Whose signatures are believed: a name, and the 32 bytes of an Ed25519 public key."""

    name: str
    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The key as `keygen` writes it, `name+id+base64`. Raises `AuditError`."""
        name, key_id, raw = _read(text.strip(), "public key")
        key = cls(name, raw)
        if key.id != key_id:
            raise AuditError("this is no public key: its id is not that of the key")
        return key

    @property
    def id(self) -> bytes:
        """Four bytes that say which key of this name it is."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.raw).decode()}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the owner of the key signed `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@attrs.frozen
class SigningKey:
    """What signs checkpoints; whoever has it can sign whatever they like."""

    name: str
    seed: bytes = attrs.field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Self:
        """A new key. Raises `AuditError` for a name with a space or a plus sign."""
        if not (_NAME.fullmatch(name) and name.isprintable()):
            raise AuditError(f"a key's name has neither spaces nor plus signs: {name!r}")
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The key as `keygen` writes it. Raises `AuditError`, without a word of the key."""
        text = text.strip()
        if not text.startswith(_PRIVATE):
            raise AuditError("this is no signing key")
        name, key_id, seed = _read(text.removeprefix(_PRIVATE), "signing key")
        key = cls(name, seed)
        if key.public.id != key_id:
            raise AuditError("this is no signing key: its id is not that of the key")
        return key

    @property
    def public(self) -> PublicKey:
        """What others check its signatures with."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(self.name, private.public_key().public_bytes_raw())

    def to_text(self) -> str:
        """The secret itself, for a file that nobody else can read."""
        secret = b64encode(ED25519 + self.seed).decode()
        return f"{_PRIVATE}{self.name}+{self.public.id.hex()}+{secret}"

    def sign(self, text: str) -> str:
        """The note that says `text`, which ends in a newline, signed."""
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        signed = b64encode(self.public.id + signature).decode()
        return f"{text}\n{DASH} {self.name} {signed}\n"


def _read(text: str, what: str) -> tuple[str, bytes, bytes]:
    found = _KEY.fullmatch(text)
    raw = _bytes(found[3]) if found else None
    if not found or raw is None or len(raw) != 33 or raw[:1] != ED25519:
        raise AuditError(f"this is no {what}")
    return found[1], bytes.fromhex(found[2]), raw[1:]


def _bytes(text: str) -> bytes | None:
    try:
        read = b64decode(text, validate=True)
    except ValueError:
        return None
    return read if b64encode(read).decode() == text else None


def text_of(note: str) -> str:
    """What a note says, whoever signed it. Raises `AuditError` when it is no signed note."""
    return _parts(note)[0]


def verified_text(note: str, key: PublicKey) -> str:
    """What a note says that `key` signed; other signatures are left alone. Raises `AuditError`."""
    text, signatures = _parts(note)
    of_key = [
        signature[4:]
        for name, signature in signatures
        if name == key.name and signature[:4] == key.id
    ]
    if not of_key:
        raise AuditError(f"the note is not signed by {key.name} ({key.id.hex()})")
    if not all(key.signed(text.encode(), each) for each in of_key):
        raise AuditError(f"the signature of {key.name} is not of this note")
    return text


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, blank, below = note.rpartition("\n\n")
    lines = below[:-1].split("\n") if below.endswith("\n") else []
    if not (text and blank and 0 < len(lines) <= MOST_SIGNATURES) or not _is_plain(note):
        raise AuditError("this is no signed note")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signature = _bytes(encoded)
    if dash != DASH or not name or signature is None or len(signature) < 5:
        raise AuditError("this is no signed note: below the blank line there are only signatures")
    return name, signature


def _is_plain(note: str) -> bool:
    """Whether it is lines of text, which can be written as UTF-8."""
    return not any((each < " " and each != "\n") or "\ud800" <= each <= "\udfff" for each in note)
