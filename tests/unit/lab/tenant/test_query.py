"""Query options: $filter, $select, $expand, $orderby, $top, $count (OData 4.01, part 2; Graph: query parameters)."""

from __future__ import annotations

import pytest

from tests.unit.lab.tenant.graph_client import GraphClient

EVENTUAL = {"ConsistencyLevel": "eventual"}


@pytest.fixture
def three(directory: GraphClient) -> GraphClient:
    directory.group("Gislaved staff", mailNickname="a", description="people")
    directory.group("Gnosjö staff", mailNickname="b")
    rule = {"groupTypes": ["DynamicMembership"], "membershipRule": "user.department -eq 'IT'"}
    directory.group("Gislaved IT", mailNickname="c", **rule)
    return directory


def names(directory: GraphClient, query: str) -> list[str]:
    return [group["displayName"] for group in directory.list(f"groups?{query}", **EVENTUAL)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("displayName eq 'gislaved STAFF'", ["Gislaved staff"]),
        ("displayName eq 'Gislaved staff' or displayName eq 'Gislaved IT'", ["Gislaved staff", "Gislaved IT"]),
        ("startswith(displayName,'Gislaved') and mailNickname ne 'a'", ["Gislaved IT"]),
        ("startswith(displayName,'Gislaved') eq true", ["Gislaved staff", "Gislaved IT"]),
        ("not(startswith(displayName,'Gislaved'))", ["Gnosjö staff"]),
        ("not startswith(displayName,'Gislaved')", ["Gnosjö staff"]),
        ("endswith(displayName,'staff')", ["Gislaved staff", "Gnosjö staff"]),
        ("mailNickname in ('a','b')", ["Gislaved staff", "Gnosjö staff"]),
        ("mailNickname in ('c')", ["Gislaved IT"]),
        ("(mailNickname in ('c')) or (mailNickname in ('a'))", ["Gislaved staff", "Gislaved IT"]),
        ("groupTypes/any(t:t eq 'DynamicMembership')", ["Gislaved IT"]),
        ("groupTypes/any(t:startswith(t,'Dyn'))", ["Gislaved IT"]),
        ("groupTypes/any()", ["Gislaved IT"]),
        ("groupTypes/all(t:t eq 'Unified')", ["Gislaved staff", "Gnosjö staff"]),
        ("description eq null", ["Gnosjö staff", "Gislaved IT"]),
        ("description ne null", ["Gislaved staff"]),
        ("securityEnabled eq true and mailEnabled eq false", ["Gislaved staff", "Gnosjö staff", "Gislaved IT"]),
        ("createdDateTime ge 2026-11-24T12:00:00Z", ["Gislaved staff", "Gnosjö staff", "Gislaved IT"]),
        ("createdDateTime lt 2026-11-24T12:00:00Z", []),
        ("displayName eq 'it''s'", []),
        ("displayName gt 3", []),
    ],
)
def test_filter(three: GraphClient, expression: str, expected: list[str]) -> None:
    assert names(three, f"$filter={expression}") == expected


def test_filter_on_a_nested_property(directory: GraphClient) -> None:
    directory.user("anna", employeeOrgData={"division": "IT"})
    directory.user("bo", employeeOrgData={"division": "School"})
    assert [user["displayName"] for user in directory.list("users?$filter=employeeOrgData/division eq 'IT'")] == [
        "anna"
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("$filter=displayName eq", "Invalid filter clause"),
        ("$filter=color eq 'red'", "Could not find a property named 'color'"),
        ("$filter=length(displayName) gt 3", "Unsupported Query"),
        ("$filter=displayName add 1 eq 2", "Unsupported Query"),
        ('$search="displayName:x"', "Unsupported Query"),
        ("$select=color", "Could not find a property named 'color'"),
        ("$expand=color", "Could not find a property named 'color'"),
        ("$orderby=displayName sideways", "Invalid $orderby clause"),
        ("$top=0", "Invalid value '0' for $top"),
        ("$top=1000", "Invalid value '1000' for $top"),
        ("$skiptoken=x", "Invalid value 'x' for $skiptoken"),
    ],
)
def test_a_query_that_is_not_answered_is_refused(three: GraphClient, query: str, told: str) -> None:
    assert told in three.refused("GET", f"groups?{query}")["message"]


