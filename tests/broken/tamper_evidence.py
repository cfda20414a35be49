"""Tamper evidence, broken: what is found, and who signs."""

from __future__ import annotations

from tests.broken.breaks import Break

CHANGES = "tests/test_audit.py::test_every_change_to_a_log_is_found_and_named"
KEY = "tests/test_cli_audit.py::test_a_key_is_for_its_owner_alone_and_never_overwritten"
NO_BIT = "tests/test_checkpoints.py::test_no_bit_of_a_checkpoint_can_be_changed"
VERIFY = "vip_domain/audit/verify.py"
SIGNING = "vip_domain/audit/signing.py"
NOTES = "vip_domain/audit/notes.py"
PROOFS = "vip_domain/audit/proofs.py"
CLI = "vip_domain/cli/audit.py"

BREAKS = [
    Break(
        bug="Nobody tells of copies of checkpoints that were changed.",
        shown_by=CHANGES,
        file=VERIFY,
        was="        yield from self._wrong_copies\n",
        becomes="",
        only="flip_a_bit_of_a_checkpoint and sqlite",
    ),
    Break(
        bug="Command ids are not compared with the hashes that were stored of them.",
        shown_by=CHANGES,
        file=VERIFY,
        was="        yield from self._commands_by_hashes(covered)\n",
        becomes="",
        only="flip_a_bit_of_a_command_id and postgres",
    ),
    Break(
        bug="A log that ends too early is said to be changed, and not where it ends.",
        shown_by=CHANGES,
        file=VERIFY,
        was="        yield from self._cut(walk, named)\n",
        becomes="",
        only="remove_the_last_events and sqlite",
    ),
    Break(
        bug="A checkpoint of which the store has lost its copy is no finding.",
        shown_by=CHANGES,
        file=VERIFY,
        was="                if not each.kept:\n",
        becomes="                if not (each.kept or each.given):\n",
        only="replay_an_old_checkpoint and sqlite",
    ),
    Break(
        bug="The last block of stored hashes is found not to be whole until it is full.",
        shown_by="tests/test_audit.py::test_nothing_is_found_in_a_log_that_nobody_changed",
        file="vip_domain/audit/tree_walk.py",
        was="full = len(stored) == BLOCK * LENGTH or number == self._blocks() - 1",
        becomes="full = len(stored) == BLOCK * LENGTH",
        only="memory",
    ),
    Break(
        bug="A checkpoint holds for every log that has the same events.",
        shown_by="tests/test_audit.py::test_a_checkpoint_of_another_log_does_not_hold",
        file=VERIFY,
        was="            said.origin == self._origin\n            and self",
        becomes="            self",
        only="memory",
    ),
    Break(
        bug="Whoever signed a checkpoint that is given is believed.",
        shown_by="tests/test_audit.py::test_a_checkpoint_that_somebody_else_signed_is_refused",
        file=VERIFY,
        was="return Checkpoint.from_note(note, key)",
        becomes="return Checkpoint.from_note(note, None)",
        only="memory",
    ),
    Break(
        bug="A signature counts when it names the right key, whatever it is of.",
        shown_by=NO_BIT,
        file=NOTES,
        was="if not all(key.signed(text.encode(), each) for each in of_key):",
        becomes="if not all(of_key):",
    ),
    Break(
        bug="Bits that base64 has to spare can be anything.",
        shown_by=NO_BIT,
        file=NOTES,
        was="return read if b64encode(read).decode() == text else None",
        becomes="return read",
    ),
    Break(
        bug="Whoever asks again in the same second gets another copy of the same checkpoint.",
        shown_by="tests/test_audit.py::test_a_checkpoint_asked_for_again_at_once_is_the_same_one",
        file=SIGNING,
        was="""\
        if checkpoint.note == note:
            return checkpoint  # asked for again in the same second
""",
        becomes="",
        only="memory",
    ),
    Break(
        bug="A checkpoint that came too late to be kept is handed out.",
        shown_by="tests/test_audit.py::test_who_signs_while_somebody_else_does_signs_what_comes_after",
        file=SIGNING,
        was="""\
        if evidence.keep_checkpoint(number + 1, head.size, checkpoint.note):
            reach("checkpoint.kept")
            return checkpoint
""",
        becomes="""\
        evidence.keep_checkpoint(number + 1, head.size, checkpoint.note)
        reach("checkpoint.kept")
        return checkpoint
""",
        only="memory",
    ),
    Break(
        bug="Whatever the last checkpoint says, the log is signed.",
        shown_by="tests/test_audit.py::test_nobody_signs_a_log_that_does_not_go_on_from_its_last_checkpoint",
        file=SIGNING,
        was="""\
            if number:
                _must_hold(trees, Checkpoint.from_note(note, None))
""",
        becomes="",
        only="sqlite",
    ),
    Break(
        bug="The proof for an earlier checkpoint is made of the whole log.",
        shown_by="tests/test_audit.py::test_a_stranger_can_check_that_an_event_is_in_a_log",
        file=SIGNING,
        was="path=inclusion_path(position - 1, checkpoint.size, trees.events.root),",
        becomes="path=inclusion_path(position - 1, trees.events.size, trees.events.root),",
        only="memory",
    ),
    Break(
        bug="The proof of growth to an earlier checkpoint is made of the whole log.",
        shown_by="tests/test_audit.py::test_a_stranger_can_check_that_a_log_goes_on_from_another",
        file=SIGNING,
        was="path=consistency_path(earlier.size, later.size, trees.events.root),",
        becomes="path=consistency_path(earlier.size, trees.events.size, trees.events.root),",
        only="memory",
    ),
    Break(
        bug="The hash of an event does not cover its version.",
        shown_by="tests/test_audit.py::test_no_bit_of_a_proof_can_be_changed",
        file="vip_domain/chain.py",
        was="return _numbers(version, len(stream), len(name)), stream, name, state",
        becomes="return _numbers(0, len(stream), len(name)), stream, name, state",
        only="memory",
    ),
    Break(
        bug="The command ids of a proof of growth are not checked.",
        shown_by="tests/test_audit.py::test_no_bit_of_a_proof_can_be_changed",
        file=PROOFS,
        was="""\
            and is_consistent(
                old.commands, old.commands_root, new.commands, new.commands_root, self.commands_path
            )
""",
        becomes="",
        only="memory",
    ),
    Break(
        bug="People hear how many findings there are, and not which.",
        shown_by="tests/test_cli_audit.py::test_verify_names_what_was_changed",
        file=CLI,
        was="""\
    for each in verified.findings[:SHOWN]:
        say(f"{each.kind}: {each.what}")
""",
        becomes="",
    ),
    Break(
        bug="A proof cannot be read from standard input.",
        shown_by="tests/test_cli_audit.py::test_a_proof_is_checked_without_a_store",
        file=CLI,
        was='return nullcontext(sys.stdin.buffer) if file == STANDARD else file.open("rb")',
        becomes='return file.open("rb")',
    ),
    Break(
        bug="Growth is proven to the last checkpoint, whichever was asked for.",
        shown_by="tests/test_cli_audit.py::test_growth_is_proven_from_one_checkpoint_to_another",
        file=CLI,
        was="later = None if at is None else Checkpoint.from_note(_text(at), None)",
        becomes="later = None",
    ),
    Break(
        bug="The page about audits calls a verb by another name.",
        shown_by="tests/test_cli_audit.py::test_the_page_about_audits_shows_what_happens",
        file="docs/audit.md",
        was="$ vip-domain check-proof growth.json",
        becomes="$ vip-domain check growth.json",
    ),
    Break(
        bug="A key that is there already is overwritten.",
        shown_by=KEY,
        file=CLI,
        was="os.O_CREAT | os.O_EXCL | os.O_WRONLY",
        becomes="os.O_CREAT | os.O_TRUNC | os.O_WRONLY",
    ),
    Break(
        bug="Everybody can read a signing key.",
        shown_by=KEY,
        file=CLI,
        was="os.O_WRONLY, 0o600)",
        becomes="os.O_WRONLY, 0o644)",
    ),
]
