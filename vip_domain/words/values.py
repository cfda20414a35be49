"""The domain's words for people: statuses, reasons, segments."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from vip_domain.values import (
    InvitationStatus,
    MarketSegment,
    OfferType,
    OrderStatus,
    OrderType,
    PAStatus,
    ReturnReason,
    ReturnStatus,
    TermType,
)
from vip_domain.words.text import Text

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Text]] = MappingProxyType(
    {
        MarketSegment: {
            MarketSegment.COM: Text("commercial", "företag"),
            MarketSegment.GOV: Text("government", "offentlig sektor"),
            MarketSegment.EDU: Text("education", "utbildning"),
        },
        OfferType: {
            OfferType.TEAM: Text("team", "team"),
            OfferType.ENTERPRISE: Text("enterprise", "enterprise"),
        },
        InvitationStatus: {
            InvitationStatus.PENDING: Text("pending", "väntar"),
            InvitationStatus.ACCEPTED: Text("accepted", "accepterad"),
        },
        TermType: {
            TermType.EXTENDED: Text("extended", "förlängd"),
            TermType.ANNUAL: Text("annual", "årlig"),
        },
        PAStatus: {
            PAStatus.PENDING: Text("pending", "väntande"),
            PAStatus.ORDERED: Text("ordered", "beställt"),
            PAStatus.CANCELLED: Text("cancelled", "annullerat"),
        },
        OrderType: {
            OrderType.NEW: Text("new", "ny"),
            OrderType.RENEWAL: Text("renewal", "förnyelse"),
        },
        OrderStatus: {
            OrderStatus.PLACED: Text("waits for the vendor", "väntar på leverantören"),
            OrderStatus.ACCEPTED: Text("accepted", "accepterad"),
            OrderStatus.REJECTED: Text("rejected", "avvisad"),
        },
        ReturnStatus: {
            ReturnStatus.REQUESTED: Text("requested", "begärd"),
            ReturnStatus.AUTHORIZED: Text("authorized", "godkänd"),
            ReturnStatus.REFUSED: Text("refused", "nekad"),
        },
        ReturnReason: {
            ReturnReason.WRONG_PRODUCT: Text("wrong product", "fel produkt"),
            ReturnReason.WRONG_QUANTITY: Text("wrong quantity", "fel antal"),
            ReturnReason.DUPLICATE_ORDER: Text("ordered twice", "beställd två gånger"),
            ReturnReason.WRONG_CUSTOMER: Text("wrong customer", "fel kund"),
            ReturnReason.WRONG_TERM: Text("wrong term", "fel avtalsperiod"),
            ReturnReason.CUSTOMER_CANCELLED: Text("the customer cancelled", "kunden avbeställde"),
            ReturnReason.OTHER: Text("another reason", "annan orsak"),
        },
    }
)
"""By their class first: words of two classes that are spelled alike are equal."""


def word(value: StrEnum) -> Text:
    """A word of the domain, for people."""
    return WORDS[type(value)][value]
