"""Whatever comes through a door of the library: what it asks for, or one clear and short error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import vip_domain
from tests import strategies
from tests.builders import VIP, accept, invite, place_pa, send_code
from tests.stores import STORES, url_of
from tests.tampering import KEY
from tests.test_bad_input import SHORT, any_json
from vip_domain import (
    Checkpoint,
    Command,
    PublicKey,
    SigningKey,
    StoreError,
    VipDomain,
    VipDomainError,
    check_proof,
    command_from_dict,
    command_to_dict,
)
from vip_domain.audit.checkpoints import TreeHead
from vip_domain.audit.leaves import event_leaf
from vip_domain.audit.lines import as_line, event_of, first_of
from vip_domain.audit.merkle import EMPTY, Frontier
from vip_domain.chain import START, linked
from vip_domain.store.postgres_address import Address

T = TypeVar("T")
FEWER = settings(
    max_examples=max(settings().max_examples // 16, 3),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

MORE = settings(FEWER, max_examples=max(settings().max_examples // 2, 3))
"""Of what costs little: a dozen damages leave most lines of an export as they are."""


def answer(ask: Callable[[], T]) -> T | None:
    """What was asked for; `None` when it was refused, by an error that people still read."""
    try:
        return ask()
    except VipDomainError as error:
        refused = str(error)
    assert 0 < len(refused) <= SHORT
    return None


# What is changed a little, as people and wires do.


@st.composite
def damaged(draw: st.DrawFn, whole: str) -> str:
    """A text with pieces taken out, doubled, moved or replaced."""
    text = whole
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, len(text)))
        past = draw(st.integers(first, min(len(text), first + 40)))
        piece = draw(
            st.just("")
            | st.just(text[first:past] * 2)
            | st.text(max_size=8)
            | st.sampled_from(['"', "{", "}", "[", "\n", "\x00", "\ud800", "-1", "1e999", "null"])
        )
        text = text[:first] + piece + text[past:]
    return text


@st.composite
def damaged_json(draw: st.DrawFn, whole: Any) -> Any:
    """A JSON value with one part of it, however deep, replaced by any other, or taken out."""
    if isinstance(whole, dict) and whole:
        name = draw(st.sampled_from(sorted(whole)))
        rest = {each: value for each, value in whole.items() if each != name}
        if draw(st.integers(0, 9)) == 0:
            return rest
        return {**rest, name: draw(damaged_json(whole[name]))}
    if isinstance(whole, list) and whole and draw(st.booleans()):
        at = draw(st.integers(0, len(whole) - 1))
        return [*whole[:at], draw(damaged_json(whole[at])), *whole[at + 1 :]]
    return draw(any_json)


# Commands.


@given(st.data())
def test_a_damaged_command_is_a_command_still_or_refused(data: st.DataObject) -> None:
    """
    One that is can be executed and refused only as commands are; the errors of others are short.
    """
    said = command_to_dict(data.draw(strategies.any_command))
    wrong = data.draw(damaged_json(json.loads(json.dumps(said))))
    command = answer(lambda: command_from_dict(wrong))
    if command is None:
        return
    assert command_from_dict(command_to_dict(command)) == command
    with vip_domain.open("memory:") as vip:
        vip.execute_many([invite(), accept(), command, command], actor="anna")


# Questions, and everything else a domain can be asked to do.

GOOD: dict[str, dict[str, Any]] = {
    "customers": {"filter": "all_customers", "reseller_id": "R-1", "on": date(2026, 3, 2)},
    "counts": {"reseller_id": "R-1", "on": date(2026, 3, 2)},
    "csv": {"reseller_id": "R-1", "on": date(2026, 3, 2)},
    "customer": {"vip_id": VIP, "on": date(2026, 3, 2)},
    "history": {"vip_id": VIP},
    "explain": {"vip_id": VIP, "on": date(2026, 3, 2)},
    "report": {"vip_id": VIP, "on": date(2026, 3, 2)},
    "renewals": {"reseller_id": "R-1", "first": date(2026, 3, 2), "last": date(2026, 4, 2)},
    "rebuild": {"name": "customers"},
    "roll_back": {"name": "customers"},
    "verify": {"name": "customers"},
    "digest": {"name": "customers"},
    "parked": {"name": "customers"},
    "skipped": {"name": "customers"},
    "retry": {"name": "customers"},
    "skip": {"name": "customers", "vip_id": VIP, "actor": "anna", "reason": "none"},
    "wait_for": {"position": 1},
    "subscribe": {},
    "proof": {"position": 1},
}
FURTHER: dict[str, Sequence[str]] = {
    "customers": ("managed_by", "search", "order_by", "limit", "after", "as_of"),
    "counts": ("managed_by", "as_of"),
    "csv": ("filter", "managed_by", "as_of"),
    "customer": ("as_of",),
    "explain": ("as_of",),
    "report": ("language", "as_of"),
    "renewals": ("managed_by",),
    "retry": ("vip_id",),
    "skip": ("version",),
    "subscribe": ("after",),
}


@pytest.fixture(scope="module", params=STORES)
def used(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VipDomain]:
    """A store with one customer."""
    with vip_domain.open(url_of(request.param, tmp_path_factory.mktemp("used"))) as vip:
        vip.execute_many([invite(), accept(), place_pa("2026-03-02"), send_code()], actor="anna")
        vip.checkpoint(KEY)
        yield vip


@pytest.mark.parametrize("name", GOOD)
@FEWER
@given(st.data())
def test_any_value_is_an_argument_or_refused(
    used: VipDomain, name: str, data: st.DataObject
) -> None:
    """
    Of every question and every act, on every store: nothing but errors of this library is raised.
    """
    argument = data.draw(st.sampled_from([*GOOD[name], *FURTHER.get(name, ())]))
    value = data.draw(any_json | st.sampled_from((VIP, "R-1", "", "\0", "\ud800", b"x", 2**63, -1)))
    asked = {**GOOD[name], argument: value}
    found = answer(lambda: getattr(used, name)(**asked))
    match found:
        case vip_domain.Page():
            assert found.total >= len(found.rows)
        case vip_domain.Subscription():
            found.stop()
        case Iterator():
            assert [*found]
        case _:
            pass


# Keys, checkpoints, proofs.


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    """What auditors are given of a small log."""
    with vip_domain.open("memory:") as vip:
        vip.execute(invite(), actor="anna")
        earlier = vip.checkpoint(KEY)
        vip.execute_many([accept(), place_pa("2026-03-02")], actor="anna")
        later = vip.checkpoint(KEY)
        return {
            "checkpoint": str(later),
            "inclusion": str(vip.proof(2)),
            "growth": str(vip.proof_of_growth(earlier)),
            "public key": str(KEY.public),
            "signing key": KEY.to_text(),
        }


READERS: dict[str, Callable[[str], Any]] = {
    "checkpoint": lambda text: Checkpoint.from_note(text, KEY.public),
    "inclusion": lambda text: check_proof(text, KEY.public),
    "growth": lambda text: check_proof(text, KEY.public),
    "public key": PublicKey.from_text,
    "signing key": SigningKey.from_text,
}


@pytest.mark.parametrize("kind", READERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_paper_says_what_it_said_or_is_refused(
    kept: dict[str, str], kind: str, data: st.DataObject
) -> None:
    """
    Of keys, checkpoints and proofs: nothing else is believed, and nothing else is raised.
    """
    whole = kept[kind]
    text = data.draw(damaged(whole) | st.text() | any_json.map(json.dumps))
    if kind in {"inclusion", "growth"} and data.draw(st.booleans()):
        text = json.dumps(data.draw(damaged_json(json.loads(whole))))
    read = answer(lambda: READERS[kind](text))
    assert read is None or read == READERS[kind](whole)


# Exports.


@pytest.fixture(scope="module")
def export() -> list[str]:
    """A whole log, with ids and a checkpoint."""
    with vip_domain.open("memory:") as vip:
        sent: list[Command] = [invite(), accept(), place_pa("2026-03-02"), send_code()]
        vip.execute_many(sent, actor="anna", command_ids=[f"c-{n}" for n in range(4)])
        vip.checkpoint(KEY)
        return [*vip.export_log()]


def imported(vip: VipDomain, lines: Sequence[str | bytes]) -> list[str] | None:
    """What is exported after an import; `None` when it was refused and nothing is there."""
    before = [*vip.export_log()]
    if answer(lambda: vip.import_log(lines)) is None:
        assert [*vip.export_log()] == before
        return None
    return [*vip.export_log()]


@MORE
@given(st.data())
def test_a_damaged_export_is_the_same_log_or_refused(
    export: list[str], data: st.DataObject
) -> None:
    """
    Lines that are damaged, missing, doubled or in another order; text or bytes.
    """
    at = data.draw(st.integers(0, len(export) - 1))
    line: str = export[at]
    changed: list[str] = data.draw(
        st.sampled_from([[], [line, line], [line, "\n"], ["[]\n"], ["{}\n"]])
        | damaged(line).map(lambda text: [text])
        | damaged_json(json.loads(line)).map(lambda value: [json.dumps(value) + "\n"])
    )
    lines: list[str] = [*export[:at], *changed, *export[at + 1 :]]
    as_bytes = [each.encode("utf-8", "surrogatepass") for each in lines]
    with vip_domain.open("memory:") as vip:
        found = imported(vip, data.draw(st.sampled_from([lines, as_bytes])))
    assert found is None or found == export


odd = st.text(max_size=12) | st.sampled_from(("customer-", f"customer-{VIP}", "invited", "\0"))
rows = st.lists(st.tuples(odd, odd, st.binary(max_size=20) | odd.map(str.encode)), max_size=4)


def forged(said: Sequence[tuple[str, str, bytes]]) -> list[str]:
    """An export whose links and roots are right, whatever its events are."""
    heads: dict[str, tuple[int, bytes]] = {}
    events, lines = Frontier(), []
    for position, (stream_id, topic, state) in enumerate(said, 1):
        version, before = heads.get(stream_id, (0, START))
        chain = linked(before, stream_id, version + 1, topic, state)
        heads[stream_id] = version + 1, chain
        row = position, stream_id, version + 1, topic, state, chain
        events.add(event_leaf(row))
        lines.append(as_line(event_of("vip-domain/forged", row)))
    head = TreeHead(
        origin="vip-domain/forged",
        size=len(lines),
        root=events.root(),
        commands=0,
        commands_root=EMPTY,
    )
    return [as_line(first_of(head, [])), *lines]


@pytest.mark.parametrize("store", STORES)
@FEWER
@given(said=rows)
def test_a_forged_export_does_no_harm(
    store: str, said: list[tuple[str, str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    Somebody may make links for events that no rule recorded, of bytes that nobody reads: what is
    imported is exported again, and can be asked.
    """
    try:
        lines = forged(said)
    except UnicodeEncodeError:
        return
    with vip_domain.open(url_of(store, tmp_path_factory.mktemp("forged"))) as vip:
        found = imported(vip, lines)
        assert found is None or found == lines
        vip.customers(**GOOD["customers"])
        vip.verify_log()
        vip.execute_many([invite(), accept()], actor="anna")


