"""The golden tree: what it is made of, and when it is made anew."""

from pathlib import Path

import pytest

from lab.hosts import image
from lab.hosts.errors import HostsError


def test_each_package_is_listed_once():
    names = image.packages()
    assert sorted({*names}) == sorted(names)


def test_the_tree_s_key_follows_the_list_of_packages(monkeypatch: pytest.MonkeyPatch):
    before = image.key({})
    monkeypatch.setattr(image, "packages", lambda: ["bash"])
    assert image.key({}) != before


def test_the_tree_s_key_follows_what_its_programs_were_built_from():
    built, anew = ({"kopia": Path(f"/cache/kopia-{digest}/bin/kopia")} for digest in ("1a", "2b"))
    assert len({image.key({}), image.key(built), image.key(anew)}) == 3


def test_a_full_disk_is_told_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(image, "ROOM_GIB", 10**6)
    with pytest.raises(HostsError, match=r"GiB free; the root file system needs .* set GGVV_CACHE to a larger disk"):
        image.build(tmp_path, {}, print)
    assert [*tmp_path.iterdir()] == []
