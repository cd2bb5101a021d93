"""Restores: real files and a real database come back byte for byte, from the zone and from the vault (BAK-1, BAK-2)."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import pytest

from operations import project
from reference.backup_plan import BackupPlan
from reference.backup_service import backup_jobs
from tests.deploy.conftest import Commands
from tests.drills.conftest import Drill

HOST, DATABASE = "gis-bokning-web01", "gis-bokning-db01"
PATIENCE = 300.0
"""Seconds that a copy or a restore may take; a busy machine needs a tenth of it."""

SUM = r"sh -c 'cd {} && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum'"
"""The checksum of all files of a folder, names and contents."""


COVER = """
import json, sys, boto3
with open("/etc/ggvv/backup-server/repositories/varnamo.vault.config") as file:
    vault = json.load(file)["storage"]["config"]
client = boto3.client(
    "s3", endpoint_url="https://" + vault["endpoint"], region_name="us-east-1", verify="/etc/ggvv/pki/ca.pem",
    aws_access_key_id=vault["accessKeyID"], aws_secret_access_key=vault["secretAccessKey"],
)
client.put_object(Bucket="varnamo", Key="kopia.repository", Body=b"poison")
for each in client.list_objects_v2(Bucket="varnamo")["Contents"]:
    if each["Key"].startswith(("p", "q", "xn")):
        client.delete_object(Bucket="varnamo", Key=each["Key"])
"""
"""Runs on a backup server, with all that it may: covers everything that a restore of an owner's hosts needs."""

DAMAGE = """
import pathlib, sys
for block in pathlib.Path(sys.argv[1]).glob("p/**/*.f"):
    with block.open("r+b") as file:
        for place in range(600, file.seek(0, 2), 1024):
            file.seek(place)
            file.write(b"XXXX")
"""
"""Changes four bytes of each KiB of all blocks of files of a repository."""

KEY = "/etc/ggvv/backup-server/repositories/gislaved.env"
"""Where a backup server has an owner's key."""

FOREIGN = """cd /etc/ggvv/pki && cp --preserve host.pem host.pem.own && cp --preserve host.key host.key.own
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=vault -addext "subjectAltName=DNS:$(hostname --fqdn)" \\
  -keyout new.key -out new.pem 2>/dev/null
cat new.pem > host.pem && cat new.key > host.key && rm new.pem new.key && systemctl restart ggvv-vault"""
OWN = "cd /etc/ggvv/pki && mv host.pem.own host.pem && mv host.key.own host.key && systemctl restart ggvv-vault"
"""Runs on the vault: gives it a certificate that the environment's authority did not sign, and its own again."""


@pytest.fixture
def files(used: Drill) -> Iterator[str]:
    """A folder with files of all sizes on a host; gone afterwards."""
    folder = f"/srv/drill-{uuid.uuid4().hex[:8]}"
    make = "for n in 0 1 100 5000 70000 3000000; do head -c $n /dev/urandom > å-$n; done; ln -s å-1 link; mkdir empty"
    used.run(HOST, f"sh -c 'mkdir -p {folder} && cd {folder} && {make}'")
    try:
        yield folder
    finally:
        used.run(HOST, f"rm -rf {folder} /var/lib/ggvv/drill")


def restored(said: str) -> str:
    """The checksum that a restore tells."""
    found = re.search(r"sha256 ([0-9a-f]{64})", said)
    assert found is not None, said
    return found[1]


@pytest.mark.requirement("BAK-1", "BAK-2")
def test_files_come_back_byte_for_byte_from_the_zone_and_from_the_vault(used: Drill, ggvv: Commands, files: str):
    before = used.run(HOST, SUM.format(files))
    ggvv.done("backup", "run", HOST, seconds=PATIENCE)
    used.run(HOST, f"rm -rf {files}")
    began = time.monotonic()
    in_place = ggvv.done("restore", HOST, "--from", "local", "--path", files, "--to", "/", seconds=PATIENCE)
    used.times["restored from the zone"] = time.monotonic() - began
    assert used.run(HOST, SUM.format(files)) == before
    began = time.monotonic()
    to = ("--path", files, "--to", "/var/lib/ggvv/drill")
    beside = ggvv.done("restore", HOST, "--from", "vault", *to, seconds=PATIENCE)
    used.times["restored from the vault"] = time.monotonic() - began
    assert used.run(HOST, SUM.format(f"/var/lib/ggvv/drill{files}")) == before
    assert restored(in_place) == restored(beside)


