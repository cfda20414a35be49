"""The renewals calendar's question, asked of a database."""

from __future__ import annotations

from sqlalchemy import func, select

from vip_domain.projections.renewals import RENEWALS, RenewalMonth
from vip_domain.projections.renewals.query import MonthsQuery
from vip_domain.views import tables
from vip_domain.views.follower import Follower

renewals = tables.table(RENEWALS, RENEWALS.name)


def months(follower: Follower, query: MonthsQuery) -> list[RenewalMonth]:
    """The months in which somebody renews, in order."""
    customers, licenses = func.count(), func.sum(renewals.c.licenses)
    statement = (
        select(renewals.c.month, customers, licenses)
        .where(
            renewals.c.reseller_id == query.reseller_id,
            renewals.c.month.between(query.first_month, query.last_month),
        )
        .group_by(renewals.c.month)
        .order_by(renewals.c.month)
    )
    if query.managed_by is not None:
        statement = statement.where(renewals.c.managed_by == query.managed_by)
    with follower.caught_up() as connection:
        found = connection.execute(statement).all()
    return [
        RenewalMonth(month=month, customers=number, licenses=left) for month, number, left in found
    ]
