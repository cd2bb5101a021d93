"""What a stack chooses for identity (`ggvv:identity`): domains, trusted places, and how far policies are rolled out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from reference.model import Model

INITIAL_DOMAIN = r"^[a-z0-9-]+\.onmicrosoft\.com$"
_DNS_NAME = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")

DOCUMENTATION = tuple(
    ip_network(prefix) for prefix in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
"""Prefixes that nobody has (RFC 5737, RFC 3849, RFC 9637)."""


class Rollout(StrEnum):
    """How far a policy is rolled out (MIG-1's spirit: turned in configuration, and can be turned back)."""

    OFF = "off"
    REPORT_ONLY = "report-only"
    PILOT = "pilot"
    ENFORCED = "enforced"

    @classmethod
    def _missing_(cls, value: object) -> Rollout | None:
        """YAML 1.1 reads a bare `off` as false; both are the same word."""
        return cls.OFF if value is False else None


def _domain(value: str) -> str:
    if not _DNS_NAME.fullmatch(value):
        raise ValueError(f"found '{value}'; right is a DNS domain such as gnosjo.se; correct the value")
    return value


def _prefix(value: Any) -> IPv4Network | IPv6Network:  # noqa: ANN401 - whatever the stack file holds
    try:
        prefix = ip_network(str(value))
    except ValueError:
        raise ValueError(
            f"found {value!r}; right is a public prefix with no host bits, such as 198.51.100.0/24; correct the value"
        ) from None
    if not prefix.is_global and not is_placeholder(prefix):
        raise ValueError(
            f"found {value}, which the internet doesn't route; right is the public prefix that the municipality's "
            "traffic goes out from, as Entra ID sees it; correct the value"
        )
    return prefix


def is_placeholder(prefix: IPv4Network | IPv6Network) -> bool:
    """Whether the prefix is one of those set apart for documentation."""
    return any(prefix.network_address in other and prefix.prefixlen >= other.prefixlen for other in DOCUMENTATION)


class IdentityChoices(Model):
    """A stack's identity; a stack without it deploys none."""

    domain: str = Field(
        pattern=INITIAL_DOMAIN,
        description="the tenant's initial domain, such as ggvv.onmicrosoft.com, where the emergency accounts live",
    )
    municipality_domains: dict[str, Annotated[str, AfterValidator(_domain)]] = Field(
        default_factory=dict, description="domain of a municipality's users where it is not `<municipality>.se`"
    )
    trusted_egress: tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_prefix)], ...] = Field(
        description="public prefixes that the municipalities' traffic goes out from"
    )
    waves: dict[str, Rollout] = Field(default_factory=dict, description="how far all policies of a wave are rolled out")
    policies: dict[str, Rollout] = Field(
        default_factory=dict, description="how far one policy is rolled out, by id; goes before its wave"
    )

    @field_validator("trusted_egress")
    @classmethod
    def _somewhere(cls, prefixes: tuple[IPv4Network | IPv6Network, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
        if not prefixes:
            raise ValueError("found none; right is at least one public prefix, or no place is trusted; add it")
        return prefixes

    def domain_of(self, municipality: str) -> str:
        """The domain of a municipality's users."""
        return self.municipality_domains.get(municipality, f"{municipality}.se")

    def rollout(self, policy: str, wave: str, declared: Rollout) -> Rollout:
        """How far a policy is rolled out: its own choice, else its wave's, else what it declares."""
        return self.policies.get(policy, self.waves.get(wave, declared))

    @property
    def placeholders(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted prefixes that nobody has: they hold a place in lab runs and previews."""
        return tuple(prefix for prefix in self.trusted_egress if is_placeholder(prefix))

    def findings(self, municipalities: Iterable[str], waves: Iterable[str]) -> Iterator[str]:
        """Names that stand for nothing, one sentence each."""
        for key, found, known in (
            ("municipality_domains", self.municipality_domains, tuple(municipalities)),
            ("waves", self.waves, tuple(sorted(waves))),
        ):
            for name in found:
                if name not in known:
                    yield (
                        f"`ggvv:identity.{key}.{name}`: found '{name}'; right is one of {', '.join(known)}; "
                        "correct the name"
                    )
