"""The command line: what its verbs answer, and how they exit."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

import vip_domain
from tests.builders import VIP, invite
from tests.shell import OF_R1, as_file, here, shell, with_customers
from vip_domain import VipDomain
from vip_domain.projections.customers import COLUMNS, FILTERS

VERBS = ("run", "customers", "counts", "show", "history", "explain", "rebuild", "demo")


WRONG_USAGE = [
    (),
    ("nonsense",),
    ("--nonsense",),
    ("customers",),
    ("customers", "all_customers"),
    ("customers", "some_customers", *OF_R1),
    ("customers", "all_customers", "--reseller", " "),
    ("customers", "all_customers", *OF_R1, "--limit", "0"),
    ("customers", "all_customers", *OF_R1, "--limit", "many"),
    ("customers", "all_customers", *OF_R1, "--after", "here"),
    ("customers", "all_customers", *OF_R1, "--csv", "--json"),
    ("customers", "all_customers", *OF_R1, "--csv", "--search", "Ost"),
    ("counts", "--reseller", "R-1", "--on", "2026-02-30"),
    ("diff", "all_customers", *OF_R1),
    ("diff", "all_customers", *OF_R1, "--from", "never"),
    ("diff", "all_customers", *OF_R1, "--from", "9999"),
    ("diff", "all_customers", *OF_R1, "--from", "1", "--to", "0"),
    ("counts", *OF_R1, "--rules", "none"),
    ("counts", *OF_R1, "--db", "vip.db"),
    ("counts", *OF_R1, "--db", "sqlite:///"),
    ("counts", *OF_R1, "--db", "sqlite:///missing.db"),
    ("counts", *OF_R1, "extra"),
    ("show",),
    ("explain",),
    ("explain", VIP, "--language", "de"),
    ("explain", VIP, "--as-of", "9999"),
    ("history", VIP, "--language", ""),
    ("report",),
    ("report", VIP, "--language", "Swedish"),
    ("report", VIP, "--json"),
    ("rebuild", "nothing"),
    ("run",),
    ("demo", "--customers", "0"),
    ("demo", "--customers", "-5"),
    ("demo", "--today", "tomorrow"),
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Whatever is wrong with the arguments, one clear line says it.
    """
    monkeypatch.chdir(with_customers(tmp_path))
    monkeypatch.delenv("VIP_DOMAIN_DB", raising=False)
    said = here(tmp_path, *arguments, db=None)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_wrong_usage_is_no_traceback_in_a_process_either(tmp_path: Path) -> None:
    """
    The real thing: nothing on standard output, one line on standard error, 2.
    """
    done = shell(tmp_path, "counts")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        b"",
        b"vip-domain: Missing option '--reseller'. (vip-domain counts --help tells more)\n",
    )


@pytest.mark.parametrize("verb", ["show", "history", "explain", "report"])
def test_a_customer_nobody_knows_is_refused(verb: str, tmp_path: Path) -> None:
    """
    With the contract's code, its name made harmless, and exit code 1.
    """
    said = here(with_customers(tmp_path), verb, "NO\x1b[31mBODY")
    assert (said.code, said.err) == (
        1,
        "vip-domain: CUSTOMER_UNKNOWN: there is no customer 'NO\\x1b[31mBODY'\n",
    )


def not_a_database(file: Path) -> None:
    file.write_text("hello " * 1_000)


def somebody_elses_database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE mine (x)")


