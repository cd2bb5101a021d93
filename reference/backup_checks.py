"""What must hold of a backup plan as a whole, before anything is kept by it (BAK-1 to BAK-3, GOV-2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from reference.backup_plan import BackupClass, BackupPlan, days_kept
from reference.host import HostRole
from reference.server import Criticality, Tier
from reference.site import Site

COPIES, MEDIA = 3, 2
"""The 3-2-1-1-0 rule: so many copies with the original, on so many media; one off-site, one immutable, no error."""

LONGEST_TEST = 92
"""Days after which nobody knows any more that a restore has no error: once a quarter (assumed)."""


def backup_findings(
    plan: BackupPlan,
    sites: Sequence[Site],
    municipalities: Sequence[str],
    groups: Collection[str],
) -> Iterator[str]:
    """Every mistake of the plan, as a sentence."""
    for id_, count in Counter(each.id for each in plan.classes).items():
        if count > 1:
            yield f"backup.yaml: the class {id_} is there {count} times; give each its own id"
    yield from _uncovered(plan, municipalities)
    for each in plan.classes:
        yield from _class(each, plan, municipalities, groups)
    yield from _rule(plan, sites)


def _uncovered(plan: BackupPlan, municipalities: Sequence[str]) -> Iterator[str]:
    """Each kind of server, and each role, is in exactly one class."""
    for municipality, tier, criticality in product(municipalities, Tier, Criticality):
        found = [each.id for each in plan.classes if each.covers(municipality, tier, criticality)]
        yield from _once(f"servers of {municipality}, {tier}, {criticality}", found)
    left_out = {each.role for each in plan.left_out}
    for role in HostRole:
        found = [each.id for each in plan.classes if role in each.hosts]
        if role in left_out and found:
            yield f"backup.yaml: {role} is left out and in {', '.join(found)}; remove one of the two"
        elif role not in left_out:
            yield from _once(f"hosts of role {role}", found)


def _once(what: str, found: Sequence[str]) -> Iterator[str]:
    if len(found) != 1:
        shown = " and ".join(found) or "no class"
        yield f"backup.yaml: {what} are in {shown}; right is exactly one class; correct what the classes cover"


def _class(
    each: BackupClass, plan: BackupPlan, municipalities: Collection[str], groups: Collection[str]
) -> Iterator[str]:
    named = each.servers.municipalities if each.servers else ()
    for name in sorted({*named} - {*municipalities}):
        yield f"backup.yaml: {each.id} names '{name}'; right is one of {', '.join(municipalities)}; correct it"
    for name in (name for name in each.restored_by if name not in groups):
        yield f"backup.yaml: {each.id} is restored by '{name}', which is no group of directory.yaml; correct it"
    yield from _schedule(each)
    yield from _lock(each, plan.least_lock_days)


def _schedule(each: BackupClass) -> Iterator[str]:
    often = min(each.local, key=lambda cadence: cadence.hours, default=None)
    if often is not None and often.hours > each.rpo_hours:
        yield (
            f"backup.yaml: {each.id} may lose {each.rpo_hours} hours (`rpo_hours`), but is copied {often} at most; "
            f"right is a cadence of {each.rpo_hours} hours or less, or an RPO of at least {often.hours}; correct one"
        )
    for store in ("local", "vault"):
        for cadence, days in days_kept(each.keeping(store)).items():
            if days > each.longest_days:
                yield (
                    f"backup.yaml: {each.id} keeps {cadence} copies ({store}) for {days} days, "
                    f"but nothing may be kept longer than {each.longest_days} (`longest_days`, GDPR article 5.1 e); "
                    "keep fewer"
                )


def _lock(each: BackupClass, least: int) -> Iterator[str]:
    key = f"backup.yaml: {each.id} is locked for {each.lock_days} days (`lock_days`)"
    if each.lock_days < least:
        yield f"{key}; right is at least {least} (`least_lock_days`); lock it for longer"
    if each.lock_days > each.longest_days:
        yield (
            f"{key}, but may be kept for {each.longest_days} only (`longest_days`, GDPR article 5.1 e): "
            "what is locked can't be deleted in time; lock it for shorter"
        )
    for cadence, days in days_kept(each.vault).items():
        if each.lock_days > days:
            yield f"{key}, but {cadence} copies are kept for {days} only; keep more of them or lock for shorter"


def _rule(plan: BackupPlan, sites: Sequence[Site]) -> Iterator[str]:
    """3-2-1-1-0, for each class by itself."""
    off_site = {site.id for site in sites if not site.hosts_workloads}
    for each in plan.classes:
        used = [store for store in plan.stores if each.keeping(store.name)]
        copies = 1 + len(used)
        wanted = {
            f"{copies} copies with the original, right are {COPIES}": copies >= COPIES,
            "one medium, right are two": len({store.medium for store in used}) >= MEDIA,
            "no copy at a site without workloads": any(store.at in off_site for store in used),
            "no copy is immutable": any(store.immutable for store in used),
        }
        if broken := "; ".join(words for words, holds in wanted.items() if not holds):
            yield f"backup.yaml: {each.id} breaks the 3-2-1-1-0 rule: {broken}; correct `local`, `vault` or `stores`"
    if plan.restore_test_days > LONGEST_TEST:
        yield (
            f"backup.yaml: `restore_test_days` is {plan.restore_test_days}; right is at most {LONGEST_TEST} "
            "(the 0 of 3-2-1-1-0 is a restore that was tested and had no errors); test more often"
        )
