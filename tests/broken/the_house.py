"""The house, broken: its arrows, its pages, what is installed."""

from __future__ import annotations

from tests.broken.breaks import Break

IMPORTS = "tests/test_imports.py"
README = "tests/test_readme.py"
PACKAGING = "tests/test_packaging.py"

BREAKS = [
    Break(
        bug="The store knows the views that are made of it.",
        shown_by=IMPORTS,
        file="vip_domain/store/wake.py",
        was="from threading import Condition\n",
        becomes="from threading import Condition\n\nfrom vip_domain.views.reports import KeepOn\n",
        only="import_rules",
    ),
    Break(
        bug="A view makes ids.",
        shown_by=IMPORTS,
        file="vip_domain/projections/renewals/query.py",
        was="from datetime import date\n",
        becomes="from datetime import date\nfrom uuid import uuid4\n",
        only="standard_library",
    ),
    Break(
        bug="Loading the rules loads a database.",
        shown_by=IMPORTS,
        file="vip_domain/projections/renewals/query.py",
        was="import attrs\n",
        becomes="import attrs\nimport sqlalchemy\n",
        only="without_any_database",
    ),
    Break(
        bug="A rule takes the moment from the clock.",
        shown_by=IMPORTS,
        file="vip_domain/aggregates/customer/membership.py",
        was="return (Deleted(at=command.at),)",
        becomes="return (Deleted(at=type(command.at).now(command.at.tzinfo)),)",
        only="clock and membership",
    ),
    Break(
        bug="The README shows another day than is printed.",
        shown_by=README,
        file="README.md",
        was="# prints Malmo Bageri AB was due on 2026-03-16",
        becomes="# prints Malmo Bageri AB was due on 2026-03-15",
        only="prints",
    ),
    Break(
        bug="The README uses a command that has another name.",
        shown_by=README,
        file="README.md",
        was="$ .venv/bin/vip-domain show VIP-1",
        becomes="$ .venv/bin/vip-domain details VIP-1",
        only="verb",
    ),
    Break(
        bug="A test was renamed, and the page that names it was not.",
        shown_by=README,
        file="tests/test_scenario.py",
        was="def test_what_is_not_as_expected_is_told(",
        becomes="def test_what_came_instead_is_told(",
        only="names_a_test",
    ),
    Break(
        bug="The mark of types is among what the package leaves out.",
        shown_by=PACKAGING,
        file="pyproject.toml",
        was='vip_domain = ["py.typed", "report/templates/*"]',
        becomes='vip_domain = ["report/templates/*"]\n\n'
        '[tool.setuptools.exclude-package-data]\nvip_domain = ["py.typed"]',
        only="ships_its_types",
    ),
    Break(
        bug="A package is pinned to a range.",
        shown_by=PACKAGING,
        file="requirements.txt",
        was="attrs==",
        becomes="attrs>=",
        only="exact_versions",
    ),
    Break(
        bug="What a dependency brings along is not pinned.",
        shown_by=PACKAGING,
        file="requirements.txt",
        was="markupsafe==",
        becomes="# markupsafe==",
        only="is_pinned",
    ),
    Break(
        bug="A package is imported that is not among the dependencies.",
        shown_by=PACKAGING,
        file="pyproject.toml",
        was='    "filelock>=3.20",\n',
        becomes="",
        only="states_as_its_dependencies",
    ),
]
