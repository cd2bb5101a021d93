"""Faults are switched on and off while the tenant runs, and the same seed gives the same ones."""

from __future__ import annotations

import pytest

from lab.tenant.faults import Faults, FaultsError
from tests.unit.lab.tenant.graph_client import BASE, CLIENT_ID, SECRET, GraphClient

GROUP = {"displayName": "g", "mailNickname": "g", "mailEnabled": False, "securityEnabled": True}
POLICY = {
    "displayName": "CAU001",
    "state": "disabled",
    "conditions": {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}},
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}


def switch(directory: GraphClient, **faults: float) -> None:
    answer = directory.client.put("/_lab/faults", json=faults, auth=(CLIENT_ID, SECRET))
    assert answer.status_code == 200, answer.text


def statuses(directory: GraphClient, number: int = 200) -> list[int]:
    return [directory.ask("GET", "groups").status_code for _ in range(number)]


@pytest.mark.parametrize(("fault", "status", "code"), [
    ("throttled", 429, "TooManyRequests"), ("unavailable", 503, "ServiceUnavailable"),
])  # fmt: skip
def test_a_share_of_requests_is_refused_with_the_time_to_wait(
    directory: GraphClient, fault: str, status: int, code: str
) -> None:
    switch(directory, **{fault: 0.2, "retry_after": 7})
    seen = statuses(directory)
    assert 20 <= seen.count(status) <= 60
    assert set(seen) == {200, status}
    switch(directory, **{fault: 1, "retry_after": 7})
    answer = directory.ask("GET", "groups")
    assert (answer.headers["Retry-After"], answer.json()["error"]["code"]) == ("7", code)


def test_the_same_seed_gives_the_same_faults(directory: GraphClient) -> None:
    runs = []
    for seed in (1, 1, 2):
        switch(directory, throttled=0.3, seed=seed)
        runs.append(statuses(directory, 50))
    assert runs[0] == runs[1] != runs[2]


def test_a_write_that_is_refused_did_not_happen(directory: GraphClient) -> None:
    switch(directory, unavailable=1)
    directory.refused("POST", "groups", GROUP, status=503)
    switch(directory)
    assert directory.list("groups") == []


def test_a_write_whose_answer_is_lost_did_happen(directory: GraphClient) -> None:
    switch(directory, lost_answers=1)
    directory.refused("POST", "groups", GROUP, status=503)
    assert [group["displayName"] for group in directory.list("groups")] == ["g"]


def test_a_new_object_is_not_visible_at_once(directory: GraphClient) -> None:
    switch(directory, invisible_seconds=5)
    group = directory.make("groups", GROUP)["id"]
    body = {**POLICY, "conditions": {**POLICY["conditions"], "users": {"includeGroups": [group]}}}
    reference = {"@odata.id": f"{BASE}/v1.0/directoryObjects/{group}"}
    unit = directory.tenant.deployer
    for _ in range(2):
        directory.refused("GET", f"groups/{group}", status=404)
        directory.refused("PATCH", f"groups/{group}", {"description": "x"}, status=404)
        assert directory.list("groups") == []
        directory.refused("POST", "identity/conditionalAccess/policies", body)
        directory.refused("POST", f"applications/{unit}/owners/$ref", reference, status=404)
        directory.clock.now += 2.4
    directory.clock.now += 0.2
    assert directory.get(f"groups/{group}")["id"] == group
    directory.make("identity/conditionalAccess/policies", body)


def test_a_name_is_taken_before_its_object_is_visible(directory: GraphClient) -> None:
    switch(directory, invisible_seconds=5)
    directory.user("anna")
    with pytest.raises(AssertionError, match="userPrincipalName"):
        directory.user("anna")


def test_tokens_expire_early(directory: GraphClient) -> None:
    switch(directory, token_lifetime=60)
    assert directory.sign_in().json()["expires_in"] == 60
    directory.clock.now += 61
    directory.refused("GET", "groups", status=401)


def test_conditional_access_takes_one_write_a_second(directory: GraphClient) -> None:
    switch(directory, conditional_access_interval=1)
    path = "identity/conditionalAccess/policies"
    directory.make(path, POLICY)
    assert directory.ask("POST", path, POLICY).headers["Retry-After"] == "1"
    directory.list(path)
    directory.make("groups", GROUP)
    directory.clock.now += 1
    directory.make(path, POLICY)


def test_faults_are_told_and_switched_off(directory: GraphClient) -> None:
    switch(directory, throttled=0.5)
    bearer = {"Authorization": f"Bearer {directory.token}"}
    assert directory.client.get("/_lab/faults", headers=bearer).json()["throttled"] == 0.5
    assert directory.client.delete("/_lab/faults", headers=bearer).json()["throttled"] == 0


@pytest.mark.parametrize("auth", [None, (CLIENT_ID, "wrong"), ("somebody", SECRET)])
def test_only_the_deploying_client_switches_faults(directory: GraphClient, auth: tuple[str, str] | None) -> None:
    assert directory.client.put("/_lab/faults", json={"throttled": 1}, auth=auth).status_code == 401
    directory.list("groups")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "found list"),
        ({"lightning": 1}, "unknown fault `lightning`; known are throttled,"),
        ({"throttled": 1.5}, "`throttled`: found 1.5; right is a share from 0 to 1"),
        ({"throttled": "often"}, "`throttled`: found 'often'"),
        ({"throttled": True}, "`throttled`: found True"),
        ({"token_lifetime": 0.5}, "`token_lifetime`: found 0.5; right is a whole number from 0 on"),
        ({"invisible_seconds": -1}, "`invisible_seconds`: found -1"),
    ],
)
def test_faults_that_make_no_sense_are_refused(directory: GraphClient, document: object, told: str) -> None:
    with pytest.raises(FaultsError) as refused:
        Faults.of(document)
    assert told in str(refused.value)
    answer = directory.client.put("/_lab/faults", json=document, auth=(CLIENT_ID, SECRET))
    assert answer.status_code == 400
    assert told in answer.json()["error"]


def test_sign_in_has_no_faults(directory: GraphClient) -> None:
    switch(directory, throttled=1, unavailable=1)
    assert directory.sign_in().is_success
