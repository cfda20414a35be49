"""`vip-domain run`: a result per line, and the same file can be run again."""

from __future__ import annotations

import json
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import vip_domain
from tests.builders import VIP, accept, assign, at, invite, place_pa, send_code
from tests.shell import as_file, as_line, here, run, shell, started
from tests.test_cases import POOLS, expected
from vip_domain.demo import demo_commands

DAY = date(2026, 11, 24)


INVITE = as_line(invite())


def stored(file: Path) -> list[Any]:
    """Everything a store has on record, but for when, and for ids made with a secret of its own."""
    with vip_domain.open(f"sqlite:///{file}") as vip:
        ids = sorted(
            row.split(",")[0]
            for row in vip.csv(reseller_id="R-NORDSOFT", on=DAY, filter="all_customers")
        )
        return [
            replace(recorded, recorded_at=at("2026-01-01"), command_id=None)
            for vip_id in ids
            if vip_id != "vip_id"
            for recorded in vip.history(vip_id)
        ]


def test_each_line_has_one_result_in_its_order(tmp_path: Path) -> None:
    """
    Recorded, already so, refused, invalid: the four things that can become of a line.
    """
    lines = INVITE + INVITE.replace(b"09:00", b"10:00") + as_line(assign("2026-03-02", 1)) + b"{}\n"
    assert [(each["line"], each["status"]) for each in run(tmp_path, lines)] == [
        (1, "recorded"),
        (2, "already-so"),
        (3, "refused"),
        (4, "invalid"),
    ]


def test_a_result_says_what_was_recorded(tmp_path: Path) -> None:
    """
    The receipt's fields, and the names of the events.
    """
    (result,) = run(tmp_path, as_line(invite(), command_id="c-1"))
    assert result == {
        "line": 1,
        "status": "recorded",
        "vip_id": VIP,
        "command_id": "c-1",
        "version": 1,
        "position": 1,
        "events": ["Invited"],
        "code": None,
        "message": None,
        "errors": None,
    }


def test_people_get_a_sentence_per_line(tmp_path: Path) -> None:
    """
    Without `--json` a line starts with its number and how it went.
    """
    said = shell(tmp_path, "run", "-", stdin=INVITE + as_line(assign("2026-03-02", 1))).stdout
    assert said.decode().splitlines() == [
        f"1 ok {VIP} version 1: Invited",
        f"2 refused NOT_ACCEPTED: the invitation of '{VIP}' was not accepted yet",
    ]


@pytest.mark.parametrize(
    ("lines", "code", "complaint"),
    [
        (INVITE, 0, ""),
        (b"", 0, ""),
        (b"{}\n", 1, "vip-domain: 1 line refused or invalid\n"),
        (b"{}\n" + as_line(accept()), 1, "vip-domain: 2 lines refused or invalid\n"),
    ],
)
def test_the_exit_code_says_whether_all_lines_were_taken(
    lines: bytes, code: int, complaint: str, tmp_path: Path
) -> None:
    """
    0 when all were, 1 and one line on standard error when one was not.
    """
    done = shell(tmp_path, "run", "-", stdin=lines)
    assert (done.returncode, done.stderr.decode()) == (code, complaint)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    """
    Neither the store nor a word of the answer.
    """
    file = as_file(tmp_path, demo_commands(25, today=DAY))
    first, second = (
        (shell(tmp_path, "run", file, "--json").stdout, stored(tmp_path / "vip.db"))
        for _ in range(2)
    )
    assert first == second


def test_a_line_that_was_refused_is_judged_anew(tmp_path: Path) -> None:
    """
    A refusal leaves its id free; what the line was refused for may be gone meanwhile.
    """
    place, lines = as_line(place_pa("2026-03-02")), as_line(invite(at=at("2026-03-02")))
    again = [run(tmp_path, place + lines), run(tmp_path, place + lines)]
    assert [[each["status"] for each in results] for results in again] == [
        ["refused", "recorded"],
        ["recorded", "recorded"],
    ]


def test_equal_lines_of_one_file_each_count(tmp_path: Path) -> None:
    """
    Assigning two licences twice is four, also when the file is run again.
    """
    twice = as_line(assign("2026-03-02", 2)) * 2
    lines = INVITE + as_line(accept()) + as_line(place_pa("2026-03-02")) + twice
    run(tmp_path, lines)
    run(tmp_path, lines)
    shown = here(tmp_path, "show", VIP, "--json", "--on", "2026-03-02").json
    assert shown["licenses_assigned"] == 4


def test_a_line_with_an_id_of_its_own_keeps_it(tmp_path: Path) -> None:
    """
    The same id with another command is refused, as everywhere.
    """
    lines = as_line(invite(), command_id="c-1") + as_line(accept(), command_id="c-1")
    assert [each["code"] for each in run(tmp_path, lines)] == [None, "COMMAND_ID_REUSED"]