# URLs.

PIECES = """
postgresql:// postgres:// sqlite:/// memory: anna :s3cret-99 @ localhost 127.0.0.1 :1 :x / db ? & =
schema= host= port= sslmode= options= password=s3cret-99 # % %00 %2f [ ] \\ ' é
"""
PASSWORD = "s3cret-99"
pieces = st.sampled_from([*PIECES.split(), "\0", " "])
urls = st.lists(pieces, max_size=8).map("".join) | st.text()


@given(urls)
def test_any_url_of_a_server_is_read_or_refused(url: str) -> None:
    """
    Before anybody is called, and without a word of its password.
    """
    try:
        address = Address.of(url)
    except StoreError as error:
        refused = str(error)
        assert (len(refused) <= SHORT, PASSWORD in refused) == (True, False)
    else:
        assert address.conninfo.get("password") != PASSWORD or PASSWORD not in address.shown


@FEWER
@example(url="vip\0.db")
@given(url=urls)
def test_any_url_of_a_file_is_opened_or_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What is opened is a file where it was said to be; nothing else is raised.
    """
    monkeypatch.chdir(tmp_path)
    named = url if url.startswith("memory:") else f"sqlite:///{url}"
    found = answer(lambda: vip_domain.open(named))
    if found is not None:
        found.close()
