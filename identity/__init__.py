"""Entra ID as code (IDM-1 to IDM-4): groups, units, policies, roles and applications."""
