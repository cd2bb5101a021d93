"""The inventory plugin and the handover that it is tried on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader

from operations.stack_settings import StackSettings
from reference.handover import Handover, undeployed

ROOT = Path(__file__).parents[3] / "ansible"


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The handover of the stack `lab`, as a deploy would leave it."""
    return undeployed(StackSettings.read("lab").architecture()).model_dump(mode="json")


@pytest.fixture(scope="session")
def handover(document: dict[str, Any]) -> Handover:
    return Handover.model_validate(document)


@pytest.fixture(scope="session")
def plugin() -> ModuleType:
    """The plugin's module, loaded as Ansible does: that registers its options."""
    inventory_loader.add_directory(str(ROOT / "inventory_plugins"))
    return sys.modules[type(inventory_loader.get("ggvv_handover")).__module__]


@pytest.fixture
def parsed(plugin: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[object], InventoryData]:
    """Parses a document as Ansible would, for the environment `lab`."""

    def parse(document: object) -> InventoryData:
        path = tmp_path / "handover.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        monkeypatch.setenv("GGVV_HANDOVER", str(path))
        monkeypatch.setenv("GGVV_ENVIRONMENT", "lab")
        inventory = InventoryData()
        inventory_loader.get(plugin.InventoryModule.NAME).parse(
            inventory, DataLoader(), str(ROOT / "inventory" / "handover.yml")
        )
        inventory.reconcile_inventory()
        return inventory

    return parse
