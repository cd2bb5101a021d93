"""Conditional Access in the tenant: named locations, authentication strengths, and the policies (IDM-2, IDM-4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pulumi
import pulumi_azuread as azuread

from identity.applications import POLICY_TARGETS
from identity.conditional_access.arguments import policy_arguments
from identity.conditional_access.mapping import METHODS
from identity.conditional_access.names import KnownNames, ResolvedNames
from identity.conditional_access.policy import Policy
from identity.conditional_access.rollout import in_force
from identity.conditional_access.terms import Location, Strength
from reference.identity_choices import IdentityChoices


class ConditionalAccess(pulumi.ComponentResource):
    """The policies as the stack has them rolled out, and what they refer to.

    A tenant takes about one write a second to Conditional Access and answers 429 beyond it, whatever the engine's
    parallelism, so each resource waits for the one before it. An interrupted run then leaves a beginning of the
    sequence, which the next run goes on from.

    Args:
        policies: what `load_policies` gave.
        choices: the stack's choices for identity.
        known: the names that the policies use.
        names: what the tenant knows groups, roles and applications as.

    Raises:
        reference.errors.ArchitectureError: the rollout names no policy, can't be, or would keep everybody out.
    """

    def __init__(
        self,
        policies: Iterable[Policy],
        *,
        choices: IdentityChoices,
        known: KnownNames,
        names: ResolvedNames,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        declared = tuple(policies)
        effective = in_force(declared, choices, known)
        super().__init__("ggvv:identity:ConditionalAccess", known.directory.platform, None, opts)
        self._choices = choices
        self._platform = known.directory.platform
        self._last: pulumi.Resource | None = None
        locations = {key: self._location(key, each).object_id for key, each in known.locations.items()}
        strengths = {key: self._strength(key, each).id for key, each in known.strengths.items()}
        applications = {**POLICY_TARGETS, **names.applications}
        names = replace(names, applications=applications, locations=locations, strengths=strengths)
        for policy, rule in zip(declared, effective, strict=True):
            self._last = azuread.ConditionalAccessPolicy(
                policy.id, policy_arguments(rule, policy.display_name, names), opts=self._next()
            )
        self.register_outputs({"policies": len(declared)})

    def _next(self) -> pulumi.ResourceOptions:
        """Options of what is written after the last."""
        return pulumi.ResourceOptions(parent=self, depends_on=[self._last] if self._last is not None else [])

    def _location(self, key: str, location: Location) -> azuread.NamedLocation:
        egress = location.kind == "egress"
        made = azuread.NamedLocation(
            key,
            display_name=f"{self._platform} {key}",
            ip=azuread.NamedLocationIpArgs(
                ip_ranges=sorted(str(prefix) for prefix in self._choices.trusted_egress), trusted=True
            )
            if egress
            else None,
            country=None
            if egress
            else azuread.NamedLocationCountryArgs(
                countries_and_regions=list(location.countries), include_unknown_countries_and_regions=False
            ),
            opts=self._next(),
        )
        self._last = made
        return made

    def _strength(self, key: str, strength: Strength) -> azuread.AuthenticationStrengthPolicy:
        made = azuread.AuthenticationStrengthPolicy(
            key,
            display_name=f"{self._platform} {key}",
            description=f"{strength.name}: {strength.reason}",
            allowed_combinations=[METHODS[method] for method in strength.methods],
            opts=self._next(),
        )
        self._last = made
        return made
