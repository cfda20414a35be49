"""What the command line writes: for terminals, pipes and machines, in any encoding."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

import vip_domain
from tests.builders import VIP
from tests.shell import OF_R1, TRICKY, VIP_DOMAIN, environment, here, shell, started, with_customers
from vip_domain.projections.customers import COLUMNS


def test_people_read_a_line_per_customer_where_there_is_no_terminal(tmp_path: Path) -> None:
    """
    Tabs between the cells, the columns first: fit for `cut` and `grep`.
    """
    said = here(with_customers(tmp_path), "customers", "overdue_requests", *OF_R1)
    head, row = said.out.splitlines()
    assert (head.split("\t")[0], row.split("\t")[0], head.count("\t")) == (
        "vip_id",
        VIP,
        row.count("\t"),
    )


def test_the_next_page_is_told_beside_the_list(tmp_path: Path) -> None:
    """
    On standard error, where it is in nobody's way.
    """
    said = here(with_customers(tmp_path), "customers", "all_customers", *OF_R1, "--limit", "1")
    assert (said.out.count("\n"), said.err[:20]) == (2, "next page: --after W")


def test_csv_is_utf_8_whatever_standard_output_is(tmp_path: Path) -> None:
    """
    Header, one row a customer, the library's line ends.
    """
    with_customers(tmp_path)
    done = shell(
        tmp_path, "customers", "overdue_requests", *OF_R1, "--csv", PYTHONIOENCODING="ascii"
    )
    head, row = csv.reader(io.StringIO(done.stdout.decode("utf-8"), newline=""))
    assert (tuple(head), row[0], row[3], done.stdout.count(b"\r\n")) == (COLUMNS, VIP, TRICKY, 2)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "utf-16"])
def test_json_is_valid_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    """
    Letters that standard output cannot write are escaped as JSON escapes them.
    """
    with_customers(tmp_path)
    done = shell(
        tmp_path, "customers", "overdue_requests", *OF_R1, "--json", PYTHONIOENCODING=encoding
    )
    rows = json.loads(done.stdout.decode(encoding))["rows"]
    assert rows[0]["organization_name"] == TRICKY


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
@pytest.mark.parametrize(
    "verb",
    [("customers", "all_customers", *OF_R1), ("show", VIP), ("history", VIP), ("explain", VIP)],
)
def test_data_cannot_move_the_cursor_or_colour_the_screen(
    verb: tuple[str, ...], encoding: str, tmp_path: Path
) -> None:
    """
    On a terminal, control characters are shown as escapes and markup as it is written.
    """
    screen = on_terminal(with_customers(tmp_path), *verb, encoding=encoding)
    assert ("\u202e" in screen, "[red]AB[/red]" in screen, ":smile:" in screen) == (
        False,
        True,
        True,
    )


def on_terminal(folder: Path, *arguments: str, encoding: str) -> str:
    """What a terminal of 200 columns shows."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*VIP_DOMAIN, *arguments],
        cwd=folder,
        env=environment(PYTHONIOENCODING=encoding, COLUMNS="200", TERM="xterm", NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return shown.decode(encoding)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_people_read_the_same_in_sentences_of_two_words(tmp_path: Path) -> None:
    """
    A field a line, then a table for each thing the customer has.
    """
    lines = here(with_customers(tmp_path), "show", VIP, "--on", "2026-03-20").out.splitlines()
    assert {"overdue_pas\t1", "licenses", "purchase_authorizations"} <= set(lines)


def test_people_read_a_history_an_event_a_line(tmp_path: Path) -> None:
    """
    When, what and by whom.
    """
    _, first, *_ = here(with_customers(tmp_path), "history", VIP).out.splitlines()
    version, at, _, actor, behalf, what, _ = first.split("\t")
    assert (version, at, actor, behalf) == ("1", "2026-03-01 09:00", "anna", "for R-1 (anna)")
    assert what.startswith("R-1 invited ")


def test_people_read_a_history_as_paragraphs_on_a_terminal(tmp_path: Path) -> None:
    """
    In their language: who, when and for whom, and what under it.
    """
    sv = ("--language", "sv")
    screen = on_terminal(with_customers(tmp_path), "history", VIP, *sv, encoding="utf-8")
    lines = [re.sub(r"\x1b\[\d+m", "", line).strip() for line in screen.splitlines()]
    first = lines.index("1. 2026-03-01 09:00 UTC, anna för R-1 (anna)")
    assert lines[first + 1].startswith("R-1 bjöd in ")


def test_people_read_why_a_customer_is_in_a_list(tmp_path: Path) -> None:
    """
    The answer first, then the rule, what was compared, and the event that made it so, once.
    """
    said = here(with_customers(tmp_path), "explain", VIP, "--on", "2026-03-20")
    overdue = said.out.split("\n\n")[3].splitlines()
    assert [line[:58] for line in overdue] == [
        "Overdue requests: in the list on 2026-03-20",
        "  Rule (S13, S14, D): Some purchase authorization is pendi",
        "  yes: Purchase authorization PA-1 is pending [3]",
        "  yes: Purchase authorization PA-1 was due 2026-03-16, and",
        "  [3] 2026-03-02 09:00 UTC, anna: Purchase authorization P",
    ]


def test_an_explanation_for_machines_is_what_python_gives(tmp_path: Path) -> None:
    """
    Also in Swedish, and as of a position.
    """
    asked = ("--on", "2026-03-20", "--as-of", "2", "--language", "sv", "--json")
    said = here(with_customers(tmp_path), "explain", VIP, *asked).json
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}") as vip:
        python = vip.explain(VIP, on=date(2026, 3, 20), as_of=2)
    assert said == {name: each.to_dict("sv") for name, each in python.items()}


def test_a_reader_of_a_list_who_has_enough_is_no_error(tmp_path: Path) -> None:
    """
    `customers --csv | head` says nothing else.
    """
    shell(tmp_path, "demo", "--customers", "500")
    arguments = ("customers", "all_customers", "--reseller", "R-NORDSOFT", "--csv")
    with started(tmp_path, *arguments) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        complaint = running.stderr.read()
    assert (running.returncode, complaint) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "verb", [("counts", *OF_R1), ("customers", "all_customers", *OF_R1, "--csv")]
)
def test_output_that_cannot_be_written_is_one_clear_error(
    verb: tuple[str, ...], tmp_path: Path
) -> None:
    """
    A full disk under `>` is told once, and the exit code is 1.
    """
    with_customers(tmp_path)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*VIP_DOMAIN, *verb],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr.count(b"\n"), b"No space" in done.stderr) == (1, 1, True)
