"""The golden tree: what it is made of, and when it is made anew."""

from pathlib import Path

import pytest

from lab.hosts import image
from lab.hosts.errors import HostsError


def test_each_package_is_listed_once():
    names = image.packages()
    assert sorted({*names}) == sorted(names)


def test_the_tree_s_key_follows_the_list_of_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    before = image.key()
    other = tmp_path / "packages.txt"
    other.write_text("bash\n")
    monkeypatch.setattr(image, "packages", lambda: ["bash"])
    assert image.key() != before


def test_a_full_disk_is_told_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(image, "ROOM_GIB", 10**6)
    with pytest.raises(HostsError, match=r"GiB free; the root file system needs .* set GGVV_CACHE to a larger disk"):
        image.build(tmp_path, print)
    assert [*tmp_path.iterdir()] == []
