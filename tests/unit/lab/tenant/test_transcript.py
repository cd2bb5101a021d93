"""What the official azuread plugin 6.11.1 asked a recording stand-in is answered here as it was there.

Each line of the transcript is one distinct call, in the order of its first time. Ids are the recording's own; the test
binds them to this tenant's. Where Microsoft's documentation of Graph says otherwise, `DOCUMENTED` says what and why.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.lab.tenant.graph_client import BASE, GraphClient, Opener

TRANSCRIPT = Path(__file__).parents[3] / "fixtures" / "tenant" / "graph-transcript.jsonl"
LINES = [json.loads(line) for line in TRANSCRIPT.read_text().splitlines()]

RECORDED_HOST = "https://localhost:18443"
RECORDED_TENANT = "11111111-1111-1111-1111-111111111111"
RECORDED_CALLER = "22222222-2222-2222-2222-222222222222"

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

DOCUMENTED = {
    18: (404, "user: list manager: who has none is answered 404"),
    63: (204, "administrativeUnit: delete"),
    92: (200, "unifiedRoleManagementPolicy: update answers with the policy"),
    95: (204, "application: removePassword"),
}
"""Lines (from 0) whose status the documentation decides, and where it says so."""

LESS = {
    2: "user: create: answers with the default properties",
    7: "user: get: without $select only the default properties",
    15: "query parameters: $select",
    16: "query parameters: $select",
    37: "the recorder took this path for the token endpoint and recorded a token",
    47: "query parameters: $select",
    83: "query parameters: $select",
    90: "privilegedAccessGroupEligibilitySchedule: the recording answered with the request",
    91: "a policy has rules: the recording's was empty",
}
"""Lines whose recorded answer has more, or other, than the documented one."""

MORE = {23: "a tenant has all of Microsoft's role templates"}
"""Lines whose recorded collection is a part of the documented one."""

SERVER_MADE = {
    "createdDateTime", "startDateTime", "secretText", "publisherDomain", "status", "thumbprint", "customKeyIdentifier",
    "key", "inviteRedeemUrl", "access_token", "expires_in", "description", "templateId", "@odata.type",
}  # fmt: skip
"""What the tenant itself says: there, but not as recorded. (Descriptions are checked where the request has one.)"""


class Replay:
    """Sends recorded requests and compares; `ids` maps recorded ids to this tenant's."""

    def __init__(self, directory: GraphClient) -> None:
        self.directory = directory
        self.ids = {RECORDED_TENANT: RECORDED_TENANT, RECORDED_CALLER: directory.tenant.deployer}

    def translate(self, value: object) -> Any:  # noqa: ANN401 - JSON of any form
        text = json.dumps(value).replace(RECORDED_HOST, BASE)
        return json.loads(UUID.sub(lambda match: self.ids.get(match.group(), match.group()), text))

    def same(self, recorded: object, seen: object, where: str) -> None:
        """Compare a recorded value with what was seen, binding ids that are new."""
        name = where.rpartition("/")[2]
        if recorded is None or name in SERVER_MADE:
            return
        if isinstance(recorded, dict):
            assert isinstance(seen, dict), where
            for key, value in recorded.items():
                if key == "createdDateTime" and key not in seen:
                    continue  # the recorder gave one to every object; in Graph not every kind has it
                assert key in seen, f"{where}/{key} is missing"
                self.same(value, seen[key], f"{where}/{key}")
        elif isinstance(recorded, list):
            assert isinstance(seen, list), where
            assert len(seen) == len(recorded), f"{where}: {seen}"
            for index, value in enumerate(recorded):
                self.same(value, seen[index], f"{where}/{index}")
        elif isinstance(recorded, str):
            self._same_text(recorded.replace(RECORDED_HOST, BASE), seen, where)
        else:
            assert seen == recorded, where

    def _same_text(self, recorded: str, seen: object, where: str) -> None:
        new = [key for key in UUID.findall(recorded) if key not in self.ids and key not in str(seen)]
        pattern = re.escape(recorded)
        for key in UUID.findall(recorded):
            known = key if key in str(seen) else self.ids.get(key)
            pattern = pattern.replace(re.escape(key), re.escape(known) if known else f"({UUID.pattern})", 1)
        match = re.fullmatch(pattern, str(seen))
        assert match, f"{where}: recorded {recorded}, seen {seen}"
        self.ids |= dict(zip(new, match.groups(), strict=True))


GROUPS = (
    "0defe38e-c1b7-4b51-a529-3a5321874d16",
    "d9092571-1c45-4c10-8de7-102aa320e3db",
    "f31345a4-d1ca-4a37-9a67-feaa969283c0",
    "7fd2fccd-f788-4465-9cc9-a91cd4a14c02",
)


