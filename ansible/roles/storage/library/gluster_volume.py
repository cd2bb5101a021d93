#!/usr/bin/python
"""Brings a replicated gluster volume to what is declared: peers, copies, options, started."""

from __future__ import annotations

import subprocess
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: gluster_volume
short_description: A gluster volume with two copies and an arbiter of each part
description:
  - Adds missing peers, makes the volume where there is none, sets options that differ, and starts it.
  - A volume that has other copies than declared is refused, since moving data is not done unasked.
options:
  name: {description: The volume's name., type: str, required: true}
  parts:
    description: Each part's copies, its arbiter last (host, storage, arbiter).
    type: list
    elements: list
    required: true
  folder: {description: Where each host keeps its copies., type: path, required: true}
  options: {description: Options of the volume., type: dict, default: {}}
  patience: {description: Seconds to wait for new peers to be ready., type: int, default: 30}
"""
EXAMPLES = """
- gluster_volume:
    name: shared
    parts: [[{host: a, storage: 192.0.2.1, arbiter: false}, {host: b, storage: 192.0.2.2, arbiter: false},
             {host: c, storage: 192.0.2.3, arbiter: true}]]
    folder: /var/lib/bricks
"""
RETURN = """
done: {description: What was missing or differed., returned: always, type: list}
"""


def gluster(*words: str) -> ET.Element:
    """The answer of gluster's own command; raises CalledProcessError."""
    command = ["gluster", "--mode=script", "--xml", *words]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    answer = ET.fromstring(result.stdout) if result.stdout.startswith("<") else None
    if answer is None or answer.findtext("opRet") != "0":
        said = answer.findtext("opErrstr") if answer is not None else result.stderr or result.stdout
        raise subprocess.CalledProcessError(result.returncode, command, stderr=said)
    return answer


def bricks(parts: list[list[dict[str, object]]], volume: str, folder: str) -> list[str]:
    """All copies in gluster's order; parts are numbered from 1, so that a new one changes no other's folder.

    >>> bricks([[{"storage": "192.0.2.1"}, {"storage": "192.0.2.2"}]], "shared", "/b")
    ['192.0.2.1:/b/shared-1', '192.0.2.2:/b/shared-1']
    """
    return [f"{copy['storage']}:{folder}/{volume}-{number}" for number, part in enumerate(parts, 1) for copy in part]


def found(answer: ET.Element) -> tuple[list[str], dict[str, str], bool]:
    """The copies of the volume in an answer of `volume info`, its options, and whether it is started."""
    volume = answer.find("./volInfo/volumes/volume")
    if volume is None:
        return [], {}, False
    copies = [brick.findtext("name") or "" for brick in volume.iterfind("./bricks/brick")]
    options = {o.findtext("name") or "": o.findtext("value") or "" for o in volume.iterfind("./options/option")}
    return copies, options, volume.findtext("statusStr") == "Started"


def peers(answer: ET.Element) -> dict[str, bool]:
    """The peers in an answer of `peer status` by each of their names, and whether they are ready."""
    return {
        name.text or "": peer.findtext("connected") == "1" and peer.findtext("state") == "3"
        for peer in answer.iterfind("./peerStatus/peer")
        for name in (*peer.iterfind("./hostnames/hostname"), *peer.iterfind("hostname"))
    }


class Volume:
    """The volume of a task; each step says what it found missing, and makes it unless only looking."""

    def __init__(self, module: AnsibleModule) -> None:
        self.name: str = module.params["name"]
        self.parts = module.params["parts"]
        self.copies = bricks(self.parts, self.name, module.params["folder"])
        self.options = {name: str(value) for name, value in module.params["options"].items()}
        self.patience: int = module.params["patience"]
        self.looks_only: bool = module.check_mode
        self.done: list[str] = []

    def do(self, what: str, *words: str) -> None:
        """Note `what`, and do it by gluster's command."""
        self.done.append(what)
        if not self.looks_only:
            gluster(*words)

    def bring_peers(self) -> None:
        """Add hosts that this one doesn't know, and wait until all are ready; this host is its own."""
        own = self.parts[0][0]["storage"]
        others = dict.fromkeys(str(copy["storage"]) for part in self.parts for copy in part if copy["storage"] != own)
        known = peers(gluster("peer", "status"))
        missing = [host for host in others if host not in known]
        for host in missing:
            self.do(f"peer {host}", "peer", "probe", host)
        deadline = time.monotonic() + self.patience
        while missing and not self.looks_only and not all(peers(gluster("peer", "status")).get(h) for h in missing):
            if time.monotonic() > deadline:
                raise TimeoutError(f"peers {', '.join(missing)} are not ready after {self.patience} s")
            time.sleep(0.5)

    def bring_volume(self) -> None:
        """Make, set and start the volume."""
        has, options, started = found(gluster("volume", "info")) if self._exists() else ([], {}, False)
        if not has:
            per_part = str(len(self.parts[0]) - 1)
            # `force`: a folder of the root file system will do in the lab; on iron it is a mount point.
            self.do("volume", "volume", "create", self.name, "replica", per_part, "arbiter", "1", *self.copies, "force")
        elif has != self.copies:
            raise ValueError(f"volume {self.name} has copies {has}; right is {self.copies}; move the data first")
        for name, value in self.options.items():
            if options.get(name) != value:
                self.do(f"{name}={value}", "volume", "set", self.name, name, value)
        if not started:
            self.do("start", "volume", "start", self.name)

    def _exists(self) -> bool:
        return Path(f"/var/lib/glusterd/vols/{self.name}").is_dir()


def main() -> None:
    """Compare, and make what is missing unless in check mode."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "parts": {"type": "list", "elements": "list", "required": True},
            "folder": {"type": "path", "required": True},
            "options": {"type": "dict", "default": {}},
            "patience": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    volume = Volume(module)
    if module.check_mode and not Path("/var/lib/glusterd/glusterd.info").exists():
        module.exit_json(changed=True, done=[], msg="check mode can't tell: what a new store lacks")
    try:
        volume.bring_peers()
        volume.bring_volume()
    except subprocess.CalledProcessError as error:
        module.fail_json(msg=f"{' '.join(error.cmd)}: {error.stderr}", done=volume.done)
    except (TimeoutError, ValueError) as error:
        module.fail_json(msg=str(error), done=volume.done)
    module.exit_json(changed=bool(volume.done), done=volume.done)


if __name__ == "__main__":
    main()
