"""Flows and the services, owners and boundaries that they name: the policy as it is written down (FW-1)."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from reference.data import load
from reference.errors import refuse
from reference.model import Model

FOLDER = Path(__file__).parent
PORTS = r"^[0-9]{1,5}(-[0-9]{1,5})?$"
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
    protocols: tuple[str, ...] = ()

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
        """Read the policy; a file that `folder` lacks is the project's own (for fixtures of one file).

        Raises:
            ArchitectureError: a file does not hold such values, or a service's ports are none.
        """

        def place(name: str) -> Path:
            return folder if (folder / name).exists() else FOLDER

        policy = cls(
            services=load("services.yaml", tuple[Service, ...], place("services.yaml")),
            owners=load("owners.yaml", tuple[Owner, ...], place("owners.yaml")),
            boundaries=load("boundaries.yaml", tuple[Boundary, ...], place("boundaries.yaml")),
            flows=load("flows.yaml", tuple[Flow, ...], place("flows.yaml")),
        )
        refuse(
            f"services.yaml: `{service.name}` has the ports {text}; right is a port from 1 to {LAST_PORT}, or a range "
            "from the lower to the higher; correct it"
            for service in policy.services
            for text in (*service.tcp, *service.udp)
            if not _is_range(text)
        )
        return policy

    @cached_property
    def service(self) -> dict[str, Service]:
        """The services by name."""
        return {service.name: service for service in self.services}

    def current(self, today: date) -> FlowPolicy:
        """The policy without the flows whose last day is before `today`."""
        return self.model_copy(update={"flows": tuple(flow for flow in self.flows if not flow.expired(today))})


def _is_range(text: str) -> bool:
    first, _, last = text.partition("-")
    if not first.isdigit() or not (last or first).isdigit():
        return False
    return 1 <= int(first) <= int(last or first) <= LAST_PORT
