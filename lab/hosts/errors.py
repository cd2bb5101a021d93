"""What can go wrong with the lab's hosts, told in one sentence."""

from __future__ import annotations

from lab.service import ServiceError


class HostsError(ServiceError):
    """A host could not be made, started, reached or taken away; the text says which, why and what to do."""
