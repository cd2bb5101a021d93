"""The container's command: what each role may more, and less."""

from pathlib import Path

import pytest

from lab.hosts.cgroup import Cgroup
from lab.hosts.container import Container


def command(role: str) -> list[str]:
    return Container("h", role, "ggvv-test-host-h", Cgroup("ggvv-test/h"), Path("/log")).command(Path("/root"))


def option(role: str, name: str) -> set[str]:
    return {*next(word for word in command(role) if word.startswith(f"--{name}=")).partition("=")[2].split(",")}


def test_only_nodes_and_witness_may_use_fuse_and_real_time():
    for role in ("cluster-node", "witness"):
        assert "--bind=/dev/fuse" in command(role)
        assert "CAP_IPC_LOCK" in option(role, "capability")
    assert "--bind=/dev/fuse" not in command("workload")
    assert option("workload", "capability") == {"CAP_NET_ADMIN"}


@pytest.mark.requirement("BAK-3")
def test_the_vault_s_administrator_can_t_take_a_lock_off_files():
    assert "CAP_LINUX_IMMUTABLE" in option("backup-vault", "drop-capability")
    assert "CAP_LINUX_IMMUTABLE" not in option("backup-server", "drop-capability")


def test_nobody_makes_devices():
    assert all("CAP_MKNOD" in option(role, "drop-capability") for role in ("firewall", "workload", "backup-vault"))
