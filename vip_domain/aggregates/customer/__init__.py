"""The customer: what is known of one (`evolve`) and what may happen next (`decide`)."""

from vip_domain.aggregates.customer.decide import decide
from vip_domain.aggregates.customer.evolve import INITIAL, evolve, fold
from vip_domain.aggregates.customer.state import Customer, CustomerState, Deleted, Unknown

__all__ = [
    "INITIAL",
    "Customer",
    "CustomerState",
    "Deleted",
    "Unknown",
    "decide",
    "evolve",
    "fold",
]
