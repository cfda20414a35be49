"""What stands on a customer's report beside what is told of the customer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vip_domain.words.text import Text

REPORT: Mapping[str, Text] = MappingProxyType(
    {
        "title": Text("Customer report", "Kundrapport"),
        "on": Text("on {on}", "den {on}"),
        "as_of": Text(
            "with what was recorded up to position {position} of the log",
            "med det som registrerats till och med position {position} i loggen",
        ),
        "deleted": Text(
            "This customer was deleted; what is shown was known just before.",
            "Kunden är borttagen; det som visas var känt strax innan.",
        ),
        "contents": Text("On this page", "På den här sidan"),
        "summary": Text("In short", "I korthet"),
        "why": Text("In which lists, and why", "I vilka listor, och varför"),
        "chart": Text("Licences over time", "Licenser över tid"),
        "licenses": Text("Licences per product", "Licenser per produkt"),
        "pas": Text("Purchase authorizations", "Inköpsgodkännanden"),
        "orders": Text("Orders", "Order"),
        "returns": Text("Returns", "Returer"),
        "timeline": Text("What happened", "Vad som har hänt"),
        "in_list": Text("In the list", "Med i listan"),
        "not_in_list": Text("Not in the list", "Inte med i listan"),
        "rule": Text("Rule", "Regel"),
        "event": Text("event {version}", "händelse {version}"),
        "none": Text("None.", "Inga."),
        "no_licenses": Text("There were never any licences.", "Det har aldrig funnits några."),
        "numbers": Text("The chart's numbers", "Diagrammets siffror"),
        "chart_described": Text(
            "From {first} to {last}: at most {most} licences, {now} at the end.",
            "Från {first} till {last}: som mest {most} licenser, {now} i slutet.",
        ),
        "recorded": Text("recorded {at} UTC", "registrerad {at} UTC"),
        "made_of": Text(
            "Made of {count} events, up to position {position} of the log.",
            "Gjord av {count} händelser, till och med position {position} i loggen.",
        ),
        "vip_id": Text("VIP ID", "VIP-ID"),
        "reseller_id": Text("Reseller", "Återförsäljare"),
        "managed_by": Text("Managed by", "Handläggare"),
        "owner": Text("Agreement owner", "Avtalsägare"),
        "administrators": Text("Administrators", "Administratörer"),
        "address": Text("Address", "Adress"),
        "segment": Text("Market segment", "Marknadssegment"),
        "invitation": Text("Invitation", "Inbjudan"),
        "anniversary_date": Text("Anniversary date", "Årsdag"),
        "renews_on": Text("Renews on", "Förnyas"),
        "term_type": Text("Term", "Avtalsperiod"),
        "select_level": Text("VIP Select level", "VIP Select-nivå"),
        "commit": Text("Three-year commit", "Treårsåtagande"),
        "commit_told": Text(
            "at least {minimum} through {ends_on}", "minst {minimum} till och med {ends_on}"
        ),
        "date": Text("Date", "Datum"),
        "product": Text("Product", "Produkt"),
        "fulfilled": Text("Fulfilled", "Levererade"),
        "pending": Text("Pending", "Väntande"),
        "assigned": Text("Assigned", "Tilldelade"),
        "available": Text("Available", "Tillgängliga"),
        "renewed": Text("Renewed", "Förnyade"),
        "number": Text("Number", "Nummer"),
        "lines": Text("Licences", "Licenser"),
        "placed_on": Text("Placed", "Lagd"),
        "due_on": Text("Due", "Förfaller"),
        "decided_on": Text("Decided", "Avgjord"),
        "requested_on": Text("Requested", "Begärd"),
        "status": Text("Status", "Status"),
        "type": Text("Type", "Typ"),
        "order": Text("Order", "Order"),
        "reason": Text("Reason", "Orsak"),
        "overdue": Text("overdue", "försenat"),
        "deactivated": Text("licences deactivated", "licenser inaktiverade"),
    }
)