@pytest.mark.parametrize("expression", ["displayName ne 'x'", "not(displayName eq 'x')", "endswith(displayName,'x')"])
def test_advanced_filters_need_an_eventually_consistent_answer(three: GraphClient, expression: str) -> None:
    three.list(f"groups?$filter={expression}", **EVENTUAL)
    assert three.refused("GET", f"groups?$filter={expression}")["code"] == "Request_UnsupportedQuery"


def test_select_tells_just_what_is_named(three: GraphClient) -> None:
    [group] = three.list("groups?$filter=mailNickname eq 'a'&$select=displayName,theme")
    assert {key: value for key, value in group.items() if "@" not in key} == {
        "displayName": "Gislaved staff",
        "theme": None,
    }


def test_expand_brings_what_is_related(three: GraphClient) -> None:
    group, user = three.list("groups?$filter=mailNickname eq 'a'")[0]["id"], three.user()["id"]
    three.link(f"groups/{group}/members", user)
    [seen] = three.list("groups?$filter=mailNickname eq 'a'&$expand=members($select=id),owners")
    assert [{key: value for key, value in each.items() if "@" not in key} for each in seen["members"]] == [{"id": user}]
    assert seen["owners"] == []


def test_pages_follow_one_another(directory: GraphClient) -> None:
    for number in range(5):
        directory.group(f"g{number}")
    page = directory.get("groups?$top=2&$orderby=displayName desc&$select=displayName")
    seen = []
    while True:
        seen.append([group["displayName"] for group in page["value"]])
        if "@odata.nextLink" not in page:
            break
        page = directory.get(page["@odata.nextLink"].removeprefix("https://127.0.0.1:8443"))
    assert seen == [["g4", "g3"], ["g2", "g1"], ["g0"]]


def test_a_page_has_a_hundred_objects_unless_asked_otherwise(directory: GraphClient) -> None:
    for number in range(101):
        directory.group(f"g{number}")
    assert len(directory.list("groups")) == 100
    assert len(directory.list("groups?$top=999")) == 101


def test_count(three: GraphClient) -> None:
    assert three.get("groups?$count=true&$top=1", **EVENTUAL)["@odata.count"] == 3
    assert "@odata.count" not in three.get("groups?$count=true")
    assert three.ask("GET", "groups/$count?$filter=mailNickname eq 'a'", **EVENTUAL).text == "1"
    three.refused("GET", "groups/$count")


def test_order_puts_what_has_no_value_first(three: GraphClient) -> None:
    assert names(three, "$orderby=description,displayName") == ["Gislaved IT", "Gnosjö staff", "Gislaved staff"]


@pytest.mark.parametrize("path", ["groups('{}')", "groups/{}", "/beta/groups/{}", "directoryObjects('{}')"])
def test_a_key_is_a_segment_or_in_parentheses(directory: GraphClient, path: str) -> None:
    key = directory.group()["id"]
    assert directory.get(path.format(key))["id"] == key


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nothing", 404), ("PUT", "groups", 405)])
def test_a_path_that_is_not_there_is_refused_in_graphs_form(
    directory: GraphClient, method: str, path: str, status: int
) -> None:
    directory.refused(method, path, {}, status=status)


def test_a_body_that_is_no_json_is_refused(directory: GraphClient) -> None:
    headers = {"Authorization": f"Bearer {directory.token}"}
    answer = directory.client.post("/v1.0/groups", content=b"{", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BadRequest"


def test_a_clients_own_request_id_comes_back(directory: GraphClient) -> None:
    error = directory.refused("GET", "groups/x", status=404, **{"client-request-id": "mine"})
    assert error["innerError"]["client-request-id"] == "mine"
