"""The other makes get the same policy; one that can't be written is named, and the others are written (FW-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from network.policy import __main__ as regression
from network.policy.flow import FlowPolicy
from network.policy.targets import TARGETS, Compilation, compile_all
from reference.architecture import Architecture


@pytest.fixture(scope="module")
def compilation(lab: Architecture, today: date, policy: FlowPolicy) -> Compilation:
    return compile_all(lab, today, policy)


def flows_of(names: list[str]) -> set[str]:
    """The flows that rules are named after."""
    return {name.rpartition("-")[0] for name in names if name.startswith("FLOW-")}


@pytest.fixture(scope="module")
def forwarded(compilation: Compilation) -> set[str]:
    """The flows that nftables forwards, which is proved."""
    lines = compilation.files["nftables/dc1.nft"].split("chain root0")[1].split("}")[0].splitlines()
    return flows_of([line.strip().removeprefix("jump ") for line in lines if "jump" in line])


@pytest.mark.requirement("FW-1")
def test_fortigate_gets_every_forwarded_flow_and_no_service_of_all(compilation: Compilation, forwarded: set[str]):
    text = compilation.files["fortigate/every-site.conf"]
    names = [line.split('"')[1] for line in text.splitlines() if line.strip().startswith("set name ")]
    assert flows_of(names) == forwarded
    accepted, _, denied = text.partition('set name "DENY-all"')
    assert 'set service "ALL"' not in accepted
    assert "set logtraffic all" in denied


@pytest.mark.requirement("FW-1")
def test_palo_alto_gets_every_forwarded_flow_and_a_logged_deny(compilation: Compilation, forwarded: set[str]):
    root = ElementTree.fromstring(compilation.files["paloalto/every-site.xml"])
    entries = root.findall(".//security/rules/entry")
    assert flows_of([entry.attrib["name"] for entry in entries]) == forwarded
    last = entries[-1]
    assert (last.findtext("action"), last.findtext("log-end")) == ("deny", "yes")
    assert all(entry.findtext("service/member") != "any" for entry in entries[:-1])


@pytest.mark.requirement("FW-2")
def test_nsx_t_gets_every_forwarded_flow_and_a_logged_drop(compilation: Compilation, forwarded: set[str]):
    rules = json.loads(compilation.files["nsxt/every-site.json"])["rules"]
    assert flows_of([rule["display_name"] for rule in rules]) == forwarded
    assert (rules[-1]["action"], rules[-1]["logged"]) == ("DROP", True)
    assert all(rule["service_entries"] for rule in rules[:-1])


def test_the_files_are_those_in_the_repository(compilation: Compilation):
    """Mended by `python -m network.policy`; of the long formats the repository has digests."""
    for name, text in regression.kept(compilation).items():
        assert (regression.COMPILED / name).read_text(encoding="utf-8") == text, name
    assert sha256(compilation.files["nsxt/every-site.json"].encode()).hexdigest() in (
        regression.COMPILED / regression.DIGESTS
    ).read_text(encoding="utf-8")


@pytest.mark.requirement("FW-1")
def test_a_target_that_fails_is_named_and_the_others_are_written(
    lab: Architecture, today: date, policy: FlowPolicy, tmp_path: Path
):
    def failing(*_: object) -> Mapping[str, str]:
        raise ValueError("no such\n  keyword")

    made = compile_all(lab, today, policy, {"fortigate": failing, "nftables": TARGETS["nftables"]})
    made.write(tmp_path)
    assert made.failed == {"fortigate": "ValueError: no such keyword"}
    assert sorted(path.name for path in (tmp_path / "nftables").iterdir()) == ["dc1.nft", "dc2.nft", "dc3.nft"]
