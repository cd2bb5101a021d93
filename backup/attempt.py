"""Attempts against the vault, as data: what an attacker tries, and how each is to be refused (BAK-3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from reference.data import load
from reference.errors import ArchitectureError
from reference.host import HostRole
from reference.model import Model
from reference.sign_in import WORKLOAD

FOLDER = Path(__file__).parent

PROVES_NOTHING = frozenset(
    {
        "400",
        "BadRequest",
        "InvalidAccessKeyId",
        "InvalidArgument",
        "InvalidRequest",
        "MalformedXML",
        "MissingSecurityHeader",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
"""Refusals of a request that was made or signed wrongly: made rightly, it might have succeeded."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "s3": (),
    "harmless": (),
    "request": ("method", "path"),
    "port": ("port",),
    "ssh": ("user",),
}
"""The arguments without which an attempt of a kind can't be made."""


class Attempt(Model):
    """Something an attacker tries against the vault, from each host of the role `by`.

    `s3` is an operation of the S3 protocol, `request` a signed request that the protocol does not know, `port` a
    connection and `ssh` a sign-in. `harmless` is an operation that succeeds by design, and takes nothing away.
    """

    id: str = Field(pattern=r"^ATT(-[A-Z0-9]+)+$", description="ATT- and words in capitals, like ATT-VERSION-DELETE")
    what: str = Field(min_length=10)
    kind: Literal["s3", "request", "port", "ssh", "harmless"]
    by: str = "backup-server"
    anonymous: bool = False
    operation: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict)
    refused_with: tuple[str, ...] = ()

    @field_validator("by")
    @classmethod
    def _is_a_role(cls, by: str) -> str:
        if by not in (roles := [*HostRole, WORKLOAD]):
            raise ValueError(f"'{by}' is no role of hosts; right is one of {', '.join(roles)}")
        return by

    @model_validator(mode="after")
    def _can_be_made(self) -> Attempt:
        if (self.kind in {"s3", "harmless"}) != bool(self.operation):
            raise ValueError(f"{self.id}: 'operation' is for s3 and harmless, and needed there; found kind {self.kind}")
        if missing := [name for name in NEEDED[self.kind] if name not in self.arguments]:
            raise ValueError(f"{self.id}: kind {self.kind} needs the arguments {', '.join(missing)}; add them")
        return self

    @model_validator(mode="after")
    def _says_how_it_is_refused(self) -> Attempt:
        if (self.kind == "harmless") == bool(self.refused_with):
            raise ValueError(f"{self.id}: 'refused_with' is what refuses it, and nothing for what is harmless")
        if wrong := sorted(PROVES_NOTHING & {*self.refused_with}):
            raise ValueError(
                f"{self.id}: refused_with {', '.join(wrong)} proves nothing, as the request itself was wrong; "
                "make it rightly, and say what refuses it then"
            )
        return self


def load_attempts(folder: Path = FOLDER) -> tuple[Attempt, ...]:
    """Read `attempts.yaml`.

    Raises:
        ArchitectureError: it does not hold attempts, or an id twice.
    """
    attempts = load("attempts.yaml", tuple[Attempt, ...], folder)
    if twice := [name for name, count in Counter(attempt.id for attempt in attempts).items() if count > 1]:
        raise ArchitectureError(f"attempts.yaml: {', '.join(twice)} is there twice; give each attempt an id of its own")
    return attempts
