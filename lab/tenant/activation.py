"""PIM's policies: how a directory role, or membership of a group, is assigned and activated.

Every role and every group has one from the start; only what was changed of it is stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lab.tenant.call import NO_CONTENT, Answer, Call
from lab.tenant.directory import Directory, merge
from lab.tenant.errors import GraphError, denied, not_found
from lab.tenant.operations import Operation, described
from lab.tenant.query import Query
from lab.tenant.representation import Representation
from lab.tenant.store import Record
from lab.tenant.values import check_body

DEFAULTS = Path(__file__).parent / "data" / "activation.yaml"

POLICY = "unifiedRoleManagementPolicy"
RULE = "unifiedRoleManagementPolicyRule"
ASSIGNMENT = "unifiedRoleManagementPolicyAssignment"

GROUP = "Group"
DIRECTORY_ROLE = "DirectoryRole"
ACCESS = ("member", "owner")

_APPROVERS = {"#microsoft.graph.singleUser": ("userId", "user"), "#microsoft.graph.groupMembers": ("groupId", "group")}


def policy_of(directory: Directory, scope_type: str, scope: str, role: str) -> Record:
    """The policy for a role in the directory (scope /), or for a group's members or owners."""
    unique = uuid.uuid5(uuid.NAMESPACE_OID, f"{scope}{role}")
    key = f"{scope_type}_{scope}_{unique}" if scope_type == GROUP else f"{scope_type}_{uuid.UUID(int=0)}_{unique}"
    stored = directory.store.get((POLICY,), key)
    body = {"displayName": scope_type, "description": scope_type, "isOrganizationDefault": False,
            "lastModifiedDateTime": None, "lastModifiedBy": {"displayName": None, "id": None},
            "scopeId": scope, "scopeType": scope_type}  # fmt: skip
    return Record(POLICY, key, role, body | (stored.body if stored else {}), 0, None)


def rules_of(policy: Record) -> dict[str, dict[str, Any]]:
    """All rules of a policy by id: the defaults, with what was changed."""
    changed = policy.body.get("rules", {})
    return {key: merge(rule, changed.get(key, {})) for key, rule in _defaults(policy.body["scopeType"]).items()}


def operations(show: Representation) -> Iterator[Operation]:
    """Reading policies, their rules and what they are for; changing rules."""
    show.navigations[POLICY, "rules"] = show.navigations[POLICY, "effectiveRules"] = lambda _, record: _rules(record)
    show.navigations[ASSIGNMENT, "policy"] = lambda call, record: [_policy(call, record.body["policyId"])]
    show.single.add((ASSIGNMENT, "policy"))
    path = "policies/roleManagementPolicies"
    own = f"{path}/{{id}}"

    def update(call: Call) -> Answer:
        policy = _policy(call, call.keys["id"])
        _check_permission(call, policy)
        for rule in check_body(call.directory.schema, call.directory.kind(POLICY), call.body).get("rules") or []:
            policy = _change(call, policy, rule.get("id"), rule)
        return Answer(body=described(call, show, policy, Query(expand=(("rules", Query()),))))

    def update_rule(call: Call) -> Answer:
        policy = _policy(call, call.keys["id"])
        _check_permission(call, policy)
        rule = check_body(call.directory.schema, call.directory.kind(RULE), call.body)
        _change(call, policy, call.keys["rule"], rule)
        return NO_CONTENT

    def rule(call: Call) -> Answer:
        found = [each for each in _rules(_policy(call, call.keys["id"])) if each.id == call.keys["rule"]]
        if not found:
            raise not_found(call.keys["rule"])
        return Answer(body=described(call, show, found[0], call.query))

    yield Operation("GET", path, lambda call: show.page(call, list(_policies(call.directory))))
    yield Operation(
        "GET", own, lambda call: Answer(body=described(call, show, _policy(call, call.keys["id"]), call.query))
    )
    yield Operation("PATCH", own, update)
    yield Operation("GET", f"{own}/rules", lambda call: show.page(call, _rules(_policy(call, call.keys["id"]))))
    yield Operation("GET", f"{own}/rules/{{rule}}", rule)
    yield Operation("PATCH", f"{own}/rules/{{rule}}", update_rule)
    yield Operation(
        "GET", "policies/roleManagementPolicyAssignments", lambda call: show.page(call, _assignments(call.directory))
    )


