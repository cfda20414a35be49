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
    "tomorrow": Text("tomorrow", "imorgon"),
    "yesterday": Text("yesterday", "igår"),
    "some_pending": Text("{number} pending", "{number} väntande"),
    "some_overdue": Text("{number} overdue", "{number} försenade"),
    "some_available": Text("{number} available", "{number} tillgängliga"),
    "waiting": Text("+{number} pending", "+{number} väntande"),
    "deleted": Text("The customer was deleted.", "Kunden togs bort."),
    "cancel": Text("Close", "Stäng"),
    "for_customer": Text("For {name}", "För {name}"),
    "actions": Text("What can be done", "Vad som kan göras"),
    "vendor_desk": Text("Customer and vendor (demo)", "Kund och leverantör (demo)"),
    "more": Text("More", "Mer"),
    "optional": Text("optional", "valfritt"),
    "wrong_fields": Text("Something is not right yet:", "Något är inte rätt än:"),
    "add_line": Text("Another product", "En produkt till"),
    "ascii_needed": Text(
        "must be given in plain letters (ASCII), because the name has others",
        "måste anges med bokstäverna A–Z (ASCII), för namnet har andra",
    ),
    "ascii_help": Text("The name in plain letters (ASCII)", "Namnet med bokstäverna A–Z (ASCII)"),
    "ad_between": Text(
        "must lie between {first} and {last}", "måste ligga mellan {first} och {last}"
    ),
    "ad_help": Text(
        "Chosen, it makes an extended term, paid in advance: {first} to {last}.",
        "Väljs den blir det en förlängd avtalsperiod, betald i förskott: {first} till {last}.",
    ),
    "return_help": Text(
        "Leave empty to return all that is left.", "Lämna tomt för allt som återstår."
    ),
    "codes_left": Text("Codes left today: {number}", "Koder kvar idag: {number}"),
    "code_sent": Text("The code was sent", "Koden skickades"),
    "code_sent_to": Text(
        "To {email}. An administrator of the customer can use it within 72 hours.",
        "Till {email}. En administratör hos kunden kan använda den inom 72 timmar.",
    ),
    "code_demo": Text(
        "This demo sends no e-mail. The code is", "Demon skickar ingen e-post. Koden är"
    ),
    "play": Text(
        "Demo: what you do happens on {on}, the day of this page.",
        "Demo: det du gör händer den {on}, sidans dag.",
    ),
    "overview": Text("Overview", "Översikt"),
    "calendar": Text("Renewal calendar", "Förnyelsekalender"),
    "calendar_about": Text(
        "Licences to renew and their customers, by the month their term ends in.",
        "Licenser att förnya och deras kunder, efter månaden då avtalsperioden slutar.",
    ),
    "ages": Text("Age of purchase authorizations", "Inköpsgodkännandens ålder"),
    "ages_about": Text(
        "Customers by their oldest pending authorization: days until it is due, then days since.",
        "Kunder efter deras äldsta väntande godkännande: dagar till förfallodagen, sedan dagar"
        " efter.",
    ),
    "as_table": Text("As a table", "Som tabell"),
    "month": Text("Month", "Månad"),
    "days_until": Text("due in {days} days", "förfaller om {days} dagar"),
    "days_late": Text("{days} days late", "{days} dagar sen"),
    "time": Text("The page as it was", "Sidan som den var"),
    "as_of": Text("As recorded up to", "Så som registrerat till"),
    "moment": Text(
        "event {position}, which happened on {on} and was recorded {recorded} UTC",
        "händelse {position}, som hände den {on} och registrerades {recorded} UTC",
    ),
    "now": Text("now", "nu"),
    "changes": Text("What changed", "Vad som ändrades"),
    "from_moment": Text("From", "Från"),
    "to_moment": Text("To", "Till"),
    "from_on": Text("Then on the day", "Då på dagen"),
    "to_on": Text("And on the day", "Och på dagen"),
    "entered": Text("Entered the list: {number}", "Kom med i listan: {number}"),
    "left": Text("Left the list: {number}", "Lämnade listan: {number}"),
    "because": Text("Because", "Därför att"),
    "by_time": Text("Time passed: nothing else happened", "Tiden gick: inget annat hände"),
    "went_elsewhere": Text(
        "Another reseller took the customer over", "En annan återförsäljare tog över kunden"
    ),
    "nobody": Text("Nobody.", "Ingen."),
    "back_to_now": Text("Back to now", "Tillbaka till nu"),
    "past": Text(
        "You look at the past: nothing can be changed here.",
        "Du ser på det förflutna: här går inget att ändra.",
    ),
    "sure": Text("This cannot be taken back.", "Det här går inte att ångra."),
}

