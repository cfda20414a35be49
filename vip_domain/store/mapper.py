"""How `eventsourcing` sees our facts: an envelope with its id and version, and our own bytes."""

from __future__ import annotations

from typing import Any, cast

import attrs
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent

from vip_domain import codec
from vip_domain.events import Event, Logged, Recorded


@attrs.frozen
class Envelope:
    """A recorded fact in the shape of the package's `DomainEventProtocol`."""

    recorded: Recorded[Event]

    @property
    def originator_id(self) -> str:
        """The stream's id, as text."""
        return self.recorded.stream_id

    @property
    def originator_version(self) -> int:
        """The fact's version in its stream."""
        return self.recorded.version


class FactMapper(Mapper[str]):
    """Facts to stored events under our names; the stock mapper cannot take slotted classes."""

    def __init__(self, **_: Any) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The canonical bytes of an `Envelope`."""
        return stored_event(cast(Envelope, domain_event).recorded)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """The `Envelope` that was stored, with its position when the recorder tells it."""
        return cast(DomainEventProtocol[str], Envelope(recorded(stored_event)))


def recorded(stored: StoredEvent) -> Recorded[Event]:
    """The fact of one stored event."""
    return codec.decode(
        stored.topic,
        stored.state,
        stream_id=str(stored.originator_id),
        version=stored.originator_version,
        position=stored.id if isinstance(stored, Notification) else 0,
    )


def logged(stored: Notification) -> Logged:
    """The same of a position in the log, whether it can be read or not."""
    return codec.read(
        stored.topic,
        stored.state,
        stream_id=str(stored.originator_id),
        version=stored.originator_version,
        position=stored.id,
    )


def stored_event(recorded: Recorded[Event]) -> StoredEvent:
    """The stored event of one fact: its name and its canonical bytes."""
    return StoredEvent(
        originator_id=recorded.stream_id,
        originator_version=recorded.version,
        topic=codec.stored_name(recorded.event),
        state=codec.encode(
            recorded.event,
            recorded_at=recorded.recorded_at,
            actor=recorded.actor,
            command_id=recorded.command_id,
            correlation_id=recorded.correlation_id,
            causation_id=recorded.causation_id,
        ),
    )