def folder_instead(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize("spoil", [not_a_database, somebody_elses_database, folder_instead])
@pytest.mark.parametrize("verb", [("run", os.devnull), ("counts", *OF_R1), ("rebuild",)])
def test_a_file_that_is_no_store_is_one_clear_error(
    spoil: Callable[[Path], None], verb: tuple[str, ...], tmp_path: Path
) -> None:
    """
    It is named, and the exit code is 1; it is no bug, and left as it is.
    """
    spoil(tmp_path / "vip.db")
    before = (tmp_path / "vip.db").is_file() and (tmp_path / "vip.db").read_bytes()
    said = here(tmp_path, *verb)
    assert (said.code, said.err.count("\n"), "vip.db" in said.err) == (1, 1, True)
    assert "a bug?" not in said.err
    assert not before or (tmp_path / "vip.db").read_bytes() == before


@pytest.mark.slow
def test_a_locked_store_is_one_clear_error(tmp_path: Path) -> None:
    """
    After waiting for the other writer for some seconds, with nothing half written.
    """
    file = as_file(with_customers(tmp_path), [invite(vip_id="VIP-2")])
    with closing(sqlite3.connect(tmp_path / "vip.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        said = here(tmp_path, "run", str(tmp_path / file))
    assert (said.code, said.out, said.err.count("\n"), "locked" in said.err) == (1, "", 1, True)
    assert "a bug?" not in said.err


def test_asking_a_store_that_is_not_there_makes_none(tmp_path: Path) -> None:
    """
    A mistyped name is an error, not an empty answer.
    """
    here(tmp_path, "counts", *OF_R1)
    assert list(tmp_path.iterdir()) == []


def test_the_store_is_a_file_in_the_working_folder_or_the_one_that_is_named(
    tmp_path: Path,
) -> None:
    """
    `--db` goes before `VIP_DOMAIN_DB`, which goes before `vip.db`.
    """
    file = as_file(tmp_path, [invite()])
    shell(tmp_path, "run", file)
    shell(tmp_path, "run", file, VIP_DOMAIN_DB="sqlite:///named.db")
    shell(tmp_path, "run", file, "--db", "sqlite:///first.db", VIP_DOMAIN_DB="sqlite:///no.db")
    stores = {path.name for path in tmp_path.glob("*.db")}
    assert stores == {"vip.db", "named.db", "first.db"}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_that_names_its_store(verb: str, tmp_path: Path) -> None:
    """
    `--help`, `--db` and `--json` are there for all of them.
    """
    said = here(tmp_path, verb, "--help", db=None)
    assert (said.code, "--db" in said.out, "--json" in said.out) == (0, True, True)


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    """
    `--version` needs no store and no verb.
    """
    said = here(tmp_path, "--version", db=None)
    assert (said.code, said.out) == (0, f"vip-domain {vip_domain.__version__}\n")


def test_counts_are_json_for_machines(tmp_path: Path) -> None:
    """
    A number per filter, narrowed by manager if asked.
    """
    said = here(with_customers(tmp_path), "counts", *OF_R1, "--json", "--managed-by", "anna")
    assert said.json == dict.fromkeys(FILTERS, 0) | {"all_customers": 1, "overdue_requests": 1}


def test_without_a_date_today_is_meant(tmp_path: Path) -> None:
    """
    Today's date in UTC, by which a PA of March 2026 is overdue.
    """
    counted = here(with_customers(tmp_path), "counts", "--reseller", "R-1", "--json").json
    assert counted["overdue_requests"] == int(datetime.now(UTC).date().isoformat() > "2026-03-16")


def test_a_list_is_json_in_the_contracts_columns(tmp_path: Path) -> None:
    """
    Rows, the cursor of the next page, and how many there are.
    """
    page = here(with_customers(tmp_path), "customers", "overdue_requests", *OF_R1, "--json").json
    assert (list(page["rows"][0]), page["next"], page["total"]) == (list(COLUMNS), None, 1)


def test_pages_follow_each_other(tmp_path: Path) -> None:
    """
    `--after` takes the cursor of the page before, and no customer is lost or comes twice.
    """
    listing = ("customers", "all_customers", *OF_R1, "--limit", "4", "--json")
    page, seen = here(with_customers(tmp_path), *listing).json, []
    while page["next"]:
        seen += page["rows"]
        page = here(tmp_path, *listing, "--after", page["next"]).json
    ids = [row["vip_id"] for row in seen + page["rows"]]
    assert sorted(ids) == [VIP, *(f"VIP-1{number:03}" for number in range(10))]


def test_a_list_can_be_searched_and_narrowed(tmp_path: Path) -> None:
    """
    By the beginning of a name, and by manager.
    """
    listing = ("customers", "all_customers", *OF_R1, "--json")
    found = here(with_customers(tmp_path), *listing, "--managed-by", "bo", "--search", "ost 3")
    assert [row["vip_id"] for row in found.json["rows"]] == ["VIP-1003"]


def test_everything_known_of_a_customer_is_shown(tmp_path: Path) -> None:
    """
    The row's columns and what belongs to the customer.
    """
    shown = here(with_customers(tmp_path), "show", VIP, "--on", "2026-03-20", "--json").json
    assert set(shown) - set(COLUMNS) == {
        "administrators",
        "licenses",
        "purchase_authorizations",
        "orders",
        "returns",
    }


def test_a_history_tells_what_happened_and_who_recorded_it(tmp_path: Path) -> None:
    """
    The envelope's fields beside those of the event.
    """
    first, *_ = here(with_customers(tmp_path), "history", VIP, "--json").json
    told = {name: first[name] for name in ("version", "position", "actor", "event", "at")}
    assert told == {
        "version": 1,
        "position": 1,
        "actor": "anna",
        "event": "Invited",
        "at": "2026-03-01T09:00:00Z",
    }


def test_a_rebuild_changes_no_answer(tmp_path: Path) -> None:
    """
    It says how far the view has come, and lists say the same before and after.
    """
    listing = ("customers", "all_customers", *OF_R1, "--json")
    before = here(with_customers(tmp_path), *listing).json
    (rebuilt,) = here(tmp_path, "rebuild", "customers", "--json").json
    assert (rebuilt["view"], rebuilt["position"] > 0, here(tmp_path, *listing).json) == (
        "customers",
        True,
        before,
    )


def test_an_error_nobody_thought_of_is_one_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Who wants the traceback says so in the environment.
    """

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a\nbug")

    monkeypatch.setattr(VipDomain, "counts", broken)
    said = here(with_customers(tmp_path), "counts", *OF_R1)
    assert (said.code, said.err) == (
        1,
        "vip-domain: RuntimeError: a bug (a bug? VIP_DOMAIN_TRACEBACK=1 tells)\n",
    )
