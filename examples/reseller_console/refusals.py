"""What the library refuses and finds wrong, for people: in Swedish too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from vip_domain import CommandRefused
from vip_domain.words import Language
from vip_domain.words.values import word

SWEDISH: Mapping[str, str] = {
    "CUSTOMER_UNKNOWN": "Det finns ingen kund {vip_id}",
    "CUSTOMER_EXISTS": "VIP-ID {vip_id} är upptaget",
    "CUSTOMER_DELETED": "Kunden {vip_id} är borttagen",
    "OUT_OF_ORDER": "{at} är före {latest_at}, det senaste i kundens historik",
    "NOT_PENDING": "Inbjudan är redan accepterad",
    "NOT_ACCEPTED": "Inbjudan är inte accepterad än",
    "HAS_PRODUCTS": "Kunden har produkter eller förfrågningar",
    "OWNER_TAKEN": "Personen äger ett annat avtal med samma organisationsnamn",
    "OWNER_IS_ADMINISTRATOR": "Avtalsägaren kan inte tas bort som administratör",
    "NOT_AN_ADMINISTRATOR": "Ingen kund med detta VIP-ID har en administratör med den adressen",
    "PA_OVERDUE": "Inköpsgodkännande {pa_id} är försenat sedan {due_on}",
    "PA_EXISTS": "Inköpsgodkännande {pa_id} finns redan, med annat innehåll",
    "PA_UNKNOWN": "Det finns inget inköpsgodkännande {pa_id}",
    "PA_NOT_PENDING": "Inköpsgodkännande {pa_id} är {status}",
    "PA_NOT_DUE": "Inköpsgodkännande {pa_id} inaktiveras efter {deactivate_after}, inte före",
    "LICENSES_ASSIGNED": "{needed} lediga licenser av {product} behövs, {free} finns",
    "LICENSES_UNAVAILABLE": "{needed} licenser av {product} behövs, {free} finns",
    "ORDER_EXISTS": "Order {order_id} finns redan, med annat innehåll",
    "ORDER_UNKNOWN": "Det finns ingen order {order_id}",
    "ORDER_NOT_PLACED": "Order {order_id}: {status}",
    "ORDER_DOES_NOT_COVER_PA": (
        "Ordern har {ordered} av {product}, dess inköpsgodkännanden har {needed}"
    ),
    "RETURN_EXISTS": "Retur {return_id} finns redan, med annat innehåll",
    "RETURN_UNKNOWN": "Det finns ingen retur {return_id}",
    "RETURN_NOT_REQUESTED": "Retur {return_id} är {status}",
    "NOT_SELECT": "Ett treårsåtagande kräver VIP Select-nivå 2, kunden har {select_level}",
    "EXTENDED_TERM": "Ett treårsåtagande får vänta tills den förlängda perioden är över",
    "COMMIT_MINIMUM": "{licenses} licenser passar inte åtagandet; minst {least}",
    "COMMIT_EXISTS": "Ett treårsåtagande pågår till {commit_ends_on}",
    "SAME_RESELLER": "Kunden hör redan till {reseller_id}",
    "CODE_LIMIT": "{reseller_id} har skickat sina {limit} koder för {day}",
    "CODE_USED": "Koden är redan använd",
    "CODE_INVALID": "Koden gäller inte för den här kunden",
    "CODE_EXPIRED": "Koden gick ut {expires_at}",
    "NOT_ALLOWED": "Det här är inte för dig att göra",
    "COMMAND_ID_REUSED": "Formuläret har redan skickats med annat innehåll",
}

REASONS = tuple(
    (re.compile(pattern), swedish)
    for pattern, swedish in (
        (r"must not be blank", "får inte vara tomt"),
        (r"must not be empty", "får inte vara tomt"),
        (r"must be an ISO date", "måste vara ett datum"),
        (r"must be a whole number", "måste vara ett heltal"),
        (r"must be 1 or more", "måste vara minst 1"),
        (r"must be at most (\d+)", "får vara högst {1}"),
        (r"must be two capital letters", "måste vara två stora bokstäver"),
        (r"must be one of (.+)", "måste vara någon av {1}"),
        (r"must have at least (\d+) characters", "måste ha minst {1} tecken"),
        (r"must have at most (\d+) characters", "får ha högst {1} tecken"),
        (r"must not have control characters", "får inte ha styrtecken"),
        (r"must be a member of your team", "måste höra till ditt team"),
        (r"must be 4 to 40 of A-Z, 0-9 and -", "måste vara 4 till 40 av A-Z, 0-9 och -"),
        (r"is missing", "saknas"),
        (r"(.+) comes more than once", "{1} förekommer mer än en gång"),
        (r"line (\d+): (.+)", "rad {1}: {2}"),
        (r"product (.+)", "produkt {1}"),
        (r"quantity (.+)", "antal {1}"),
        (r"only a NEW order can be returned", "bara en ny order kan returneras"),
        (r"the vendor has not accepted it", "leverantören har inte accepterat den"),
        (r"it could be returned up to (.+)", "den kunde returneras till och med {1}"),
        (r"nothing is left to return", "inget återstår att returnera"),
        (r"(\d+) of (.+) are left", "{1} av {2} återstår"),
        (r"(.+) has (\d+) left to renew", "{1} har {2} kvar att förnya"),
        (r"there is no term( to renew)?", "det finns ingen avtalsperiod"),
        (r"renewal is open from (.+) to (.+)", "förnyelse är möjlig från {1} till {2}"),
        (r"renewal is open up to (.+)", "förnyelse är möjlig till och med {1}"),
        (r"only an extended term renews by itself", "bara en förlängd period förnyas av sig själv"),
        (r"an extended term renews by itself", "en förlängd period förnyas av sig själv"),
        (r"the extended term runs to (.+)", "den förlängda perioden går till {1}"),
        (r"a renewal order waits for the vendor", "en förnyelseorder väntar på leverantören"),
        (r"the level is reviewed from (.+)", "nivån ses över från {1}"),
        (r"the level was reviewed in this term", "nivån har redan setts över i perioden"),
        (r"order (\S+): (.+)", "order {1}: {2}"),
    )
)


def said_of(refused: CommandRefused, language: Language) -> str:
    """Why it was refused, as a sentence."""
    swedish = SWEDISH.get(refused.code)
    if language == "sv" and swedish is not None:
        facts = {name: _word(value) for name, value in vars(refused).items()}
        return swedish.format_map(_Known(facts))
    message = said_of_field(refused.message, language)
    return message[:1].upper() + message[1:]


def said_of_field(problem: str, language: Language) -> str:
    """What is wrong with a field; in English where nobody translated it."""
    if language == "en":
        return problem
    for pattern, swedish in REASONS:
        if found := pattern.fullmatch(problem):
            parts = (said_of_field(part or "", language) for part in found.groups())
            return swedish.format("", *parts)
    return problem


class _Known(dict[str, Any]):
    """A fact that a refusal does not give is left out."""

    def __missing__(self, key: str) -> str:
        return "…"


def _word(value: Any) -> Any:
    return word(value).sv if isinstance(value, StrEnum) else value
