"""An own look at vCenter: does a resource that was being made exist, and under which import id?

The ids are those that the vSphere provider's importers take (its documentation, section "Importing" of each
resource): inventory paths, managed object ids, or a JSON document with names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyVmomi import vim

from operations.connection import Connection
from operations.preflight import sign_in, sign_out

Inputs = Mapping[str, Any]

ENTITY_TYPES: Mapping[str, tuple[type, str]] = {
    "Datacenter": (vim.Datacenter, "name"),
    "ComputeCluster": (vim.ClusterComputeResource, "name"),
    "Host": (vim.HostSystem, "hostname"),
    "DistributedVirtualSwitch": (vim.DistributedVirtualSwitch, "name"),
    "DistributedPortGroup": (vim.dvs.DistributedVirtualPortgroup, "name"),
    "NasDatastore": (vim.Datastore, "name"),
    "ResourcePool": (vim.ResourcePool, "name"),
    "Folder": (vim.Folder, "path"),
    "VirtualMachine": (vim.VirtualMachine, "name"),
}
"""vSphere type and naming input of each resource that is an inventory object."""

BY_OBJECT_ID = {"Host", "NasDatastore"}
"""Resources whose importer takes the managed object id; the others take the inventory path."""

CLUSTER_ENTRIES: Mapping[str, Callable[[Any], list[Any]]] = {
    "ComputeClusterHostGroup": lambda cluster: cluster.configurationEx.group,
    "ComputeClusterVmGroup": lambda cluster: cluster.configurationEx.group,
    "ComputeClusterVmHostRule": lambda cluster: cluster.configurationEx.rule,
    "ComputeClusterVmAntiAffinityRule": lambda cluster: cluster.configurationEx.rule,
}
"""Groups and rules are entries of a cluster's configuration."""


class Finder:
    """Finds resources in one vCenter.

    Example:
        >>> with Finder.open(connection) as finder:  # doctest: +SKIP
        ...     finder.find("vsphere:index/folder:Folder", {"path": "ggvv/gislaved"})
        '/ggvv/vm/ggvv/gislaved'
    """

    def __init__(self, content: vim.ServiceInstanceContent) -> None:
        self._content = content

    @classmethod
    @contextmanager
    def open(cls, connection: Connection) -> Iterator[Finder]:
        """Open a session for the time of the search."""
        session = sign_in(connection)
        try:
            yield cls(session.RetrieveContent())
        finally:
            sign_out(session)

    def find(self, token: str, inputs: Inputs) -> str | None:
        """The import id of the resource if it exists, else None; tags are not looked for (made anew by name)."""
        kind = token.rsplit(":", 1)[-1]
        if kind in ENTITY_TYPES:
            return self._entity(kind, inputs)
        if kind in CLUSTER_ENTRIES:
            return self._cluster_entry(kind, inputs)
        return None

    def _entity(self, kind: str, inputs: Inputs) -> str | None:
        vsphere_type, key = ENTITY_TYPES[kind]
        wanted = str(inputs[key])
        for entity in self._all(vsphere_type):
            if entity.name == wanted.rsplit("/", 1)[-1] and self._belongs(entity, kind, inputs):
                return entity._GetMoId() if kind in BY_OBJECT_ID else _path(entity)  # noqa: SLF001 - pyVmomi's public way
        return None

    def _belongs(self, entity: Any, kind: str, inputs: Inputs) -> bool:  # noqa: ANN401 - pyVmomi has no types
        if kind == "VirtualMachine":
            return _path(entity).endswith(f"/vm/{inputs.get('folder', '')}/{inputs['name']}")
        if kind == "Folder":
            return _path(entity).endswith(f"/{inputs['path']}")
        if kind == "ResourcePool":
            return bool(entity.parent._GetMoId() == inputs["parentResourcePoolId"])  # noqa: SLF001
        if kind == "DistributedPortGroup":
            return bool(entity.config.distributedVirtualSwitch.uuid == inputs["distributedVirtualSwitchUuid"])
        return True

    def _cluster_entry(self, kind: str, inputs: Inputs) -> str | None:
        for cluster in self._all(vim.ClusterComputeResource):
            if cluster._GetMoId() == inputs["computeClusterId"]:  # noqa: SLF001
                names = {entry.name for entry in CLUSTER_ENTRIES[kind](cluster)}
                if inputs["name"] in names:
                    return json.dumps({"compute_cluster_path": _path(cluster), "name": inputs["name"]})
        return None

    def _all(self, vsphere_type: type) -> list[Any]:
        views: Any = self._content.viewManager
        view = views.CreateContainerView(self._content.rootFolder, [vsphere_type], recursive=True)
        try:
            return list(view.view)
        finally:
            view.Destroy()


def _path(entity: Any) -> str:  # noqa: ANN401 - pyVmomi has no types
    """The inventory path, from the root folder's children down."""
    names: list[str] = []
    while entity.parent is not None:
        names.append(entity.name)
        entity = entity.parent
    return "/" + "/".join(reversed(names))
