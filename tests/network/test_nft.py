"""The real nft takes the compiled rules, and the kernel has what the proof on paper read (FW-1).

Each file is loaded in a network namespace that is gone afterwards; nothing passes by it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from network.policy.compiling import compiled
from network.policy.ruleset import parse
from operations.stack_settings import StackSettings

SITES = ("dc1", "dc2", "dc3")
HOOKS = {"prerouting", "forward", "input", "output"}

Shell = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def rules() -> Mapping[str, str]:
    return compiled(StackSettings.read("lab").architecture(), datetime.now(UTC).date())


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shell(rules: Mapping[str, str], site: str, tmp_path: Path) -> Shell:
    """Runs a line in a namespace of its own, beside the file `rules.nft`."""
    if os.geteuid() != 0 or shutil.which("nft") is None or shutil.which("unshare") is None:
        pytest.skip("nft can't be asked here: it needs root, nft and unshare")
    (tmp_path / "rules.nft").write_text(rules[site], encoding="utf-8")
    return lambda line: subprocess.run(
        ["unshare", "--net", "sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False
    )


@pytest.mark.requirement("FW-1")
def test_nft_takes_the_rules(shell: Shell):
    checked = shell("nft --check --file rules.nft")
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.requirement("FW-1")
def test_loading_twice_is_loading_once(shell: Shell):
    load = "nft -f rules.nft && nft list ruleset | sha256sum"
    first, second = shell(f"{load} && {load}").stdout.splitlines()
    assert first == second


@pytest.mark.requirement("FW-1")
def test_the_kernel_has_the_rules_that_the_proof_reads(shell: Shell, rules: Mapping[str, str], site: str):
    """As many in each chain, and the same lists."""
    listed = json.loads(shell("nft -f rules.nft && nft -j list ruleset").stdout)["nftables"]
    counted = Counter(entry["rule"]["chain"] for entry in listed if "rule" in entry)
    assert counted == {name: len(chain.rules) for name, chain in parse(rules[site]).chains.items()}
    assert {entry["chain"]["hook"] for entry in listed if "hook" in entry.get("chain", {})} == HOOKS
