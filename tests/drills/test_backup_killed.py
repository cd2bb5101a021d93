"""Copies that are interrupted anywhere: the next run goes on, and nothing that was done is lost (BAK-1, BAK-2)."""

from __future__ import annotations

import json
import random
import secrets
import time
import uuid
from collections.abc import Iterator

import pytest

from tests.deploy.conftest import Commands
from tests.drills.conftest import Drill
from tests.drills.test_backup import HOST, PATIENCE, SUM

SERVER, VAULT, OWNER = "dc1-bak-01", "dc3-vault-01", "gislaved"
BACKUP, COPY = "ggvv-backup.service", f"ggvv-backup-copy@{OWNER}.service"

KILLS = 25
LONGEST = 1.5
"""Seconds that a run gets before something of it is killed, at most: a whole one needs about two."""

ENDED = "sh -c 'systemctl show --value --property ActiveState {} | grep -qx -e inactive -e failed'"

AGAIN = 60
"""Seconds in which the next run must have ended right: what was killed is started again after two."""

VICTIMS = {
    "the host's copy": (HOST, BACKUP, HOST, "-x kopia"),
    "the repository": (HOST, BACKUP, SERVER, f'-f "[k]opia.*server start.*/{OWNER}.local"'),
    "the copy to the vault": (SERVER, COPY, SERVER, '-f "[k]opia.*snapshot migrate"'),
    "the vault": (SERVER, COPY, VAULT, "-x versitygw"),
}
"""What is killed: during which run of which host, and where it is, by words of pkill's that don't match themselves."""


@pytest.fixture
def folder(used: Drill) -> Iterator[str]:
    """A folder on a host that gets a file before each kill; gone afterwards."""
    made = f"/srv/drill-{uuid.uuid4().hex[:8]}"
    used.run(HOST, f"mkdir -p {made}")
    try:
        yield made
    finally:
        used.run(HOST, f"rm -rf {made} /var/lib/ggvv/drill")


def newest(drill: Drill, store: str) -> str:
    """When the host's newest whole copy of the folder in a store was taken; empty where there is none."""
    said = drill.run(SERVER, f"ggvv-repository {OWNER} {store} snapshot list --all --json", seconds=60)
    ours = [each for each in json.loads(said) if each["source"]["host"] == HOST and each["source"]["path"] == "/srv"]
    return max((each["startTime"] for each in ours if not each.get("incomplete")), default="")


@pytest.mark.kills
@pytest.mark.requirement("BAK-1", "BAK-2")
def test_what_is_killed_anywhere_goes_on_and_nothing_that_was_done_is_lost(used: Drill, ggvv: Commands, folder: str):
    seed = secrets.randbits(32)
    chance = random.Random(seed)  # noqa: S311 - what is killed and when, not a secret
    done = {store: newest(used, store) for store in ("local", "vault")}
    for number in range(KILLS):
        used.run(HOST, f"sh -c 'head -c 300000 /dev/urandom > {folder}/{number}'")
        name = chance.choice(sorted(VICTIMS))
        host, run, where, victim = VICTIMS[name]
        used.run(host, f"systemctl start --no-block {run}")
        time.sleep(chance.uniform(0, LONGEST))
        used.run(where, f"sh -c 'pkill -KILL {victim} || true'")
        used.within(AGAIN, host, ENDED.format(run))  # else the next run would be this one
        used.within(AGAIN, HOST, f"systemctl start {BACKUP}")
        used.within(AGAIN, SERVER, f"systemctl start {COPY}")
        for store, before in done.items():
            done[store] = newest(used, store)
            assert done[store] > before, (
                f"{store}: no newer copy after {name} was killed (kill {number} of seed {seed})"
            )
    before = used.run(HOST, SUM.format(folder))
    ggvv.done("backup", "verify", "--owner", OWNER, seconds=PATIENCE)
    for store in done:
        to = ("--path", folder, "--to", f"/var/lib/ggvv/drill/{store}")
        ggvv.done("restore", HOST, "--from", store, *to, seconds=PATIENCE)
        assert used.run(HOST, SUM.format(f"/var/lib/ggvv/drill/{store}{folder}")) == before, f"{store}: seed {seed}"