@pytest.mark.requirement("BAK-2", "CMP-1")
def test_the_vault_serves_where_a_zone_has_lost_its_backup_server(drill: Drill, ggvv: Commands, files: str):
    before = drill.run(HOST, SUM.format(files))
    ggvv.done("backup", "run", HOST, seconds=PATIENCE)
    jobs = backup_jobs(drill.hosts.plan().handover, BackupPlan.load())
    job = next(job for job in jobs if job.host == HOST)
    drill.run(HOST, f"rm -rf {files}")
    drill.crash([job.servers[0]])
    began = time.monotonic()
    said = ggvv.done("restore", HOST, "--path", files, "--to", "/", seconds=PATIENCE)
    drill.times["restored by the other zone"] = time.monotonic() - began
    assert f"from vault-{job.servers[1]} to /" in said
    assert drill.run(HOST, SUM.format(files)) == before


@pytest.mark.requirement("BAK-1", "BAK-2", "GOV-1")
def test_a_host_that_was_lost_with_its_disk_is_made_anew_and_restored(used: Drill, ggvv: Commands, files: str):
    """The restore guide of docs/backup.md, step by step, and then the host's own checks."""
    before = used.run(HOST, SUM.format(files))
    ggvv.done("backup", "run", HOST, seconds=PATIENCE)
    began = time.monotonic()
    used.hosts.lose(HOST)
    used.hosts.start(HOST)
    assert used.run(HOST, f"sh -c 'ls {files} 2>/dev/null || echo nothing'") == "nothing"
    ggvv.done("configure", "--limit", HOST, seconds=PATIENCE)
    for server in ("dc1-bak-01", "dc2-bak-01"):
        ggvv.done("configure", "--stage", "backup", "--limit", server, seconds=PATIENCE)
    ggvv.done("restore", HOST, "--from", "vault", "--to", "/", seconds=PATIENCE)
    ggvv.done("configure", "--limit", HOST, seconds=PATIENCE)
    used.times["made anew and restored"] = time.monotonic() - began
    assert used.run(HOST, SUM.format(files)) == before
    ggvv.done("backup", "run", HOST, seconds=PATIENCE)
    asked = [
        sys.executable,
        "-m",
        "pytest",
        "tests/hosts",
        "--stack",
        "lab",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        HOST,
    ]
    result = subprocess.run(asked, cwd=project.ROOT, env=ggvv.environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert " passed" in result.stdout


@pytest.mark.requirement("BAK-1")
def test_a_database_comes_back_with_all_its_rows(used: Drill, ggvv: Commands):
    psql = "sh -c 'cd / && runuser -u postgres -- psql --quiet --tuples-only --no-align {}'"
    table = f"drill_{uuid.uuid4().hex[:8]}"
    rows = f'--command="select count(*), sum(n), md5(string_agg(t, NULL order by n)) from {table}"'  # noqa: S608 - ours
    used.run(DATABASE, "systemctl start postgresql@15-main")
    try:
        columns = "select n, md5(n::text) as t from generate_series(1, 20000) as n"
        make = f'--command="create table {table} as {columns}"'
        used.run(DATABASE, psql.format(make))
        before = used.run(DATABASE, psql.format(rows))
        ggvv.done("backup", "run", DATABASE, seconds=PATIENCE)
        used.run(DATABASE, psql.format(f'--command="drop table {table}"'))
        dump = "/var/lib/ggvv/dumps/postgresql-15-main.sql"
        ggvv.done("restore", DATABASE, "--path", dump, "--to", "/var/lib/ggvv/drill", seconds=PATIENCE)
        used.run(DATABASE, f"sh -c 'runuser -u postgres -- psql --quiet < /var/lib/ggvv/drill{dump}'")
        assert used.run(DATABASE, psql.format(rows)) == before
    finally:
        used.run(DATABASE, f"sh -c 'cd /; runuser -u postgres -- psql -c \"drop table if exists {table}\"; true'")
        used.run(DATABASE, "systemctl stop postgresql@15-main")
        used.run(DATABASE, "rm -rf /var/lib/ggvv/drill")


@pytest.mark.requirement("BAK-1", "IDM-1")
def test_a_directory_comes_back_with_all_its_users(used: Drill, ggvv: Commands):
    """Into a folder beside the one that serves: on a bad day it is a new controller's (docs/backup.md)."""
    controller, folder = "dc1-dc-01", "/var/lib/ggvv/drill"
    to = ("--path", "/var/lib/ggvv/dumps", "--to", folder)
    assert restored(ggvv.done("restore", controller, *to, seconds=PATIENCE))
    try:
        made_of = f"--backup-file={folder}/var/lib/ggvv/dumps/samba.tar.bz2 --newservername=drill-dc"
        began = time.monotonic()
        used.run(controller, f"samba-tool domain backup restore {made_of} --targetdir={folder}/new", seconds=180)
        used.times["a directory made of its copy"] = time.monotonic() - began
        back = used.run(controller, f"samba-tool user list --URL=tdb://{folder}/new/private/sam.ldb").splitlines()
        there = used.run(controller, "samba-tool user list").splitlines()
        assert len(there) > 1
        assert sorted(back) == sorted(there)
    finally:
        used.run(controller, f"rm -rf {folder}")


@pytest.mark.requirement("BAK-1")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("/var/lib/ggvv/drill --at 2020-01-01T00:00:00", "2020-01-01T00:00:00: before the first copy, which is of 2"),
        ("/var/lib/ggvv/drill --path /usr", "/usr: is in no copy of that time; copied are /etc, /home, /srv; correct"),
    ],
    ids=["time_before_the_first_copy", "path_in_no_copy"],
)
def test_what_can_t_be_restored_is_one_sentence(used: Drill, options: str, sentence: str):
    said = used.run(HOST, f"sh -c 'ggvv-restore local {options} 2>&1; test $? = 1'")
    assert said.startswith(sentence)
    assert "\n" not in said


