"""Differences are found and named, stop a switch, and nothing changes for having looked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.rebuilding import (
    DAY,
    NAMES,
    RESELLER,
    RULES,
    ask,
    digests,
    do,
    file,
    in_memory,
    left_behind,
    many_shares,
    more,
    named,
    opened,
    pages,
    right,
    tables,
    told,
    unsealed,
    vip,
)
from tests.test_rebuild_killed import killed
from vip_domain import AssignManager, Progress, StoreError, ViewDiffers, VipDomain
from vip_domain.store.log import EventLog
from vip_domain.store.writer import Writer
from vip_domain.views.memory import MemoryViews

__all__ = ["file", "many_shares", "vip"]  # fixtures

VICTIM = told()[0].vip_id
HERS = f"WHERE vip_id = '{VICTIM}'"
ADD = "INSERT INTO customers_1 SELECT {} FROM customers_1 " + HERS

CORRUPTIONS = {
    f"UPDATE customers_1 SET organization_name = 'Other' {HERS}": (VICTIM, "organization_name"),
    f"UPDATE customers_1 SET licenses_fulfilled = licenses_fulfilled + 1 {HERS}": (
        VICTIM,
        "licenses_fulfilled",
    ),
    f"UPDATE customers_1 SET renews_on = NULL {HERS}": (VICTIM, "renews_on"),
    f"UPDATE customers_1 SET select_level = 'one' {HERS}": (VICTIM, "select_level"),
    f"UPDATE customers_1 SET state = CAST(CAST(state AS TEXT) || ' ' AS BLOB) {HERS}": (
        VICTIM,
        "state",
    ),
    f"DELETE FROM customers_1 {HERS}": (VICTIM, "vip_id"),
    f"UPDATE customers_1 SET vip_id = 'NOBODY' {HERS}": (VICTIM, "vip_id"),
}


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_whatever_was_corrupted_is_found_and_named(
    vip: VipDomain, file: Path, corruption: str
) -> None:
    """
    By customer and field, whoever looks; the other views are right.
    """
    do(file, corruption)
    verified = {each.view: each for each in vip.verify()}
    customers = verified.pop("customers")
    with pytest.raises(ViewDiffers) as stopped:
        vip.rebuild("customers")
    assert CORRUPTIONS[corruption] in named(customers.differences)
    assert stopped.value.differences == customers.differences
    assert customers.digest == right()["customers"]
    assert {name: (each.digest, each.differences) for name, each in verified.items()} == {
        name: (right()[name], ()) for name in NAMES if name != "customers"
    }


def test_a_row_too_many_is_found_and_named(vip: VipDomain, file: Path) -> None:
    """
    It is in the live view, and no history comes to it.
    """
    columns = [name for _, name, *_ in ask(file, "PRAGMA table_info(customers_1)")]
    do(file, ADD.format(", ".join(["'NOBODY'", *columns[1:]])))
    (verified,) = vip.verify("customers")
    (difference,) = verified.differences
    assert (difference.vip_id, difference.field) == ("NOBODY", "vip_id")
    assert (difference.live, difference.rebuilt) == ("NOBODY", None)


def test_a_difference_says_both_values(vip: VipDomain, file: Path) -> None:
    """
    What the page showed, and what it should have.
    """
    before = {row.vip_id: row.city for row in pages(vip)[0]}
    do(file, f"UPDATE customers_1 SET city = 'Elsewhere' {HERS}")
    (verified,) = vip.verify("customers")
    (difference,) = verified.differences
    assert (difference.live, difference.rebuilt) == ("Elsewhere", before[VICTIM])


LATER = "2027-01-01T12:00Z"
BROKEN = {
    "state = x'7b'": "array",
    "state = CAST('[]' AS BLOB)": "shorter",
    "state = 5": "bytes-like",
    "select_level = 'one'": "select_level",
    "renews_on = 'soon'": "renews_on",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_row_stops_its_customer_alone_until_it_is_folded_anew(
    vip: VipDomain, file: Path, broken: str
) -> None:
    """
    What comes next for it waits, what comes for others is seen, and nobody reads a traceback.
    """
    do(file, f"UPDATE customers_1 SET {broken} {HERS}")
    vip.execute(AssignManager(vip_id=VICTIM, at=LATER, managed_by="new"), actor="bo")
    vip.execute_many(more(1), actor="bo")
    seen = vip.customers("all_customers", reseller_id=RESELLER, on=DAY, search="NEW-0001").rows
    (parked,) = vip.parked("customers")
    assert (parked.vip_id, BROKEN[broken] in parked.error, len(seen)) == (VICTIM, True, 1)
    vip.retry("customers")
    assert (vip.parked("customers"), vip.verify("customers")[0].differences) == ((), ())


@pytest.mark.parametrize("broken", ["renews_on = 'soon'", "market_segment = 'ALL'"])
def test_a_list_with_a_broken_row_says_whose_it_is(vip: VipDomain, file: Path, broken: str) -> None:
    """
    One clear error, until a rebuild mends it.
    """
    do(file, f"UPDATE customers_1 SET {broken} {HERS}")
    with pytest.raises(StoreError, match=f"the row of {VICTIM} in customers is broken"):
        pages(vip)
    vip.rebuild("customers", despite_differences=True)
    assert len(pages(vip)[0]) > 1


@pytest.mark.parametrize("verb", ["verify", "rebuild"])
def test_looking_for_differences_changes_nothing(vip: VipDomain, file: Path, verb: str) -> None:
    """
    Neither a check nor a rebuild that was stopped: the wrong row is served on, as before.
    """
    do(file, f"UPDATE customers_1 SET city = 'Elsewhere' {HERS}")

    def state() -> list[Any]:
        rows = ask(file, "SELECT * FROM customers_1 ORDER BY vip_id")
        return [rows, pages(vip), digests(vip), tables(file), vip.status()]

    before = state()
    if verb == "verify":
        assert vip.verify("customers")[0].differences
    else:
        with pytest.raises(ViewDiffers, match=f"city of {VICTIM}; nothing was switched"):
            vip.rebuild("customers")
    assert state() == before


def test_a_difference_can_be_switched_over_and_back(vip: VipDomain, file: Path) -> None:
    """
    The rebuilt rows are right; those before come back with their mistake, and follow the log.
    """
    do(file, f"UPDATE customers_1 SET city = 'Elsewhere' {HERS}")
    (rebuilt,) = vip.rebuild("customers", despite_differences=True)
    assert (named(rebuilt.differences), digests(vip)) == ([(VICTIM, "city")], right())
    vip.execute_many(more(1, 3), actor="bo")
    position = vip.roll_back("customers")
    vip.execute_many(more(3, 5), actor="bo")
    cities = {row.vip_id: row.city for row in pages(vip)[0]}
    assert (position, cities[VICTIM], len(cities.keys() & {"NEW-0001", "NEW-0004"})) == (
        rebuilt.position + 2,
        "Elsewhere",
        2,
    )
    assert (left_behind(file), named(vip.verify("customers")[0].differences)) == (
        [],
        [(VICTIM, "city")],
    )
    vip.roll_back("customers")
    assert digests(vip) == in_memory(*more(1, 5))


@pytest.mark.usefixtures("many_shares")
def test_a_check_beside_a_writer_compares_the_same_events(vip: VipDomain, file: Path) -> None:
    """
    Events that come while it folds are in both, and it leaves no file.
    """
    seen: list[Progress] = []

    def meanwhile(progress: Progress) -> None:
        vip.execute_many(more(len(seen)), actor="bo")
        pages(vip)
        seen.append(progress)

    (verified,) = vip.verify("customers", on_progress=meanwhile)
    expected = in_memory(*more(0, len(seen)))["customers"]
    assert (verified.differences, verified.digest, left_behind(file)) == ((), expected, [])
    assert (len(seen) > 5, verified.position) == (True, vip.status()[0].position)


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "call"), [("rebuild.load_share", 3), ("rebuild.digest", 1)])
def test_a_killed_check_is_in_nobodys_way(file: Path, moment: str, call: int) -> None:
    """
    The next one begins anew, and takes away what was left.
    """
    killed(file, moment, call, verb="verify")
    assert left_behind(file) == ["vip.db-verify-customers", "vip.db-verify-customers.db"]
    with opened(file) as vip:
        digest = vip.verify("customers")[0].digest
    assert (digest, left_behind(file)) == (right()["customers"], [])


# In memory.


def test_memory_finds_and_mends_the_same() -> None:
    """
    It is checked and rebuilt as a file is; only there are no rows to go back to.
    """
    log = EventLog.in_memory()
    views = MemoryViews(log, RULES)
    with VipDomain(log, views, Writer(log, RULES, lambda: datetime.now(UTC)), RULES) as vip:
        vip.execute_many(told(), actor="anna")
        assert (digests(vip), vip.verify()[0].differences) == (right(), ())
        views.customers.follower.rows.pop(VICTIM)
        with pytest.raises(ViewDiffers):
            vip.rebuild("customers")
        found = vip.verify("customers")[0]
        vip.rebuild("customers", despite_differences=True)
        assert (named(found.differences), found.digest) == (
            [(VICTIM, "vip_id")],
            vip.digest("customers"),
        )
        assert digests(vip) == right()


@pytest.mark.parametrize("verb", ["verify", "rebuild"])
def test_memory_compares_the_same_events_beside_a_writer(
    monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """
    One that comes between following the log and folding it anew is no difference.
    """
    with unsealed("memory:") as vip:
        vip.execute_many(told(), actor="anna")
        follower = "vip_domain.views.memory_follower.MemoryFollower"

        def racing(self: Any, original: Any) -> Any:
            vip.execute_many(more(1), actor="bo")
            return original(self)

        from vip_domain.views.memory_follower import MemoryFollower

        anew = MemoryFollower.anew
        monkeypatch.setattr(f"{follower}.anew", lambda self: racing(self, anew))
        (told_of,) = getattr(vip, verb)("customers")
        assert told_of.differences == ()
        assert digests(vip) == in_memory(*more(1))
