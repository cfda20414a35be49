"""
Every event ever published decodes for ever: one stored sample of each, written once.

A sample is never made again by a test or a script. A new stored name gets a new file; an old one
stays as it is, however the classes change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.strategies import envelope
from vip_domain.codec import STORED_NAMES, decode, encode, event_to_dict, stored_name
from vip_domain.events import Event, Recorded

SAMPLES = Path(__file__).parent / "contract" / "events"
NAMES = sorted(file.stem for file in SAMPLES.glob("*.json"))
FILED = ("stream_id", "version", "position")


def sample(name: str) -> dict[str, Any]:
    """`stored`: the exact bytes as text; `event` and `envelope`: what they mean."""
    content: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return content


def decoded(name: str) -> Recorded[Event]:
    """What this version reads in the stored bytes."""
    given = sample(name)
    filed = {field: given["envelope"][field] for field in FILED}
    return decode(name, given["stored"].encode(), **filed)


def test_every_stored_name_has_a_sample_and_every_sample_its_name() -> None:
    """
    A name without a sample is unproven; a sample without its name is history nobody can read.
    """
    assert set(NAMES) == set(STORED_NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_event_means_what_it_meant(name: str) -> None:
    """
    Class and fields of the event are those it was stored with.
    """
    event = json.dumps(event_to_dict(decoded(name).event))
    assert json.loads(event) == sample(name)["event"]


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_envelope_means_what_it_meant(name: str) -> None:
    """
    Who, when, which and why are those it was stored with.
    """
    recorded, envelope = decoded(name), sample(name)["envelope"]
    told = {field: getattr(recorded, field) for field in envelope}
    assert told | {"recorded_at": recorded.recorded_at.isoformat()} == envelope


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_stored_in_the_same_bytes_still(name: str) -> None:
    """
    Hashes and proofs cover the bytes, so the same event is the same bytes in every version.
    """
    recorded = decoded(name)
    assert encode(recorded.event, **envelope(recorded)) == sample(name)["stored"].encode()
    assert stored_name(recorded.event) == name
