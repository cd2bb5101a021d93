"""Secrets of the lab's hosts: random, kept, nobody else's to read, and never shown."""

from __future__ import annotations

import base64
from pathlib import Path

from lab.hosts.secret import HostSecrets


def test_they_are_made_once_and_found_again(tmp_path: Path):
    path = tmp_path / "secrets.json"
    assert HostSecrets.at(path) == HostSecrets.at(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_each_lab_has_its_own(tmp_path: Path):
    assert HostSecrets.at(tmp_path / "a") != HostSecrets.at(tmp_path / "b")


def test_they_are_long_enough_for_what_takes_them(tmp_path: Path):
    made = HostSecrets.at(tmp_path / "a")
    assert len(base64.b64decode(made.ring_key)) >= 256
    assert len(made.directory_password) >= 16


def test_nothing_shows_them(tmp_path: Path):
    assert repr(HostSecrets.at(tmp_path / "a")) == "HostSecrets()"
