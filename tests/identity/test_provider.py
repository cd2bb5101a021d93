"""The lab's azuread plugin with the real engine on a tenant: one resource of each type, from creation to removal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lab.authority import Authority
from lab.plugins.azuread import paths
from lab.plugins.azuread.kinds import KINDS
from lab.plugins.azuread.schema import schema
from tests.identity.conftest import PERMISSIONS, Engine, Tenant

ALL = 22
"""Resources of the program."""

ONE_GROUP = """
import pulumi_azuread as azuread

azuread.Group("group", {arguments})
"""


def steps(preview: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a preview would do, by the resource's name, without what stays."""
    return {each["urn"].rsplit("::", 1)[-1]: each for each in preview["steps"] if each["op"] not in {"same", "refresh"}}


@pytest.mark.requirement("IDM-1")
def test_life_of_one_of_each(engine: Engine, tenant: Tenant) -> None:
    """Made, found unchanged, changed, found unchanged, removed; nothing is left and nothing is there twice."""
    engine.up()
    made = {name: each for name, each in engine.state().items() if each["type"] in KINDS}
    assert {each["type"] for each in made.values()} == set(KINDS), "the program makes one of each"
    assert len(made) == ALL
    assert tenant.twice() == {}
    assert steps(engine.preview()) == {}

    engine.done("config", "set", "changed", "true")
    engine.up()
    assert tenant.find("/v1.0/groups", "try-staff")["description"] == "after"
    policy = tenant.find("/v1.0/identity/conditionalAccess/policies", "try-policy")
    assert policy["state"] == "enabled"
    assert policy["grantControls"]["builtInControls"] == ["mfa", "compliantDevice"]
    assert steps(engine.preview()) == {}

    engine.done("destroy", "--yes", "--skip-preview", "--parallel=32")
    left = [each["displayName"] for each in tenant.everything("/v1.0/groups")]
    assert left == []
    assert tenant.everything("/v1.0/identity/conditionalAccess/policies") == []


@pytest.mark.requirement("IDM-1")
def test_outputs_are_those_of_the_sdk(engine: Engine) -> None:
    """Every output that the SDK offers is in the state, but objects that the tenant has none of."""
    engine.up()
    for name, each in engine.state().items():
        if each["type"] in KINDS:
            outputs = schema().resources[each["type"]].outputs
            expected = {output for output, kind in outputs.items() if kind[0] in "[{" or kind in PLAIN}
            assert expected <= set(each["outputs"]), f"{name}: lacks {sorted(expected - set(each['outputs']))}"


PLAIN = {"string", "boolean", "integer", "number"}


@pytest.mark.requirement("IDM-2")
def test_secrets_stay_secret(engine: Engine, tenant: Tenant) -> None:
    """No password and no certificate stands in the state in clear."""
    engine.up()
    state = engine.state()
    for name, output in {"user": "password", "password": "value", "certificate": "value"}.items():
        assert "ciphertext" in state[name]["outputs"][output], f"{name}.{output} is in clear"
    text = engine.done("stack", "export")
    assert "Correct-horse-1-battery" not in text
    assert tenant.credentials["client_secret"] not in text


BY_HAND = {
    "group": ("/v1.0/groups", "try-staff", {"description": "by hand"}, "description"),
    "policy": ("/v1.0/identity/conditionalAccess/policies", "try-policy", {"state": "disabled"}, "state"),
    "application": ("/v1.0/applications", "try-application", {"identifierUris": []}, "identifierUris"),
}
"""Changes past the engine: of which resource, where it is found, the change, and the property that shows it."""


@pytest.mark.requirement("IDM-4")
def test_change_by_hand_is_seen(engine: Engine, tenant: Tenant) -> None:
    """A change past the engine is found with the property, the value that is there and the one that is declared."""
    engine.up()
    declared = {name: engine.state()[name]["inputs"] for name in BY_HAND}
    for collection, display_name, change, _property in BY_HAND.values():
        tenant.graph("PATCH", f"{collection}/{tenant.find(collection, display_name)['id']}", change)
    found = steps(engine.preview())
    assert set(found) == set(BY_HAND)
    for name, (_collection, _name, change, changed) in BY_HAND.items():
        assert {paths.top(path) for path in found[name]["detailedDiff"]} == {changed}
        assert found[name]["newState"]["inputs"][changed] == declared[name][changed]
        assert found[name]["oldState"]["outputs"][changed] == change[changed]


@pytest.mark.requirement("IDM-1")
def test_removal_by_hand_is_made_good(engine: Engine, tenant: Tenant) -> None:
    """What was deleted past the engine is found missing and made anew."""
    engine.up()
    tenant.graph("DELETE", f"/v1.0/groups/{tenant.find('/v1.0/groups', 'try-dynamic')['id']}")
    assert {name: each["op"] for name, each in steps(engine.preview()).items()} == {"dynamic": "create"}
    engine.up("--refresh")
    assert tenant.find("/v1.0/groups", "try-dynamic")["membershipRule"] == 'user.department -eq "HR"'


