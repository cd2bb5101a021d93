"""Asks what is deployed whether it is what is declared, layer by layer (GOV-2, GOV-3); writes nothing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from identity.checks.catalogue import run
from identity.checks.declared import Declared
from identity.plan import IdentityPlan
from operations.errors import UserError
from operations.graph import Graph
from operations.stack_settings import StackSettings
from operations.tenant_connection import connect_tenant
from operations.tenant_reading import TenantReader
from reference.architecture import Architecture
from reference.check import Outcome, Result
from reference.requirement import requirements


@dataclass(frozen=True)
class Subject:
    """What is verified: a stack, as it is declared on a day; a layer may leave out what is not for `requirement`."""

    settings: StackSettings
    architecture: Architecture
    today: date
    requirement: str | None = None


class LayerName(StrEnum):
    """The kinds of deployed things that there are checks for."""

    IDENTITY = "identity"
    HOSTS = "hosts"


@dataclass(frozen=True)
class Layer:
    """Checks of one kind of deployed things; there are no results where the stack deploys none of them."""

    name: LayerName
    look: Callable[[Subject], Iterable[Result]]


def verify(
    stack: str, today: date, *, requirement: str | None = None, layer: LayerName | None = None
) -> tuple[Result, ...]:
    """The answers of all layers' checks, or of those of one layer, or of those that prove one requirement.

    Raises:
        UserError: a layer could not look at all, nothing is checked of this stack, or no such requirement.
        reference.errors.ArchitectureError: the architecture does not hold.
    """
    if requirement is not None:
        _refuse_unknown(requirement)
    settings = StackSettings.read(stack)
    subject = Subject(settings, settings.architecture(), today, requirement)
    results = [result for each in LAYERS if layer in {None, each.name} for result in each.look(subject)]
    if not results:
        raise UserError(f"stack '{stack}': deploys nothing that there are checks for; choose another stack or layer")
    if all(result.outcome is Outcome.NOT_ASSESSED for result in results):
        raise UserError(f"stack '{stack}': nothing could be looked at, such as {results[0].seen}")
    found = tuple(result for result in results if requirement is None or requirement in result.requirements)
    if not found:
        proved = sorted({each for result in results for each in result.requirements})
        raise UserError(f"requirement {requirement}: no check proves it yet; those with checks are {', '.join(proved)}")
    return found


def _identity(subject: Subject) -> Iterator[Result]:
    """The tenant, asked over Graph (IDM-1 to IDM-4)."""
    connection = connect_tenant(subject.settings, preview=False)
    plan = IdentityPlan.of(subject.architecture)
    if connection is None or plan is None:
        return
    declared = Declared(plan, today=subject.today, stand_in=connection.stand_in)
    with Graph.open(connection) as graph:
        deployed = TenantReader(graph, plan.platform).everything(declared)
    yield from run(declared, deployed)


def _hosts(subject: Subject) -> tuple[Result, ...]:
    """The hosts, asked over SSH."""
    from operations.host_checks import ask_hosts  # noqa: PLC0415 - pytest takes a while to load

    return ask_hosts(subject.settings.stack, subject.requirement)


LAYERS = (Layer(LayerName.IDENTITY, _identity), Layer(LayerName.HOSTS, _hosts))
"""What is looked at; a new kind of deployed things joins here."""


def _refuse_unknown(requirement: str) -> None:
    known = requirements()
    if requirement not in known:
        close = difflib.get_close_matches(requirement.upper(), known, n=1)
        hint = f"did you mean {close[0]}?" if close else "correct the id"
        raise UserError(f"requirement '{requirement}' is not known; right is one of {', '.join(known)}; {hint}")
