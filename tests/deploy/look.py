"""An own look at vCenter with pyVmomi: what is really there, whoever made it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

from lab.place import Endpoint


class Look:
    """A session, and what one sees with it."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401 - pyVmomi has no types
        self.session = session
        self.content = session.RetrieveContent()

    @classmethod
    @contextmanager
    def at(cls, endpoint: Endpoint) -> Iterator[Look]:
        """Open a session for the time of the look."""
        host, port = endpoint.server.split(":")
        context = ssl.create_default_context(cafile=str(endpoint.authority))
        session = SmartConnect(host=host, port=int(port), user=endpoint.user, pwd=endpoint.password, sslContext=context)
        try:
            yield cls(session)
        finally:
            Disconnect(session)

    def datacenters(self) -> dict[str, Any]:
        """All datacenters by name."""
        return {entity.name: entity for entity in self.content.rootFolder.childEntity}

    def all(self, kind: type, under: Any = None) -> list[Any]:  # noqa: ANN401 - pyVmomi has no types
        """All objects of a type under an inventory object (default: everywhere)."""
        view = self.content.viewManager.CreateContainerView(under or self.content.rootFolder, [kind], recursive=True)
        try:
            return list(view.view)
        finally:
            view.Destroy()

    def machines(self, datacenter: str) -> dict[str, Any]:
        """The virtual machines of a datacenter by name."""
        found = self.datacenters().get(datacenter)
        return {machine.name: machine for machine in self.all(vim.VirtualMachine, found)} if found else {}

    def everything(self, datacenter: str) -> dict[str, str]:
        """Every property of every managed entity of a datacenter, for a comparison before and after."""
        root = self.datacenters()[datacenter]
        entities = [root, *self.all(vim.ManagedEntity, root)]
        specs = [vmodl.query.PropertyCollector.ObjectSpec(obj=entity, skip=False) for entity in entities]
        kinds = {type(entity) for entity in entities}
        properties = [vmodl.query.PropertyCollector.PropertySpec(type=kind, all=True) for kind in kinds]
        spec = vmodl.query.PropertyCollector.FilterSpec(objectSet=specs, propSet=properties)
        found = self.content.propertyCollector.RetrieveContents([spec])
        return {str(entry.obj): str(sorted((p.name, str(p.val)) for p in entry.propSet)) for entry in found}

    def change_memory(self, machine: Any, mib: int) -> None:  # noqa: ANN401 - pyVmomi has no types
        """Change a machine behind Pulumi's back."""
        WaitForTask(machine.ReconfigVM_Task(vim.vm.ConfigSpec(memoryMB=mib)))