def prepared(directory: GraphClient) -> Replay:
    """What the recording has without a line that makes it: the plugin's other groups, policies, roles."""
    replay = Replay(directory)
    for number, key in enumerate(GROUPS):
        replay.ids[key] = directory.group(f"group{number}")["id"]
    directory.link(f"groups/{replay.ids[GROUPS[0]]}/owners", directory.tenant.deployer)
    replay.ids["e938b26b-3b9d-4926-8c48-714938c3715f"] = directory.group("admins", isAssignableToRole=True)["id"]
    replay.ids["463f5171-178a-4d98-a738-8e0eb1a25016"] = directory.user("principal")["id"]
    unit = directory.make("directory/administrativeUnits", {"displayName": "Unit"})
    replay.ids["8667ba5f-62f0-42fb-ac94-de17f8739d64"] = unit["id"]
    role = directory.make("directoryRoles", {"roleTemplateId": "fe930be7-5e62-47db-91af-98c3a49a38b1"})
    replay.ids["06757bbd-37dc-4e87-84c7-9fc8a5db3d26"] = role["id"]
    return replay


POLICIES = "identity/conditionalAccess/policies"


def before(number: int, replay: Replay) -> None:
    """Do what the transcript leaves out because another line looks the same."""
    directory = replay.directory
    if number == 37:  # four policies were made; line 53 tells them all, line 36 is the first
        for policy in LINES[53]["response"]["value"][1:]:
            body = {name: value for name, value in policy.items() if name not in {"id", "createdDateTime"}}
            replay.ids[policy["id"]] = directory.make(POLICIES, replay.translate(body))["id"]
    if number == 64:  # all four were deleted
        for policy in LINES[53]["response"]["value"][1:]:
            directory.delete(f"{POLICIES}/{replay.ids[policy['id']]}")
    if number == 82:  # a second application got a service principal
        recorded = {"appId": replay.ids["6ad0343c-309c-407b-b4ef-1b5980d496ca"], "preferredSingleSignOnMode": "saml"}
        recorded |= {"loginUrl": "https://logs.lab.example", "appRoleAssignmentRequired": True}
        replay.ids["b931b767-76a9-4620-8296-921c38dd4910"] = directory.make("servicePrincipals", recorded)["id"]


def send(replay: Replay, line: dict[str, Any]) -> httpx.Response:
    path = replay.translate(line["path"])
    if path.endswith("/token"):
        return replay.directory.sign_in()
    if path.startswith("/metadata"):
        return replay.directory.client.get(path)
    body = replay.translate(line["request"]) if isinstance(line["request"], dict) else None
    renamed = next((name for name, value in (body or {}).items() if str(value).startswith("TERRAFORM_UPDATE")), None)
    if line["method"] != "PATCH" or renamed is None:
        return replay.directory.ask(line["method"], path, body)
    value = replay.directory.get(f"{path}?$select={renamed}")[renamed]
    answer = replay.directory.ask("PATCH", path, body)
    replay.directory.change(path, {renamed: value})  # the plugin renames back; recorded once for both
    return answer


@pytest.mark.requirement("IDM-1")
def test_every_call_of_the_official_plugin_is_answered_as_recorded(open_directory: Opener) -> None:
    directory = open_directory(more=frozenset({
        "Application.ReadWrite.All", "User.Invite.All", "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    }))  # fmt: skip
    replay = prepared(directory)
    for number, line in enumerate(LINES):
        before(number, replay)
        answer = send(replay, line)
        told = f"line {number}: {line['method']} {line['path']}"
        expected = DOCUMENTED[number][0] if number in DOCUMENTED else line["status"]
        assert answer.status_code == expected, f"{told}: {answer.text}"
        if number in DOCUMENTED or line["response"] is None:
            continue
        seen = answer.json()
        recorded = line["response"]
        if number in LESS:
            recorded = {name: value for name, value in recorded.items() if name in seen and name != "value"}
        if number in MORE:
            by_id = {entry["id"]: entry for entry in seen["value"]}
            seen = {"value": [by_id[entry["id"]] for entry in recorded["value"]]}
        replay.same(recorded, seen, told)
        own = line["request"] if isinstance(line["request"], dict) and line["method"] == "POST" else {}
        for name in set(own) & {"description", "templateId", "startDateTime"}:
            assert seen[name] == own[name] or not own[name], f"{told}: {name}"


def test_the_answers_with_select_have_just_what_was_selected(open_directory: Opener) -> None:
    directory = open_directory()
    user = directory.user()
    select = re.sub(r".*%24select=", "", LINES[15]["path"]).split("%2C")
    seen = directory.get(f"users/{user['id']}?$select={','.join(select)}")
    assert {name for name in seen if not name.startswith("@")} == set(select)
