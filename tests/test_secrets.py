"""A life with known secrets on every store: nothing that is written, said or logged has them."""

from __future__ import annotations

import json
import logging
import traceback
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import pbkdf2_hmac, sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

import vip_domain
from tests.builders import INVITED_AT, VIP, accept, at, invite, on, send_code, use_code
from tests.shell import as_file, here, started
from tests.stores import store_url, url_of
from tests.troubles import write_unreadable
from vip_domain import SigningKey, VipDomain, VipDomainError, command_to_dict
from vip_domain.cli import app
from vip_domain.commands.codes import code_hash
from vip_domain.store.postgres_address import Address

__all__ = ["store_url"]  # a fixture

USED, LIVE, WRONG, SHORT = "used-Zq8fv2xK", "live-Pw4Ld9tR", "wrong-Hn3Vb7yC", "shrt-9X"
FEWER = settings(max_examples=max(settings().max_examples // 20, 3))
CODES = (USED, LIVE, WRONG, SHORT)
PASSWORD = "pass-Gk6Tj1mW"  # nobody's
KEY = SigningKey("audit.example", b"seed-of-a-signing-key-Rb5Nc8zQ!!")
OTHER = "VIP-0002"

LIFE: list[tuple[Any, str | None]] = [
    (invite(), "invited"),
    (accept(), None),
    (send_code(code=USED), "sent"),
    (send_code(code=USED), "sent"),
    (send_code(code=WRONG), "sent"),
    (send_code(code=LIVE, reseller_id="R-3"), None),
    (use_code(at("2026-03-04"), WRONG), None),
    (use_code(at("2026-03-04"), USED), "used"),
    (use_code(at("2026-03-05"), USED), None),
    (use_code(at("2026-03-05"), LIVE), None),
    *[(send_code(code=f"{LIVE}-{n}", reseller_id="R-4"), None) for n in range(6)],
    (invite(vip_id=OTHER), None),
    (send_code(vip_id=OTHER, code=LIVE), None),
    (use_code(INVITED_AT, LIVE), None),
]
"""Codes sent, sent again, used, wrong, late, too many; for what command id another was taken."""


def forms(secret: str | bytes) -> Iterator[bytes]:
    """How a secret would look: as it is, in hex and base64, and as a hash that is soon guessed."""
    raw = secret.encode() if isinstance(secret, str) else secret
    digest = sha256(raw)
    for each in (raw, digest.digest()):
        yield from (each, each.hex().encode(), b64encode(each).rstrip(b"="))


def leaks(written: Iterable[str | bytes], *further: str | bytes) -> set[str]:
    """Which secrets are anywhere in what was written."""
    everything = b"\n".join(
        each if isinstance(each, bytes) else each.encode("utf-8", "backslashreplace")
        for each in written
    )
    secrets = (*CODES, PASSWORD, KEY.seed, *further)
    return {ascii(each) for each in secrets if any(form in everything for form in forms(each))}


def stored(url: str, folder: Path) -> Iterator[bytes]:
    """Every byte of a store: of all files in the folder, or of all tables in the schema."""
    if url.startswith("sqlite:"):
        for file in folder.iterdir():
            yield file.read_bytes()
    if url.startswith("postgres"):
        address = Address.of(url)
        with psycopg.connect(**address.conninfo) as connection:
            named = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
            for (table,) in connection.execute(named, [address.schema]).fetchall():
                rows = connection.execute(f'SELECT * FROM "{address.schema}"."{table}"'.encode())
                for row in rows:
                    yield from (each if type(each) is bytes else str(each).encode() for each in row)


def told(error: BaseException) -> Iterator[str]:
    """Whatever an error says to whoever looks at it."""
    yield from (str(error), repr(error), repr(vars(error)))
    yield "".join(traceback.format_exception(error))


def lived(vip: VipDomain) -> Iterator[str]:
    """A life, one command after the other, and whatever Python says of it."""
    for command, command_id in LIFE:
        yield repr(command)
        try:
            yield repr(vip.execute(command, actor="anna", command_id=command_id))
        except VipDomainError as refused:
            yield from told(refused)
    for wrong in ({"code": SHORT}, {"code": f"{LIVE}\0"}, {"code": [LIVE]}, {"at": LIVE}):
        try:
            vip_domain.command_from_dict(command_to_dict(send_code()) | wrong)
        except VipDomainError as invalid:
            yield from told(invalid)
    yield from map(repr, vip.execute_many([each for each, _ in LIFE], actor="anna"))


def asked(vip: VipDomain) -> Iterator[str]:
    """Everything that can be asked about it."""
    day = on("2026-03-20")
    yield repr(vip.history(VIP))
    yield repr(vip_domain.timeline(vip.history(VIP)))
    yield json.dumps(vip.customer(VIP, on=day).to_dict())
    yield repr((vip.customer(VIP, on=day), vip.explain(VIP, on=day)))
    yield vip.report(VIP, on=day)
    yield repr(vip.customers("all_customers", reseller_id="R-2", on=day))
    yield from vip.csv(reseller_id="R-2", on=day)
    yield repr((KEY, vip.checkpoint(KEY), vip.verify_log(public_key=KEY.public)))
    yield str(vip.proof(3))
    yield from vip.export_log()
    with vip.subscribe() as events:
        yield repr([next(events) for _ in range(5)])
    write_unreadable(vip, VIP, "an event that lacks a field")
    yield repr((vip.status(), vip.parked(), vip.verify(), vip))
    yield repr(vip.skip("customers", VIP, actor="anna", reason="it lacks a field"))
    yield repr((vip.skipped(), vip.rebuild()))


def with_password(url: str) -> str:
    """The same store, and a password that nobody asks for."""
    return f"{url}&password={PASSWORD}" if url.startswith("postgres") else url


def test_no_secret_is_written_or_said_in_a_whole_life(
    store_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Not in the database or what lies beside it, while it is open or after; not in commands,
    receipts, refusals and their traces, histories, reports, exports, proofs, parked errors; not in
    the logs of any library. Nor a hash of it that a dictionary would undo.
    """
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    with vip_domain.open(with_password(store_url)) as vip:
        written: list[str | bytes] = [*lived(vip), *asked(vip)]
        written += stored(store_url, tmp_path)
    written += stored(store_url, tmp_path)
    written += [caplog.text, *(str(record.args) for record in caplog.records)]
    assert VIP.encode() in b"".join(stored(store_url, tmp_path)) or store_url == "memory:"
    assert leaks(written) == set()


def values(url: str, folder: Path) -> dict[str, str]:
    """What each argument of the command line is given, whichever verb has it."""
    return {
        "actor": "anna",
        "as_of": "5",
        "customers": "1",
        "db": url,
        "filter": "all_customers",
        "key": str(folder / "key"),
        "on": "2026-03-20",
        "out": str(folder / "key"),
        "output": str(folder / "report.html"),
        "public_key": str(KEY.public),
        "reason": "none",
        "reseller": "R-2",
        "vip_id": VIP,
    }


def arguments(verb: str, command: Any, given: dict[str, str]) -> list[str]:
    """A verb with everything it takes."""
    words = [verb]
    for parameter in command.params:
        value = given.get(parameter.name)
        if parameter.param_type_name == "argument":
            words += [value or "customers"] if parameter.required or value else []
        elif value is not None and not parameter.is_flag:
            words += [parameter.opts[0], value]
    return words


VERBS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_no_secret_is_said_by_any_verb(store: str, tmp_path: Path) -> None:
    """
    On standard output or error, in a file that a verb writes, or in its error; for people and for
    machines; nor the password of the store's URL, though it be given in the wrong place.
    """
    url = with_password(url_of(store, tmp_path))
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    outbox.mkdir()
    file = str(inbox / as_file(inbox, [command for command, _ in LIFE]))
    (outbox / "key").write_text(KEY.to_text())
    said = [here(tmp_path, "run", file, "--db", url, *more, db=None) for more in ([], ["--json"])]
    given = values(url, outbox)
    for verb, command in VERBS.items():
        if verb != "follow":
            own = {"file": {"run": file, "export": str(outbox / "export")}.get(verb, file)}
            words = arguments(verb, command, given | own)
            said += [here(tmp_path, *words, *more, db=None) for more in ([], ["--json"], [url])]
    with started(tmp_path, "follow", "--db", url, "--json") as follower:
        follower.stdout.readline()  # type: ignore[union-attr]
        follower.terminate()
        written: list[str | bytes] = [*follower.communicate()]
    written += [each for one in said for each in (one.out, one.err)]
    assert any(VIP in each.out for each in said)
    (outbox / "key").unlink()
    assert leaks([*written, *stored(f"sqlite:{outbox}", outbox)], KEY.to_text()) == set()


@FEWER
@given(st.text("VIP-0123456789", min_size=4, max_size=40), st.text(min_size=8, max_size=40))
def test_a_code_is_on_record_as_everybody_would_hash_it(vip_id: str, code: str) -> None:
    """
    PBKDF2 with HMAC-SHA-256: what is on record stays good with whichever library makes it.
    """
    salt = f"vip-domain change code {vip_id}".encode()
    known = pbkdf2_hmac("sha256", code.encode(errors="replace"), salt, 2_000).hex()
    assert code_hash(vip_id, code.encode(errors="replace").decode()) == known
