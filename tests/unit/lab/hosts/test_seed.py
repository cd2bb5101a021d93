"""A host's first files: private where they must be, and its identity stable."""

from lab.hosts.keys import KeyPair
from lab.hosts.seed import HOST_KEY, seeds
from lab.hosts.wiring import Wiring


def test_the_host_s_private_key_is_readable_for_root_alone(wiring: Wiring):
    written = {
        s.path: s for s in seeds(wiring.hosts["dc1-ns-01"], "example", "ggvv-test", "ssh-ed25519 A", KeyPair.random())
    }
    assert written[HOST_KEY].mode == 0o600
    assert not written[HOST_KEY].user


def test_the_same_host_of_the_same_lab_keeps_its_machine_id(wiring: Wiring):
    def machine_id(name: str, lab: str) -> str:
        files = {str(s.path): s.content for s in seeds(wiring.hosts[name], "example", lab, "", KeyPair(b"", ""))}
        return files["etc/machine-id"]

    assert machine_id("dc1-ns-01", "ggvv-a") == machine_id("dc1-ns-01", "ggvv-a")
    assert (
        len({machine_id("dc1-ns-01", "ggvv-a"), machine_id("dc2-ns-01", "ggvv-a"), machine_id("dc1-ns-01", "ggvv-b")})
        == 3
    )
