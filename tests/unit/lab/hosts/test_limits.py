"""The machine's own limit comes back."""

from pathlib import Path

from lab.hosts.limits import ENOUGH, WatchLimit


def test_the_watch_limit_comes_back_as_it_was(tmp_path: Path):
    setting = tmp_path / "setting"
    setting.write_text("128\n")
    limit = WatchLimit(setting, tmp_path / "kept")
    assert limit.raise_() is True
    assert setting.read_text() == str(ENOUGH)
    assert limit.raise_() is False
    limit.restore()
    assert setting.read_text() == "128\n"


def test_a_limit_that_somebody_else_changed_is_left_alone(tmp_path: Path):
    setting = tmp_path / "setting"
    setting.write_text("128")
    limit = WatchLimit(setting, tmp_path / "kept")
    limit.raise_()
    setting.write_text("65536")
    limit.restore()
    assert setting.read_text() == "65536"
