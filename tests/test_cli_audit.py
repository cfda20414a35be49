"""Keys, checkpoints and proofs on the command line, and the page that tells how they are used."""

from __future__ import annotations

import json
import re
import stat
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

import vip_domain
from tests.shell import ROOT, Said, here, other, shell, with_customers
from vip_domain import SigningKey
from vip_domain.audit.notes import PublicKey

PAGE = (ROOT / "docs" / "audit.md").read_text("utf-8")


def at(folder: Path, *arguments: str) -> Said:
    """What the command line says without a store."""
    return here(folder, *arguments, db=None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with eleven customers, a key, and a checkpoint that was kept."""
    with_customers(tmp_path)
    public = at(tmp_path, "keygen", "audit.example", "--out", str(tmp_path / "key")).out
    (tmp_path / "key.pub").write_text(public)
    keep(tmp_path, "kept.txt")
    return tmp_path


def keep(folder: Path, name: str) -> None:
    (folder / name).write_text(
        here(folder, "checkpoint", "--key", str(folder / "key")).out, "utf-8"
    )


def verify(folder: Path, *arguments: str) -> Said:
    given = ("--checkpoint", str(folder / "kept.txt"), "--public-key", str(folder / "key.pub"))
    return here(folder, "verify", "log", *given, *arguments)


def proof(folder: Path, *arguments: str) -> str:
    (folder / "proof.json").write_text(here(folder, "proof", *arguments).out, "utf-8")
    return str(folder / "proof.json")


def check(folder: Path, *arguments: str) -> Said:
    return at(folder, "check-proof", *arguments, "--public-key", str(folder / "key.pub"))


def test_a_key_is_for_its_owner_alone_and_never_overwritten(folder: Path) -> None:
    """
    What is said is its public half.
    """
    before = (folder / "key").read_text()
    again = at(folder, "keygen", "audit.example", "--out", str(folder / "key"))
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert (again.code, again.out, (folder / "key").read_text()) == (1, "", before)
    public = PublicKey.from_text((folder / "key.pub").read_text())
    assert SigningKey.from_text(before).public == public


def test_verify_holds_the_log_against_checkpoints_kept_elsewhere(folder: Path) -> None:
    """
    Exit code 0, and how far they reach.
    """
    machine, people = verify(folder, "--json"), verify(folder)
    (log,) = machine.json
    assert (machine.code, log["findings"], log["covered"]) == (0, [], log["position"])
    assert (people.code, people.err) == (0, "")
    assert people.out.startswith(f"log is whole at position {log['position']}, covered by")


def test_verify_names_what_was_changed(folder: Path) -> None:
    """
    By position, stream and version, and exit code 1; views are not folded from such a log alone.
    """
    with closing(connect(folder / "vip.db", isolation_level=None)) as file:
        file.execute("UPDATE stored_events SET topic = 'manager-assigned' WHERE position = 2")
    people, machine = verify(folder), verify(folder, "--json")
    assert (people.code, machine.code) == (1, 1)
    assert re.search(r"changed: position 2 \(customer-.*, version 2\): its link", people.out)
    assert (machine.json[0]["findings"][0]["position"]) == 2


def test_a_proof_is_checked_without_a_store(folder: Path) -> None:
    """
    In a folder where there is none, from a file or from standard input.
    """
    away = folder / "away"
    away.mkdir()
    file = proof(folder, "1")
    key = (folder / "key.pub").read_text().strip()
    said = shell(away, "check-proof", "-", "--public-key", key, stdin=Path(file).read_bytes())
    machine = check(folder, file, "--json")
    assert (said.returncode, said.stdout[:19]) == (0, b"true: position 1 of")
    assert (machine.code, machine.json["event"]["name"]) == (0, "invited")
    assert list(away.iterdir()) == []


def test_growth_is_proven_from_one_checkpoint_to_another(folder: Path) -> None:
    """
    The last one, or one that is named.
    """
    since = ("--since", str(folder / "kept.txt"))
    for name, number in (("later.txt", 10), ("last.txt", 11)):
        with vip_domain.open(f"sqlite:///{folder / 'vip.db'}") as vip:
            vip.execute(other(number), actor="anna")
        keep(folder, name)
    last = check(folder, proof(folder, *since), "--json")
    named = check(
        folder, proof(folder, *since, "--checkpoint", str(folder / "later.txt")), "--json"
    )
    sizes = [said.json[which]["size"] for said in (named, last) for which in ("earlier", "later")]
    assert sizes[0] == sizes[2] < sizes[1] < sizes[3]


def test_a_proof_of_something_else_is_exit_code_1(folder: Path) -> None:
    """
    Its event was changed, or its checkpoint is signed by somebody else.
    """
    file = Path(proof(folder, "1"))
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, "version": 2}), "utf-8")
    other = SigningKey.generate("audit.example").public
    stranger = at(folder, "check-proof", proof(folder, "1"), "--public-key", str(other))
    file.write_text(json.dumps({**content, "version": 2}), "utf-8")
    forged = check(folder, str(file))
    assert (forged.code, stranger.code) == (1, 1)
    assert forged.err == "vip-domain: the proof does not lead to what the checkpoint says\n"
    assert "is not signed by audit.example" in stranger.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("proof",),
        ("proof", "1", "--since", "kept.txt"),
        ("verify", "customers", "--public-key", "k"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(folder: Path, arguments: tuple[str, ...]) -> None:
    """
    Exit code 2, and one line.
    """
    said = here(folder, *arguments)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_the_page_about_audits_shows_what_happens(tmp_path: Path) -> None:
    """
    Its commands are run one after the other, and say what the page says that they do.
    """
    with_customers(tmp_path)
    (console,) = re.findall(r"^```console\n(.*?)^```$", PAGE, re.M | re.S)
    for command, promised in re.findall(r"^\$ vip-domain (.*)\n((?:[^$].*\n)*)", console, re.M):
        arguments, _, file = command.partition(" > ")
        said = shell(tmp_path, *arguments.split(), VIP_DOMAIN_DB="sqlite:///vip.db")
        assert said.returncode == 0, (command, said.stderr)
        if file:
            (tmp_path / file).write_bytes(said.stdout)
        for line in promised.splitlines():
            shown = "".join(map(_pattern, re.split(r"(…)", line)))
            assert re.search(shown, said.stdout.decode()), (command, said.stdout)


def _pattern(part: str) -> str:
    return ".*" if part == "…" else re.escape(part)
