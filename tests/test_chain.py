"""Every event is linked to the one before it in its stream, whoever wrote it and however."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

import vip_domain
from tests.builders import accept, cancel_pa, invite, place_pa, send_code
from tests.stores import store_url
from vip_domain import VipDomain
from vip_domain.chain import START, framed, linked
from vip_domain.store.recorder import StoredRow

__all__ = ["store_url"]

EVENTS = st.tuples(
    st.text(max_size=5), st.integers(0, 300), st.text(max_size=5), st.binary(max_size=5)
)


def stored(vip: VipDomain) -> dict[str, list[StoredRow]]:
    """Every row of the log, by stream."""
    recorder = vip._log._recorder
    return {each: list(recorder.select_stream(each, 0)) for each in recorder.select_stream_ids(0)}


def recomputed(stream_id: str, rows: Iterable[StoredRow]) -> list[bytes]:
    """The links as nothing but the stored events make them."""
    link, links = START, []
    for _, version, topic, state, _ in rows:
        link = linked(link, stream_id, version, topic, state)
        links.append(link)
    return links


def test_an_event_is_linked_to_the_one_before_it_in_its_stream(store_url: str) -> None:
    """
    One command or many, one stream or several, of this process or another: the chain goes on.
    """
    with vip_domain.open(store_url) as vip:
        other = vip if store_url == "memory:" else vip_domain.open(store_url)
        vip.execute(invite(), actor="anna")
        other.execute(accept(), actor="eva")
        vip.execute_many(
            [place_pa("2026-03-02"), invite(vip_id="VIP-0002"), cancel_pa("2026-03-02")],
            actor="anna",
        )
        other.execute(send_code(), actor="petra")
        other.close()
        with vip if store_url == "memory:" else vip_domain.open(store_url) as kept:
            streams = stored(kept)
    links = {stream_id: [row[-1] for row in rows] for stream_id, rows in streams.items()}
    assert len(links) > 2
    assert links == {stream_id: recomputed(stream_id, rows) for stream_id, rows in streams.items()}


@given(one=EVENTS, other=EVENTS)
def test_two_events_never_have_the_same_frame(
    one: tuple[str, int, str, bytes], other: tuple[str, int, str, bytes]
) -> None:
    """
    No text can move from the stream's id into the name, or from the name into the bytes.
    """
    assert (framed(*one) == framed(*other)) == (one == other)


def test_a_link_is_what_the_page_says() -> None:
    """
    Written down once in full, so that somebody else can write it again in another language.
    """
    frame = (7).to_bytes(8, "big") + b"\0\0\0\x03\0\0\0\x04" + "Å1".encode() + b"name" + b"{}"
    assert linked(START, "Å1", 7, "name", b"{}") == sha256(b"\x02" + bytes(32) + frame).digest()
