"""Gives every server its place: zone, segment and addresses (SITE-1, SITE-2, SEP-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from reference.errors import ArchitectureError, refuse
from reference.inventory import Inventory
from reference.municipality import Municipality
from reference.segment import Segment
from reference.server import FIRST_NUMBER, Server, ServerRow, State, home_zone
from reference.site import Site
from reference.wave import state_of


def place_servers(
    inventory: Inventory,
    municipalities: Sequence[Municipality],
    segments: Mapping[str, Segment],
    active: Sequence[str],
    placements: Mapping[str, str],
    waves: Mapping[str, State],
) -> tuple[Server, ...]:
    """Every server of these municipalities in its place.

    Raises:
        ArchitectureError: a municipality's subnet is too small for its servers.
    """
    placed: list[Server] = []
    for municipality in municipalities:
        for row in inventory.servers[municipality.id]:
            segment = segments[f"{municipality.id}-{row.tier}"]
            zone = placements.get(row.name) or home_zone(row.name, active)
            placed.append(_placed(row, municipality.id, segment, zone, state_of(row, waves)))
    return tuple(placed)


def _placed(row: ServerRow, municipality: str, segment: Segment, zone: str, state: State) -> Server:
    number = row.number + FIRST_NUMBER - 1
    if number > segment.last_number:
        raise ArchitectureError(
            f"{segment.name}: the prefix {segment.ipv4} is too small for its hosts: server '{row.name}' has number "
            f"{row.number}, which needs host {number}, and the last is {segment.last_number}; "
            "choose a shorter prefix, or raise the municipality's server figure in reference/municipalities.yaml"
        )
    # The row was checked when it was read, and what is added is computed: no second look at each of its fields.
    return Server.model_construct(
        **{**row.__dict__, "state": state},
        municipality=municipality,
        zone=zone,
        segment=segment.name,
        ipv4=segment.address4(number),
        ipv6=segment.address6(number),
    )


def check_placements(placements: Mapping[str, str], servers: Iterable[ServerRow], sites: Sequence[Site]) -> None:
    """Refuse a server that isn't there, a site that isn't, and any workload in DC3.

    Raises:
        ArchitectureError: names server, site and what is right.
    """
    if not placements:
        return
    active = [site.id for site in sites if site.hosts_workloads]
    known, ids = {row.name for row in servers}, {site.id for site in sites}
    findings = []
    for name, site in placements.items():
        key = f"`ggvv:placements.{name}`"
        if name not in known:
            findings.append(f"{key}: the inventory has no server of this name; correct the name or remove the key")
        if site not in ids:
            findings.append(f"{key}: found '{site}'; right is one of {', '.join(active)}; correct the site")
        elif site not in active:
            findings.append(
                f"{key}: found '{site}', which runs no production workload (SITE-2); "
                f"right is one of {', '.join(active)}; correct the site"
            )
    refuse(findings)
