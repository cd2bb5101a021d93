"""Paths with odd characters."""

from pathlib import Path

from lab.hosts.disk import _escaped, _unescaped


def test_a_path_with_a_colon_is_one_layer():
    assert _escaped(Path("/a:b,c")) == r"/a\:b\,c"


def test_a_mount_point_with_a_space_is_found_again():
    assert _unescaped(r"/my\040lab") == "/my lab"
