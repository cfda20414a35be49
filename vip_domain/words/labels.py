"""Short texts beside what is told: headings of explanations, timelines and reports."""

from __future__ import annotations

from vip_domain.words.text import Text

YES, NO = Text("yes", "ja"), Text("no", "nej")
RULE = Text("Rule", "Regel")
ON_BEHALF = Text("for {reseller_id} ({managed_by})", "för {reseller_id} ({managed_by})")
SAME_COMMAND = Text(
    "with event {version}, by one command", "med händelse {version}, i ett kommando"
)
CAUSED_BY = Text("caused by {id}", "orsakad av {id}")
RECORDED = Text("recorded {at} UTC", "registrerad {at} UTC")
PART_OF = Text("part of {id}", "del av {id}")


def yes_or_no(holds: bool) -> Text:
    """The answer in a word."""
    return YES if holds else NO
