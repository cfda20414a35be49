"""Keys, notes and checkpoints are what others write and read too, or are refused in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import attrs
import pytest

from vip_domain.audit.checkpoints import Checkpoint, TreeHead
from vip_domain.audit.merkle import EMPTY, leaf_hash
from vip_domain.audit.notes import PublicKey, SigningKey, verified_text
from vip_domain.errors import AuditError

# The example of Go's golang.org/x/mod/sumdb/note: keys, and a note they signed.
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SIGNING = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = SigningKey("audit.example", bytes(range(32)))
HEAD = TreeHead(
    origin="vip-domain/0123", size=7, root=leaf_hash(b"7"), commands=0, commands_root=EMPTY
)
AT = datetime(2026, 11, 24, 10, 30, 59, 123456, tzinfo=UTC)


def test_a_note_is_signed_as_others_sign_it() -> None:
    """
    Ed25519 gives one signature a text and a key, so that a note of Go's is ours byte for byte.
    """
    key = SigningKey.from_text(GO_SIGNING)
    assert (str(key.public), key.to_text()) == (GO_PUBLIC, GO_SIGNING)
    assert key.sign(GO_TEXT) == GO_NOTE
    assert verified_text(GO_NOTE, PublicKey.from_text(GO_PUBLIC)) == GO_TEXT


def test_a_checkpoint_is_read_as_it_was_signed() -> None:
    """
    Whole seconds, UTC, both trees.
    """
    checkpoint = Checkpoint.signed(HEAD, AT, KEY)
    assert Checkpoint.from_note(str(checkpoint), KEY.public) == checkpoint
    assert checkpoint.at == AT.replace(microsecond=0)
    assert str(checkpoint).startswith("vip-domain/0123\n7\n")


def test_other_signatures_are_left_alone() -> None:
    """
    A witness may sign below, and a new key beside the old one.
    """
    note = Checkpoint.signed(HEAD, AT, KEY).note
    line = SigningKey.generate("witness.example").sign("something else\n").splitlines()[-1]
    assert Checkpoint.from_note(f"{note}{line}\n", KEY.public).size == 7


def test_a_checkpoint_of_somebody_else_is_refused() -> None:
    """
    Also under the same name.
    """
    note = Checkpoint.signed(HEAD, AT, SigningKey.generate("audit.example")).note
    with pytest.raises(AuditError, match=r"not signed by audit\.example"):
        Checkpoint.from_note(note, KEY.public)


def test_no_bit_of_a_checkpoint_can_be_changed() -> None:
    """
    Every one is tried, also those that base64 has to spare.
    """
    note = Checkpoint.signed(HEAD, AT, KEY).note.encode()
    for at, bit in product(range(len(note)), range(8)):
        forged = bytes([*note[:at], note[at] ^ 1 << bit, *note[at + 1 :]])
        with pytest.raises(AuditError):
            Checkpoint.from_note(forged.decode("utf-8", "replace"), KEY.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "vip-domain/0\n",
        GO_TEXT,
        GO_NOTE,
        KEY.sign("a\n1\n"),
        KEY.sign("vip-domain/0\n07\n" + "A" * 43 + "=\n"),
        Checkpoint.signed(attrs.evolve(HEAD, size=-1), AT, KEY).note,
        Checkpoint.signed(attrs.evolve(HEAD, size=10**19), AT, KEY).note,
        Checkpoint.signed(attrs.evolve(HEAD, origin="a b"), AT, KEY).note,
        Checkpoint.signed(HEAD, AT, KEY).note.replace("time 2026-11", "time 2026-13"),
        Checkpoint.signed(HEAD, AT, KEY).note + "\x00\n",
        "x" * 1_000_000,
    ],
)
def test_what_is_no_checkpoint_is_one_clear_error(text: str) -> None:
    """
    Whether or not anybody signed it.
    """
    with pytest.raises(AuditError, match=r"no (signed note|checkpoint)"):
        Checkpoint.from_note(text, None)


@pytest.mark.parametrize("read", [PublicKey.from_text, SigningKey.from_text])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "audit",
        "PRIVATE+KEY+",
        "PRIVATE+KEY+a+00000000+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "a+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a+zzzzzzzz+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a+00000000+!!!!",
        "a+00000000+AQ==",
        GO_PUBLIC.replace("ARpc", "Ahpc"),
    ],
)
def test_what_is_no_key_is_one_clear_error(read: Callable[[str], object], text: str) -> None:
    """
    Also when it is somebody else's key under another name or id.
    """
    with pytest.raises(AuditError, match=r"no (public|signing) key"):
        read(text)


def test_a_signing_key_is_not_told() -> None:
    """
    Neither in its own text for developers, nor in an error about it.
    """
    seed = GO_SIGNING.rpartition("+")[2]
    assert seed not in repr(SigningKey.from_text(GO_SIGNING))
    with pytest.raises(AuditError) as raised:
        SigningKey.from_text(GO_SIGNING.replace("c74f20a3", "c74f20a4"))
    assert seed not in str(raised.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x00"])
def test_a_key_has_a_name_that_notes_can_carry(name: str) -> None:
    """
    No space of any alphabet, no plus sign.
    """
    with pytest.raises(AuditError, match="name"):
        SigningKey.generate(name)
