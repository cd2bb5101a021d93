"""Keys are private, made before any host boots, and known before the first connection."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lab.hosts.keys import KeyPair, known_hosts
from lab.hosts.network import Network
from lab.hosts.way_in import WayIn
from lab.hosts.wiring import Wiring


def test_a_key_is_kept_private_and_not_in_its_repr(tmp_path: Path):
    key = KeyPair.random().write(tmp_path / "id_ed25519")
    assert KeyPair.at(tmp_path / "id_ed25519") == key
    assert (tmp_path / "id_ed25519").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in repr(key)


def test_a_key_that_was_half_written_is_made_anew(tmp_path: Path):
    (tmp_path / "id_ed25519").write_text("half")
    assert b"PRIVATE" in KeyPair.random().write(tmp_path / "id_ed25519").private


def test_reading_never_makes_a_key(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        KeyPair.at(tmp_path / "id_ed25519")


def test_hosts_that_boot_side_by_side_all_let_the_same_key_in(small: Wiring, tmp_path: Path):
    way_in = WayIn(tmp_path, Network(small))
    way_in.prepare()
    with ThreadPoolExecutor(12) as pool:
        seeded = {*pool.map(lambda _: way_in.administrator.public, range(12))}
    assert seeded == {(tmp_path / "id_ed25519.pub").read_text().strip()}


def test_a_host_is_known_by_its_name_and_all_its_addresses(wiring: Wiring):
    line = known_hosts([(wiring.hosts["dc1-node-01"], "ssh-ed25519 AAAA")])
    names = line.split()[0].split(",")
    assert {"dc1-node-01", "10.65.4.17", "10.65.3.17", "fd6b:7a41:92e5:104::11"} <= {*names}
