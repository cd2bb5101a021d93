"""What a user's mistake looks like: one plain sentence, exit code 1, and no traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend; the text says which key or resource, what was found, what is right, what to do."""


class Differs(Exception):
    """What is deployed differs from what is declared (exit code 2)."""


class HostsDiffer(UserError):
    """Something went wrong on hosts while they were configured, and the others went on."""
