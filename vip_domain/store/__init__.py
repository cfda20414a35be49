"""The event log, through `eventsourcing`: envelope, recorders, idempotent commands."""
