"""Keeps the tables of docs/identity.md equal to what is declared (`python -m identity.pages` writes them)."""

from __future__ import annotations

from collections.abc import Iterator

from identity.applications import load_applications
from identity.checks.catalogue import catalogue
from identity.graph_permissions import load_permissions
from identity.manual_steps import load_steps
from identity.plan import IdentityPlan
from identity.privileged import load_plan
from identity.units import scoped_roles
from reference.architecture import Architecture
from reference.choices import Choices
from reference.data import FOLDER, read_yaml
from reference.endpoint import CONNECTION_KEYS
from reference.pages import filled, table, tables
from reference.servers.sample import sample

PAGE = FOLDER.parent / "docs" / "identity.md"
STACK = FOLDER.parent / "stacks" / "Pulumi.lab.yaml"


def rendered(page: str) -> str:
    """The text of `page` with its tables made anew, as the stack `lab` has them.

    Raises:
        KeyError: the page asks for a table that there isn't.
    """
    architecture = _lab()
    return filled(page, {**tables(architecture), **dict(_tables(architecture))})


def _tables(architecture: Architecture) -> Iterator[tuple[str, str]]:
    plan = IdentityPlan.of(architecture)
    if plan is None:
        raise LookupError("the stack lab has no identity")
    policies = ((p.id, p.name, p.reason, ", ".join(p.requirements), p.wave, plan.rollout(p)) for p in plan.policies)
    yield "policies", table(("id", "policy", "reason", "requirement", "wave", "in `lab`"), policies)
    privileged = load_plan()
    yield (
        "activations",
        table(
            ("groups", "hours at most", "approved by", "eligible for", "reason"),
            (
                (", ".join(a.groups), a.hours, a.approvers, f"{a.eligible_days} days", a.reason)
                for a in privileged.activations
            ),
        ),
    )
    roles = [(e.group, e.role, "the directory", e.reason) for e in privileged.eligible]
    roles += [(s.group, s.role, "the municipality's own unit", s.reason) for s in scoped_roles()]
    yield "roles", table(("group", "role", "in", "reason"), roles)
    applications = (
        (a.key, a.purpose, a.sso, "; ".join(f"{r.name}: {', '.join(r.groups)}" for r in a.roles))
        for a in load_applications()
    )
    yield "applications", table(("application", "for", "by", "roles"), applications)
    steps = ((s.id, s.what, s.why, "read back" if s.read_back else s.unread) for s in load_steps())
    yield "manual steps", table(("step", "what must be so", "why by hand", "whether it is"), steps)
    permissions = ((f"`{p.name}`", " and ".join(p.uses), p.why) for p in load_permissions())
    yield "permissions", table(("Graph application permission", "to", "why"), permissions)
    checks = ((c.id, c.title, ", ".join(c.requirements)) for c in catalogue())
    yield "checks", table(("id", "what must be true", "requirement"), checks)


def _lab() -> Architecture:
    """The stack `lab` on the built-in sample, whatever was imported since."""
    values = {key.removeprefix("ggvv:"): value for key, value in read_yaml(STACK)["config"].items()}
    own = {key: value for key, value in values.items() if key not in CONNECTION_KEYS}
    return Architecture.build(Choices.from_config(own, STACK.name), inventory=sample())


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
