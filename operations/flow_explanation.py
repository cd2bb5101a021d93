"""A flow's trace in words: the path, the firewalls, the rule with owner and reason, or what denies it and why."""

from __future__ import annotations

from collections.abc import Iterator

from network.policy.boundaries import crossed_by
from network.policy.flow import Boundary, Endpoint, Flow
from network.policy.grant import Grant
from network.policy.path import Connection, Passage, Trace
from network.policy.zone import Zone
from operations.flow_policy import ProvedPolicy
from reference.host import HostRole

NO_RULE = "the list's default"


def explained(proved: ProvedPolicy, connection: Connection) -> Iterator[str]:
    """The answer and its reasons, a line each."""
    usual, *others = proved.paths.traces(connection)
    port = f"{connection.protocol} {connection.port}"
    ends = f"{_end(usual.source, connection.source)} to {_end(usual.destination, connection.destination)}"
    yield f"{'allowed' if usual.accepted else 'denied'}: {port} from {ends}"
    if usual.source is None or usual.destination is None:
        yield "  no zone has that address, so nothing is allowed to or from it"
        return
    if not usual.passages:
        yield f"  within {usual.source.name}: passes no firewall; the hosts' own firewalls decide (docs/hosts.md)"
        return
    for passage in usual.passages:
        yield f"  {_passed(proved, passage)}"
    if any(other.accepted != usual.accepted for other in others):
        raise LookupError(f"the ways of {port} from {ends} don't agree, which the proof should have found")
    if others:
        yield f"  the same on {len(others)} other {'way' if len(others) == 1 else 'ways'}, should sites or links fail"
    yield from _reason(proved, usual)


def _end(zone: Zone | None, address: object) -> str:
    return f"{address} ({zone.name if zone else 'no zone'})"


def _passed(proved: ProvedPolicy, passage: Passage) -> str:
    firewalls = "/".join(
        host.name
        for host in proved.architecture.hosts
        if host.role is HostRole.FIREWALL and host.site == passage.hop.site
    )
    came = f"in by {passage.hop.iifname}" if passage.hop.iifname else "sent by itself"
    rule = passage.verdict.rule
    by = f"{rule.chain}, line {rule.line} of {passage.hop.site}.nft" if rule else NO_RULE
    return f"{firewalls}, {came}: {passage.list_} {'accepts' if passage.verdict.accepted else 'drops'} by {by}"


def _reason(proved: ProvedPolicy, trace: Trace) -> Iterator[str]:
    flow = next((f for f in proved.policy.flows if f.id == trace.passages[-1].flow), None)
    if flow is not None:
        yield f"  {flow.id} ({flow.requirement}), owned by {', '.join(flow.owners)}: {flow.reason}"
        if flow.until:
            yield f"  until {flow.until}"
        return
    yield from _needed(proved, trace)


def _needed(proved: ProvedPolicy, trace: Trace) -> Iterator[str]:
    """The flow that would allow it, and what stands against that."""
    if trace.source is None or trace.destination is None:
        return
    if trace.passages[-1].list_ == "prerouting":
        yield "  no flow would help: the sender does not belong to the interface that it comes in by"
        return
    if trace.passages[-1].list_ == "input" and not trace.destination.own:
        yield "  it is the firewalls' own address as a gateway; they are reached by their addresses in transit only"
        return
    service = _service(proved, trace.connection)
    source, destination = (_written(zone) for zone in (trace.source, trace.destination))
    yield f"  needed: a flow with from: [{source}], to: [{destination}], services: [{service or '…'}]"
    if service is None:
        yield f"  and a service of {trace.connection.protocol} {trace.connection.port} in services.yaml"
    for boundary in _against(proved, trace.source, trace.destination, service):
        yield f"  against it stands {boundary.id}: {boundary.reason} ({boundary.requirement})"
    municipalities = {trace.source.municipality, trace.destination.municipality} - {None}
    if len(municipalities) > 1:
        both = " and ".join(sorted(str(municipality) for municipality in municipalities))
        yield f"  it would be an exception that {both} own both, with an end (FW-2)"


def _service(proved: ProvedPolicy, connection: Connection) -> str | None:
    """The service that this port is of: the one with the fewest ports, where several have it."""
    found = [
        (sum(last - first for first, last in ranges), service.name)
        for service in proved.policy.services
        if (ranges := service.ports.get(connection.protocol, ()))
        and any(first <= (connection.port or 0) <= last for first, last in ranges)
    ]
    return min(found)[1] if found else None


def _written(zone: Zone) -> str:
    """A zone as flows.yaml names it."""
    parts = [f"zone: {zone.kind}"]
    parts += [f"site: {zone.site}"] if zone.site else []
    parts += [f"municipality: {zone.municipality}"] if zone.municipality else []
    return f"{{{', '.join(parts)}}}" if len(parts) > 1 else zone.kind


def _against(proved: ProvedPolicy, source: Zone, destination: Zone, service: str | None) -> tuple[Boundary, ...]:
    """The boundaries that a flow for this service would cross; an unknown service is like none that they name."""
    ends = {"from": [_endpoint(source)], "to": [_endpoint(destination)]}
    asked = Flow.model_validate(
        {
            **ends,
            "id": "FLOW-ASKED",
            "services": [service or "asked"],
            "owners": ["-"],
            "reason": "-",
            "requirement": "-",
        }
    )
    return crossed_by(proved.policy, Grant(asked, asked.id, (source,), (destination,), {}))


def _endpoint(zone: Zone) -> Endpoint:
    return Endpoint(zone=zone.kind, site=zone.site, municipality=zone.municipality)
