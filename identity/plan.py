"""Everything that identity consists of, as one checked value, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from identity.applications import Application, expired, load_applications
from identity.conditional_access import EffectivePolicy, KnownNames, Policy, in_force, load_policies
from identity.hybrid import HybridPlan, load_hybrid
from identity.privileged import PrivilegedPlan, load_plan
from reference.architecture import Architecture
from reference.directory import Directory
from reference.errors import refuse
from reference.identity_choices import IdentityChoices, Rollout
from reference.municipality import Municipality


@dataclass(frozen=True)
class IdentityPlan:
    """What a stack deploys to its tenant.

    `dns_domain` is where the shared services answer; `choices.domain` is the tenant's own, where accounts live.
    `policies` are as declared, `effective` the same ones as the stack has them rolled out.
    """

    platform: str
    dns_domain: str
    choices: IdentityChoices
    municipalities: tuple[Municipality, ...]
    directory: Directory
    applications: tuple[Application, ...]
    privileged: PrivilegedPlan
    hybrid: HybridPlan
    known: KnownNames
    policies: tuple[Policy, ...]
    effective: tuple[EffectivePolicy, ...]

    @classmethod
    def of(cls, architecture: Architecture) -> IdentityPlan | None:
        """The identity of a stack; None where the stack chooses none.

        Raises:
            reference.errors.ArchitectureError: something that is declared does not hold.
        """
        choices = architecture.choices.identity
        if choices is None:
            return None
        known = KnownNames.of_architecture(architecture)
        policies = load_policies(known=known)
        plan = cls(
            platform=architecture.choices.platform,
            dns_domain=architecture.choices.domain,
            choices=choices,
            municipalities=architecture.municipalities,
            directory=architecture.directory,
            applications=load_applications(),
            privileged=load_plan(),
            hybrid=load_hybrid(),
            known=known,
            policies=policies,
            effective=in_force(policies, choices, known),
        )
        plan.privileged.check(plan.directory)
        return plan

    def rollout(self, policy: Policy) -> Rollout:
        """How far the stack has a policy rolled out."""
        return self.choices.rollout(policy.id, policy.wave, policy.rollout)

    def check_deployable(self, today: date, *, trial: bool) -> None:
        """Refuse what a plan may hold and a deployment may not.

        Args:
            today: the date of the run; a certificate must not have ended by then.
            trial: nothing real comes of the run (a preview, or the lab), so place-holders are good enough.

        Raises:
            reference.errors.ArchitectureError: one sentence for each finding.
        """
        refuse(expired(self.applications, today))
        if not trial:
            refuse(self._placeholders())

    def _placeholders(self) -> Iterator[str]:
        for prefix in self.choices.placeholders:
            yield (
                f"`ggvv:identity.trusted_egress`: found {prefix}, a place-holder (RFC 5737, RFC 3849); right is the "
                "public prefix that a municipality's traffic goes out from; ask its network administrators and set it"
            )
