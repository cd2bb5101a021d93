"""Keeps the tables of docs/ equal to the model (`python -m reference.pages` writes them; a test compares).

A table stands between the lines `<!-- table NAME -->` and `<!-- end -->`; the words around it are people's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from reference.architecture import Architecture
from reference.backup_plan import BackupClass, shown
from reference.choices import Choices, ExistingPlatform, ZoneChoice
from reference.data import FOLDER
from reference.directory import GroupKind
from reference.endpoint import SETTINGS, TENANT_SETTINGS, Setting
from reference.identity_choices import IdentityChoices
from reference.model import Model
from reference.municipality import Municipality
from reference.segment import Scope, Segment
from reference.servers.sample import sample

DOCS = FOLDER.parent / "docs"
PAGES = ("addressing.md", "backup.md", "capacity.md", "stacks.md", "production.md")
EXAMPLE = {"environment": "example", "sites": {"dc1": {"hosts": 12}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}}
"""The stack that the pages show: the whole sample on 12 + 12 + 2 hosts."""

_TABLE = re.compile(r"(<!-- table (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def rendered(page: str, architecture: Architecture) -> str:
    """The text of `page` with its tables made anew.

    Raises:
        KeyError: the page asks for a table that there isn't.
    """
    return filled(page, tables(architecture))


def filled(page: str, every: Mapping[str, str]) -> str:
    """The text of `page` with each of its tables replaced by the one of that name.

    Raises:
        KeyError: the page asks for a table that there isn't.
    """
    return _TABLE.sub(lambda found: f"{found[1]}{every[found[2]]}{found[3]}", page)


def tables(architecture: Architecture) -> dict[str, str]:
    """Every table by its name."""
    plan = architecture.plan
    made = {f"{scope} segments": _segments(s for s in plan.segments if s.scope is scope) for scope in Scope}
    made["devices"] = _segments(plan.device_management)
    made["clients"] = table(
        ("municipality", "networks", "IPv4", "VLAN"), (_clients(m, plan.clients) for m in architecture.municipalities)
    )
    made["links"] = table(
        ("link", "kind", "path", "IPv4", "IPv6"),
        ((x.name, x.kind, x.path, x.ipv4, x.ipv6) for x in architecture.links),
    )
    for section in architecture.capacity.sections:
        rows = ((x.label, x.formula, f"{x.value:.0f}", x.unit) for x in section.lines)
        made[section.title] = table(("step", "how", "value", "unit"), rows)
    made["stack keys"] = table(("key", "what", "if not said"), _keys(Choices, "ggvv:"))
    made["zone keys"] = table(("key", "what", "if not said"), _keys(ZoneChoice, ""))
    made["existing platform keys"] = table(("key", "what", "if not said"), _keys(ExistingPlatform, ""))
    made["identity keys"] = table(("key", "what", "if not said"), _keys(IdentityChoices, ""))
    made["endpoint keys"] = _settings(SETTINGS)
    made["tenant keys"] = _settings(TENANT_SETTINGS)
    made["groups"] = table(
        ("group", "one for", "members", "who"),
        ((f"`{x.concept}`", x.scope, _members(x), x.purpose) for x in architecture.definitions.groups),
    )
    backup = architecture.definitions.backup
    made["backup classes"] = table(
        (
            "class",
            "covers",
            "RPO",
            "RTO",
            "kept in its zone",
            "kept in DC3",
            "locked",
            "no older than",
            "key",
            "restored by",
            "why",
        ),
        (_backup_class(x) for x in backup.classes),
    )
    made["backup stores"] = table(
        ("store", "where", "medium", "immutable", "why"),
        ((x.name, x.at, x.medium, "yes" if x.immutable else "no", x.reason) for x in backup.stores),
    )
    figures = architecture.definitions.parameters.model_dump().items()
    made["parameters"] = table(
        ("name", "value", "unit", "source", "reason"),
        ((name, f"{x['value']:g}", x["unit"], x["source"], x["reason"]) for name, x in figures),
    )
    return made


def _backup_class(each: BackupClass) -> tuple[str, ...]:
    return (
        f"`{each.id}`",
        each.covered,
        f"{each.rpo_hours} h",
        f"{each.rto_hours} h",
        shown(each.local),
        shown(each.vault),
        f"{each.lock_days} days",
        f"{each.longest_days} days",
        f"the {each.key_of}'s",
        ", ".join(each.restored_by),
        each.reason,
    )


def _keys(model: type[Model], prefix: str) -> Iterable[tuple[str, str, str]]:
    """Each key of a model with its description and default."""
    for name, field in model.model_fields.items():
        default = "must be given" if field.is_required() else _shown(field.get_default(call_default_factory=True))
        yield f"`{prefix}{name}`", field.description or "", default


def _shown(value: object) -> str:
    return "–" if value is None or value in ({}, ()) else f"`{value}`"


def _settings(settings: Iterable[Setting]) -> str:
    rows = ((f"`ggvv:{x.key}`{' (secret)' if x.secret else ''}", f"`{x.variable}`", x.purpose) for x in settings)
    return table(("key in the stack", "environment variable (goes first)", "what"), rows)


def _members(kind: GroupKind) -> str:
    return f"{kind.subject}, {'assigned' if kind.rule is None else 'by rule'}{', protected' if kind.protected else ''}"


def _segments(segments: Iterable[Segment]) -> str:
    rows = ((s.name, s.vlan, s.ipv4, s.ipv6, s.sizing.text) for s in segments)
    return table(("segment", "VLAN", "IPv4", "IPv6", "arithmetic"), rows)


def _clients(municipality: Municipality, clients: Iterable[Segment]) -> tuple[object, ...]:
    own = [s for s in clients if s.municipality == municipality.id]
    vlans = f"{own[0].vlan} to {own[-1].vlan}"
    return municipality.name, len(own), f"{own[0].ipv4} to {own[-1].ipv4}", vlans


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as Markdown writes it."""
    titles = list(header)
    lines = [titles, ["---"] * len(titles), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def example() -> Architecture:
    """The architecture that the pages show, whatever was imported since."""
    return Architecture.build(Choices.from_config(EXAMPLE, "docs"), inventory=sample())


def write(folder: Path = DOCS) -> None:
    """Write the tables of all pages."""
    architecture = example()
    for name in PAGES:
        page = folder / name
        page.write_text(rendered(page.read_text(encoding="utf-8"), architecture), encoding="utf-8")


if __name__ == "__main__":
    write()
