"""The file of keys: what was given out is on the disk, what was destroyed is nowhere."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests import postgres
from vip_domain.errors import StoreError
from vip_domain.sealing.key_file import SLOT, KeyFile
from vip_domain.sealing.keys import NO_SECRET, SECRET_BYTES, KeyStore, MemoryKeys
from vip_domain.store.postgres_address import Address
from vip_domain.store.postgres_keys import PostgresKeys

SECRET = bytes(range(SECRET_BYTES))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vip.db-keys"


@pytest.fixture
def keys(path: Path) -> KeyFile:
    """A file with a secret and three keys."""
    made = KeyFile(str(path))
    made.begin(SECRET, 0)
    made.create(3)
    return made


@pytest.fixture(params=["memory", "file", "postgres"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[KeyStore]:
    """An empty place for keys of each kind."""
    with closing(_place(request.param, path)) as place:
        yield place


def _place(kind: str, path: Path) -> KeyStore:
    if kind == "postgres":
        return PostgresKeys(Address.of(postgres.new_url()))
    return MemoryKeys() if kind == "memory" else KeyFile(str(path))


def test_before_it_is_begun_nothing_is_there(store: KeyStore, tmp_path: Path) -> None:
    """
    Looking makes no file: a log that is read has no keys made for it.
    """
    assert (store.secret(), store.read([1]), store.swept()) == (None, {}, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("secret", [SECRET, NO_SECRET])
def test_the_first_secret_stays(store: KeyStore, secret: bytes) -> None:
    """
    Whoever begins second has the secret of the first.
    """
    store.begin(secret, 7)
    store.begin(bytes(reversed(range(SECRET_BYTES))), 8)
    assert (store.secret(), store.swept()) == (secret, 7)


def test_keys_are_read_as_they_were_made(store: KeyStore) -> None:
    """
    Each under a number of its own, whoever made it; one nobody made is not there.
    """
    store.begin(SECRET, 0)
    made = {**store.create(3), **store.create(1)}
    assert (sorted(made), len(set(made.values()))) == ([1, 2, 3, 4], 4)
    assert store.read([4, 2, 9]) == {4: made[4], 2: made[2]}


def test_a_destroyed_key_is_known_to_be(store: KeyStore) -> None:
    """
    The others stay, and its number is never given again.
    """
    store.begin(SECRET, 0)
    made = store.create(3)
    store.destroy([2])
    assert store.read([1, 2, 3]) == {1: made[1], 2: None, 3: made[3]}
    assert sorted(store.create(1)) == [4]


def test_each_time_keys_are_destroyed_is_counted(store: KeyStore) -> None:
    """
    Also when they were gone already: whoever remembers what they read looks again.
    """
    store.begin(SECRET, 0)
    store.create(2)
    counts = [store.destroyed()]
    for numbers in ([1, 2], [2], []):
        store.destroy(numbers)
        counts.append(store.destroyed())
    assert counts == [0, 1, 2, 3]


def test_how_far_it_is_swept_is_kept(store: KeyStore) -> None:
    """
    From its beginning on; destroying keys is another matter.
    """
    store.begin(SECRET, 7)
    store.destroy([])
    swept = [store.swept()]
    store.keep_swept(9)
    assert [*swept, store.swept()] == [7, 9]


def test_another_process_reads_the_same(path: Path, keys: KeyFile) -> None:
    """
    Also what happened after it opened the file.
    """
    other = KeyFile(str(path))
    known = other.read([1, 2, 3])
    keys.destroy([2])
    assert other.read([1, 2, 3]) == {**known, 2: None}
    assert (other.destroyed(), other.secret()) == (1, SECRET)
    assert KeyFile(str(path)).create(1).keys() == {4}


def test_a_destroyed_key_is_nowhere_in_the_folder(path: Path, keys: KeyFile) -> None:
    """
    Its slot is overwritten where it was: no byte of it is in a journal, or in a page left free.
    """
    key = keys.read([2])[2]
    assert key is not None
    assert key in path.read_bytes()
    keys.destroy([2])
    pieces = [key[at : at + 8] for at in range(0, len(key), 8)]
    there = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [piece for piece in pieces if piece in there] == []


def test_the_file_is_its_owners_alone(path: Path, keys: KeyFile) -> None:
    """
    Whoever may read the log need not read the people in it.
    """
    del keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_half_a_key_is_none(path: Path, keys: KeyFile) -> None:
    """
    What a full disk or a power cut left behind was given to nobody, and is written over.
    """
    keys.close()
    with path.open("ab") as file:
        file.write(b"x" * (SLOT // 2))
    opened = KeyFile(str(path))
    assert opened.read([4]) == {}
    made = opened.create(2)
    assert opened.read([4, 5]) == made


def test_a_damaged_key_is_an_error_and_not_erased(path: Path, keys: KeyFile) -> None:
    """
    A disk that forgets must not look like an erasure.
    """
    with path.open("r+b") as file:
        file.seek(2 * SLOT + 7)
        (was,) = file.read(1)
        file.seek(2 * SLOT + 7)
        file.write(bytes([was ^ 1]))
    with pytest.raises(StoreError, match="key 2 is damaged"):
        keys.read([2])


@pytest.mark.parametrize("content", [b"", b"VIPDKEY2".ljust(SLOT, b"\0"), b"x" * SLOT, b"VIPD"])
def test_another_file_is_left_alone(path: Path, content: bytes) -> None:
    """
    Nothing is written to what is no file of keys of this version.
    """
    path.write_bytes(content)
    opened = KeyFile(str(path))
    for use in (opened.secret, lambda: opened.create(1), lambda: opened.destroy([1])):
        with pytest.raises(StoreError, match="no file of keys"):
            use()
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    """
    The error names the file.
    """
    with pytest.raises(StoreError, match="nowhere"):
        KeyFile(str(tmp_path / "nowhere" / "keys")).begin(SECRET, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read_is_one_clear_error(path: Path, keys: KeyFile) -> None:
    """
    Who may read the log and not its keys learns that, and not that people were erased.
    """
    keys.close()
    path.chmod(0)
    with pytest.raises(StoreError, match="Permission denied"):
        KeyFile(str(path)).read([1])


def test_eight_threads_never_share_a_key(path: Path) -> None:
    """
    Each with a file of its own, as processes have.
    """

    def make(_: int) -> list[int]:
        mine = KeyFile(str(path))
        mine.begin(SECRET, 0)
        made = [number for _ in range(5) for number in mine.create(3)]
        mine.close()
        return made

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for made in pool.map(make, range(8)) for number in made]
    assert sorted(numbers) == list(range(1, 8 * 15 + 1))
