"""Processes that are killed in the middle of their work, and what must hold when they are gone."""

from vip_domain.testing.crashes.child import Child, Ended
from vip_domain.testing.crashes.promises import broken
from vip_domain.testing.crashes.run import CrashRun, Summary

__all__ = ["Child", "CrashRun", "Ended", "Summary", "broken"]
