"""Every executable case of the rules, on every store, through the public names."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.stores import STORES, url_of
from vip_domain import CommandRefused, ProgramRules, VipDomain, command_from_dict

POOLS = ("fulfilled", "pending", "assigned", "available")


@pytest.mark.parametrize("store", STORES)
def test_a_case_of_the_rules_holds(case_file: Path, store: str, tmp_path: Path) -> None:
    """
    Each step of the case does, lists and shows what the case says.
    """
    case = json.loads(case_file.read_text())
    rules = ProgramRules.preset(case.get("rules", "current"))
    with vip_domain.open(url_of(store, tmp_path), rules=rules) as vip:
        for number, step in enumerate(case["steps"], 1):
            said = {name: step[name] for name in ("is", "refused") if name in step}
            assert (number, answer(vip, step)) == (number, expected(said))


def expected(said: dict[str, Any]) -> Any:
    """What the step must answer; lists come in any order."""
    answer = said.get("is", said.get("refused"))
    return set(answer) if isinstance(answer, list) else answer


def answer(vip: VipDomain, step: dict[str, Any]) -> Any:
    """What the step comes to."""
    match step:
        case {"do": command}:
            return refusal(vip, command)
        case {"list": name, "reseller": reseller, "on": on}:
            page = vip.customers(
                name,
                reseller_id=reseller,
                on=date.fromisoformat(on),
                managed_by=step.get("managed_by"),
            )
            return {row.vip_id for row in page.rows}
        case {"row": vip_id, "on": on, "is": wanted}:
            row = vip.customer(vip_id, on=date.fromisoformat(on)).to_dict()
            return {name: row[name] for name in wanted}
        case {"licenses": vip_id, "on": on}:
            details = vip.customer(vip_id, on=date.fromisoformat(on)).to_dict()
            return {
                product: {pool: counts[pool] for pool in POOLS}
                for product, counts in details["licenses"].items()
            }
        case _:
            pytest.fail(f"nobody knows what {step} means")


def refusal(vip: VipDomain, command: dict[str, Any]) -> str | None:
    """The code a command is refused with, if it is."""
    try:
        vip.execute(command_from_dict(command), actor="test")
    except CommandRefused as refused:
        return refused.code
    return None
