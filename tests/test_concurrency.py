"""Rules that span customers hold when threads and processes race for them on one store."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import vip_domain
from tests.builders import VIP, accept, assign, invite, place_pa, send_code
from tests.stores import url_of
from vip_domain import Command, CommandRefused, VipDomain, command_to_dict

PROCESSES, THREADS = 4, 8
ON = date(2026, 3, 1)

RACER = """
import json, sys
import vip_domain
from vip_domain import CommandRefused, command_from_dict
url, command_id = sys.argv[1], sys.argv[2] or None
with vip_domain.open(url) as vip:
    print("ready", flush=True)
    for line in sys.stdin.read().splitlines():
        try:
            command = command_from_dict(json.loads(line))
            vip.execute(command, actor="racer", command_id=command_id)
            print("recorded")
        except CommandRefused as refused:
            print(refused.code)
"""


def outcome(vip: VipDomain, command: Command, command_id: str | None) -> str:
    try:
        vip.execute(command, actor="racer", command_id=command_id)
    except CommandRefused as refused:
        return refused.code
    return "recorded"


def race_threads(url: str, commands: list[Command], command_id: str | None = None) -> Counter[str]:
    with vip_domain.open(url) as vip, ThreadPoolExecutor(THREADS) as threads:
        return Counter(threads.map(lambda command: outcome(vip, command, command_id), commands))


def as_lines(commands: list[Command]) -> str:
    return "\n".join(json.dumps(command_to_dict(command)) for command in commands)


def race_processes(
    url: str, commands: list[Command], command_id: str | None = None
) -> Counter[str]:
    """Nobody begins before all have the store open: else one is through before the next one is."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, url, command_id or ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    ready = [racer.stdout.readline() for racer in racers if racer.stdout]
    assert ready == ["ready\n"] * PROCESSES
    with ThreadPoolExecutor(PROCESSES) as readers:
        texts = [as_lines(commands[n::PROCESSES]) for n in range(PROCESSES)]
        printed = readers.map(lambda racer, text: racer.communicate(text)[0], racers, texts)
        return Counter(word for text in printed for word in text.split())


RACES = {"threads": race_threads, "processes": race_processes}


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, tmp_path)


def customers(count: int) -> list[str]:
    return [f"VIP-{number:04}" for number in range(count)]


@pytest.mark.parametrize("racers", RACES)
def test_a_reseller_sends_five_codes_a_day_however_many_try(url: str, racers: str) -> None:
    """
    S62: forty sendings to forty customers race, five are recorded, the rest are refused.
    """
    with vip_domain.open(url) as vip:
        vip.execute_many([invite(vip_id=vip_id) for vip_id in customers(40)], actor="anna")
        vip.execute_many(
            [
                accept(vip_id=vip_id, administrator_email=f"owner@{vip_id}.example")
                for vip_id in customers(40)
            ],
            actor="anna",
        )
    codes: list[Command] = [
        send_code(
            vip_id=vip_id,
            administrator_email=f"owner@{vip_id}.example",
            code=f"CODE-{vip_id}",
            at=datetime(2026, 3, 3, 12, tzinfo=UTC),
        )
        for vip_id in customers(40)
    ]
    assert RACES[racers](url, codes) == {"recorded": 5, "CODE_LIMIT": 35}


@pytest.mark.parametrize("racers", RACES)
def test_one_person_owns_one_agreement_of_a_name_however_many_accept(url: str, racers: str) -> None:
    """
    S89: one person accepts for forty customers of the same organisation name, once.
    """
    with vip_domain.open(url) as vip:
        invitations = [invite(vip_id=vip_id, organization_name="Nord") for vip_id in customers(40)]
        vip.execute_many(invitations, actor="anna")
    accepting: list[Command] = [accept(vip_id=vip_id) for vip_id in customers(40)]
    assert RACES[racers](url, accepting) == {"recorded": 1, "OWNER_TAKEN": 39}


@pytest.mark.parametrize("racers", RACES)
def test_one_command_id_records_once_however_many_send_it(url: str, racers: str) -> None:
    """
    The same licence assigned forty times with one id: it is one, and all are told so.
    """
    with vip_domain.open(url) as vip:
        vip.execute_many([invite(), accept(), place_pa("2026-03-02", quantity=40)], actor="anna")
        before = len(vip.history(VIP))
    one = assign("2026-03-03", 1)
    assert RACES[racers](url, [one] * 40, "one") == {"recorded": 40}
    with vip_domain.open(url) as vip:
        assert [each.command_id for each in vip.history(VIP)[before:]] == ["one"]


@pytest.mark.parametrize("racers", RACES)
def test_an_invitation_counts_once_without_an_id(url: str, racers: str) -> None:
    """
    Sent forty times: one records it, to all others it is so already.
    """
    assert RACES[racers](url, [invite()] * 40) == {"recorded": 40}
    with vip_domain.open(url) as vip:
        assert [type(each.event).__name__ for each in vip.history(VIP)] == ["Invited"]


def test_positions_have_no_hole_after_a_race(url: str) -> None:
    """
    Four processes write a hundred customers: every position from one on is there once.
    """
    race_processes(url, [invite(vip_id=vip_id) for vip_id in customers(100)])
    with vip_domain.open(url) as vip:
        found = sorted(vip.history(vip_id)[0].position for vip_id in customers(100))
    assert found == list(range(1, 101))
