"""Flows and the services, owners and boundaries that they name: the policy as it is written down (FW-1)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from reference.data import load
from reference.model import Model

FOLDER = Path(__file__).parent
PORTS = r"[0-9]{1,5}(-[0-9]{1,5})?"
LAST_PORT = 65535
REASON = r"""^[^"\\\n]{1,100}$"""
"""A comment that nftables takes: 128 bytes with the flow's id, nothing that ends it."""

PortRange = tuple[int, int]
"""The first and the last port."""


class Service(Model):
    """A service: ports of TCP and UDP (`22`, `5405-5412`), or IP protocols that have no ports."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    tcp: tuple[str, ...] = ()
    udp: tuple[str, ...] = ()
    protocols: tuple[Literal["icmp", "icmpv6", "vrrp"], ...] = ()

    @field_validator("tcp", "udp")
    @classmethod
    def _are_ports(cls, ranges: tuple[str, ...]) -> tuple[str, ...]:
        for text in ranges:
            first, last = port_range(text) if re.fullmatch(PORTS, text) else (0, 0)
            if not 1 <= first <= last <= LAST_PORT:
                raise ValueError(
                    f"found {text}; right is a port from 1 to {LAST_PORT}, or a range from the lower to the higher; "
                    "correct it"
                )
        return ranges

    @property
    def ports(self) -> dict[str, tuple[PortRange, ...]]:
        """The port ranges by protocol, sorted."""
        written = {"tcp": self.tcp, "udp": self.udp}
        return {protocol: tuple(sorted(map(port_range, ranges))) for protocol, ranges in written.items() if ranges}


def port_range(text: str) -> PortRange:
    """`22` or `5405-5412` as first and last port."""
    first, _, last = text.partition("-")
    return int(first), int(last or first)


class Owner(Model):
    """Who answers for flows."""

    id: str
    who: str


class Endpoint(Model):
    """Where a flow comes from or goes to: a zone, at one site or of one municipality if it is said."""

    zone: str
    site: str | None = None
    municipality: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the file says
        return {"zone": value} if isinstance(value, str) else value

    def __str__(self) -> str:
        return " ".join(part for part in (self.municipality, self.zone, f"at {self.site}" if self.site else "") if part)


class Flow(Model):
    """One allowed flow; `until` is its last day, `planned` says why nothing listens at its end yet."""

    id: str = Field(pattern=r"^FLOW-[A-Z0-9-]+$", description="FLOW- and capital letters, digits or hyphens")
    sources: tuple[Endpoint, ...] = Field(alias="from", min_length=1)
    destinations: tuple[Endpoint, ...] = Field(alias="to", min_length=1)
    services: tuple[str, ...] = Field(min_length=1)
    owners: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(pattern=REASON, description="a sentence of at most 100 characters, without quotes")
    requirement: str
    until: date | None = Field(default=None, description="a date such as 2027-06-30")
    planned: str | None = None

    def expired(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.until is not None and self.until < today


class Selector(Model):
    """What a boundary looks at: an endpoint or services; what is not said matches everything."""

    source: Endpoint | None = Field(default=None, alias="from")
    destination: Endpoint | None = Field(default=None, alias="to")
    services: tuple[str, ...] = ()


class Boundary(Model):
    """What flows may not cross: those that `guards` matches must match one of `only`."""

    id: str = Field(pattern=r"^BND-[A-Z0-9-]+$")
    guards: Selector
    only: tuple[Selector, ...]
    reason: str
    requirement: str


class FlowPolicy(Model):
    """The four files of the policy."""

    services: tuple[Service, ...]
    owners: tuple[Owner, ...]
    boundaries: tuple[Boundary, ...]
    flows: tuple[Flow, ...]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> FlowPolicy:
        """Read the policy's files in `folder`.

        Raises:
            ArchitectureError: a file does not hold such values.
        """
        return cls(
            services=load("services.yaml", tuple[Service, ...], folder),
            owners=load("owners.yaml", tuple[Owner, ...], folder),
            boundaries=load("boundaries.yaml", tuple[Boundary, ...], folder),
            flows=load("flows.yaml", tuple[Flow, ...], folder),
        )

    @property
    def service(self) -> dict[str, Service]:
        """The services by name."""
        return {service.name: service for service in self.services}

    def current(self, today: date) -> FlowPolicy:
        """The policy without the flows whose last day is before `today`."""
        return self.model_copy(update={"flows": tuple(flow for flow in self.flows if not flow.expired(today))})
