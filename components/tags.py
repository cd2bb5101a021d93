"""The tags that every machine carries: whose it is, which tier, how critical, which wave, which zone."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
import pulumi_vsphere as vsphere

from reference.architecture import Architecture
from reference.server import Criticality, Server, Tier

SHARED = "shared"
"""The municipality tag of what belongs to all of them."""

TAGGED = ["VirtualMachine", "Datastore", "ResourcePool", "Folder", "DistributedVirtualPortgroup"]
"""What may carry a tag, as vCenter names the types."""


class TagCatalogue(pulumi.ComponentResource):
    """Categories and tags in vCenter; each object carries at most one tag of a category.

    Args:
        architecture: whose municipalities, tiers, criticalities, waves and sites become tags.
    """

    def __init__(self, architecture: Architecture, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("ggvv:components:TagCatalogue", "tags", None, opts)
        self._platform = architecture.choices.platform
        values: dict[str, Iterable[str]] = {
            "municipality": [*(m.id for m in architecture.municipalities), SHARED],
            "tier": list(Tier),
            "criticality": list(Criticality),
            "wave": sorted(architecture.waves),
            "zone": [site.id for site in architecture.sites],
        }
        self._tags = {
            (category, value): tag for category in values for value, tag in self._category(category, values[category])
        }
        self.register_outputs({})

    def tag(self, category: str, value: str) -> pulumi.Output[str]:
        """The id of one tag."""
        return self._tags[category, value].id

    def of_server(self, server: Server) -> list[pulumi.Output[str]]:
        """The tags of a municipality's server."""
        return [
            self.tag("municipality", server.municipality),
            self.tag("tier", server.tier),
            self.tag("criticality", server.criticality),
            self.tag("wave", server.wave),
            self.tag("zone", server.zone),
        ]

    def of_shared(self, site: str) -> list[pulumi.Output[str]]:
        """The tags of shared infrastructure at `site`."""
        return [self.tag("municipality", SHARED), self.tag("zone", site)]

    def _category(self, category: str, values: Iterable[str]) -> list[tuple[str, vsphere.Tag]]:
        owner = vsphere.TagCategory(
            category,
            name=f"{self._platform}-{category}",
            cardinality="SINGLE",
            associable_types=TAGGED,
            description=f"{category}, declared by the reference architecture",
            opts=pulumi.ResourceOptions(parent=self),
        )
        child = pulumi.ResourceOptions(parent=owner)
        return [(v, vsphere.Tag(f"{category}/{v}", name=v, category_id=owner.id, opts=child)) for v in map(str, values)]
