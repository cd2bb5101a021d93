"""The rules by which membership of a group is assigned and activated (Microsoft Graph: unifiedRoleManagementPolicy).

Graph makes the policy with the group; here it is only set, and stays as it is when the resource is removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from lab.plugins.azuread import paths
from lab.plugins.azuread.checks import OBJECT_ID
from lab.plugins.azuread.graph import Graph, Json
from lab.plugins.azuread.kind import Kind, Made
from lab.plugins.azuread.values import Values

POLICIES = "/v1.0/policies/roleManagementPolicies"
ASSIGNED = "/v1.0/policies/roleManagementPolicyAssignments"

DURATIONS = {
    "eligibleAssignmentRules": "Expiration_Admin_Eligibility",
    "activeAssignmentRules": "Expiration_Admin_Assignment",
}
ENABLEMENTS = {
    "activeAssignmentRules": "Enablement_Admin_Assignment",
    "activationRules": "Enablement_EndUser_Assignment",
}
REQUIRED = {
    "requireMultifactorAuthentication": "MultiFactorAuthentication",
    "requireJustification": "Justification",
    "requireTicketInfo": "Ticketing",
}
EVENTS = {
    "eligibleAssignments": "Admin_Eligibility",
    "activeAssignments": "Admin_Assignment",
    "eligibleActivations": "EndUser_Assignment",
}
TOLD = {"adminNotifications": "Admin", "approverNotifications": "Approver", "assigneeNotifications": "Requestor"}
APPROVERS = {"singleUser": "userId", "groupMembers": "groupId"}
"""Kinds of approvers, and the property of Graph's document that has the id."""

ODATA = "#microsoft.graph."


@dataclass(frozen=True)
class Bridge:
    """One property of the SDK and where it stands: the rule's id and the path in that rule."""

    property: str
    rule: str
    path: str


def _bridges() -> Iterator[Bridge]:
    for block, rule in DURATIONS.items():
        yield Bridge(f"{block}.expirationRequired", rule, "isExpirationRequired")
        yield Bridge(f"{block}.expireAfter", rule, "maximumDuration")
    yield Bridge("activationRules.maximumDuration", "Expiration_EndUser_Assignment", "maximumDuration")
    yield Bridge("activationRules.requireApproval", "Approval_EndUser_Assignment", "setting.isApprovalRequired")
    context = "AuthenticationContext_EndUser_Assignment"
    yield Bridge("activationRules.requiredConditionalAccessAuthenticationContext", context, "claimValue")
    for (event, suffix), (told, who) in product(EVENTS.items(), TOLD.items()):
        block, rule = f"notificationRules.{event}.{told}", f"Notification_{who}_{suffix}"
        yield Bridge(f"{block}.notificationLevel", rule, "notificationLevel")
        yield Bridge(f"{block}.defaultRecipients", rule, "isDefaultRecipientsEnabled")
        yield Bridge(f"{block}.additionalRecipients", rule, "notificationRecipients")


BRIDGES = tuple(_bridges())
"""Every property that is one value in one rule; what isn't, the functions below translate."""


