"""The directory roles that the tenant's administration is made of, by key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from reference.data import load
from reference.errors import ArchitectureError
from reference.model import Model


class Role(Model):
    """A built-in directory role; `template` is its id in every tenant, `privileged` is Microsoft's own mark."""

    template: UUID
    privileged: bool


ROLES: Mapping[str, Role] = load("roles.yaml", dict[str, Role], Path(__file__).parent)
PRIVILEGED = frozenset(key for key, role in ROLES.items() if role.privileged)


def template_id(key: str) -> str:
    """The template id of a role, which Graph takes as the role's definition too.

    Raises:
        ArchitectureError: no such role is declared; names the closest.
    """
    if key not in ROLES:
        close = difflib.get_close_matches(key, ROLES, n=1)
        hint = f"did you mean {close[0]}?" if close else "correct the key, or add the role to identity/roles.yaml"
        raise ArchitectureError(f"directory role '{key}' is not declared; right is one of {', '.join(ROLES)}; {hint}")
    return str(ROLES[key].template)
