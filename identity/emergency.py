"""The two emergency accounts (IDM-2): the way in when nothing else works; the only standing Global Administrators."""

from __future__ import annotations

ACCOUNTS = ("emergency-1", "emergency-2")
"""Two, so that one lost key doesn't close the door; never more, since no policy binds them."""

ROLE = "global-administrator"


def user_principal_name(platform: str, account: str, domain: str) -> str:
    """The name that an emergency account signs in with."""
    return f"{platform}-{account}@{domain}"
