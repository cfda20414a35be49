"""`demo`: a believable reseller to look at, played through the commands like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Annotated, Any

import attrs
import typer

from vip_domain import Command, CommandRefused, CustomerUnknown, ProgramRules, StoreError, VipDomain
from vip_domain.cli.customers import say_rows
from vip_domain.cli.options import DEFAULT_DB, DEFAULT_RULES, Db, Json, Rules, Today, today, writing
from vip_domain.cli.output import progress, say, say_json, say_table
from vip_domain.demo import demo_commands
from vip_domain.projections.customers import FILTERS
