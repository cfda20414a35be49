"""The customers page of a VIP reseller console: a service on `vip_domain`, to run and to copy."""
