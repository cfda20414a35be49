"""Keys apart from their log: killed in between, lost, brought back, or never made."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

import vip_domain
from tests.builders import OWNER, VIP, accept, invite, on
from tests.people import LATER, NEW, add, forget, opened_beside
from tests.shell import as_file, shell
from tests.stores import store_url, url_of
from vip_domain import CommandRefused, StoreError, VipDomain
from vip_domain.events import PersonalDataErased

__all__ = ["store_url"]  # a fixture

DAY = on("2026-03-20")
DATABASES = ("sqlite", "postgres")


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that outlives its process."""
    return url_of(request.param, tmp_path)


def owner(vip: VipDomain) -> str:
    return vip.customer(VIP, on=DAY, as_of=1).owner_email


def killed(folder: Path, url: str, fault: str, *arguments: str) -> None:
    """A process that ends at this point without warning."""
    ended = shell(folder, *arguments, VIP_DOMAIN_FAULT=fault, VIP_DOMAIN_DB=url)
    assert ended.returncode == -signal.SIGKILL


FORGET = ("forget", VIP, "--reason", "asked for")
RECORDED = ("append.committed", "keys.erased", "keys.destroyed")
"""Where an erasure is on record, and perhaps not at its end."""


@pytest.mark.slow
@pytest.mark.parametrize("fault", RECORDED)
def test_who_opens_a_store_finishes_an_erasure(
    tmp_path: Path, database_url: str, fault: str
) -> None:
    """
    Of a process that was killed after it was on record, wherever.
    """
    with vip_domain.open(database_url) as vip:
        vip.execute(invite(), actor="anna")
    killed(tmp_path, database_url, fault, *FORGET)
    with vip_domain.open(database_url) as vip:
        assert isinstance(vip.history(VIP)[-1].event, PersonalDataErased)
        assert (owner(vip), vip._vault.keys.read([1])) == ("(erased)", {1: None})


@pytest.mark.slow
@pytest.mark.parametrize("fault", RECORDED)
def test_who_forgets_again_finishes_an_erasure(
    tmp_path: Path, database_url: str, fault: str
) -> None:
    """
    A process that was there, and read them, before the other was killed.
    """
    with vip_domain.open(database_url) as vip:
        vip.execute(invite(), actor="anna")
        assert owner(vip) == OWNER
        killed(tmp_path, database_url, fault, *FORGET)
        assert forget(vip).events == ()
        assert (owner(vip), vip._vault.keys.read([1])) == ("(erased)", {1: None})


@pytest.mark.slow
def test_nothing_is_erased_that_is_not_on_record(tmp_path: Path, database_url: str) -> None:
    """
    Of a process that was killed before it was.
    """
    with vip_domain.open(database_url) as vip:
        vip.execute(invite(), actor="anna")
    killed(tmp_path, database_url, "append.written", *FORGET)
    with vip_domain.open(database_url) as vip:
        assert (len(vip.history(VIP)), owner(vip)) == (1, OWNER)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["keys.made", "append.committed"])
def test_whoever_is_on_record_can_be_read(tmp_path: Path, database_url: str, fault: str) -> None:
    """
    Their keys were there before them; a key without anybody is no trouble.
    """
    killed(tmp_path, database_url, fault, "run", as_file(tmp_path, [invite()]))
    with vip_domain.open(database_url) as vip:
        vip.execute(invite(), actor="anna")
        assert owner(vip) == OWNER


def test_another_process_stops_reading_at_once(database_url: str) -> None:
    """
    Also what it had read before, and as of before.
    """
    with vip_domain.open(database_url) as vip, vip_domain.open(database_url) as other:
        vip.execute_many([invite(), accept()], actor="anna")
        assert owner(other) == OWNER
        forget(vip)
        assert (owner(other), OWNER in str(other.history(VIP))) == ("(erased)", False)


def test_another_process_names_people_with_a_new_key(store_url: str) -> None:
    """
    Though it had decided with the old one before.
    """
    with vip_domain.open(store_url) as vip, opened_beside(vip, store_url) as other:
        other.execute_many([invite(), accept()], actor="anna")
        forget(vip)
        other.execute(add(NEW, LATER), actor="anna")
        assert vip.customer(VIP, on=LATER).administrators == (NEW,)


def test_lost_keys_are_one_clear_error(tmp_path: Path) -> None:
    """
    For who reads and who writes; nothing is recorded, and no other keys are made in their place.
    """
    url, keys = f"sqlite:///{tmp_path / 'vip.db'}", tmp_path / "vip.db-keys"
    with vip_domain.open(url) as vip:
        vip.execute(invite(), actor="anna")
    keys.rename(tmp_path / "elsewhere")
    with vip_domain.open(url) as vip:
        for use in (
            lambda: vip.history(VIP),
            lambda: vip.customers("all_customers", reseller_id="R-1", on=DAY),
            lambda: vip.execute(accept(), actor="anna"),
            lambda: vip.execute(invite(vip_id="VIP-0002"), actor="anna"),
            lambda: forget(vip),
        ):
            with pytest.raises(StoreError, match="keys"):
                use()
        assert (vip._log.last_position(), keys.exists()) == (1, False)
    (tmp_path / "elsewhere").rename(keys)
    with vip_domain.open(url) as vip:
        assert owner(vip) == OWNER


