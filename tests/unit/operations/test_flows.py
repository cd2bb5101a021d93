"""`ggvv plan --flows` and `ggvv explain flow`: the policy as people read it, and one sentence for each mistake."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from network.policy import targets
from network.policy.flow import FOLDER, FlowPolicy
from operations import console, flow_plan, flow_policy
from operations.cli import app
from operations.flow_policy import ProvedPolicy
from operations.stack_settings import StackSettings
from reference.architecture import Architecture

FILES = ("services.yaml", "owners.yaml", "boundaries.yaml", "flows.yaml")


def run(*arguments: str) -> int:
    """The exit code of `ggvv`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["ggvv", *arguments])
        return console.run(app)


Said = Callable[..., str]


@pytest.fixture(scope="module")
def proved() -> ProvedPolicy:
    """The lab's policy, proved once for all answers."""
    return ProvedPolicy.of(StackSettings.read("lab").architecture(), datetime.now(UTC).date())


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, proved: ProvedPolicy) -> Said:
    """What a command that succeeds prints."""
    monkeypatch.setattr(ProvedPolicy, "of", lambda *_: proved)

    def succeed(*arguments: str) -> str:
        assert run(*arguments) == 0
        return capsys.readouterr().out

    return succeed


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Said:
    """The sentence that a command is refused with."""

    def fail(*arguments: str) -> str:
        assert run(*arguments) == 1
        return capsys.readouterr().err

    return fail


def changed(monkeypatch: pytest.MonkeyPatch, folder: Path, file: str, found: str, right: str) -> None:
    """Have the project's policy read with one text replaced in one of its files."""
    for name in FILES:
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert name != file or found in text
        (folder / name).write_text(text.replace(found, right) if name == file else text, encoding="utf-8")
    policy = FlowPolicy.load(folder)
    monkeypatch.setattr(flow_policy.FlowPolicy, "load", lambda: policy)


@pytest.mark.requirement("FW-1")
def test_the_plan_lists_every_flow_with_owner_and_reason_and_says_what_is_proved(said: Said):
    text = said("plan", "--flows")
    for flow in FlowPolicy.load().flows:
        assert flow.id in text
    assert "compiled for dc1, dc2, dc3 and proved on paper: 49 × 49 pairs, every port, IPv4 and IPv6" in text


def test_the_plan_as_json_has_flows_and_matrix(said: Said):
    document = json.loads(said("plan", "--flows", "--format", "json"))
    assert len(document["flows"]) == len(FlowPolicy.load().flows)
    assert document["matrix"]["dc1-cluster"]["dc3-witness"] == ["tcp 5403 FLOW-QNETD"]


def test_the_plan_as_a_page(said: Said):
    assert said("plan", "--flows", "--format", "html").startswith("<!DOCTYPE html>")


def test_the_rules_of_every_make_are_written(said: Said, tmp_path: Path):
    said("plan", "--flows", "--write", str(tmp_path))
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")) == [
        "fortigate/every-site.conf",
        "nftables/dc1.nft",
        "nftables/dc2.nft",
        "nftables/dc3.nft",
        "nsxt/every-site.json",
        "paloalto/every-site.xml",
    ]


@pytest.mark.requirement("FW-1")
def test_a_make_that_fails_is_named_and_the_others_are_written(
    refused: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def failing(architecture: Architecture, today: date, policy: FlowPolicy) -> Mapping[str, str]:
        raise ValueError(f"no keyword for {policy.flows[0].id} of {architecture.choices.environment}, {today.year}")

    makes = {**targets.TARGETS, "paloalto": failing}
    monkeypatch.setattr(flow_plan, "compile_all", lambda *given: targets.compile_all(*given, makes))
    sentence = refused("plan", "--flows", "--write", str(tmp_path))
    assert "paloalto: can't be compiled (ValueError: no keyword for FLOW-SSH of lab" in sentence
    assert (tmp_path / "nsxt" / "every-site.json").exists()


@pytest.mark.requirement("FW-1")
def test_a_flow_that_has_ended_is_refused(refused: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    changed(monkeypatch, tmp_path, "flows.yaml", "{id: FLOW-RDP,", "{id: FLOW-RDP, until: 2020-01-01,")
    assert "flows.yaml: FLOW-RDP ended on 2020-01-01" in refused("plan", "--flows")


@pytest.mark.requirement("FW-1")
def test_a_change_is_told_against_a_commit(said: Said, monkeypatch: pytest.MonkeyPatch):
    def shown(commit: str, path: str) -> str:
        assert commit == "v1"
        text = (FOLDER / Path(path).name).read_text(encoding="utf-8")
        return text.replace('tcp: ["5403"]', 'tcp: ["5402"]')

    monkeypatch.setattr(flow_policy, "_shown", shown)
    assert said("plan", "--flows", "--against", "v1").splitlines() == [
        "becomes allowed: tcp 5403 from dc1-cluster, dc2-cluster to dc3-witness (FLOW-QNETD)",
        "becomes denied: tcp 5402 from dc1-cluster, dc2-cluster to dc3-witness (FLOW-QNETD)",
    ]


def test_the_policy_of_a_commit_is_read_from_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    policy = tmp_path / "network" / "policy"
    policy.mkdir(parents=True)
    for name in FILES:
        (policy / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "core.hooksPath=/dev/null"]
    for arguments in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "--message", "a policy"]):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)
    (policy / "flows.yaml").write_text("[]", encoding="utf-8")
    monkeypatch.setattr(flow_policy, "FOLDER", policy)
    assert flow_policy.policy_at("HEAD") == FlowPolicy.load()


