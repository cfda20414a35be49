"""Organisations and their people: every name comes once, however many are asked for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import attrs

from vip_domain.demo.chance import Chance, Weighted
from vip_domain.demo.words import COUNTRIES, Country
from vip_domain.values import MarketSegment

BY_WEIGHT = Weighted({country: country.weight for country in COUNTRIES})
SEGMENTS = Weighted({MarketSegment.COM: 80, MarketSegment.EDU: 12, MarketSegment.GOV: 8})
# What decomposing into a letter and its accent does not take apart.
LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE", "đ": "d", "’": "'"}
)
NO_SLUG = re.compile(r"[^a-z0-9]+")
# Prime to the size of every country's word lists, so that it visits all names before any again.
STRIDE = 1_000_003


@attrs.frozen(kw_only=True)
class Organisation:
    """Who is invited and where it is."""

    name: str
    ascii_name: str | None
    segment: MarketSegment
    country: Country
    city: str
    region: str
    postal_code: str
    address: str

    @property
    def domain(self) -> str:
        """What its e-mail addresses end with."""
        return _slug(self.ascii_name or self.name, "-") + ".example"


@attrs.frozen
class Person:
    """Somebody of an organisation."""

    name: str
    email: str


def ascii_of(text: str) -> str:
    """`text` as somebody without these letters on the keyboard writes it."""
    apart = unicodedata.normalize("NFKD", text.translate(LETTERS))
    return apart.encode("ascii", "ignore").decode("ascii")


class Directory:
    """Draws organisations and people from the words of twelve countries."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._met: Counter[tuple[str, MarketSegment]] = Counter()

    def organisation(self) -> Organisation:
        """One that was not drawn before."""
        country = self._chance.draw(BY_WEIGHT)
        segment = self._chance.draw(SEGMENTS)
        number = self._met[country.code, segment]
        self._met[country.code, segment] += 1
        name, (city, region, postal_code) = _named(country, segment, number)
        return Organisation(
            name=name,
            ascii_name=None if name.isascii() else ascii_of(name),
            segment=segment,
            country=country,
            city=city,
            region=region,
            postal_code=self._digits(postal_code),
            address=self._digits(self._chance.one_of(country.streets)),
        )

    def person(self, country: Country, domain: str) -> Person:
        """Somebody of that country with an address of that domain."""
        first = self._chance.one_of(country.first_names)
        name = f"{first} {self._chance.one_of(country.last_names)}"
        return Person(name, f"{_slug(ascii_of(name), '.')}@{domain}")

    def _digits(self, pattern: str) -> str:
        while "#" in pattern:
            pattern = pattern.replace("#", str(self._chance.between(1, 9)), 1)
        return pattern


def _named(country: Country, segment: MarketSegment, number: int) -> tuple[str, tuple[str, ...]]:
    """The `number`th name of a segment in a country, and the city it is in."""
    owners, trades = country.last_names, country.trades(segment)
    size = len(owners) * len(trades) * len(country.cities)
    again, first = divmod(number, size)
    rest, trade = divmod((first * STRIDE) % size, len(trades))
    owner, city = divmod(rest, len(country.cities))
    place = country.cities[city]
    if segment is MarketSegment.COM:
        name = _company(country, owners[owner], trades[trade], place[0], again)
    else:
        name = _institution(owners[owner], trades[trade], place[0], again)
    return name, place


def _company(country: Country, owner: str, trade: str, city: str, again: int) -> str:
    form = country.forms[again % len(country.forms)]
    partner = again // len(country.forms)
    with_partner = f" & {country.last_names[(partner - 1) % len(country.last_names)]}"
    beyond = (partner - 1) // len(country.last_names)
    number = f" {beyond + 1}" if partner and beyond else ""
    return f"{owner}{with_partner if partner else ''} {trade} {city}{number} {form}"


def _institution(patron: str, kind: str, city: str, again: int) -> str:
    return f"{kind} {city} {patron}" + (f" {again + 1}" if again else "")


def _slug(text: str, joint: str) -> str:
    return NO_SLUG.sub(joint, text.lower()).strip(joint)
