"""Hosts of the lab: booted Linux systems (systemd containers), each in its own network namespace.

Stand-ins for the machines that a deploy makes in vCenter: real kernel, real services, real packets; no hypervisor.
A lab, not a security boundary: a container's root is confined, but it is the same kernel's.
"""