def to_rules(values: Values, there: Mapping[str, Json]) -> list[Json]:
    """The rules that have to change for the policy to be as declared; what is not declared stays."""
    wanted: dict[str, Json] = {}

    def put(rule: str, path: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        paths.merged(wanted.setdefault(rule, {}), paths.nested(path, value))

    for bridge in BRIDGES:
        if (value := paths.get(values, bridge.property)) is not None:
            put(bridge.rule, bridge.path, value)
    for block, rule in ENABLEMENTS.items():
        if (part := values.get(block)) and any(name in part for name in REQUIRED):
            put(rule, "enabledRules", _enabled(part, there.get(rule, {})))
    if stage := paths.get(values, "activationRules.approvalStage"):
        approvers = [_approver_to_graph(each) for each in stage["primaryApprovers"]]
        put("Approval_EndUser_Assignment", "setting.approvalStages", [{"primaryApprovers": approvers}])
    if context := paths.get(values, "activationRules.requiredConditionalAccessAuthenticationContext"):
        put("AuthenticationContext_EndUser_Assignment", "isEnabled", bool(context))
    return [
        paths.merged(dict(there.get(rule, {"id": rule})), change)
        for rule, change in wanted.items()
        if not _holds(there.get(rule, {}), change)
    ]


def _enabled(part: Mapping[str, Any], rule: Json) -> list[str]:
    """The controls of an enablement rule, of which those not declared stay as they are."""
    there = rule.get("enabledRules") or []
    return [control for name, control in REQUIRED.items() if part.get(name, control in there)]


def _holds(rule: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Whether a rule has all of `change` already."""
    return all(
        _holds(rule.get(name) or {}, value) if isinstance(value, Mapping) else rule.get(name) == value
        for name, value in change.items()
    )


def _approver_to_graph(approver: Mapping[str, Any]) -> Json:
    kind = approver.get("type") or "groupMembers"
    return {"@odata.type": f"{ODATA}{kind}", APPROVERS[kind]: approver["objectId"]}


def _approver_from_graph(approver: Mapping[str, Any]) -> Values:
    kind = str(approver.get("@odata.type", "")).removeprefix(ODATA)
    return {"objectId": approver.get(APPROVERS.get(kind, "id")) or approver.get("id"), "type": kind}


def from_rules(rules: Mapping[str, Json]) -> Values:
    """The properties that these rules hold."""
    values: Values = {}
    for bridge in BRIDGES:
        if (value := paths.get(rules.get(bridge.rule, {}), bridge.path)) is not None:
            paths.merged(values, paths.nested(bridge.property, value))
    for block, rule in ENABLEMENTS.items():
        if rule in rules:
            enabled = rules[rule].get("enabledRules") or []
            paths.merged(values, {block: {name: control in enabled for name, control in REQUIRED.items()}})
    stages = paths.get(rules.get("Approval_EndUser_Assignment", {}), "setting.approvalStages") or []
    approvers = [_approver_from_graph(each) for stage in stages for each in stage.get("primaryApprovers") or []]
    if approvers:
        paths.merged(values, {"activationRules": {"approvalStage": {"primaryApprovers": approvers}}})
    return values


@dataclass(frozen=True)
class GroupPolicies:
    """The handler; an id is the policy's."""

    async def create(self, graph: Graph, values: Values) -> Made:
        """See `kind.Handler`; waits for the policy, which Graph makes some time after the group."""
        query = (
            f"scopeType eq 'Group' and scopeId eq '{values['groupId']}' and roleDefinitionId eq '{values['roleId']}'"
        )
        found = await graph.until(
            lambda: graph.list(ASSIGNED, **{"$filter": query}),
            f"group {values['groupId']}: has no policy for role {values['roleId']!r}; does the group exist?",
        )
        return Made(str(found[0]["policyId"]), {"roleId": values["roleId"]})

    async def complete(self, graph: Graph, identity: str, values: Values) -> None:
        """See `kind.Handler`."""
        await self.update(graph, identity, {}, values)

    async def read(self, graph: Graph, identity: str, prior: Values) -> Values | None:
        """See `kind.Handler`."""
        policy = await graph.get(f"{POLICIES}/{identity}", **{"$expand": "*"})
        if policy is None:
            return None
        return from_rules(_by_id(policy)) | {
            "description": policy.get("description"),
            "displayName": policy.get("displayName"),
            "groupId": policy["scopeId"],
            "roleId": prior.get("roleId") or await self._role(graph, policy),
        }

    async def _role(self, graph: Graph, policy: Json) -> str:
        """The role that a policy is for, which only its assignment tells."""
        query = f"scopeType eq 'Group' and scopeId eq '{policy['scopeId']}'"
        assigned = await graph.list(ASSIGNED, **{"$filter": query})
        return next((str(each["roleDefinitionId"]) for each in assigned if each["policyId"] == policy["id"]), "")

    async def update(self, graph: Graph, identity: str, old: Values, new: Values) -> None:  # noqa: ARG002 - see `Handler`
        """See `kind.Handler`."""
        policy = await graph.visible(f"{POLICIES}/{identity}?$expand=*")
        if rules := to_rules(new, _by_id(policy)):
            await graph.write("PATCH", f"{POLICIES}/{identity}", {"rules": rules})

    async def delete(self, graph: Graph, identity: str, old: Values) -> None:
        """Nothing: a policy goes with its group."""


def _by_id(policy: Json) -> dict[str, Json]:
    return {each["id"]: each for each in policy.get("rules") or []}


BLOCKS = ("activationRules", "activeAssignmentRules", "eligibleAssignmentRules", "notificationRules")
GROUP_ROLE_MANAGEMENT_POLICY = Kind(
    "GroupRoleManagementPolicy",
    GroupPolicies(),
    permission="RoleManagementPolicy.ReadWrite.AzureADGroup",
    replaced_by=("groupId", "roleId"),
    computed=frozenset(
        {
            *(bridge.property for bridge in BRIDGES),
            *(f"{block}.{name}" for block in ENABLEMENTS for name in REQUIRED),
            *(bridge.property.rsplit(".", depth)[0] for bridge in BRIDGES for depth in (1, 2)),
            *BLOCKS,
        }
    ),
    allowed={
        "roleId": frozenset({"member", "owner"}),
        "activationRules.approvalStage.primaryApprovers.type": frozenset(APPROVERS),
    },
    forms={"groupId": OBJECT_ID, "activationRules.approvalStage.primaryApprovers.objectId": OBJECT_ID},
)
