"""A text in every language at once, so that nobody can write it in one and forget another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import attrs

from vip_domain.errors import InvalidQuery
from vip_domain.values import Line

Language = Literal["en", "sv"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_problem(language: object) -> str | None:
    """What is wrong with a language, if anything."""
    return None if language in LANGUAGES else f"must be one of {', '.join(LANGUAGES)}"


@attrs.frozen
class Text:
    """The same in English and Swedish; dates are ISO dates in both."""

    en: str
    sv: str

    def said(self, language: Language) -> str:
        """It in one language. Raises `InvalidQuery` for one that is not spoken here."""
        if (problem := language_problem(language)) is not None:
            raise InvalidQuery({"language": problem})
        return self.en if language == "en" else self.sv

    def filled(self, **values: object) -> Text:
        """With `values` in the places of their names, each in its language if it has any."""
        en, sv = (
            {
                name: value.said(language) if isinstance(value, Text) else value
                for name, value in values.items()
            }
            for language in LANGUAGES
        )
        return Text(self.en.format_map(en), self.sv.format_map(sv))

    def __add__(self, more: Text) -> Text:
        return Text(self.en + more.en, self.sv + more.sv)


NOTHING = Text("", "")


def joined(texts: Sequence[str]) -> Text:
    """`A`, `A and B`, `A, B and C`."""
    *others, last = texts
    if not others:
        return Text(last, last)
    first = ", ".join(others)
    return Text(f"{first} and {last}", f"{first} och {last}")


def licenses(number: int) -> Text:
    """So many licences."""
    one = number == 1
    return Text(
        f"{number} {'licence' if one else 'licences'}",
        f"{number} {'licens' if one else 'licenser'}",
    )


def lines(some: Sequence[Line]) -> Text:
    """`4 Acrobat Pro and 1 Photoshop`; without lines, no licences."""
    if not some:
        return Text("no licences", "inga licenser")
    return joined([f"{line.quantity} {line.product}" for line in some])
