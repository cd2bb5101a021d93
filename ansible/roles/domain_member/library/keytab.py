#!/usr/bin/python
"""Keeps a host's Kerberos keys, which are binary and nobody's to read."""

from __future__ import annotations

import base64
import os
import tempfile
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: keytab
short_description: A Kerberos keytab from its base64
description:
  - Writes the file whole, readable by its owner only.
options:
  path: {description: The file., type: path, required: true}
  content: {description: The keytab (base64)., type: str, required: true}
"""
EXAMPLES = """
- keytab: {path: /etc/krb5.keytab, content: "{{ account.keytab }}"}
  no_log: true
"""
RETURN = ""


def write(path: Path, content: bytes) -> bool:
    """Write `content` (mode 0600, in one piece); False if the file held it already."""
    if path.exists() and path.read_bytes() == content:
        return False
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(fresh).rename(path)
    return True


def main() -> None:
    """Write it unless in check mode."""
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "content": {"type": "str", "required": True, "no_log": True},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=True)
    module.exit_json(changed=write(Path(module.params["path"]), base64.b64decode(module.params["content"])))


if __name__ == "__main__":
    main()
