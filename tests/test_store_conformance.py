"""The suite that users run against their stores, over all of ours."""

from tests.stores import store_url
from vip_domain.testing.conformance import TestStore

__all__ = ["TestStore", "store_url"]
