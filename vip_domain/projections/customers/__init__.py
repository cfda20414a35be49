"""The customer page: which customers are in which filter at a date, and what is known of each."""

from vip_domain.projections.customers.changes import ByEvent, ByTime, Change, ListDiff
from vip_domain.projections.customers.columns import CUSTOMERS
from vip_domain.projections.customers.conditions import Condition, Finding
from vip_domain.projections.customers.explanation import Explanation, Reason, Turn
from vip_domain.projections.customers.facts import (
    CustomerFacts,
    Order,
    PurchaseAuthorization,
    Return,
)
from vip_domain.projections.customers.filters import FILTERS, Filter
from vip_domain.projections.customers.fold import project, project_facts
from vip_domain.projections.customers.order import ORDERS, matches, name_key
from vip_domain.projections.customers.row import (
    COLUMNS,
    CustomerDetails,
    CustomerRow,
    details,
    pas_at,
    row,
)
from vip_domain.projections.customers.timeline import Moment, timeline
from vip_domain.projections.customers.why import explain

__all__ = [
    "COLUMNS",
    "CUSTOMERS",
    "FILTERS",
    "ORDERS",
    "ByEvent",
    "ByTime",
    "Change",
    "Condition",
    "CustomerDetails",
    "CustomerFacts",
    "CustomerRow",
    "Explanation",
    "Filter",
    "Finding",
    "ListDiff",
    "Moment",
    "Order",
    "PurchaseAuthorization",
    "Reason",
    "Return",
    "Turn",
    "details",
    "explain",
    "matches",
    "name_key",
    "pas_at",
    "project",
    "project_facts",
    "row",
    "timeline",
]
