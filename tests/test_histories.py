"""Random histories come to the same answers in the library and in an independent naive model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import vip_domain
from tests.model.histories import RESELLERS, history
from tests.model.naive import FILTERS, NaiveModel
from tests.stores import STORES, url_of
from vip_domain import CommandRefused, ProgramRules, VipDomain, command_from_dict
from vip_domain.rules import PRESETS

ASKED = int(os.environ.get("VIP_DOMAIN_HISTORIES", "10"))
FIRST = int(os.environ.get("VIP_DOMAIN_HISTORIES_FROM", "0"))
SEEDS = {"memory": ASKED, "sqlite": ASKED, "postgres": -(-ASKED // 5)}
"""Histories of each preset; the soak plays thousands. A question to a server takes longer."""

STEPS = 120
EDGES = (-46, -45, -31, -30, -1, 0, 1, 30, 31)


@pytest.mark.parametrize("rules", PRESETS)
@pytest.mark.parametrize(
    ("store", "seed"),
    [(store, seed) for store in STORES for seed in range(FIRST, FIRST + SEEDS[store])],
)
def test_a_random_history_comes_to_what_the_naive_model_says(
    store: str, rules: str, seed: int, tmp_path: Path
) -> None:
    """
    Every command has the same outcome, and at the end every list and row is the same on every
    date on which something changes.
    """
    model = NaiveModel(rules)
    with vip_domain.open(url_of(store, tmp_path), rules=ProgramRules.preset(rules)) as vip:
        for number, command in enumerate(history(seed, STEPS, rules)):
            changes = model.changes
            expected = (number, model.do(command), model.changes > changes)
            assert (number, *outcome(vip, command)) == expected
        for on in interesting_dates(model):
            assert lists(vip, on) == naive_lists(model, on)
            assert rows(vip, on) == naive_rows(model, on)


def outcome(vip: VipDomain, command: dict[str, Any]) -> tuple[str | None, bool]:
    try:
        receipt = vip.execute(command_from_dict(command), actor="test")
    except CommandRefused as refused:
        return refused.code, False
    return None, bool(receipt.events)


def interesting_dates(model: NaiveModel) -> list[date]:
    """The days around due dates and renewals, where filters turn."""
    days: set[date] = set()
    for vip_id in everybody(model):
        row = model.row(vip_id, date(2026, 1, 1))
        for name in ("renews_on", "next_due_on", "anniversary_date"):
            if row[name] is not None:
                days |= {date.fromisoformat(row[name]) + timedelta(edge) for edge in EDGES}
    return sorted(days)


def everybody(model: NaiveModel) -> Iterator[str]:
    for reseller in RESELLERS:
        yield from sorted(model.list("all_customers", reseller, date(2026, 1, 1)))


def lists(vip: VipDomain, on: date) -> dict[str, Any]:
    return {
        f"{reseller} {name}": {
            row.vip_id for row in vip.customers(name, reseller_id=reseller, on=on).rows
        }
        for reseller in RESELLERS
        for name in FILTERS
    } | {reseller: vip.counts(reseller_id=reseller, on=on) for reseller in RESELLERS}


def naive_lists(model: NaiveModel, on: date) -> dict[str, Any]:
    return {
        f"{reseller} {name}": model.list(name, reseller, on)
        for reseller in RESELLERS
        for name in FILTERS
    } | {reseller: model.counts(reseller, on) for reseller in RESELLERS}


def rows(vip: VipDomain, on: date) -> dict[str, Any]:
    found = [
        row.to_dict()
        for reseller in RESELLERS
        for row in vip.customers("all_customers", reseller_id=reseller, on=on).rows
    ]
    return {row["vip_id"]: row for row in found}


def naive_rows(model: NaiveModel, on: date) -> dict[str, Any]:
    return {vip_id: model.row(vip_id, on) for vip_id in everybody(model)}
