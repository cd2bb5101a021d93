"""Licences (LIC-1): what the vendors count, from hosts and guests of the model."""

from __future__ import annotations

from collections.abc import Mapping

from reference.capacity import HostSize
from reference.line import Line, Section
from reference.parameter import Parameters


def vsphere_cores(size: HostSize, parameters: Parameters) -> int:
    """Core licences of vSphere for one host: each processor counts for at least 16 cores."""
    per_cpu = max(-(-size.cores // size.sockets), int(parameters.vsphere_min_cores_per_cpu.value))
    return size.sockets * per_cpu


def windows_cores(size: HostSize, parameters: Parameters) -> int:
    """Core licences of Windows Server Datacenter for one host: at least 8 a processor and 16 a server."""
    per_cpu = max(-(-size.cores // size.sockets), int(parameters.windows_min_cores_per_cpu.value))
    return max(size.sockets * per_cpu, int(parameters.windows_min_cores_per_server.value))


def licence_section(
    sizes: Mapping[str, HostSize], windows_guests: Mapping[str, int], parameters: Parameters
) -> Section:
    """Licences of all sites; Windows Server Datacenter only where Windows guests run."""
    lines: list[Line] = []
    for site, size in sizes.items():
        cores = vsphere_cores(size, parameters)
        lines.append(
            Line(
                label=f"vSphere {site}", formula=f"{size.count} hosts x {cores}", value=size.count * cores, unit="cores"
            )
        )
    for site, size in sizes.items():
        if guests := windows_guests.get(site, 0):
            cores = windows_cores(size, parameters)
            formula = f"{size.count} hosts x {cores}, for {guests} Windows guests"
            lines.append(
                Line(label=f"Windows Server Datacenter {site}", formula=formula, value=size.count * cores, unit="cores")
            )
    for product in ("vSphere", "Windows Server Datacenter"):
        total = sum(line.value for line in lines if line.label.startswith(product))
        lines.append(Line(label=f"total {product}", formula="all sites", value=total, unit="cores"))
    return Section(title="licences", lines=tuple(lines))