@pytest.mark.requirement("NET-1")
def test_the_network_is_drawn_as_svg(said: Said):
    assert "dc1-fw-01--dc2-fw-01" in ET.fromstring(said("plan", "--flows", "--format", "svg")).itertext()


def test_a_picture_without_graphviz_is_one_sentence(
    refused: Said, proved: ProvedPolicy, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ProvedPolicy, "of", lambda *_: proved)
    monkeypatch.setenv("PATH", "/nowhere")
    assert refused("plan", "--flows", "--format", "svg") == (
        "plan: --format svg needs Graphviz, which is not installed; run: make venv\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--flows", "--against", "no-such-commit"], "--against no-such-commit: has no network/policy/services.yaml"),
        (["--flows", "--against=--output=/tmp/x"], "--against --output=/tmp/x: has no network/policy/services.yaml"),
        (["--against", "HEAD"], "--against and --write are about the flow policy; add --flows"),
        (["--write", "x"], "--against and --write are about the flow policy; add --flows"),
        (["--format", "html"], "--format html shows the matrix of flows; add --flows"),
        (["--format", "svg"], "--format svg shows the network; add --flows"),
        (["--flows", "--format", "mermaid"], "--format mermaid shows the sites; leave out --flows"),
        (["--flows", "--write", "/proc/x"], "--write /proc/x: can't be written"),
    ],
)
def test_what_the_plan_can_t_show_is_one_sentence(refused: Said, arguments: list[str], sentence: str):
    said = refused("plan", *arguments)
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.requirement("FW-1")
def test_an_allowed_connection_is_explained_by_path_rule_owner_and_reason(said: Said):
    lines = said("explain", "flow", "dc1-bak-01", "dc3-vault-01", "7070").splitlines()
    assert lines[0] == "allowed: tcp 7070 from 10.65.8.17 (dc1-backup) to 10.67.8.17 (dc3-backup)"
    assert lines[1].startswith("  dc1-fw-01/dc1-fw-02, in by v108: forward accepts by FLOW-VAULT-tcp, line ")
    assert lines[2].startswith("  dc3-fw-01/dc3-fw-02, in by l3: forward accepts by FLOW-VAULT-tcp, line ")
    assert lines[3:5] == [
        "  the same on 1 other way, should sites or links fail",
        "  FLOW-VAULT (BAK-2), owned by backup: long-term copies go to the locked store",
    ]
    assert lines[5].startswith("allowed: tcp 7070 from fd6b:")


@pytest.mark.requirement("FW-2")
def test_a_denied_connection_is_explained_by_what_denies_it_and_the_flow_that_is_needed(said: Said):
    lines = said("explain", "flow", "10.97.0.5", "10.81.96.7", "5432/tcp").splitlines()
    assert lines[0] == "denied: tcp 5432 from 10.97.0.5 (gislaved-clients) to 10.81.96.7 (gislaved-data)"
    assert "in by l1017: forward drops by DENY-forward" in lines[1]
    needed = "from: [{zone: clients, municipality: gislaved}], to: [{zone: data, municipality: gislaved}]"
    assert f"  needed: a flow with {needed}, services: [postgresql]" in lines
    assert "  against it stands BND-DATA: a database is called by its applications (FW-2)" in lines


@pytest.mark.requirement("FW-2")
def test_between_municipalities_the_flow_that_is_needed_is_both_s(said: Said):
    text = said("explain", "flow", "10.81.32.5", "10.82.64.7", "8443")
    assert "it would be an exception that gislaved and gnosjo own both, with an end (FW-2)" in text


@pytest.mark.parametrize(
    ("source", "destination", "port", "line"),
    [
        ("dc1-node-01", "dc3-wit-01", "24007", "allowed: tcp 24007 from 10.65.3.17 (dc1-storage) to 10.67.3.17"),
        ("DC1-JUMP-01", "dc3-fw-02", "22", "input accepts by FLOW-SSH-tcp-in"),
        ("dc1-fw-01", "dc1-ns-01", "53/udp", "sent by itself: output accepts by FLOW-DNS-udp-out"),
        ("dc1-jump-01", "10.65.6.1", "22", "it is the firewalls' own address as a gateway"),
        ("10.79.3.20", "10.79.3.21", "1", "within dmz: passes no firewall"),
        ("dc1-ns-01", "10.127.0.1", "1", "no zone has that address"),
        ("dc1-jump-01", "dc1-ns-01", "9999", "and a service of tcp 9999 in services.yaml"),
        ("fd6b:7a41:92e5:f01::11", "fd6b:7a41:92e5:106::11", "22", "owned by operations"),
    ],
)
def test_the_ends_are_names_or_addresses_of_any_kind(said: Said, source: str, destination: str, port: str, line: str):
    assert line in said("explain", "flow", source, destination, port)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dc1-jmp-01", "dc1-ns-01", "22"], "no host is called 'dc1-jmp-01'; right is a host's name or an address"),
        (["dc1-jmp-01", "dc1-ns-01", "22"], "did you mean dc1-jump-01?"),
        (["dc1-jump-01", "dc1-ns-01", "ssh"], "found port 'ssh'; right is such as 443, 443/tcp or 53/udp"),
        (["dc1-jump-01", "dc1-ns-01", "65536"], "found port '65536'"),
        (["10.65.6.17", "fd6b:7a41:92e5:106::11", "22"], "found an IPv4 and an IPv6 address"),
    ],
)
def test_what_stands_for_nothing_is_one_sentence(refused: Said, arguments: list[str], sentence: str):
    said = refused("explain", "flow", *arguments)
    assert sentence in said
    assert said.count("\n") == 1
