"""The architecture as a whole: sites, clusters, hosts, figures, and the document for programs."""

import json
import time
from collections.abc import Callable

import pydantic
import pytest
import yaml

from reference.architecture import Architecture
from reference.choices import Choices, ExistingPlatform, WitnessChoice, ZoneChoice
from reference.data import FOLDER
from reference.endpoint import CONNECTION_KEYS
from reference.model import Model
from reference.municipality import Municipalities
from reference.requirement import requirements

Build = Callable[..., Architecture]

EXISTING = {"datacenter": "Gislaved-DC", "cluster": "gislaved-prod", "distributed_switch": "s", "datastore": "d"}


@pytest.mark.requirement("SITE-1", "SITE-2")
def test_two_active_zones_and_a_witness(whole: Architecture):
    assert [(s.id, s.role) for s in whole.sites] == [("dc1", "active"), ("dc2", "active"), ("dc3", "witness")]
    assert len({s.place for s in whole.sites}) == 3


def test_no_machine_claims_to_have_judged_a_facility(whole: Architecture):
    for site in whole.sites:
        for name in ("fire", "cooling", "ups", "diesel"):
            assert getattr(site.facilities, name).assessed == "not assessed"


@pytest.mark.requirement("SITE-3", "CMP-1")
def test_two_new_zones_share_a_stretched_cluster(whole: Architecture):
    assert [(c.name, c.sites, c.existing) for c in whole.clusters] == [
        ("ggvv-active", ("dc1", "dc2"), False),
        ("ggvv-witness", ("dc3",), False),
    ]


@pytest.mark.requirement("SITE-3")
def test_an_existing_zone_keeps_its_cluster_and_its_hosts(build: Build):
    sites = {"dc1": {"mode": "existing", "hosts": 12, "existing": EXISTING}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}
    reused = build(sites=sites)
    assert [(c.name, c.sites, c.existing) for c in reused.clusters] == [
        ("gislaved-prod", ("dc1",), True),
        ("ggvv-dc2", ("dc2",), False),
        ("ggvv-witness", ("dc3",), False),
    ]
    assert {host.site for host in reused.esxi_hosts} == {"dc2", "dc3"}


@pytest.mark.requirement("SITE-3")
def test_zones_that_name_the_same_existing_cluster_share_it(build: Build):
    zone = {"mode": "existing", "hosts": 12, "existing": EXISTING}
    shared = build(sites={"dc1": zone, "dc2": zone, "dc3": {"hosts": 2}}).clusters
    assert [(c.name, c.sites, c.existing) for c in shared[:-1]] == [("gislaved-prod", ("dc1", "dc2"), True)]


@pytest.mark.requirement("SITE-3")
def test_the_choice_of_platform_changes_no_address(build: Build, whole: Architecture):
    sites = {"dc1": {"mode": "existing", "hosts": 12, "existing": EXISTING}, "dc2": {"hosts": 12}, "dc3": {"hosts": 2}}
    reused = build(sites=sites)
    assert reused.plan == whole.plan
    assert reused.servers == whole.servers


def test_each_site_has_its_infrastructure(whole: Architecture):
    at = {site.id: sorted(h.role for h in whole.hosts if h.site == site.id) for site in whole.sites}
    both = [
        "backup-server",
        "cluster-node",
        "cluster-node",
        "firewall",
        "firewall",
        "identity",
        "jump",
        "log-relay",
        "name-and-time",
    ]
    assert at["dc1"] == sorted([*both, "itsm"])
    assert at["dc2"] == both
    assert at["dc3"] == ["backup-vault", "firewall", "firewall", "log-store", "witness"]


def test_backup_hosts_are_kept_apart_from_the_others(whole: Architecture):
    for site in whole.sites:
        every = {h.name for h in whole.hosts if h.site == site.id}
        kept, others = ({h.name for h in part} for part in (whole.backup_hosts_at(site.id), whole.hosts_at(site.id)))
        assert kept | others == every
        assert not kept & others
        assert len(kept) == 1


def test_esxi_hosts_have_names_in_the_stack_s_domain(build: Build):
    hosts = build(domain="lab.example").esxi_hosts
    assert hosts[0].fqdn == "dc1-esx-01.lab.example"
    assert len(hosts) == 26


def test_the_source_s_contradictions_are_shown(whole: Architecture):
    assert [d.text for d in whole.differences] == [
        "servers: the blocks add up to 625, the summary says 620",
        "network_devices: the blocks add up to 4755, the summary says 4700",
        "employees: the blocks add up to 7850, the summary says 7600",
    ]


def test_the_mapping_of_blocks_is_marked_as_assumed(whole: Architecture):
    assert whole.to_json()["mapping"] == "assumed"


def test_a_municipality_s_number_is_its_own():
    document = yaml.safe_load((FOLDER / "municipalities.yaml").read_text(encoding="utf-8"))
    document["municipalities"][1]["number"] = document["municipalities"][0]["number"]
    with pytest.raises(pydantic.ValidationError, match="number 1 is in two places"):
        Municipalities.model_validate(document)


def test_the_architecture_can_not_be_changed(whole: Architecture):
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        whole.servers = ()
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        whole.segments[0].vlan = 1


def test_the_document_is_json_with_a_version_and_says_sample(whole: Architecture):
    document = json.loads(json.dumps(whole.to_json()))
    assert document["version"] == 1
    assert document["sample"] is True
    assert len(document["servers"]) == 620
    assert len(document["differences"]) == 3
    assert document["segments"][0]["arithmetic"].startswith("180 hosts x 1.30 + 16 reserve = 250 addresses")
    assert {s["title"] for s in document["capacity"]["sections"]} >= {
        "compute dc1",
        "storage dc2",
        "backup dc3",
        "licences",
    }


def test_the_same_choices_make_the_same_architecture(build: Build, whole: Architecture):
    assert build() == whole
    assert build().to_json() == whole.to_json()


def test_the_whole_model_is_built_in_well_under_a_second(build: Build):
    """The best of five, so that a busy machine does not fail it; some 20 ms on a quiet one."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        build()
        took.append(time.perf_counter() - began)
    assert min(took) < 0.3


def test_every_key_of_a_stack_file_is_described():
    def described(model: type[Model]) -> None:
        for name, field in model.model_fields.items():
            assert field.description or name in {"dc1", "dc2", "dc3"}, f"{model.__name__}.{name}"

    for model in (Choices, ZoneChoice, WitnessChoice, ExistingPlatform):
        described(model)


def test_every_committed_stack_file_makes_an_architecture():
    """Keys of endpoints are not the architecture's."""
    files = sorted((FOLDER.parent / "stacks").glob("Pulumi.*.yaml"))
    assert files
    for path in files:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]
        values = {k.removeprefix("ggvv:"): v for k, v in config.items() if k.startswith("ggvv:")}
        values = {k: v for k, v in values.items() if k not in CONNECTION_KEYS}
        assert Architecture.build(Choices.from_config(values, path.name)).servers


def test_requirements_have_ids_texts_and_evidence():
    every = requirements()
    assert {"SITE-1", "CAP-1", "BAK-3", "GOV-3", "WAN-1"} <= set(every)
    assert all(r.evidence for r in every.values() if r.priority in {"must", "hold"})


def test_every_requirement_that_a_test_names_is_one(request: pytest.FixtureRequest):
    marks = [mark for item in request.session.items for mark in item.iter_markers("requirement")]
    named = {id_ for mark in marks for id_ in mark.args}
    assert named <= set(requirements())