def test_keys_of_another_store_are_one_clear_error(tmp_path: Path) -> None:
    """
    They never pass for an erasure.
    """
    for name in ("one", "two"):
        with vip_domain.open(f"sqlite:///{tmp_path / name}") as vip:
            vip.execute(invite(), actor="anna")
    shutil.copy(tmp_path / "one-keys", tmp_path / "two-keys")
    with (
        vip_domain.open(f"sqlite:///{tmp_path / 'two'}") as vip,
        pytest.raises(StoreError, match="those of this log"),
    ):
        vip.history(VIP)


def test_keys_brought_back_are_destroyed_again(tmp_path: Path) -> None:
    """
    A backup of the keys from before an erasure, beside a log from after it.
    """
    url, keys = f"sqlite:///{tmp_path / 'vip.db'}", tmp_path / "vip.db-keys"
    with vip_domain.open(url) as vip:
        vip.execute(invite(), actor="anna")
        shutil.copy(keys, tmp_path / "backup")
        forget(vip)
    shutil.copy(tmp_path / "backup", keys)
    with vip_domain.open(url) as vip:
        assert (owner(vip), vip._vault.keys.read([1])) == ("(erased)", {1: None})


@pytest.mark.parametrize("store", DATABASES)
@pytest.mark.parametrize("place", ["a file", "another schema"])
def test_keys_can_be_elsewhere(tmp_path: Path, store: str, place: str) -> None:
    """
    In a file or a database that the log's backups do not have.
    """
    url = url_of(store, tmp_path)
    keys = str(tmp_path / "keys") if place == "a file" else url_of("postgres", tmp_path)
    with vip_domain.open(url, keys=keys) as vip:
        vip.execute(invite(), actor="anna")
    with vip_domain.open(url, keys=keys) as vip:
        assert owner(vip) == OWNER
        forget(vip)
        assert owner(vip) == "(erased)"
    with vip_domain.open(url) as vip, pytest.raises(StoreError, match="not among the keys"):
        vip.history(VIP)


def test_where_keys_cannot_be_made_nobody_is_recorded(tmp_path: Path) -> None:
    """
    Their place comes first.
    """
    nowhere = tmp_path / "nowhere" / "keys"
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}", keys=nowhere) as vip:
        with pytest.raises(StoreError, match="no such folder"):
            vip.execute(invite(), actor="anna")
        assert vip._log.last_position() == 0


def test_a_log_from_before_is_read_and_cannot_be_erased(database_url: str) -> None:
    """
    Whoever is named in plain text stays so; whoever is invited later is sealed and erasable.
    """
    other = "VIP-0002"
    with vip_domain.open(database_url, erasable=False) as vip:
        vip.execute_many([invite(), accept()], actor="anna")
    with vip_domain.open(database_url) as vip:
        assert owner(vip) == OWNER
        vip.execute_many([add(NEW, LATER), invite(vip_id=other)], actor="anna")
        with pytest.raises(CommandRefused) as refused:
            forget(vip)
        assert (refused.value.code, vip.history(VIP)[-1].version) == ("NOT_ERASABLE", 3)
        vip.forget(other, actor="dpo", reason="asked for")
        assert vip.customer(other, on=DAY).owner_email == "(erased)"
        assert vip.customer(VIP, on=LATER).administrators == (OWNER, NEW)


def test_claims_of_a_log_from_before_hold(database_url: str) -> None:
    """
    S89: whoever is sealed later is compared with whoever was not.
    """
    other = {"vip_id": "VIP-0002"}
    with vip_domain.open(database_url, erasable=False) as vip:
        vip.execute_many([invite(), accept()], actor="anna")
    with vip_domain.open(database_url) as vip:
        vip.execute(invite(**other), actor="anna")
        with pytest.raises(CommandRefused) as refused:
            vip.execute(accept(**other), actor="anna")
        assert refused.value.code == "OWNER_TAKEN"


def test_who_must_not_erase_has_no_keys(tmp_path: Path) -> None:
    """
    Nothing is sealed, and nothing can be erased.
    """
    with vip_domain.open(f"sqlite:///{tmp_path / 'vip.db'}", erasable=False) as vip:
        vip.execute(invite(contact_name="sealed: by hand"), actor="anna")
        assert vip.customer(VIP, on=DAY).owner_name == "sealed: by hand"
        with pytest.raises(CommandRefused) as refused:
            forget(vip)
    assert refused.value.code == "NOT_ERASABLE"
    assert not (tmp_path / "vip.db-keys").exists()


def test_whoever_is_sealed_stays_so(database_url: str) -> None:
    """
    Whatever a process chose for those whom it invites.
    """
    with vip_domain.open(database_url) as vip:
        vip.execute_many([invite(), accept()], actor="anna")
    with vip_domain.open(database_url, erasable=False) as vip:
        vip.execute(add(NEW, LATER), actor="anna")
        assert forget(vip).events != ()
        assert vip.customer(VIP, on=LATER).administrators == ()


def test_an_imported_log_needs_its_keys(tmp_path: Path, database_url: str) -> None:
    """
    An export has none; with them everybody is read, and can be erased.
    """
    source = f"sqlite:///{tmp_path / 'source.db'}"
    with vip_domain.open(source) as vip:
        vip.execute_many([invite(), accept()], actor="anna")
        lines = [*vip.export_log()]
    keys = tmp_path / "source.db-keys"
    with vip_domain.open(database_url, keys=keys) as vip:
        vip.import_log(lines)
        assert owner(vip) == OWNER
        assert forget(vip).events != ()
        assert owner(vip) == "(erased)"
