"""`python -m vip_domain` is `vip-domain`."""

from __future__ import annotations

from vip_domain.cli import main

main()
