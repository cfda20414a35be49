"""What became of a list: both ends from a view, and the causes from customers' own events."""

from __future__ import annotations

from vip_domain.errors import StoreError
from vip_domain.projections.customers import Change, ListDiff
from vip_domain.projections.customers.changes import Way
from vip_domain.projections.customers.query import DiffQuery
from vip_domain.rules import ProgramRules
from vip_domain.views.views import CustomerList


def difference(customers: CustomerList, query: DiffQuery, rules: ProgramRules) -> ListDiff:
    """Who entered and who left; raises `StoreError` when the view is not what the log says."""
    before = customers.listed(query.earlier, query.from_)
    after = customers.listed(query.later, query.to)
    changed = {**before, **after}
    for vip_id in before.keys() & after.keys():
        del changed[vip_id]
    changes: dict[str, Change] = {}
    for vip_id, steps in customers.ways(changed, query.to):
        cause = Way(query, rules).cause(steps)
        if cause is None:
            raise StoreError(f"the log does not say why {vip_id} is in {query.filter} or not")
        changes[vip_id] = Change(vip_id=vip_id, organization_name=changed[vip_id], cause=cause)
    return ListDiff(
        filter=query.filter,
        reseller_id=query.reseller_id,
        managed_by=query.managed_by,
        from_=query.from_,
        to=query.to,
        from_on=query.from_on,
        on=query.on,
        entered=tuple(changes[vip_id] for vip_id in after if vip_id in changes),
        left=tuple(changes[vip_id] for vip_id in before if vip_id in changes),
    )
