"""Every view there is: a new one is one pure file and one line here."""

from vip_domain.projections.customers.columns import CUSTOMERS
from vip_domain.projections.customers.versions import CUSTOMER_VERSIONS
from vip_domain.projections.projection import AnyProjection
from vip_domain.projections.renewals import RENEWALS

PROJECTIONS: tuple[AnyProjection, ...] = (CUSTOMERS, RENEWALS, CUSTOMER_VERSIONS)
