"""Rules of what a term ends with: renewal by itself, expiry, review, commitment (section 5)."""

from __future__ import annotations

from datetime import date

from vip_domain import commands
from vip_domain.aggregates.customer.evolve import after
from vip_domain.aggregates.customer.renewal import review, roll
from vip_domain.aggregates.customer.state import Customer, Term
from vip_domain.errors import (
    CommitExists,
    CommitMinimum,
    ExtendedTerm,
    NotRenewable,
    NotReviewable,
    NotSelect,
)
from vip_domain.events import (
    CustomerEvent,
    CustomerLapsed,
    LicensesExpired,
    TermRenewed,
    ThreeYearCommitStarted,
)
from vip_domain.events.pool import overassigned, pool_after, unrenewed
from vip_domain.rules import ProgramRules, add_days, utc_date
from vip_domain.values import as_lines

Facts = tuple[CustomerEvent, ...]


def renew_automatically(
    command: commands.RenewAutomatically, customer: Customer, rules: ProgramRules
) -> Facts:
    """S43: an extended term renews everything from its AD on, and a 12-month one begins."""
    term = _ending_term(customer)
    if not term.extended:
        raise NotRenewable("only an extended term renews by itself")
    if utc_date(command.at) < term.renews_on:
        raise NotRenewable(f"the extended term runs to {term.renews_on}")
    renewed = TermRenewed(at=command.at, renewed=as_lines(unrenewed(customer.pool)))
    return (renewed, *roll(after(customer, renewed), command.at, rules))


def expire_licenses(
    command: commands.ExpireLicenses, customer: Customer, rules: ProgramRules
) -> Facts:
    """After the window what was not renewed goes; the term rolls, or the customer lapses."""
    term = _ending_term(customer)
    closes = add_days(term.renews_on, rules.renewal_closes_days)
    if term.extended:
        raise NotRenewable("an extended term renews by itself")
    if utc_date(command.at) <= closes:
        raise NotRenewable(f"renewal is open up to {closes}")
    expired = _expired(command, customer)
    remaining = after(customer, expired)
    if not remaining.fulfilled:
        return (expired, CustomerLapsed(at=command.at))
    return (expired, *roll(remaining, command.at, rules))


def _ending_term(customer: Customer) -> Term:
    if customer.term is None:
        raise NotRenewable("there is no term")
    if customer.awaits_renewal_order:
        raise NotRenewable("a renewal order waits for the vendor")
    return customer.term


def _expired(command: commands.ExpireLicenses, customer: Customer) -> LicensesExpired:
    gone = as_lines(unrenewed(customer.pool))
    left = pool_after(customer.pool, LicensesExpired(at=command.at, expired=gone, unassigned=()))
    return LicensesExpired(at=command.at, expired=gone, unassigned=as_lines(overassigned(left)))


def review_select_level(
    command: commands.ReviewSelectLevel, customer: Customer, rules: ProgramRules
) -> Facts:
    """S86: once a term, shortly before it ends."""
    term = customer.term
    if term is None:
        raise NotReviewable("there is no term")
    opens = add_days(term.renews_on, -rules.select_review_days)
    if utc_date(command.at) < opens:
        raise NotReviewable(f"the level is reviewed from {opens}")
    if term.reviewed:
        raise NotReviewable("the level was reviewed in this term")
    return (review(customer, term, command.at, rules),)


def commit_three_years(
    command: commands.CommitThreeYears, customer: Customer, rules: ProgramRules
) -> Facts:
    """S87, S88, S90: level 2, an ordinary term, ten licences up to all of them, one at a time."""
    term, minimum = customer.term, command.minimum_licenses
    if term is None or customer.select_level < 2:  # S87 names the level
        raise NotSelect(customer.select_level)
    if term.extended:
        raise ExtendedTerm(term.renews_on)
    if not rules.commit_min_licenses <= minimum <= customer.fulfilled:
        raise CommitMinimum(minimum, rules.commit_min_licenses, customer.fulfilled)
    commit = customer.commit
    if commit is not None and utc_date(command.at) <= commit.ends_on:
        raise CommitExists(commit.ends_on)
    ends_on = _commitment_ends_on(customer, term, rules)
    return (ThreeYearCommitStarted(at=command.at, minimum_licenses=minimum, ends_on=ends_on),)


def _commitment_ends_on(customer: Customer, term: Term, rules: ProgramRules) -> date:
    """The day before the third AD: the current term and two more."""
    ends = term.renews_on
    for _ in range(rules.commit_terms - 1):
        ends = ends if customer.anniversary is None else customer.anniversary.after(ends)
    return add_days(ends, -1)
