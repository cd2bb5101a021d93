#!/usr/bin/python
"""Brings Pacemaker's configuration to what is declared: section by section, and only where it differs."""

from __future__ import annotations

import subprocess
import time
import xml.etree.ElementTree as ET

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: pacemaker_configuration
short_description: Pacemaker's properties, defaults, resources and constraints as declared
description:
  - Compares each declared section with the cluster's and replaces the whole section where they differ.
  - Of properties, only the declared set is the module's; Pacemaker keeps a set of its own beside it.
options:
  configuration: {description: "The element C(configuration) of a CIB.", type: str, required: true}
  patience: {description: Seconds to wait until the cluster has quorum and answers., type: int, default: 60}
"""
EXAMPLES = """
- pacemaker_configuration:
    configuration: "{{ lookup('ansible.builtin.template', 'configuration.xml.j2') }}"
"""
RETURN = """
sections: {description: The sections that differed., returned: always, type: list}
"""

SHARED = "crm_config"
"""The section in which Pacemaker writes a set of its own."""


def canonical(element: ET.Element) -> str:
    """An element as text that does not depend on spaces, comments or the order of attributes."""
    copy = ET.fromstring(ET.tostring(element))
    for part in copy.iter():
        part.text = part.tail = None
    return ET.canonicalize(ET.tostring(copy, encoding="unicode"))


def differing(wanted: ET.Element, found: ET.Element) -> list[ET.Element]:
    """The sections of `wanted` that are otherwise in `found`, both elements `configuration`."""
    return [section for section in wanted if not _same(section, found.find(section.tag))]


def _same(section: ET.Element, there: ET.Element | None) -> bool:
    if there is None:
        return False
    if section.tag == SHARED:
        sets = {child.get("id"): canonical(child) for child in there}
        return all(sets.get(child.get("id")) == canonical(child) for child in section)
    return canonical(section) == canonical(there)


def run(*words: str, stdin: str | None = None) -> str:
    """The output of a command of Pacemaker's; raises CalledProcessError."""
    return subprocess.run(words, input=stdin, capture_output=True, text=True, check=True, timeout=60).stdout


def quorate() -> bool:
    """Whether the cluster has elected who writes its configuration, and may."""
    status = subprocess.run(["crm_mon", "--output-as=xml", "--one-shot"], capture_output=True, text=True, check=False)
    if status.returncode != 0:
        return False
    writer = ET.fromstring(status.stdout).find("./summary/current_dc")
    return writer is not None and writer.get("with_quorum") == "true"


def apply(section: ET.Element) -> None:
    """Replace a section; of properties only our own sets, made anew so that none stays that isn't declared any more."""
    if section.tag != SHARED:
        whole = ET.tostring(section, encoding="unicode")
        run("cibadmin", "--replace", f"--scope={section.tag}", "--xml-pipe", stdin=whole)
        return
    for child in section:
        text = ET.tostring(child, encoding="unicode")
        run("cibadmin", "--delete", f"--scope={SHARED}", f"--xml-text=<{child.tag} id='{child.get('id')}'/>")
        run("cibadmin", "--create", f"--scope={SHARED}", "--xml-pipe", stdin=text)


def main() -> None:
    """Compare, and replace unless in check mode."""
    module = AnsibleModule(
        argument_spec={
            "configuration": {"type": "str", "required": True},
            "patience": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    wanted = ET.fromstring(module.params["configuration"])
    deadline = time.monotonic() + module.params["patience"]
    while not quorate():
        if module.check_mode:
            module.exit_json(changed=True, sections=[], msg="check mode can't tell: the cluster's configuration")
        if time.monotonic() > deadline:
            module.fail_json(
                msg=f"the cluster has no quorum after {module.params['patience']} s; see: corosync-quorumtool -s"
            )
        time.sleep(0.5)
    try:
        found = ET.fromstring(run("cibadmin", "--query", "--scope=configuration"))
        sections = differing(wanted, found)
        if not module.check_mode:
            for section in sections:
                apply(section)
    except subprocess.CalledProcessError as error:
        module.fail_json(msg=f"{error.cmd[0]} ended with {error.returncode}: {error.stderr.strip()}")
    module.exit_json(changed=bool(sections), sections=[section.tag for section in sections])


if __name__ == "__main__":
    main()
