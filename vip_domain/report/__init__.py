"""A customer's report: one page of HTML that needs nothing beside itself."""

from vip_domain.report.page import report

__all__ = ["report"]
