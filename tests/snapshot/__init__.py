"""Tenants as Microsoft Graph tells them, made of what is declared: for tests that then change them by hand."""