DO: Mapping[str, Text] = {
    "invite": Text("Add customer organisation", "Lägg till kundorganisation"),
    "send-code": Text("Change reseller: send a code", "Byt återförsäljare: skicka en kod"),
    "use-code": Text("Change reseller: use a code", "Byt återförsäljare: använd en kod"),
    "place-pa": Text("Place a purchase authorization", "Lägg ett inköpsgodkännande"),
    "place-order": Text("Place an order", "Lägg en order"),
    "renew": Text("Renew", "Förnya"),
    "commit": Text("Three-year commit", "Treårsåtagande"),
    "assign-manager": Text("Assign to", "Byt ansvarig"),
    "resend-invitation": Text("Resend the invitation", "Skicka inbjudan igen"),
    "delete": Text("Delete the customer", "Ta bort kunden"),
    "accept-terms": Text("Accept the terms", "Godkänn villkoren"),
    "assign-licenses": Text("Assign licences", "Tilldela licenser"),
    "unassign-licenses": Text("Take licences back", "Ta tillbaka licenser"),
    "change-owner": Text("Change the owner", "Byt ägare"),
    "add-administrator": Text("Add an administrator", "Lägg till administratör"),
    "remove-administrator": Text("Remove an administrator", "Ta bort administratör"),
    "review-level": Text("Review the Select level", "Se över Select-nivån"),
    "renew-automatically": Text("Renew by itself", "Förnya av sig själv"),
    "expire-licenses": Text("Expire licences", "Avsluta licenser"),
    "cancel-pa": Text("Cancel", "Annullera"),
    "deactivate": Text("Deactivate", "Inaktivera"),
    "return": Text("Return", "Returnera"),
    "accept-order": Text("Accept", "Acceptera"),
    "reject-order": Text("Reject", "Avvisa"),
    "authorize-return": Text("Authorize", "Godkänn"),
    "refuse-return": Text("Refuse", "Neka"),
}
"""What dialogs are called, and their buttons."""

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
    "organization_name_ascii": Text("Organisation in ASCII", "Organisation i ASCII"),
    "country": Text("Country", "Land"),
    "region": Text("Region", "Region"),
    "city": Text("City", "Ort"),
    "postal_code": Text("Postal code", "Postnummer"),
    "contact_name": Text("Contact", "Kontakt"),
    "contact_email": Text("Contact’s e-mail", "Kontaktens e-post"),
    "administrator_email": Text("Administrator’s e-mail", "Administratörens e-post"),
    "administrator_name": Text("Administrator’s name", "Administratörens namn"),
    "email": Text("E-mail", "E-post"),
    "pa_id": Text("Number of the authorization", "Godkännandets nummer"),
    "pa_ids": Text("Pays for", "Betalar"),
    "po_number": Text("Your order number", "Ert ordernummer"),
    "order_id": Text("Order number", "Ordernummer"),
    "return_id": Text("Return number", "Returnummer"),
    "quantity": Text("Licences", "Licenser"),
    "minimum_licenses": Text("Minimum of licences", "Minsta antal licenser"),
    "code": Text("Code", "Kod"),
}

TEXTS: Mapping[str, Text] = {
    **NAMES,
    **PAGE,
    **FIELDS,
    **{f"do {name}": text for name, text in DO.items()},
}


def say(key: str, language: Language, **filled: object) -> str:
    """A text of the console."""
    text = TEXTS[key]
    return (text.filled(**filled) if filled else text).said(language)


def say_value(value: object, language: Language) -> str:
    """A cell: words in their language, dates as ISO texts, nothing as a dash."""
    if isinstance(value, StrEnum) and type(value) in WORDS:
        return word(value).said(language)
    return "–" if value is None else str(value)


def days_from(today: date, day: date) -> tuple[str, int]:
    """How far away a day is: the key of a text, and the number in it."""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days], days
    return ("in_days", days) if days > 0 else ("days_ago", -days)
