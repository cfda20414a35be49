"""Erasing people, broken."""

from __future__ import annotations

from tests.broken.breaks import Break

ERASURE = "tests/test_erasure.py::"
KEYS = "tests/test_erasure_keys.py::"
TRACES = "tests/test_erasure_traces.py::"

SEALED_AND_OPENED = '''self._aead.encrypt(nonce, plain, same + customer)
        return self._head + b2a_base64(content, newline=False).translate(TO_URL).decode()

    def open(self, content: str, vip_id: str) -> str | None:
        """The text of a token's base64; `None` when it was not sealed so, for this customer."""
        sealed = a2b_base64(content.encode().translate(FROM_URL))
        same, nonce, rest = sealed[:SAME], sealed[SAME : SAME + NONCE], sealed[SAME + NONCE :]
        try:
            return self._aead.decrypt(nonce, rest, same + vip_id.encode()).decode()
'''
"""What both have to do alike."""

BREAKS = [
    Break(
        bug="What was read of somebody is remembered when their key is destroyed.",
        shown_by=f"{ERASURE}test_whoever_was_told_is_read_until_they_are_erased",
        file="vip_domain/sealing/vault.py",
        was="if destroyed != self._known.destroyed or self._known.full:",
        becomes="if self._known.full:",
        only="memory",
    ),
    Break(
        bug="An erasure is recorded, and every key stays.",
        shown_by=f"{ERASURE}test_as_of_before_they_are_erased_too",
        file="vip_domain/domain.py",
        was="        destroy_keys(self._log, self._vault, vip_id)\n",
        becomes="",
        only="memory",
    ),
    Break(
        bug="Who is removed from the administrators is recorded in plain text.",
        shown_by=f"{ERASURE}test_an_export_names_nobody",
        file="vip_domain/events/membership.py",
        was='no longer (S59)."""\n\n    email: Personal',
        becomes='no longer (S59)."""\n\n    email: str',
        only="memory",
    ),
    Break(
        bug="An erasure takes who looks after the customer for one of its people.",
        shown_by=f"{ERASURE}test_lists_counts_and_reasons_stay_what_they_were",
        file="vip_domain/projections/customers/fold.py",
        was="facts.owner_name = facts.owner_email = ERASED",
        becomes="facts.owner_name = facts.owner_email = facts.managed_by = ERASED",
        only="memory",
    ),
    Break(
        bug="A checkpoint holds only until something more is recorded.",
        shown_by=f"{ERASURE}test_digests_links_checkpoints_and_proofs_still_hold",
        file="vip_domain/audit/verify.py",
        was="            said.origin == self._origin\n            and",
        becomes='            said.size == self._trees["events"].size\n            and',
        only="memory",
    ),
    Break(
        bug="A rebuild passes over erasures.",
        shown_by=f"{ERASURE}test_a_rebuild_gives_the_same_rows",
        file="vip_domain/views/shares.py",
        was="AND originator_id < ? AND position <= ?\n",
        becomes="AND originator_id < ? AND position <= ? AND topic <> 'personal-data-erased'\n",
        only="sqlite",
    ),
    Break(
        bug="An erasure is recorded without who asked for it.",
        shown_by=f"{ERASURE}test_an_erasure_is_on_record",
        file="vip_domain/aggregates/customer/erasure.py",
        was="reason=command.reason),)",
        becomes='reason="erased"),)',
        only="memory",
    ),
    Break(
        bug="An erasure is recorded again each time.",
        shown_by=f"{ERASURE}test_an_erasure_repeated_adds_nothing",
        file="vip_domain/aggregates/customer/erasure.py",
        was="    if state.erased:\n        return ()\n",
        becomes="",
        only="memory",
    ),
    Break(
        bug="Who is named after an erasure is sealed with the key that was destroyed.",
        shown_by=f"{ERASURE}test_who_is_named_afterwards_has_a_new_key",
        file="vip_domain/sealing/people.py",
        was="    if isinstance(fact, PersonalDataErased):\n        return None\n",
        becomes="    if isinstance(fact, PersonalDataErased):\n        return number\n",
        only="memory",
    ),
    Break(
        bug="Keys are counted as destroyed, and stay in their file.",
        shown_by=f"{TRACES}test_no_file_of_sqlite_leads_to_who_was_erased",
        file="vip_domain/sealing/key_file.py",
        was="                _write(file, DESTROYED, number * SLOT)\n",
        becomes="                _read(file, number * SLOT)\n",
    ),
    Break(
        bug="A destroyed key is moved to another row of PostgreSQL's table.",
        shown_by=f"{TRACES}test_no_table_of_postgresql_leads_to_who_was_erased",
        file="vip_domain/store/postgres_keys.py",
        was="CASE WHEN number IN ({}) THEN NULL ELSE key END",
        becomes="key;\nINSERT INTO keys SELECT -number, key FROM keys WHERE number IN ({0});\n"
        "UPDATE keys SET key = NULL WHERE number IN ({0})",
    ),
    Break(
        bug="A destroyed key is a dead row of PostgreSQL, which stays in its page.",
        shown_by=f"{TRACES}test_no_file_of_postgresql_has_names_and_no_table_the_key",
        file="vip_domain/store/postgres_keys.py",
        was="ALTER TABLE keys ALTER COLUMN key TYPE bytea "
        "USING CASE WHEN number IN ({}) THEN NULL ELSE key END",
        becomes="UPDATE keys SET key = NULL WHERE number IN ({})",
    ),
    Break(
        bug="A command id is kept with a hash that anybody can make of a guess.",
        shown_by=f"{TRACES}test_who_guesses_right_cannot_see_it_in_the_log",
        file="vip_domain/store/work.py",
        was="keyed(command_fingerprint(submission.command), self._secret)",
        becomes="command_fingerprint(submission.command)",
    ),
    Break(
        bug="Nobody looks for erasures that were not brought to their end.",
        shown_by=f"{KEYS}test_who_opens_a_store_finishes_an_erasure",
        file="vip_domain/opening.py",
        was="        sweep(log, vault)\n",
        becomes="",
        only="sqlite and append",
    ),
    Break(
        bug="An erasure that is on record already destroys nothing.",
        shown_by=f"{KEYS}test_who_forgets_again_finishes_an_erasure",
        file="vip_domain/domain.py",
        was="        destroy_keys(self._log, self._vault, vip_id)\n",
        becomes="        if outcome.events:\n"
        "            destroy_keys(self._log, self._vault, vip_id)\n",
        only="sqlite and append",
    ),
    Break(
        bug="Keys are destroyed before the erasure is on record.",
        shown_by=f"{KEYS}test_nothing_is_erased_that_is_not_on_record",
        file="vip_domain/domain.py",
        was="(outcome,) = self._writer.submit([Submission(command, sender)])",
        becomes="self._vault.keys.destroy([1])\n"
        "        (outcome,) = self._writer.submit([Submission(command, sender)])",
        only="sqlite",
    ),
    Break(
        bug="People are sealed with a key that nobody keeps.",
        shown_by=f"{KEYS}test_whoever_is_on_record_can_be_read",
        file="vip_domain/sealing/key_file.py",
        was='            _write(file, b"".join(slots), first * SLOT)\n',
        becomes="            del slots\n",
        only="sqlite",
    ),
    Break(
        bug="Others are not told that keys were destroyed.",
        shown_by=f"{KEYS}test_another_process_stops_reading_at_once",
        file="vip_domain/sealing/key_file.py",
        was='[TIMES_DESTROYED], "big") + 1',
        becomes='[TIMES_DESTROYED], "big")',
        only="sqlite",
    ),
    Break(
        bug="After an erasure the writer goes on with the key it had.",
        shown_by=f"{KEYS}test_another_process_names_people_with_a_new_key",
        file="vip_domain/sealing/people.py",
        was="            number = number_after(number, fact)\n            stored.append(fact)",
        becomes="            stored.append(fact)",
        only="memory",
    ),
    Break(
        bug="Where the keys are gone others are made in their place.",
        shown_by=f"{KEYS}test_lost_keys_are_one_clear_error",
        file="vip_domain/store/writer.py",
        was="if last and holds_sealed(self._log) and not self._vault.begun:",
        becomes="if last and not holds_sealed(self._log) and not self._vault.begun:",
    ),
    Break(
        bug="What another log's key does not open passes for erased.",
        shown_by=f"{KEYS}test_keys_of_another_store_are_one_clear_error",
        file="vip_domain/sealing/vault.py",
        was="    text = cipher.open(content, vip_id)\n",
        becomes="    text = cipher.open(content, vip_id) or ERASED\n",
    ),
    Break(
        bug="A damaged key passes for a destroyed one.",
        shown_by="tests/test_key_file.py::test_a_damaged_key_is_an_error_and_not_erased",
        file="vip_domain/sealing/key_file.py",
        was='raise StoreError(f"{self._path}: key {number} is damaged")',
        becomes="return None",
    ),
    Break(
        bug="Who opens a store looks for erasures from the end of the log on.",
        shown_by=f"{KEYS}test_keys_brought_back_are_destroyed_again",
        file="vip_domain/audit/erasure.py",
        was="swept if swept <= last else 0)]",
        becomes="swept or last)]",
    ),
    Break(
        bug="An erasure is recorded of somebody who stays in plain text.",
        shown_by=f"{KEYS}test_a_log_from_before_is_read_and_cannot_be_erased",
        file="vip_domain/store/work.py",
        was="        if isinstance(command, ErasePersonalData) and customer.key == PLAIN:\n"
        "            raise NotErasable(command.vip_id)\n",
        becomes="",
        only="sqlite",
    ),
    Break(
        bug="A store in which nobody is sealed has keys made for it.",
        shown_by=f"{KEYS}test_who_must_not_erase_has_no_keys",
        file="vip_domain/sealing/vault.py",
        was="return self.begun or not self._seals",
        becomes="return self.begun",
    ),
    Break(
        bug="A token is bound to no customer.",
        shown_by="tests/test_sealing.py::test_a_token_is_bound_to_its_customer",
        file="vip_domain/sealing/cipher.py",
        was=SEALED_AND_OPENED,
        becomes=SEALED_AND_OPENED.replace("same + customer", "same").replace(
            "same + vip_id.encode()", "same"
        ),
    ),
    Break(
        bug="The part of a token that compares is not bound to the rest.",
        shown_by="tests/test_sealing.py::test_a_changed_token_does_not_open",
        file="vip_domain/sealing/cipher.py",
        was=SEALED_AND_OPENED,
        becomes=SEALED_AND_OPENED.replace("same + customer", "customer").replace(
            "same + vip_id.encode()", "vip_id.encode()"
        ),
    ),
    Break(
        bug="The nonce of a text is that of the text without its case.",
        shown_by="tests/test_sealing.py::test_two_texts_never_share_a_nonce",
        file="vip_domain/sealing/cipher.py",
        was='nonce = _digest(self._nonce, customer + b"\\0" + plain)',
        becomes='nonce = _digest(self._nonce, customer + b"\\0" + email_key(text).encode())',
    ),
]
