"""What the console says in English and Swedish, beyond what the library has words for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from vip_domain.words import Language, Text
from vip_domain.words.filters import NAMES
from vip_domain.words.values import WORDS, word

PAGE: Mapping[str, Text] = {
    "console": Text("Reseller console", "Återförsäljarkonsol"),
    "customers": Text("Customers", "Kunder"),
    "customer": Text("customer", "kund"),
    "skip": Text("Skip to the content", "Hoppa till innehållet"),
    "filters": Text("Filters", "Filter"),
    "managed_by_me": Text("Managed by me", "Mina kunder"),
    "search": Text("Search", "Sök"),
    "search_help": Text("Beginning of a name or VIP ID", "Början av ett namn eller VIP-ID"),
    "sort": Text("Sort by", "Sortera efter"),
    "on": Text("On the day", "På dagen"),
    "show": Text("Show", "Visa"),
    "next": Text("Next page", "Nästa sida"),
    "first": Text("First page", "Första sidan"),
    "csv": Text("Download CSV", "Ladda ner CSV"),
    "none": Text("Nobody is in this list.", "Ingen finns i den här listan."),
    "sign_in": Text("Sign in", "Logga in"),
    "sign_out": Text("Sign out", "Logga ut"),
    "name": Text("Name", "Namn"),
    "password": Text("Password", "Lösenord"),
    "wrong": Text("Name or password is wrong.", "Fel namn eller lösenord."),
    "history": Text("History", "Historik"),
    "why": Text("Why it is in each list", "Varför den finns i varje lista"),
    "plans": Text("Plans", "Planer"),
    "product": Text("Product", "Produkt"),
    "fulfilled": Text("Fulfilled", "Levererade"),
    "pending": Text("Pending", "Väntande"),
    "assigned": Text("Total active", "Totalt aktiva"),
    "available": Text("Total available", "Totalt tillgängliga"),
    "renewed": Text("Renewed", "Förnyade"),
    "pas": Text("Purchase authorizations", "Inköpsgodkännanden"),
    "orders": Text("Orders and renewal orders", "Order och förnyelseorder"),
    "returns": Text("Returns", "Returer"),
    "lines": Text("Products", "Produkter"),
    "status": Text("Status", "Status"),
    "date": Text("Date", "Datum"),
    "due_on": Text("Due", "Förfaller"),
    "deactivate_after": Text("Deactivated after", "Inaktiveras efter"),
    "deactivated": Text("deactivated", "inaktiverad"),
    "overdue": Text("overdue", "försenad"),
    "number": Text("Number", "Nummer"),
    "kind": Text("Kind", "Slag"),
    "order": Text("Order", "Order"),
    "reason": Text("Reason", "Orsak"),
    "nothing": Text("Nothing here.", "Inget här."),
    "back": Text("Back to the list", "Tillbaka till listan"),
    "problem": Text("That did not work", "Det gick inte"),
    "not_found": Text("There is nothing like that here.", "Det finns inget sådant här."),
    "not_allowed": Text("This is not for you to do.", "Det här är inte för dig att göra."),
    "unavailable": Text(
        "The store cannot be used just now. Nothing was changed.",
        "Lagret går inte att använda just nu. Inget har ändrats.",
    ),
    "bad_question": Text(
        "The address asks for something odd.", "Adressen frågar efter något udda."
    ),
    "forged": Text(
        "This form is too old, or is not ours. Open it again.",
        "Formuläret är för gammalt eller inte vårt. Öppna det igen.",
    ),
    "by": Text("by", "av"),
    "in_lists": Text("In the lists", "Finns i listorna"),
    "details": Text("All details", "Alla detaljer"),
    "administrators": Text("Administrators", "Administratörer"),
    "licences": Text("Licences", "Licenser"),
    "requests": Text("Requests", "Förfrågningar"),
    "in_days": Text("in {days} days", "om {days} dagar"),
    "days_ago": Text("{days} days ago", "för {days} dagar sedan"),
    "today": Text("today", "idag"),
    "some_pending": Text("{number} pending", "{number} väntande"),
    "some_overdue": Text("{number} overdue", "{number} försenade"),
    "some_available": Text("{number} available", "{number} tillgängliga"),
    "waiting": Text("+{number} pending", "+{number} väntande"),
    "cites": Text("Source", "Källa"),
}

FIELDS: Mapping[str, Text] = {
    "vip_id": Text("VIP ID", "VIP-ID"),
    "organization_name": Text("Organisation", "Organisation"),
    "owner_name": Text("Agreement owner", "Avtalsägare"),
    "owner_email": Text("Owner’s e-mail", "Ägarens e-post"),
    "address": Text("Address", "Adress"),
    "invitation_status": Text("Invitation", "Inbjudan"),
    "offer_type": Text("Type", "Typ"),
    "market_segment": Text("Market segment", "Marknadssegment"),
    "anniversary_date": Text("Anniversary date", "Årsdag"),
    "renews_on": Text("Renews on", "Förnyas"),
    "term_type": Text("Term", "Avtalsperiod"),
    "managed_by": Text("Managed by", "Ansvarig"),
    "select_level": Text("VIP Select level", "VIP Select-nivå"),
    "commit_minimum": Text("Three-year commit", "Treårsåtagande"),
    "commit_ends_on": Text("Commit ends on", "Åtagandet slutar"),
    "next_due_on": Text("Next due date", "Nästa förfallodag"),
    "invited_on": Text("Invited on", "Inbjuden"),
    "accepted_on": Text("Accepted on", "Accepterad"),
}

TEXTS: Mapping[str, Text] = {**NAMES, **PAGE, **FIELDS}


def say(key: str, language: Language, **filled: object) -> str:
    """A text of the console."""
    return TEXTS[key].filled(**filled).said(language)


def say_value(value: object, language: Language) -> str:
    """A cell: words in their language, dates as ISO texts, nothing as a dash."""
    if isinstance(value, StrEnum) and type(value) in WORDS:
        return word(value).said(language)
    return "–" if value is None else str(value)


def days_from(today: date, day: date) -> tuple[str, int]:
    """How far away a day is: the key of a text, and the number in it."""
    days = (day - today).days
    if days == 0:
        return "today", 0
    return ("in_days", days) if days > 0 else ("days_ago", -days)