@pytest.mark.requirement("IDM-1")
def test_faults_leave_nothing_undone_and_nothing_twice(engine: Engine, tenant: Tenant) -> None:
    """One request in five refused or its answer lost, new objects hidden for 5 s: still all is made, and once."""
    tenant.faults(throttled=0.1, unavailable=0.05, lost_answers=0.05, invisible_seconds=5, seed=7)
    engine.up()
    tenant.faults()
    assert tenant.twice() == {}
    application = tenant.find("/v1.0/applications", "try-application")
    assert len(application["passwordCredentials"]) == 1
    assert steps(engine.preview()) == {}


@pytest.mark.requirement("IDM-1")
def test_half_made_is_remembered(engine: Engine, tenant: Tenant) -> None:
    """A group whose members are refused exists, is in the state, and is completed by the next run."""
    program = engine.directory / "__main__.py"
    nobody = "00000000-0000-4000-8000-00000000dead"
    arguments = "display_name='try-half', security_enabled=True"
    program.write_text(ONE_GROUP.format(arguments=f"{arguments}, members=['{nobody}']"))
    engine.refused("up", "--yes", "--skip-preview")
    assert "group" in engine.state()
    program.write_text(ONE_GROUP.format(arguments=arguments))
    engine.up()
    assert len([each for each in tenant.everything("/v1.0/groups") if each["displayName"] == "try-half"]) == 1


@pytest.mark.requirement("IDM-1")
def test_import_takes_over_what_exists(engine: Engine, tenant: Tenant) -> None:
    """A group that was made by hand is imported under the official provider's id and needs no change."""
    body = {"displayName": "by-hand", "mailNickname": "by-hand", "mailEnabled": False, "securityEnabled": True}
    group = tenant.graph("POST", "/v1.0/groups", body)
    arguments = "display_name='by-hand', mail_nickname='by-hand', security_enabled=True"
    (engine.directory / "__main__.py").write_text(ONE_GROUP.format(arguments=arguments))
    token, identity = "azuread:index/group:Group", f"/groups/{group['id']}"
    engine.done("import", "--yes", token, "group", identity, "--protect=false", "--generate-code=false")
    assert steps(engine.preview()) == {}


def test_group_that_is_replaced_keeps_its_name(engine: Engine, tenant: Tenant) -> None:
    """What can't be changed makes a new group; the old one goes first, since a name is taken once."""
    program = engine.directory / "__main__.py"
    arguments = "display_name='try-new', mail_nickname='try-new', security_enabled=True"
    program.write_text(ONE_GROUP.format(arguments=arguments))
    engine.up()
    before = tenant.find("/v1.0/groups", "try-new")["id"]
    program.write_text(ONE_GROUP.format(arguments=f"{arguments}, assignable_to_role=True"))
    engine.up()
    after = tenant.find("/v1.0/groups", "try-new")
    assert after["isAssignableToRole"] is True
    assert after["id"] != before


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ARM_CLIENT_SECRET", "wrong", "the client secret is wrong; correct ARM_CLIENT_SECRET"),
        (
            "ARM_TENANT_ID",
            "11111111-1111-4111-8111-111111111111",
            "there is no such tenant here; correct ARM_TENANT_ID",
        ),
        ("ARM_METADATA_HOSTNAME", "127.0.0.1:9", "no tenant tells its endpoints here"),
        ("ARM_METADATA_HOSTNAME", "graph.example.org", "speaks to loopback only; install the official one"),
        (
            "ARM_METADATA_HOSTNAME",
            "",
            "metadataHost: is missing, and so is ARM_METADATA_HOSTNAME; this plugin is the lab's stand-in",
        ),
    ],
    ids=["wrong_secret", "tenant_id_of_another", "tenant_not_reachable", "not_on_this_machine", "no_metadata_host"],
)
def test_tenant_that_cannot_be_signed_in_to_is_refused(engine: Engine, variable: str, value: str, said: str) -> None:
    """Refused at preview, before anything is written, in a sentence that says what to correct."""
    assert said in engine.refused("preview", **{variable: value})


def test_untrusted_certificate_is_refused(engine: Engine, tmp_path: Path) -> None:
    """TLS is checked: another authority than the tenant's is not enough."""
    other = Authority.at(tmp_path / "other").certificate
    assert "certificate" in engine.refused("preview", SSL_CERT_FILE=str(other)).lower()


@pytest.mark.parametrize("permissions", [[each for each in PERMISSIONS if not each.startswith("Group.")]])
def test_missing_permission_is_named(engine: Engine) -> None:
    """A client that lacks a permission learns which one."""
    arguments = "display_name='x', mail_nickname='x', security_enabled=True"
    (engine.directory / "__main__.py").write_text(ONE_GROUP.format(arguments=arguments))
    said = engine.refused("up", "--yes", "--skip-preview")
    assert "Group needs the application permission Group.ReadWrite.All" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("displayname='x', security_enabled=True", "displayname"),
        ("display_name='x', security_enabled='yes'", "securityEnabled is a string; right is a boolean"),
        ("display_name='x', security_enabled=True, owners=['/users/1']", "right is an object id"),
    ],
    ids=["unknown_input", "mistyped_input", "id_of_another_form"],
)
def test_wrong_input_is_refused_at_preview(engine: Engine, arguments: str, said: str) -> None:
    """Nothing is asked of the tenant before the inputs are right."""
    (engine.directory / "__main__.py").write_text(ONE_GROUP.format(arguments=arguments))
    assert said in engine.refused("preview")