@pytest.mark.requirement("BAK-1")
def test_a_restore_to_a_path_that_exists_is_refused(ggvv: Commands):
    result = ggvv("restore", HOST, "--from", "local", "--to", "/etc", seconds=PATIENCE)
    assert result.returncode == 1
    assert "/etc: is there already; right is a new folder, or / to restore in place; choose another" in result.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("verify", "--owner", "nobody"),
            "owner 'nobody' has no copies in stack 'lab'; right is one of environment, gislaved",
        ),
        (
            ("heal", "dc1-bak-01", "nobody"),
            "owner 'nobody' has no copies in stack 'lab'; right is one of environment, gislaved",
        ),
        (
            ("heal", HOST, "gislaved"),
            f"'{HOST}' is no backup server of stack 'lab'; right is one of dc1-bak-01, dc2-bak-01",
        ),
    ],
    ids=["unknown_owner", "nothing_to_heal", "no_backup_server"],
)
def test_what_nobody_has_is_refused(ggvv: Commands, words: tuple[str, ...], sentence: str):
    result = ggvv("backup", *words, seconds=PATIENCE)
    assert result.returncode == 1
    assert sentence in " ".join(result.stderr.split())


def test_a_dry_run_says_what_would_be_restored_and_restores_nothing(used: Drill, ggvv: Commands):
    said = ggvv.done("restore", HOST, "--dry-run", "--to", "/var/lib/ggvv/drill", seconds=PATIENCE)
    assert "would be restored" in said
    assert used.run(HOST, "sh -c 'ls /var/lib/ggvv/drill 2>/dev/null || echo nothing'") == "nothing"


@pytest.mark.requirement("BAK-2")
def test_a_damaged_copy_is_found_and_healed_from_the_vault(used: Drill, ggvv: Commands):
    """Every block of the zone's copies is damaged, for some are in no copy any more: reading back names the server."""
    server, folder = "dc1-bak-01", "/srv/backup/gislaved"
    used.run(server, f"python3 -c {shlex.quote(DAMAGE)} {folder}")
    # Else an earlier reading's blocks would be compared.
    used.run(server, "rm -rf /var/cache/ggvv-backup-server/gislaved.local")
    result = ggvv("backup", "verify", "--owner", "gislaved", seconds=PATIENCE)
    assert result.returncode == 1
    assert f"{server}: Verify the zone's: " in result.stderr
    began = time.monotonic()
    healed = ggvv.done("backup", "heal", server, "gislaved", seconds=PATIENCE)
    used.times["healed"] = time.monotonic() - began
    aside = re.search(rf"the damaged ones: ({folder}\.damaged-\d+-\d+)", healed)
    assert aside is not None, healed
    used.run(server, f"rm -r {aside[1]}")
    ggvv.done("backup", "verify", "--owner", "gislaved", seconds=PATIENCE)
    ggvv.done("backup", "run", HOST, seconds=PATIENCE)
    try:
        to = ("--path", "/etc", "--to", "/var/lib/ggvv/drill")
        assert restored(ggvv.done("restore", HOST, "--from", "local", *to, seconds=PATIENCE))
    finally:
        used.run(HOST, "rm -rf /var/lib/ggvv/drill")