def test_what_a_line_says_beside_the_command_is_on_record(tmp_path: Path) -> None:
    """
    Lines without an actor have the one of `--actor`, also between lines that have one.
    """
    why = {"correlation_id": "k-1", "causation_id": "u-1"}
    lines = as_line(invite()) + as_line(accept(), actor="eva", **why)
    run(tmp_path, lines + as_line(place_pa("2026-03-02")), "--actor", "import")
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}") as vip:
        history = vip.history(VIP)
    assert [(each.actor, each.correlation_id, each.causation_id) for each in history[:3]] == [
        ("import", None, None),
        ("eva", "k-1", "u-1"),
        ("import", None, None),
    ]


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    """
    Neither when its command is recorded nor when it is refused or invalid.
    """
    sent = as_line(send_code())
    lines = sent + INVITE + as_line(accept()) + sent + sent.replace(b'"petra"', b"1")
    done = shell(tmp_path, "run", "-", "--json", stdin=lines)
    assert b"SECRET" not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("lines_before", [1, 1_001])
def test_a_killed_run_goes_on_where_it_was(lines_before: int, tmp_path: Path) -> None:
    """
    Kill -9 in the middle, then the same file again: the store of a run that nobody killed.
    """
    file = as_file(tmp_path, demo_commands(400, today=DAY))
    killed = started(tmp_path, "run", file, "--db", "sqlite:///killed.db")
    assert killed.stdout is not None
    for _ in range(lines_before):
        killed.stdout.readline()
    killed.kill()
    killed.communicate()
    for store in ("killed.db", "whole.db"):
        shell(tmp_path, "run", file, "--db", f"sqlite:///{store}")
    assert (killed.returncode, stored(tmp_path / "killed.db")) == (
        -signal.SIGKILL,
        stored(tmp_path / "whole.db"),
    )


def test_somebody_who_writes_a_line_and_waits_gets_its_result(tmp_path: Path) -> None:
    """
    Results do not wait for the end of the input.
    """
    with started(tmp_path, "run", "-", "--json") as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(INVITE)
        running.stdin.flush()
        result = json.loads(running.stdout.readline())
        running.communicate()
    assert result["status"] == "recorded"


def test_a_run_that_is_interrupted_says_so_in_one_line(tmp_path: Path) -> None:
    """
    Ctrl-C is no traceback.
    """
    running = started(tmp_path, "run", "-")
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(INVITE)
    running.stdin.flush()
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, complaint = running.communicate()
    assert (running.returncode, complaint) == (130, b"vip-domain: interrupted\n")


def test_a_reader_who_has_enough_is_no_error(tmp_path: Path) -> None:
    """
    `| head` ends the run without a word.
    """
    file = as_file(tmp_path, demo_commands(500, today=DAY))
    with started(tmp_path, "run", file) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        complaint = running.stderr.read()
    assert (running.returncode, complaint) == (141, b"")


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_wrong_usage(name: str, tmp_path: Path) -> None:
    """
    One line says which, and no store is made.
    """
    done = shell(tmp_path, "run", name)
    told = (done.returncode, done.stderr.count(b"\n"), list(tmp_path.iterdir()))
    assert told == (2, 1, [])


def test_a_case_of_the_rules_holds_on_the_command_line(case_file: Path, tmp_path: Path) -> None:
    """
    Each step of the case runs, lists and shows what the case says.
    """
    case = json.loads(case_file.read_text("utf-8"))
    rules = case.get("rules", "current")
    for number, step in enumerate(case["steps"], 1):
        said = {name: step[name] for name in ("is", "refused") if name in step}
        answer = answered(step, rules, tmp_path)
        assert (number, answer) == (number, expected(said))


def answered(step: dict[str, Any], rules: str, folder: Path) -> Any:
    """What the command line answers to a step."""

    def say(*arguments: str) -> Any:
        return here(folder, *arguments, "--json", "--rules", rules).json

    match step:
        case {"do": command}:
            (folder / "step.jsonl").write_text(json.dumps(command), "utf-8")
            return say("run", str(folder / "step.jsonl"))["code"]
        case {"list": name, "reseller": reseller, "on": on}:
            narrowed = ["--managed-by", step["managed_by"]] if step.get("managed_by") else []
            page = say("customers", name, "--reseller", reseller, "--on", on, *narrowed)
            return {row["vip_id"] for row in page["rows"]}
        case {"row": vip_id, "on": on, "is": wanted}:
            row = say("show", vip_id, "--on", on)
            return {name: row[name] for name in wanted}
        case {"licenses": vip_id, "on": on}:
            licenses = say("show", vip_id, "--on", on)["licenses"]
            return {
                product: {pool: counts[pool] for pool in POOLS}
                for product, counts in licenses.items()
            }
        case _:
            raise AssertionError(step)
