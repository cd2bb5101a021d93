#!/usr/bin/python
"""Loads the flow policy where it is not what is loaded: first for a time, then, from a new session, for good."""

from __future__ import annotations

import subprocess

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: flow_rules
short_description: The compiled flow policy, loaded with a way back
description:
  - Without C(keep), compares C(file) with what is loaded and loads it for C(patience) seconds where they differ.
  - With C(keep), confirms what was loaded so; a task before it comes in by a new session, which proves the way in.
options:
  file: {description: The compiled rules on the host., type: path, default: /etc/ggvv/flow-policy.nft}
  patience: {description: Seconds that rules stay that nobody confirms., type: int, default: 45}
  keep: {description: Confirm., type: bool, default: false}
"""
EXAMPLES = """
- flow_rules: {patience: 45}
- flow_rules: {keep: true}
"""
RETURN = """
"""

PROGRAM = "/usr/local/sbin/ggvv-rules"


def asked(*words: str) -> subprocess.CompletedProcess[str]:
    """What ggvv-rules answered; a program that is not there yet answers as one that found a difference."""
    try:
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, timeout=60)
    except FileNotFoundError:
        return subprocess.CompletedProcess(words, 1, "", f"{PROGRAM} is not there")


def main() -> None:
    """Compare, and load or confirm unless in check mode."""
    module = AnsibleModule(
        argument_spec={
            "file": {"type": "path", "default": "/etc/ggvv/flow-policy.nft"},
            "patience": {"type": "int", "default": 45},
            "keep": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    file, keep = module.params["file"], module.params["keep"]
    if not keep and asked("same", file).returncode == 0:
        module.exit_json(changed=False)
    if not module.check_mode:
        done = asked("keep") if keep else asked("try", file, str(module.params["patience"]))
        if done.returncode != 0:
            module.fail_json(msg=f"ggvv-rules ended with {done.returncode}: {done.stderr.strip()}")
    module.exit_json(changed=True)


if __name__ == "__main__":
    main()
