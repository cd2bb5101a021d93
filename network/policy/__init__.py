"""The flow policy: what may pass the firewalls, as data; checked, compiled and proved on paper (FW-1, FW-2, SEP-1)."""
