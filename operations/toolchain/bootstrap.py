"""Makes what must be there before the project runs: system packages, the virtual environment, `ggvv` in it.

Every step looks first whether there is anything to do, so a second run takes no time. Standard library only: this
runs on the bare system Python.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from operations.errors import UserError
from operations.toolchain import cache
from operations.toolchain.tools import ROOT

MINIMUM = (3, 11)
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
UV_LOCK = ROOT / "tools" / "uv-requirements.lock"
SYSTEM_PACKAGES = Path(__file__).with_name("system-packages.txt")
MARKER = VENV / ".ggvv-lock"
"""Holds the hash of what the environment was made from; written last, so a half-made one is made again."""


def set_up() -> None:
    """Install and make what is missing.

    Raises:
        UserError: this Python is too old, or a step failed.
    """
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:2]))
        raise UserError(f"Python {found} is too old, 3.11 or newer is needed; name one: make PYTHON=python3.11")
    with cache.lock("environment", lambda: _say("another make sets up, waiting")):
        install_system_packages(missing_packages())
        if not in_sync():
            make_environment()


def wanted_packages() -> dict[str, str]:
    """The system packages of the list, by name, each with what shows that it is there."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    lines = (line.split() for line in SYSTEM_PACKAGES.read_text(encoding="utf-8").splitlines())
    return {line[0].format(python=python): line[1] for line in lines if line and not line[0].startswith("#")}


def missing_packages() -> list[str]:
    """The system packages that are not there."""
    return [package for package, evidence in wanted_packages().items() if not _is_there(evidence)]


def install_system_packages(packages: list[str]) -> None:
    """Install system packages, as root or through sudo.

    Raises:
        UserError: neither is possible, or apt-get failed.
    """
    if not packages:
        return
    by_hand = f"sudo apt-get install -y {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise UserError(f"{', '.join(packages)} missing and no apt-get here; install them with this system's own tool")
    if os.geteuid() != 0 and shutil.which("sudo") is None:
        raise UserError(
            f"{', '.join(packages)} missing, and this is neither root nor is sudo here; as root run: {by_hand}"
        )
    apt = [] if os.geteuid() == 0 else ["sudo"]
    apt += ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    _step(f"system packages {' '.join(packages)}", [*apt, "update"], by_hand)
    _step("installing them", [*apt, "install", "-y", "--no-install-recommends", *packages], by_hand)


def in_sync() -> bool:
    """Whether the virtual environment was made, to its end, from today's lock, pyproject.toml and this Python."""
    try:
        return PYTHON.exists() and MARKER.read_text(encoding="utf-8") == _wanted_state()
    except OSError:
        return False


def make_environment() -> None:
    """Make the virtual environment: exactly the packages of the lock, hashes checked, and the command `ggvv`.

    Raises:
        UserError: a step failed.
    """
    retry = "check that this machine reaches PyPI (or set PIP_INDEX_URL and UV_INDEX_URL), then run make again"
    uv = [str(VENV / "bin" / "uv"), "pip"]
    target = ["--quiet", "--python", str(PYTHON)]
    if not PYTHON.exists() or not _same_python():
        _step("virtual environment .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)], "free disk space?")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    _step("uv, which installs the rest", [*pip, "-r", str(UV_LOCK)], retry)
    _step("packages of requirements.lock", [*uv, "sync", *target, "--require-hashes", str(LOCK)], retry)
    editable = ["install", *target, "--no-deps", "--no-build-isolation", "--offline", "--editable", str(ROOT)]
    _step("the command ggvv", [*uv, *editable], "see pyproject.toml")
    MARKER.write_text(_wanted_state(), encoding="utf-8")


def _wanted_state() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, UV_LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _same_python() -> bool:
    said = subprocess.run(  # noqa: S603 - our own virtual environment, no shell
        [str(PYTHON), "-c", "import sys; print(sys.version, end='')"], capture_output=True, text=True, check=False
    )
    return said.stdout == sys.version


def _is_there(evidence: str) -> bool:
    if evidence.startswith("python:"):
        return importlib.util.find_spec(evidence.removeprefix("python:")) is not None
    return Path(evidence).exists() if "/" in evidence else shutil.which(evidence) is not None


def _step(what: str, command: list[str], remedy: str) -> None:
    began = time.monotonic()
    _say(f"{what} …")
    ended = subprocess.run(  # noqa: S603 - fixed commands, no shell
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if ended.returncode != 0:
        print(ended.stdout, file=sys.stderr)
        raise UserError(f"{what}: failed with exit code {ended.returncode} (its words are above); {remedy}")
    _say(f"{what}: done in {time.monotonic() - began:.0f} s")


def _say(text: str) -> None:
    print(f"setup: {text}", flush=True)
