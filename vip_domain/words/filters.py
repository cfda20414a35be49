"""The customer page's filters in words: their names, their rules, and every condition."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from vip_domain.words.text import Text

NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "all_customers": Text("All customers", "Alla kunder"),
        "no_products": Text("No products", "Inga produkter"),
        "pending_requests": Text("Pending requests", "Väntande förfrågningar"),
        "overdue_requests": Text("Overdue requests", "Försenade förfrågningar"),
        "upcoming_renewals": Text("Upcoming renewals", "Kommande förnyelser"),
        "ready_for_renewal": Text("Ready for renewal", "Redo att förnyas"),
    }
)

RULES: Mapping[str, Text] = MappingProxyType(
    {
        "all_customers": Text(
            "Every customer that the reseller manages.",
            "Varje kund som återförsäljaren har hand om.",
        ),
        "no_products": Text(
            "No purchase authorization is pending, no order waits for the vendor, and no order"
            " was ever accepted.",
            "Inget inköpsgodkännande väntar, ingen order väntar på leverantören och ingen order"
            " har någonsin accepterats.",
        ),
        "pending_requests": Text(
            "Some purchase authorization is pending and not overdue: the date is not after its"
            " due date.",
            "Något inköpsgodkännande väntar och är inte försenat: datumet är inte efter dess"
            " förfallodag.",
        ),
        "overdue_requests": Text(
            "Some purchase authorization is pending and overdue: the date is after its due date,"
            " whether its licences were deactivated or not.",
            "Något inköpsgodkännande väntar och är försenat: datumet är efter dess förfallodag,"
            " vare sig licenserna har inaktiverats eller inte.",
        ),
        "upcoming_renewals": Text(
            "The renewal is {upcoming_opens_days} days away or less, but its window, which opens"
            " {renewal_opens_days} days before, is not open yet; there are fulfilled licences,"
            " and none is renewed yet.",
            "Det är högst {upcoming_opens_days} dagar till förnyelsen, men perioden för den, som"
            " börjar {renewal_opens_days} dagar före, har inte börjat; det finns levererade"
            " licenser och ingen är förnyad än.",
        ),
        "ready_for_renewal": Text(
            "The renewal window is open, from {renewal_opens_days} days before the renewal to"
            " {renewal_closes_days} days after it, and some fulfilled licence is not renewed.",
            "Perioden för förnyelse pågår, från {renewal_opens_days} dagar före förnyelsen till"
            " {renewal_closes_days} dagar efter, och någon levererad licens är inte förnyad.",
        ),
    }
)


@attrs.frozen
class Judged:
    """What is said of a condition that `holds`, and of one that `fails`."""

    holds: Text
    fails: Text

    def said(self, holds: bool) -> Text:
        """What is said of it as it is."""
        return self.holds if holds else self.fails


CONDITIONS: Mapping[str, Judged] = MappingProxyType(
    {
        "served": Judged(
            Text("{known} serves the customer", "Kunden hör till {known}"),
            Text("Nobody serves the customer", "Kunden hör inte till någon"),
        ),
        "not_deleted": Judged(
            Text("The customer is not deleted", "Kunden är inte borttagen"),
            Text("The customer was deleted on {known}", "Kunden togs bort {known}"),
        ),
        "no_pending_pa": Judged(
            Text("No purchase authorization is pending", "Inget inköpsgodkännande väntar"),
            Text(
                "Pending purchase authorizations: {known}", "Väntande inköpsgodkännanden: {known}"
            ),
        ),
        "no_waiting_order": Judged(
            Text("No order waits for the vendor", "Ingen order väntar på leverantören"),
            Text(
                "Orders that wait for the vendor: {known}",
                "Order som väntar på leverantören: {known}",
            ),
        ),
        "no_accepted_order": Judged(
            Text("No order was ever accepted", "Ingen order har någonsin accepterats"),
            Text("Accepted orders: {known}", "Accepterade order: {known}"),
        ),
        "has_pa": Judged(
            Text("Purchase authorizations: {known}", "Inköpsgodkännanden: {known}"),
            Text(
                "There was never a purchase authorization",
                "Det har aldrig funnits något inköpsgodkännande",
            ),
        ),
        "pa_is_pending": Judged(
            Text("Purchase authorization {pa_id} is pending", "Inköpsgodkännande {pa_id} väntar"),
            Text(
                "Purchase authorization {pa_id} is {known}", "Inköpsgodkännande {pa_id} är {known}"
            ),
        ),
        "pa_not_overdue": Judged(
            Text(
                "Purchase authorization {pa_id} is due {known}, and {limit} is not after that",
                "Inköpsgodkännande {pa_id} förfaller {known}, och {limit} är inte efter det",
            ),
            Text(
                "Purchase authorization {pa_id} was due {known}, and {limit} is after that",
                "Inköpsgodkännande {pa_id} förföll {known}, och {limit} är efter det",
            ),
        ),
        "pa_overdue": Judged(
            Text(
                "Purchase authorization {pa_id} was due {known}, and {limit} is after that",
                "Inköpsgodkännande {pa_id} förföll {known}, och {limit} är efter det",
            ),
            Text(
                "Purchase authorization {pa_id} is due {known}, and {limit} is not after that",
                "Inköpsgodkännande {pa_id} förfaller {known}, och {limit} är inte efter det",
            ),
        ),
        "has_term": Judged(
            Text("The term renews on {known}", "Avtalsperioden förnyas {known}"),
            Text(
                "There is no term that could be renewed", "Det finns ingen avtalsperiod att förnya"
            ),
        ),
        "is_soon": Judged(
            Text(
                "The renewal is near from {known} on, and {limit} is not before that",
                "Förnyelsen är nära från {known}, och {limit} är inte före det",
            ),
            Text(
                "The renewal is near from {known} on, and {limit} is before that",
                "Förnyelsen är nära från {known}, och {limit} är före det",
            ),
        ),
        "window_ahead": Judged(
            Text(
                "The renewal window opens on {known}, and {limit} is before that",
                "Perioden för förnyelse börjar {known}, och {limit} är före det",
            ),
            Text(
                "The renewal window opens on {known}, and {limit} is not before that",
                "Perioden för förnyelse börjar {known}, och {limit} är inte före det",
            ),
        ),
        "window_opened": Judged(
            Text(
                "The renewal window opens on {known}, and {limit} is not before that",
                "Perioden för förnyelse börjar {known}, och {limit} är inte före det",
            ),
            Text(
                "The renewal window opens on {known}, and {limit} is before that",
                "Perioden för förnyelse börjar {known}, och {limit} är före det",
            ),
        ),
        "window_not_over": Judged(
            Text(
                "The renewal window is open through {known}, and {limit} is not after that",
                "Perioden för förnyelse pågår till och med {known}, och {limit} är inte efter det",
            ),
            Text(
                "The renewal window was open through {known}, and {limit} is after that",
                "Perioden för förnyelse pågick till och med {known}, och {limit} är efter det",
            ),
        ),
        "has_licenses": Judged(
            Text("Fulfilled licences: {known}", "Levererade licenser: {known}"),
            Text("There are no fulfilled licences", "Det finns inga levererade licenser"),
        ),
        "nothing_renewed": Judged(
            Text(
                "Nothing is renewed for the next term yet", "Inget är förnyat för nästa period än"
            ),
            Text(
                "Licences renewed for the next term already: {known}",
                "Licenser redan förnyade för nästa period: {known}",
            ),
        ),
        "not_all_renewed": Judged(
            Text(
                "Of {known} fulfilled licences {limit} are renewed",
                "Av {known} levererade licenser är {limit} förnyade",
            ),
            Text(
                "Of {known} fulfilled licences {limit} are renewed, so none is left to renew",
                "Av {known} levererade licenser är {limit} förnyade, så ingen återstår att förnya",
            ),
        ),
    }
)

LISTED = Judged(
    Text("In the list on {on}", "Med i listan den {on}"),
    Text("Not in the list on {on}", "Inte med i listan den {on}"),
)

TURNS = Judged(
    Text(
        "Enters the list on {on} if nothing else happens",
        "Kommer med i listan den {on} om inget annat händer",
    ),
    Text(
        "Leaves the list on {on} if nothing else happens",
        "Lämnar listan den {on} om inget annat händer",
    ),
)
