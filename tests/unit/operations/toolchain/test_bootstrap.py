"""The set-up: looks first, does only what is missing, and says what to do where it can't."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.toolchain import bootstrap

LIST = """\
# a comment
present      sh
absent       no-such-program
files        /no/such/file
readable     /etc/passwd
{python}-venv  python:no_such_module
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose set-up touches nothing but the test's own folder."""
    (tmp_path / "system-packages.txt").write_text(LIST)
    for name in ("requirements.lock", "uv.lock", "pyproject.toml"):
        (tmp_path / name).write_text("one==1\n")
    venv = tmp_path / ".venv"
    monkeypatch.setattr(bootstrap, "SYSTEM_PACKAGES", tmp_path / "system-packages.txt")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(bootstrap, "UV_LOCK", tmp_path / "uv.lock")
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "MARKER", venv / ".ggvv-lock")
    return tmp_path


def test_missing_system_packages_are_found_by_command_file_and_module() -> None:
    missing = bootstrap.missing_packages()
    assert missing[:2] == ["absent", "files"]
    assert missing[2].startswith("python3.")
    assert missing[2].endswith("-venv")


def test_system_packages_are_installed_by_apt(
    program: Callable[..., Path], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program("bin/apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {project}/apt')
    bootstrap.install_system_packages(["patch", "git"])
    assert (project / "apt").read_text().splitlines() == [
        "noninteractive -q update",
        "noninteractive -q install -y --no-install-recommends patch git",
    ]


def test_without_root_sudo_is_used(
    program: Callable[..., Path], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program("bin/apt-get")
    program("bin/sudo", f'echo "$*" >> {project}/sudo')
    bootstrap.install_system_packages(["patch"])
    assert "apt-get -q install -y --no-install-recommends patch" in (project / "sudo").read_text()


def test_without_root_and_sudo_the_command_is_named(
    program: Callable[..., Path], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program("bin/apt-get")
    monkeypatch.setenv("PATH", str(project / "bin"))
    with pytest.raises(UserError, match="as root run: sudo apt-get install -y patch"):
        bootstrap.install_system_packages(["patch"])


def test_without_apt_the_packages_are_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(UserError, match="patch missing and no apt-get here"):
        bootstrap.install_system_packages(["patch"])


def test_a_failing_step_says_what_to_do(program: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program("bin/apt-get", "exit 100")
    with pytest.raises(UserError, match=r"exit code 100.*sudo apt-get install -y patch"):
        bootstrap.install_system_packages(["patch"])


@pytest.mark.parametrize("file", ["requirements.lock", "uv.lock", "pyproject.toml"])
def test_the_environment_is_in_sync_until_what_it_was_made_from_changes(
    program: Callable[..., Path], project: Path, file: str
) -> None:
    assert not bootstrap.in_sync()
    program(".venv/bin/python")
    assert not bootstrap.in_sync()
    bootstrap.MARKER.write_text(bootstrap._wanted_state())
    assert bootstrap.in_sync()
    (project / file).write_text("two==2\n")
    assert not bootstrap.in_sync()


def test_an_environment_whose_python_is_gone_is_not_in_sync(program: Callable[..., Path]) -> None:
    program(".venv/bin/python").unlink()
    bootstrap.MARKER.write_text(bootstrap._wanted_state())
    assert not bootstrap.in_sync()


def test_an_interrupted_set_up_is_done_again(program: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    program(".venv/bin/python", "exit 1")
    monkeypatch.setattr(bootstrap, "_same_python", lambda: True)
    with pytest.raises(UserError, match="check that this machine reaches PyPI"):
        bootstrap.make_environment()
    assert not bootstrap.in_sync()


def test_a_python_that_is_too_old_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "MINIMUM", (99, 0))
    with pytest.raises(UserError, match=r"is too old, 3\.11 or newer is needed; name one: make PYTHON="):
        bootstrap.set_up()


def test_the_packages_of_the_project_are_known_to_apt_by_these_names() -> None:
    listed = (Path(bootstrap.__file__).with_name("system-packages.txt")).read_text()
    assert {"git", "patch", "ca-certificates"} <= {line.split()[0] for line in listed.splitlines() if line.strip()}
