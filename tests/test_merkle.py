"""The tree arithmetic is that of RFC 9162: its vectors, and its definition read naively."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vip_domain.audit.merkle import (
    EMPTY,
    Frontier,
    Path,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    root,
    root_of_inclusion,
)

# The leaves, roots and proofs that implementations of Certificate Transparency agree on.
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    bytes.fromhex(each)
    for each in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
CONSISTENCY = {
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
HASHES = [leaf_hash(each) for each in LEAVES]

# The definitions of sections 2.1.1, 2.1.3.1 and 2.1.4.1, as they stand there.


def k_of(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    if not d:
        return sha256().digest()
    if len(d) == 1:
        return d[0]
    k = k_of(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = k_of(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    if m == len(d):
        return [] if b else [mth(d)]
    k = k_of(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(str(n).encode()) for n in range(count)]


def included(index: int, leaves: list[bytes]) -> Path:
    return inclusion_path(index, len(leaves), lambda first, past: root(leaves[first:past]))


def consistent(earlier: int, leaves: list[bytes]) -> Path:
    return consistency_path(earlier, len(leaves), lambda first, past: root(leaves[first:past]))


def of_hex(texts: tuple[str, ...]) -> Path:
    return tuple(map(bytes.fromhex, texts))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_that_everybody_else_computes(size: int) -> None:
    """
    Known vectors, at once and one leaf after the other.
    """
    frontier = Frontier()
    for each in HASHES[:size]:
        frontier.add(each)
    assert root(HASHES[:size]) == frontier.root() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_that_everybody_else_makes(index: int, size: int) -> None:
    """
    Known vectors.
    """
    proof = of_hex(INCLUSION[index, size])
    assert included(index, HASHES[:size]) == proof
    assert root_of_inclusion(HASHES[index], index, size, proof) == ROOTS[size]


@pytest.mark.parametrize(("earlier", "later"), CONSISTENCY)
def test_consistency_proofs_are_those_that_everybody_else_makes(earlier: int, later: int) -> None:
    """
    Known vectors.
    """
    proof = of_hex(CONSISTENCY[earlier, later])
    assert consistent(earlier, HASHES[:later]) == proof
    assert is_consistent(earlier, ROOTS[earlier], later, ROOTS[later], proof)


@given(size=st.integers(0, 200))
def test_a_root_is_what_the_definition_says(size: int) -> None:
    """
    Computed level by level, leaf by leaf and recursively.
    """
    leaves, frontier = hashes(size), Frontier()
    for each in leaves:
        frontier.add(each)
    assert root(leaves) == frontier.root() == mth(leaves)


@given(full=st.integers(0, 6), rest=st.integers(0, 40))
def test_full_subtrees_can_be_added_whole(full: int, rest: int) -> None:
    """
    That is what stored hashes of full subtrees are for.
    """
    leaves, frontier = hashes(16 * full + rest), Frontier()
    for n in range(full):
        frontier.add(root(leaves[16 * n : 16 * n + 16]), 16)
    for each in leaves[16 * full :]:
        frontier.add(each)
    assert (frontier.root(), frontier.size) == (mth(leaves), len(leaves))


@given(data=st.data(), size=st.integers(1, 150))
def test_an_inclusion_proof_is_what_the_definition_says(data: st.DataObject, size: int) -> None:
    """
    It leads to the root, for the leaf at its own place only.
    """
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size + 1))
    leaves = hashes(size)
    proof = included(index, leaves)
    assert list(proof) == path(index, leaves)
    assert root_of_inclusion(leaves[index], index, size, proof) == mth(leaves)
    leads = root_of_inclusion(leaves[index], other, size, proof) == mth(leaves)
    assert leads == (other == index)


@given(data=st.data(), later=st.integers(1, 150))
def test_a_consistency_proof_is_what_the_definition_says(data: st.DataObject, later: int) -> None:
    """
    It shows of the earlier tree that the later one goes on from it.
    """
    earlier = data.draw(st.integers(1, later))
    leaves = hashes(later)
    proof = consistent(earlier, leaves)
    assert list(proof) == subproof(earlier, leaves, True)
    assert is_consistent(earlier, mth(leaves[:earlier]), later, mth(leaves), proof)


@given(data=st.data(), later=st.integers(1, 60))
def test_no_other_tree_passes_for_the_earlier_one(data: st.DataObject, later: int) -> None:
    """
    One leaf changed in either tree, one hash of the proof changed, added or lost: it does not hold.
    """
    earlier = data.draw(st.integers(1, later))
    leaves = hashes(later)
    proof = list(consistent(earlier, leaves))
    old, new = mth(leaves[:earlier]), mth(leaves)
    changed = data.draw(st.integers(0, earlier - 1))
    forged = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    assert not is_consistent(earlier, mth(forged[:earlier]), later, new, tuple(proof))
    assert not is_consistent(earlier, old, later, mth(forged), tuple(proof))
    assert not is_consistent(earlier, old, later, new, (*proof, EMPTY))
    for n in range(len(proof)):
        assert not is_consistent(earlier, old, later, new, (*proof[:n], EMPTY, *proof[n + 1 :]))
        assert not is_consistent(earlier, old, later, new, (*proof[:n], *proof[n + 1 :]))


@pytest.mark.parametrize(
    ("earlier", "later", "proof"), [(-1, 3, ()), (4, 3, ()), (0, 3, (EMPTY,)), (3, 3, (EMPTY,))]
)
def test_sizes_that_cannot_be_are_refused(earlier: int, later: int, proof: Path) -> None:
    """
    A proof file says them, and may say anything.
    """
    leaves = hashes(4)
    assert not is_consistent(earlier, root(leaves[:earlier]), later, root(leaves[:later]), proof)


def test_every_tree_goes_on_from_the_empty_one() -> None:
    """
    A checkpoint of an empty log is a checkpoint too.
    """
    assert is_consistent(0, EMPTY, 3, root(hashes(3)), ())
    assert not is_consistent(0, root(hashes(1)), 3, root(hashes(3)), ())
