"""Every event as a sentence, made of its fields; secrets are never among them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_never

from vip_domain import events
from vip_domain.events import CustomerEvent
from vip_domain.values import Lines, OrderType
from vip_domain.words.text import NOTHING, Text, joined, licenses, lines
from vip_domain.words.values import word


def sentence(event: CustomerEvent) -> Text:
    """What happened, without a full stop at the end."""
    match event:
        case events.Invited():
            return _invited(event)
        case events.InvitationResent(contact_name=name, contact_email=email):
            return Text(
                f"The invitation was sent again, to {name}, {email}",
                f"Inbjudan skickades igen, till {name}, {email}",
            )
        case events.Deleted():
            return Text("The customer was deleted", "Kunden togs bort")
        case events.Accepted(owner_name=name, owner_email=email):
            return Text(
                f"{name}, {email}, accepted the terms and owns the agreement",
                f"{name}, {email}, godkände villkoren och äger avtalet",
            )
        case events.AgreementOwnerChanged(owner_name=name, owner_email=email):
            return Text(
                f"{name}, {email}, owns the agreement from here on",
                f"{name}, {email}, äger avtalet från och med nu",
            )
        case events.AdministratorAdded(email=email):
            return Text(f"{email} became an administrator", f"{email} blev administratör")
        case events.AdministratorRemoved(email=email):
            return Text(
                f"{email} is an administrator no longer", f"{email} är inte längre administratör"
            )
        case events.PersonalDataErased(reason=reason):
            return Text(
                f"The names and addresses of people were erased: {reason}",
                f"Namn och adresser på personer raderades: {reason}",
            )
        case events.ManagerAssigned(managed_by=manager):
            return Text(
                f"{manager} looks after the customer from here on",
                f"{manager} har hand om kunden från och med nu",
            )
        case events.PAPlaced():
            return _pa_placed(event)
        case events.PACancelled(pa_id=pa_id, withdrawn=withdrawn):
            return Text(
                f"Purchase authorization {pa_id} was cancelled",
                f"Inköpsgodkännande {pa_id} annullerades",
            ) + _also(withdrawn, Text("withdrawn", "drogs tillbaka"))
        case events.LicensesDeactivated(pa_id=pa_id, withdrawn=withdrawn, unassigned=unassigned):
            gone = lines(withdrawn)
            return Text(
                f"{gone.en} of purchase authorization {pa_id} deactivated, for want of an order",
                f"{gone.sv} av inköpsgodkännande {pa_id} inaktiverades i brist på order",
            ) + _also(unassigned, UNASSIGNED)
        case events.OrderPlaced():
            return _order_placed(event)
        case events.OrderAccepted(order_id=order_id):
            return (
                Text(f"Order {order_id} was accepted", f"Order {order_id} accepterades")
                + _also(event.fulfilled, Text("fulfilled", "levererades"))
                + _also(event.retired, Text("pending no longer", "väntar inte längre"))
                + _also(event.renewed, RENEWED)
            )
        case events.OrderRejected(order_id=order_id, reason=reason):
            return Text(
                f"Order {order_id} was rejected: {reason}", f"Order {order_id} avvisades: {reason}"
            )
        case events.ReturnRequested():
            return _return_requested(event)
        case events.ReturnAuthorized(return_id=return_id, returned=returned, unrenewed=unrenewed):
            went = lines(returned)
            return Text(
                f"Return {return_id} was authorized: {went.en} went back",
                f"Retur {return_id} godkändes: {went.sv} gick tillbaka",
            ) + _also(unrenewed, Text("renewed no longer", "inte längre förnyade"))
        case events.ReturnRefused(return_id=return_id):
            return Text(f"Return {return_id} was refused", f"Retur {return_id} nekades")
        case events.LicensesAssigned(product=product, quantity=quantity):
            some = licenses(quantity)
            return Text(f"{some.en} of {product} assigned", f"{some.sv} av {product} tilldelades")
        case events.LicensesUnassigned(product=product, quantity=quantity):
            some = licenses(quantity)
            return Text(f"{some.en} of {product} free again", f"{some.sv} av {product} åter lediga")
        case events.AnniversaryDateSet():
            return _anniversary_set(event)
        case events.AnniversaryDateCleared():
            return Text("There is no anniversary date any more", "Det finns ingen årsdag längre")
        case events.TermStarted(renews_on=renews_on, extended=extended):
            en, sv = ("An extended", "En förlängd") if extended else ("An annual", "En årlig")
            return Text(
                f"{en} term began that renews on {renews_on}",
                f"{sv} avtalsperiod började, som förnyas {renews_on}",
            )
        case events.TermRenewed(renewed=renewed):
            some = lines(renewed)
            return Text(
                f"The extended term renewed by itself: {some.en} renewed",
                f"Den förlängda avtalsperioden förnyades av sig själv: {some.sv} förnyades",
            )
        case events.LicensesExpired(expired=expired, unassigned=unassigned):
            some = lines(expired)
            return Text(
                f"The renewal window is over: {some.en} expired",
                f"Perioden för förnyelse är över: {some.sv} upphörde",
            ) + _also(unassigned, UNASSIGNED)
        case events.TermRolled(renews_on=renews_on, renewed=renewed):
            some = lines(renewed)
            return Text(
                f"A new term of 12 months began with {some.en}; it renews on {renews_on}",
                f"En ny avtalsperiod på 12 månader började med {some.sv}; den förnyas {renews_on}",
            )
        case events.CustomerLapsed():
            return Text(
                "The customer lapsed: no licences and no term are left, and the Select level is 1",
                "Kunden föll ifrån: inga licenser och ingen avtalsperiod är kvar, och"
                " Select-nivån är 1",
            )
        case events.SelectLevelReached(select_level=level):
            return Text(
                f"One order was enough for VIP Select level {level}",
                f"En enda order räckte till VIP Select-nivå {level}",
            )
        case events.SelectLevelReviewed(select_level=level, licenses=number):
            some = licenses(number)
            return Text(
                f"The VIP Select level was reviewed: {level}, for {some.en} of the term",
                f"VIP Select-nivån sågs över: {level}, för {some.sv} under avtalsperioden",
            )
        case events.ThreeYearCommitStarted(minimum_licenses=minimum, ends_on=ends_on):
            some = licenses(minimum)
            return Text(
                f"A three-year commit to at least {some.en} began, through {ends_on}",
                f"Ett treårsåtagande om minst {some.sv} började, till och med {ends_on}",
            )
        case events.ResellerChangeCodeSent():
            return _code_sent(event)
        case events.ResellerChanged():
            return _reseller_changed(event)
        case _:
            assert_never(event)


UNASSIGNED = Text("unassigned", "förlorade sin tilldelning")
RENEWED = Text("renewed", "förnyades")


def _also(some: Lines, what: Text) -> Text:
    """`; 4 Acrobat Pro withdrawn`; nothing where there are no lines."""
    if not some:
        return NOTHING
    these = lines(some)
    return Text(f"; {these.en} {what.en}", f"; {these.sv} {what.sv}")


def _invited(event: events.Invited) -> Text:
    kind, offer = word(event.market_segment), word(event.offer_type)
    name, contact = event.organization_name, f"{event.contact_name}, {event.contact_email}"
    where = f"{event.city}, {event.country}"
    invited = Text(
        f"{event.reseller_id} invited {name} in {where} ({kind.en}, {offer.en});"
        f" contact {contact}; managed by {event.managed_by}",
        f"{event.reseller_id} bjöd in {name} i {where} ({kind.sv}, {offer.sv});"
        f" kontakt {contact}; {event.managed_by} har hand om kunden",
    )
    chosen = event.anniversary_date
    if chosen is None:
        return invited
    return invited + Text(f"; anniversary date {chosen}", f"; årsdag {chosen}")


def _pa_placed(event: events.PAPlaced) -> Text:
    given, number = lines(event.lines), event.po_number
    named = (
        Text("", "")
        if number is None
        else Text(f" (purchase order {number})", f" (inköpsorder {number})")
    )
    return Text(
        f"Purchase authorization {event.pa_id}{named.en} gave {given.en} at once;"
        f" to be ordered by {event.due_on}, deactivated after {event.deactivate_after}",
        f"Inköpsgodkännande {event.pa_id}{named.sv} gav {given.sv} genast;"
        f" ska beställas senast {event.due_on}, inaktiveras efter {event.deactivate_after}",
    )


def _order_placed(event: events.OrderPlaced) -> Text:
    some = lines(event.lines)
    if event.order_type is OrderType.RENEWAL:
        return Text(
            f"Renewal order {event.order_id} was placed: {some.en} for the term from"
            f" {event.renews_on} on",
            f"Förnyelseorder {event.order_id} lades: {some.sv} för avtalsperioden från"
            f" {event.renews_on}",
        )
    placed = Text(
        f"Order {event.order_id} was placed: {some.en}", f"Order {event.order_id} lades: {some.sv}"
    )
    if not event.pa_ids:
        return placed
    pas = joined(event.pa_ids)
    return placed + Text(
        f", for purchase authorization {pas.en}", f", för inköpsgodkännande {pas.sv}"
    )


def _return_requested(event: events.ReturnRequested) -> Text:
    some, reason = lines(event.lines), word(event.reason)
    what = Text(f"all that is left, {some.en},", f"allt som är kvar, {some.sv},")
    what = what if event.whole else some
    return Text(
        f"Return {event.return_id} of {what.en} of order {event.order_id} was requested:"
        f" {reason.en}",
        f"Retur {event.return_id} av {what.sv} ur order {event.order_id} begärdes: {reason.sv}",
    )


def _anniversary_set(event: events.AnniversaryDateSet) -> Text:
    day = event.anniversary_date
    en, sv = ("for good", "för gott") if event.fixed else ("for now", "tills vidare")
    anchor = NOTHING
    if event.anchor_day != day.day:
        anchor = Text(
            f", in other years on day {event.anchor_day} where the month has it",
            f", andra år på dag {event.anchor_day} om månaden har den",
        )
    return Text(f"The anniversary date is {day}, {en}", f"Årsdagen är {day}, {sv}") + anchor


def _code_sent(event: events.ResellerChangeCodeSent) -> Text:
    until, email = f"{minute(event.expires_at)} UTC", event.administrator_email
    return Text(
        f"{event.reseller_id} sent {email} a code to change reseller, good through {until};"
        f" {event.managed_by} would look after the customer",
        f"{event.reseller_id} skickade {email} en kod för att byta återförsäljare, giltig till"
        f" {until}; {event.managed_by} skulle ha hand om kunden",
    )


def _reseller_changed(event: events.ResellerChanged) -> Text:
    sent, email = f"{minute(event.code_sent_at)} UTC", event.administrator_email
    return Text(
        f"{email} used the code of {sent}: the customer changed to {event.reseller_id}, where"
        f" {event.managed_by} looks after it",
        f"{email} använde koden från {sent}: kunden bytte till {event.reseller_id}, där"
        f" {event.managed_by} har hand om den",
    )


def minute(at: datetime) -> str:
    """An instant for people: its minute in UTC."""
    return at.astimezone(UTC).isoformat(" ", "minutes")[:16]