@pytest.mark.requirement("BAK-2", "BAK-3")
@pytest.mark.parametrize(
    ("host", "spoil", "mend", "why"),
    [
        ("dc3-vault-01", "systemctl stop ggvv-vault", "systemctl start ggvv-vault", "connection refused"),
        ("dc3-vault-01", FOREIGN, OWN, "certificate signed by unknown authority"),
        (
            "dc1-bak-01",
            f"sed -i.own 's/^KOPIA_PASSWORD=/&x/' {KEY}",
            f"mv {KEY}.own {KEY}",
            "invalid repository password",
        ),
    ],
    ids=["vault_not_reachable", "wrong_certificate_of_the_vault", "repository_of_another_environment"],
)
def test_why_nothing_gets_to_the_vault_is_told(used: Drill, ggvv: Commands, host: str, spoil: str, mend: str, why: str):
    used.run(host, f"sh -c {shlex.quote(spoil)}")
    try:
        result = ggvv("backup", "run", HOST, seconds=PATIENCE)
        assert result.returncode == 1
        # Of both servers, where the same is wrong with both.
        assert re.search(rf"^  dc1-bak-01(, dc2-bak-01)?: Copy to the vault: .*{why}", result.stderr, re.MULTILINE)
    finally:
        used.run(host, f"sh -c {shlex.quote(mend)}")
    ggvv.done("backup", "run", HOST, seconds=PATIENCE)


@pytest.mark.requirement("BAK-1", "BAK-2")
def test_a_host_that_does_not_come_back_is_told(used: Drill, ggvv: Commands):
    server, file = "dc1-bak-01", "/etc/ggvv/backup-server/restore-tests.json"
    kept = used.run(server, f"cat {file}")
    lost = json.dumps([{"host": "nobody", "owner": "environment", "class_id": "BAK-DIRECTORY"}])
    try:
        used.run(server, f"sh -c {shlex.quote(f'echo {shlex.quote(lost)} > {file}')}")
        result = ggvv("backup", "test", seconds=PATIENCE)
        assert result.returncode == 1
        assert (
            f"{server}: Bring a host of each class back: BAK-DIRECTORY: nobody: the vault has no copy" in result.stderr
        )
        listed = ggvv("backup", "list", seconds=PATIENCE)
        assert listed.returncode == 2
        assert "nor are the restore tests of BAK-DIRECTORY" in listed.stderr
    finally:
        used.run(server, f"sh -c {shlex.quote(f'echo {shlex.quote(kept)} > {file}')}")
    assert "a host of each class came back from the vault" in ggvv.done("backup", "test", seconds=PATIENCE)
    assert "the copies of" not in ggvv("backup", "list", seconds=PATIENCE).stderr


@pytest.mark.requirement("BAK-3")
def test_what_is_laid_over_locked_copies_is_taken_away_again(used: Drill, ggvv: Commands):
    host, servers = "vmo-bokning-web01", ("dc1-bak-01", "dc2-bak-01")
    to = ("--path", "/etc", "--to")
    before = restored(ggvv.done("restore", host, "--from", "vault", *to, "/var/lib/ggvv/drill-1", seconds=PATIENCE))
    try:
        used.run(servers[0], f"python3 -c {shlex.quote(COVER)}")
        for server in servers:  # what they had read before
            used.run(server, "rm -rf /var/cache/ggvv-backup-server/varnamo.vault")
        status = "sh -c 'ggvv-repository varnamo vault repository status || echo covered'"
        assert used.run(servers[1], status) == "covered"
        began = time.monotonic()
        used.run("dc3-vault-01", "systemctl start ggvv-vault-recover.service", seconds=120)
        used.times["taken away"] = time.monotonic() - began
        after = restored(ggvv.done("restore", host, "--from", "vault", *to, "/var/lib/ggvv/drill-2", seconds=PATIENCE))
        assert after == before
        lock = "cat /srv/vault/metadata/varnamo/kopia.repository/meta/object-retention"
        assert '"COMPLIANCE"' in used.run("dc3-vault-01", lock)
    finally:
        used.run(host, "rm -rf /var/lib/ggvv/drill-1 /var/lib/ggvv/drill-2")
        used.run("dc3-vault-01", "systemctl start ggvv-vault-recover.service", seconds=120)
