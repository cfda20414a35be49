"""Why renewals, reviews and commitments are refused."""

from __future__ import annotations

from datetime import date

from vip_domain.errors.refused import CommandRefused, refusal


@refusal
class NotRenewable(CommandRefused):
    """Not now, not this, or not this way; `reason` says which."""

    code = "NOT_RENEWABLE"
    _text = "{reason}"
    reason: str


@refusal
class NotReviewable(CommandRefused):
    """The level review is too early, was done in this term, or has no term to look at."""

    code = "NOT_REVIEWABLE"
    _text = "{reason}"
    reason: str


@refusal
class NotSelect(CommandRefused):
    """S87: a three-year commit needs VIP Select level 2."""

    code = "NOT_SELECT"
    _text = "a three-year commit needs VIP Select level 2, this customer has {select_level}"
    select_level: int


@refusal
class ExtendedTerm(CommandRefused):
    """No three-year commit while the term is extended."""

    code = "EXTENDED_TERM"
    _text = "a three-year commit waits until the extended term is over ({renews_on})"
    renews_on: date


@refusal
class CommitMinimum(CommandRefused):
    """S88: a commitment holds at least its minimum, from ten to what is fulfilled (`most`)."""

    code = "COMMIT_MINIMUM"
    licenses: int
    least: int
    most: int | None

    @property
    def message(self) -> str:
        """What it takes when it begins, and what it keeps from then on."""
        if self.most is None:
            return f"{self.licenses} licences would be left of a commitment to {self.least}"
        takes = f"{self.least} to {self.most}"
        return f"{self.licenses} licences do not fit a commitment, which takes {takes}"


@refusal
class CommitExists(CommandRefused):
    """One three-year commit at a time."""

    code = "COMMIT_EXISTS"
    _text = "a three-year commit runs through {commit_ends_on}"
    commit_ends_on: date