def _policies(directory: Directory) -> Iterator[Record]:
    for role in directory.all("unifiedRoleDefinition"):
        yield policy_of(directory, DIRECTORY_ROLE, "/", role.id)
    for group in directory.all("group"):
        for access in ACCESS:
            yield policy_of(directory, GROUP, group.id, access)


def _policy(call: Call, key: str) -> Record:
    scope_type, _, rest = key.partition("_")
    scope = rest.partition("_")[0]
    if scope_type == GROUP and call.directory.find("group", scope):
        candidates: Iterator[Record] = (policy_of(call.directory, GROUP, scope, access) for access in ACCESS)
    else:
        candidates = _policies(call.directory)
    found = next((policy for policy in candidates if policy.id == key), None)
    if found is None:
        raise not_found(key)
    return found


def _assignments(directory: Directory) -> list[Record]:
    return [
        Record(ASSIGNMENT, f"{policy.id}_{policy.parent}", "", {
            "policyId": policy.id, "scopeId": policy.body["scopeId"], "scopeType": policy.body["scopeType"],
            "roleDefinitionId": policy.parent,
        }, 0, None)
        for policy in _policies(directory)
    ]  # fmt: skip


def _rules(policy: Record) -> list[Record]:
    return [Record(RULE, key, policy.id, rule, 0, None) for key, rule in rules_of(policy).items()]


def _change(call: Call, policy: Record, key: object, rule: dict[str, Any]) -> Record:
    """Change one rule; what it names as null stays as it was."""
    known = _defaults(policy.body["scopeType"])
    if not isinstance(key, str) or key not in known:
        raise GraphError(f"The policy has no rule '{key}'; it has {', '.join(known)}.")
    if rule.get("@odata.type") not in (None, known[key]["@odata.type"]):
        raise GraphError(f"The rule '{key}' is a {known[key]['@odata.type']}.")
    _check_approvers(call.directory, rule)
    given = {name: value for name, value in rule.items() if value is not None and name != "id"}
    stored = call.directory.store.get((POLICY,), policy.id) or call.directory.add(POLICY, {}, key=policy.id)
    changes = {"rules": {key: given}, "lastModifiedDateTime": call.directory.timestamp()}
    changed = call.directory.change(stored, changes)
    return Record(POLICY, policy.id, policy.parent, policy.body | changed.body, 0, None)


def _check_approvers(directory: Directory, rule: Mapping[str, Any]) -> None:
    setting = rule.get("setting") or {}
    approvers = [each for stage in setting.get("approvalStages") or [] for each in stage.get("primaryApprovers") or []]
    if setting.get("isApprovalRequired") and not approvers:
        raise GraphError("An approval needs at least one approver.")
    for approver in approvers:
        name, kind = _APPROVERS.get(approver.get("@odata.type"), ("", ""))
        key = approver.get(name) or approver.get("id")
        if not kind or directory.find(kind, str(key)) is None:
            raise GraphError(f"The approver '{key}' does not exist.")


def _check_permission(call: Call, policy: Record) -> None:
    suffix = ".AzureADGroup" if policy.body["scopeType"] == GROUP else ".Directory"
    if f"RoleManagementPolicy.ReadWrite{suffix}" in call.caller.permissions:
        return
    if suffix == ".Directory" and "RoleManagement.ReadWrite.Directory" in call.caller.permissions:
        return
    raise denied()


@cache
def _defaults(scope_type: str) -> dict[str, dict[str, Any]]:
    document = yaml.safe_load(DEFAULTS.read_text())
    differing = document["group"] if scope_type == GROUP else {}
    return {key: _default(key, rule | differing.get(key, {})) for key, rule in document["rules"].items()}


def _default(key: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    *_, caller, level = key.split("_")
    target = {
        "caller": caller,
        "operations": ["All"],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    }
    values = {name: value for name, value in rule.items() if name != "type"}
    return {
        "@odata.type": f"#microsoft.graph.unifiedRoleManagementPolicy{rule['type']}Rule",
        **values,
        "target": target,
    }
