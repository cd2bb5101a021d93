"""An own look at vCenter: does a resource that was being made exist, and under which id?

The ids are those that the vSphere provider gives its resources (read from its source, release 2.1.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pyVim.task import WaitForTask
from pyVmomi import vim

from operations.connection import Connection
from operations.preflight import sign_in, sign_out
from operations.tagging import Tagging

Inputs = Mapping[str, Any]


def _object_id(entity: Any) -> str:  # noqa: ANN401 - pyVmomi has no types
    return str(entity._GetMoId())  # noqa: SLF001 - pyVmomi's way to ask for it


ENTITIES: Mapping[str, tuple[type, str, Callable[[Any], str]]] = {
    "Datacenter": (vim.Datacenter, "name", lambda entity: str(entity.name)),
    "ComputeCluster": (vim.ClusterComputeResource, "name", _object_id),
    "Host": (vim.HostSystem, "hostname", _object_id),
    "DistributedVirtualSwitch": (vim.DistributedVirtualSwitch, "name", lambda entity: str(entity.uuid)),
    "DistributedPortGroup": (vim.dvs.DistributedVirtualPortgroup, "name", lambda entity: str(entity.key)),
    "NasDatastore": (vim.Datastore, "name", _object_id),
    "ResourcePool": (vim.ResourcePool, "name", _object_id),
    "Folder": (vim.Folder, "path", _object_id),
}
"""For each resource that is an inventory object: its vSphere type, the input that names it, and its id."""

CLUSTER_ENTRIES: Mapping[str, tuple[str, str]] = {
    "ComputeClusterHostGroup": ("group", "name"),
    "ComputeClusterVmGroup": ("group", "name"),
    "ComputeClusterVmHostRule": ("rule", "key"),
    "ComputeClusterVmAntiAffinityRule": ("rule", "key"),
}
"""Groups and rules are entries of a cluster's configuration: which list, and what their id ends with."""


class Finder:
    """Finds resources in one vCenter by what they were to be made with.

    Example:
        >>> with Finder.open(connection) as finder:  # doctest: +SKIP
        ...     finder.find("vsphere:index/folder:Folder", {"path": "ggvv/gislaved"})
        'group-v42'
    """

    def __init__(self, content: vim.ServiceInstanceContent, tagging: Tagging) -> None:
        self._content = content
        self._tagging = tagging

    @classmethod
    @contextmanager
    def open(cls, connection: Connection) -> Iterator[Finder]:
        """Open a session for the time of the search."""
        session = sign_in(connection)
        try:
            yield cls(session.RetrieveContent(), Tagging(connection))
        finally:
            sign_out(session)

    def find(self, token: str, inputs: Inputs) -> str | None:
        """The id of the resource if it exists, else None.

        Permissions are never found: setting them again gives the same, so they are simply made anew.
        """
        kind = token.rsplit(":", 1)[-1]
        if kind in ENTITIES:
            return self._entity(kind, inputs)
        if kind in CLUSTER_ENTRIES:
            return self._cluster_entry(kind, inputs)
        if kind == "Role":
            return next((str(r.roleId) for r in self._roles() if r.name == inputs["name"]), None)
        if kind == "TagCategory":
            return self._tagging.category(inputs["name"])
        if kind == "Tag":
            return self._tagging.tag(inputs["categoryId"], inputs["name"])
        return None

    def remove_half_made_machine(self, inputs: Inputs) -> bool:
        """Remove a machine whose making was never finished; True if there was one.

        Making a machine is many steps (disks, cards, tags, power), so one that was begun is never taken over.
        Only one with the declared name, in the declared pool, with the declared annotation is ours to remove.
        """
        for machine in self._all(vim.VirtualMachine):
            config, pool = machine.config, machine.resourcePool
            if config is None or pool is None or config.name != inputs["name"]:
                continue
            if _object_id(pool) == inputs["resourcePoolId"] and config.annotation == inputs.get("annotation"):
                if machine.runtime.powerState == "poweredOn":
                    _finish(machine.PowerOffVM_Task())
                _finish(machine.Destroy_Task())
                return True
        return False

    def _entity(self, kind: str, inputs: Inputs) -> str | None:
        vsphere_type, key, identity = ENTITIES[kind]
        wanted = str(inputs[key]).rsplit("/", 1)[-1]
        for entity in self._all(vsphere_type):
            if entity.name == wanted and self._belongs(entity, kind, inputs):
                return identity(entity)
        return None

    def _belongs(self, entity: Any, kind: str, inputs: Inputs) -> bool:  # noqa: ANN401 - pyVmomi has no types
        """Whether it is the one in the declared place, not another of the same name."""
        if kind == "Folder":
            return _path(entity).endswith(f"/vm/{inputs['path']}") and _in_datacenter(entity, inputs["datacenterId"])
        if kind == "ResourcePool":
            return bool(_object_id(entity.parent) == inputs["parentResourcePoolId"])
        if kind == "DistributedPortGroup":
            return bool(entity.config.distributedVirtualSwitch.uuid == inputs["distributedVirtualSwitchUuid"])
        if kind in {"ComputeCluster", "DistributedVirtualSwitch"}:
            return _in_datacenter(entity, inputs["datacenterId"])
        return True

    def _cluster_entry(self, kind: str, inputs: Inputs) -> str | None:
        where, ending = CLUSTER_ENTRIES[kind]
        for cluster in self._all(vim.ClusterComputeResource):
            if _object_id(cluster) == inputs["computeClusterId"]:
                for entry in getattr(cluster.configurationEx, where):
                    if entry.name == inputs["name"]:
                        return f"{_object_id(cluster)}:{getattr(entry, ending)}"
        return None

    def _roles(self) -> list[Any]:
        manager: Any = self._content.authorizationManager
        return list(manager.roleList)

    def _all(self, vsphere_type: type) -> list[Any]:
        views: Any = self._content.viewManager
        view = views.CreateContainerView(self._content.rootFolder, [vsphere_type], recursive=True)
        try:
            return list(view.view)
        finally:
            view.Destroy()


def _finish(task: Any) -> None:  # noqa: ANN401 - pyVmomi has no types
    WaitForTask(task)  # type: ignore[no-untyped-call]  # pyVmomi has no types


def _in_datacenter(entity: Any, datacenter: str) -> bool:  # noqa: ANN401 - pyVmomi has no types
    while entity is not None and not isinstance(entity, vim.Datacenter):
        entity = entity.parent
    return entity is not None and _object_id(entity) == datacenter


def _path(entity: Any) -> str:  # noqa: ANN401 - pyVmomi has no types
    """The inventory path, from the root folder's children down."""
    names: list[str] = []
    while entity.parent is not None:
        names.append(entity.name)
        entity = entity.parent
    return "/" + "/".join(reversed(names))
