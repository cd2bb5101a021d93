"""Copies and restores of a host of the standing lab beside plain kopia (`python benchmarks/backup/copies.py`).

Ours: the host's own job to its zone's server, the server's job to the vault, the vault read back, and a restore out of
it, through all firewalls. The peer: kopia on the same host into a folder, from there into a second one, that read back,
and a restore out of it; no network, no server, no locks. Both see as many files of the same sizes, new to them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from operations import project

HOST, SERVER, OWNER = "gis-bokning-web01", "dc1-bak-01", "gislaved"
FOLDER, BACK, PLAIN = "/srv/bench", "/var/lib/ggvv-bench/back", "/var/lib/ggvv-bench/plain"
COPY_GOAL, RESTORE_GOAL = 0.7, 1.1
"""Share of the peer's speed when copying and reading back, at least; and of its time when restoring, at most."""

MAKE = """import os, sys
files, size = int(sys.argv[1]), int(sys.argv[2])
for number in range(files):
    folder = f"{sys.argv[3]}/{number % 100}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{number}", "wb") as file:
        file.write(os.urandom(size // files))
"""

KOPIA = (
    "env KOPIA_PASSWORD=bench KOPIA_CHECK_FOR_UPDATES=false XDG_CACHE_HOME={folder}/cache HOME={folder} "
    "kopia --no-progress --disable-file-logging --config-file={folder}/{store}.config {words}"
)


@dataclass(frozen=True)
class Times:
    """Seconds for the first copy, from there to the second place, reading that back, and a restore out of it."""

    first: float
    second: float
    read: float
    restore: float

    @property
    def copying(self) -> float:
        """All but the restore."""
        return self.first + self.second + self.read


def main() -> int:
    """Print both and how they compare; the exit code is 1 where a goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=5_000)
    arguments.add_argument(
        "--mib", type=int, default=256, help="of all files together; a lab's disks hold 4 GiB in all"
    )
    chosen = arguments.parse_args()
    taken: dict[str, Times] = {}
    for name, measure in (("plain kopia", plain), ("ours", ours)):
        try:
            on(HOST, f"mkdir -p {FOLDER} {PLAIN}")
            on(HOST, f"python3 -c '{MAKE}' {chosen.files} {chosen.mib << 20} {FOLDER}")
            taken[name] = measure()
        finally:
            on(HOST, f"rm -rf {FOLDER} /var/lib/ggvv-bench")
        each = taken[name]
        print(f"{name:12} copy {each.first:6.1f} s, to the second place {each.second:6.1f} s, ", end="")
        print(f"read back {each.read:6.1f} s, restore {each.restore:6.1f} s (load {os.getloadavg()[0]:.1f})")
    speed = taken["plain kopia"].copying / taken["ours"].copying
    slower = taken["ours"].restore / taken["plain kopia"].restore
    print(f"{speed:.2f} of plain kopia's speed (goal {COPY_GOAL})")
    print(f"restore in {slower:.2f} of its time (goal {RESTORE_GOAL})")
    return 0 if speed >= COPY_GOAL and slower <= RESTORE_GOAL else 1


def ours() -> Times:
    """By the jobs and doors of the environment."""
    vault = f"ggvv-repository {OWNER} vault snapshot verify --verify-files-percent=100"
    first = timed(HOST, "systemctl start ggvv-backup.service")
    second = timed(SERVER, f"systemctl start ggvv-backup-copy@{OWNER}.service")
    read = timed(SERVER, f"rm -rf /var/cache/ggvv-backup-server/{OWNER}.vault; {vault}")
    door = f"ggvv-repository-vault@{OWNER}.service"
    on(SERVER, f"systemctl start {door}; sleep 3")
    try:
        restore = timed(HOST, f"ggvv-restore vault-{SERVER} {BACK} --path {FOLDER}")
    finally:
        on(SERVER, f"systemctl stop {door}")
    return Times(first, second, read, restore)


def plain() -> Times:
    """By kopia alone, on the host itself."""
    for store in ("one", "two"):
        kopia(store, f"repository create filesystem --path={PLAIN}/{store}")
        kopia(store, "policy set --global --compression=zstd")
    first = kopia("one", f"snapshot create {FOLDER}")
    second = kopia("two", f"snapshot migrate --all --no-policies --source-config={PLAIN}/one.config")
    on(HOST, f"rm -rf {PLAIN}/cache")
    read = kopia("two", "snapshot verify --verify-files-percent=100")
    on(HOST, f"rm -rf {PLAIN}/cache")
    (copy,) = json.loads(on(HOST, KOPIA.format(folder=PLAIN, store="two", words="snapshot list --all --json")))
    return Times(first, second, read, kopia("two", f"restore {copy['rootEntry']['obj']} {BACK}"))


def kopia(store: str, words: str) -> float:
    """Seconds that plain kopia took."""
    return timed(HOST, KOPIA.format(folder=PLAIN, store=store, words=words))


def timed(host: str, command: str) -> float:
    """Seconds that a command took on a host."""
    began = time.perf_counter()
    on(host, command)
    return time.perf_counter() - began


def on(host: str, command: str) -> str:
    """What a command printed on a host, as root.

    Raises:
        SystemExit: it failed.
    """
    words = [*project.lab().hosts.ssh_command(host), "sudo bash -s"]
    result = subprocess.run(  # noqa: S603 - a fixed list; the command is this file's own
        words, input=f"set -e\n{command}\n", capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        sys.exit(f"{host}: {command}: {result.stderr.strip().splitlines()[-1]}")
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
