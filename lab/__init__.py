"""The embedded default: stand-ins for vCenter, the tenant and the hosts. Production never imports this package."""
