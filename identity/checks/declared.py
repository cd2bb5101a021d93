"""What the checks hold a tenant against, and the two side by side in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from identity.applications import POLICY_TARGETS
from identity.checks.deployed import Deployed, Json
from identity.conditional_access import EffectivePolicy, ResolvedNames, Unsupported
from identity.conditional_access.graph import from_graph
from identity.emergency import ACCOUNTS, user_principal_name
from identity.manual_steps import ManualStep, steps_for
from identity.plan import IdentityPlan
from identity.roles import ROLES
from identity.sign_ins import Row, load_sign_ins
from identity.what_if import WhatIf


@dataclass(frozen=True)
class Declared:
    """A stack's identity, as a tenant is held against it.

    Attributes:
        plan: everything that is declared.
        today: the date of the checks.
        stand_in: the tenant is the lab's, in which nobody does anything by hand.
    """

    plan: IdentityPlan
    today: date
    stand_in: bool

    @cached_property
    def steps(self) -> tuple[tuple[str, ManualStep], ...]:
        """What is done by hand, each with its subject."""
        return steps_for(self.plan)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The sign-ins whose verdict is declared."""
        return load_sign_ins(self.plan.known)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The user principal names of the emergency accounts."""
        return tuple(user_principal_name(self.plan.platform, each, self.plan.choices.domain) for each in ACCOUNTS)

    @cached_property
    def in_force(self) -> Mapping[str, EffectivePolicy]:
        """The policies as far as the stack has rolled them out, by id."""
        return {each.id: each for each in self.plan.effective}

    def what_if(self, policies: Iterable[EffectivePolicy | Unsupported]) -> WhatIf:
        """The evaluator of these policies."""
        return WhatIf(policies, locations=self.plan.known.locations, strengths=self.plan.known.strengths)


@dataclass(frozen=True)
class Comparison:
    """A tenant beside what is declared of it; what was not read raises `NotAssessed` when it is asked for."""

    declared: Declared
    deployed: Deployed

    @cached_property
    def names(self) -> ResolvedNames:
        """The tenant's ids of everything declared that is there."""
        plan, known = self.declared.plan, self.declared.plan.known
        platform = plan.platform
        groups = {group.key: group.name for group in plan.directory.groups}
        principals = {each.key: f"{platform}-{each.key}" for each in plan.applications}
        return ResolvedNames(
            groups=self._ids("groups", groups),
            roles={key: str(role.template) for key, role in ROLES.items()},
            applications={**POLICY_TARGETS, **self._ids("service-principals", principals, "appId")},
            locations=self._ids("locations", {key: f"{platform} {key}" for key in known.locations}),
            strengths=self._ids("strengths", {key: f"{platform} {key}" for key in known.strengths}),
        )

    @cached_property
    def group_keys(self) -> Mapping[str, str]:
        """The key of each declared group that is there, by its object id."""
        return {str(id_): key for key, id_ in self.names.groups.items()}

    @cached_property
    def policies(self) -> Mapping[str, tuple[Json, EffectivePolicy | Unsupported]]:
        """The declared policies that are there, by id: as Graph tells them, and read into the model.

        Of several with one id the one with the declared name counts; the others are nobody's.
        """
        found: dict[str, tuple[Json, EffectivePolicy | Unsupported]] = {}
        names = {policy.id: policy.display_name for policy in self.declared.plan.policies}
        for raw in self.deployed.all("policies"):
            read = from_graph(raw, self.names)
            if read.id in names and (read.id not in found or raw.get("displayName") == names[read.id]):
                found[read.id] = raw, read
        return found

    @cached_property
    def deployed_verdicts(self) -> WhatIf:
        """What the tenant answers to a sign-in, by all of its policies."""
        return self.declared.what_if(from_graph(raw, self.names) for raw in self.deployed.all("policies"))

    @cached_property
    def declared_verdicts(self) -> WhatIf:
        """What the tenant should answer, as far as the stack has rolled the policies out."""
        return self.declared.what_if(self.declared.in_force.values())

    def who(self, id_: str) -> str:
        """A principal in words: a declared group's key, an emergency account, or just the id."""
        accounts = {str(each["id"]): str(each["userPrincipalName"]) for each in self.deployed.all("accounts")}
        return self.group_keys.get(id_) or accounts.get(id_) or id_

    def _ids(self, part: str, names: Mapping[str, str], property_: str = "id") -> Mapping[str, str]:
        there = self.deployed.named(part)
        return {key: str(there[name][property_]) for key, name in names.items() if name in there}
