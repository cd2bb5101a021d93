"""What can go wrong, each as one sentence for whoever runs the engine."""

from __future__ import annotations

from dataclasses import dataclass


class PluginError(Exception):
    """A run can't go on; the text says what was found, what is right and what to do."""


class NotConfigured(PluginError):
    """The provider's configuration is incomplete or wrong."""


class NotReachable(PluginError):
    """Nothing answers where the tenant should be."""


class SignInRefused(PluginError):
    """The sign-in service gave no token."""


class PermissionMissing(PluginError):
    """The client may not do this; the text names the permission."""


class Interrupted(PluginError):
    """The engine asked to stop while something was waited for."""


class TooLong(PluginError):
    """The tenant did not come to show what was written in the time that is waited."""


@dataclass
class GraphError(PluginError):
    """Graph refused a call (Microsoft Graph error responses): `status` is HTTP's, `code` and `message` are Graph's."""

    status: int
    code: str
    message: str
    call: str

    def __str__(self) -> str:
        """The refusal in one sentence."""
        return f"{self.call} was refused ({self.status} {self.code}: {self.message.rstrip('.')})"


class Unanswered(PluginError):
    """A write got no answer, so it may have happened; the caller looks before it repeats (RFC 9110, 9.2.2)."""


@dataclass
class HalfMade(PluginError):
    """The resource exists under `identity`, but what belongs to it is not complete."""

    identity: str
    reason: str

    def __str__(self) -> str:
        """Why it isn't complete."""
        return self.reason
