"""What the engine prints when it fails becomes one plain sentence with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.failure import explain

LOCKED = """error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end
  file:///somewhere/.pulumi/locks/x.json: created by root@host (pid 4711) at 2026-11-23T21:00:00Z"""


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        (LOCKED, "another deploy of it is running; wait for it to end"),
        ("error: no resource plugin 'pulumi-resource-vsphere' found in the workspace", "missing; run: ggvv doctor"),
        (
            "error: Could not automatically download and install resource plugin 'pulumi-resource-azuread'",
            "the plugin pulumi-resource-azuread is missing; run: ggvv doctor",
        ),
        ("error: update canceled", "interrupted; what was under way was finished"),
        ("error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE", "its secrets can't be opened; set"),
        ("  pulumi:pulumi:Stack\nerror: disk too small: 3 GiB", "the engine stopped: disk too small: 3 GiB"),
    ],
)
def test_one_sentence_with_a_remedy_and_the_log(printed: str, sentence: str) -> None:
    told = explain("lab", printed.splitlines(), Path("/var/log/lab.log"))
    assert told.startswith("stack 'lab': ")
    assert sentence in told
    assert told.endswith("(log: /var/log/lab.log)")
    assert "\n" not in told
