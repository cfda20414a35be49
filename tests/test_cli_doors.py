"""Whatever is typed after `vip-domain`, or is in a file it is given: one line, one exit code."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import accept, invite, place_pa
from tests.shell import Said, as_line, here, started, with_customers
from tests.tampering import KEY
from tests.test_cli_lines import memory_peak
from tests.test_doors import damaged
from vip_domain.cli import app

FEWER = settings(
    max_examples=max(settings().max_examples // 8, 3),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
VERBS = sorted({*typer.main.get_command(app).commands} - {"follow", "demo"})  # type: ignore[attr-defined]
"""All but one that goes on until it is told, and one that plays as long as it was asked to."""

WORDS = """
customers renewals all_customers overdue_requests VIP-0001 VIP-9 R-1 anna 0 1 2 -1 99999999999999999
2026-03-20 2026-03-20T10:00Z 2026-02-30 en sv xx current none log - -- --json --csv --on --as-of
--reseller --managed-by --search --limit --after --language --rules --db --actor --reason --event
--checkpoint --public-key --key --out --output -o --since --rollback --despite-differences --help
--no-such sqlite:///vip.db sqlite:///other.db memory: vip.db commands.jsonl key kept.txt proof.json
export.jsonl . .. /dev/null
"""
word = st.sampled_from([*WORDS.split(), "", " ", "\n", "é", "\x1b[31m", "\ud800", "x" * 5_000])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and files of every kind that verbs read."""
    folder = with_customers(tmp_path_factory.mktemp("home"))
    (folder / "key").write_text(KEY.to_text())
    lines = [as_line(invite()), as_line(accept()), as_line(place_pa("2026-03-02"))]
    (folder / "commands.jsonl").write_bytes(b"".join(lines))
    (folder / "kept.txt").write_text(here(folder, "checkpoint", "--key", str(folder / "key")).out)
    (folder / "proof.json").write_text(here(folder, "proof", "1").out)
    here(folder, "export", str(folder / "export.jsonl"))
    return folder


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(home)
    monkeypatch.delenv("VIP_DOMAIN_DB", raising=False)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}\nx")))
    return home


def is_clear(said: Said) -> bool:
    """Whether something was said for people, and nothing of how the program is made."""
    bug = "a bug?" in said.err or "Traceback" in said.err
    return said.code in {0, 1, 2} and not bug and (said.code == 0 or said.err.count("\n") == 1)


@FEWER
@given(verb=st.sampled_from(VERBS), words=st.lists(word, max_size=6))
def test_any_words_after_a_verb_are_obeyed_or_one_line_says_why_not(
    at_home: Path, verb: str, words: list[str]
) -> None:
    """
    Exit code 0, 1 or 2; no traceback, and no word of a bug.
    """
    assert is_clear(here(at_home, verb, *words, db=None)), (verb, words)


READING = {
    "commands.jsonl": ("run", "FILE", "--db", "memory:"),
    "key": ("checkpoint", "--key", "FILE"),
    "kept.txt": ("verify", "log", "--checkpoint", "FILE", "--public-key", str(KEY.public)),
    "proof.json": ("check-proof", "FILE", "--public-key", str(KEY.public)),
    "export.jsonl": ("import", "FILE", "--db", "memory:"),
}


@pytest.mark.parametrize("name", READING)
@FEWER
@given(data=st.data())
def test_any_file_is_read_or_one_line_says_why_not(
    at_home: Path, name: str, data: st.DataObject
) -> None:
    """
    One that was damaged in any place, and any bytes at all.
    """
    whole = (at_home / name).read_bytes().decode()
    text = damaged(whole).map(lambda said: said.encode("utf-8", "surrogatepass"))
    (at_home / "FILE").write_bytes(data.draw(text | st.binary(max_size=200)))
    said = here(at_home, *READING[name], db=None)
    assert is_clear(said), said


@FEWER
@given(data=st.data())
def test_every_line_of_a_damaged_file_of_commands_has_one_result(
    at_home: Path, data: st.DataObject
) -> None:
    """
    As JSON, in the order of the lines, though one of them is anything at all.
    """
    lines = [as_line(invite()), as_line(accept()), as_line(place_pa("2026-03-02"))]
    at = data.draw(st.integers(0, 2))
    text = data.draw(damaged(lines[at].decode())).encode("utf-8", "surrogatepass")
    lines[at] = text.replace(b"\n", b" ") + b"\n"
    (at_home / "FILE").write_bytes(b"".join(lines))
    said = here(at_home, "run", "FILE", "--json", "--db", "memory:", db=None)
    found = [json.loads(line)["line"] for line in said.out.splitlines()]
    assert found == [n for n, line in enumerate(lines, 1) if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("import", "-"), ("check-proof", "-", "--public-key", "x")])
def test_a_file_without_end_fills_no_memory(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """
    300 MB without a line's end come to an error, and to little more memory than the longest line.
    """
    with started(tmp_path, *arguments) as running:
        assert running.stdin is not None
        used = 0
        try:
            for _ in range(300):
                running.stdin.write(b"[" * 1_000_000)
                used = memory_peak(running.pid)
            running.stdin.close()
        except BrokenPipeError:
            pass
        code = running.wait()
    assert (code, 0 < used < 250_000) == (1, True)
