"""Small changes to a dependency, kept as patch files beside the module and laid over it at build (`go build -overlay`).

The module cache stays as it is. A patch names files by import path, so that it says itself what it changes:

    --- a/github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/names.go
    +++ b/github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/names.go
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

from operations.errors import UserError
from operations.toolchain.go import Go
from operations.toolchain.tools import Tool


def overlay(tool: Tool, go: Go, scratch: Path) -> Path | None:
    """Patch copies of the files that the tool's patches name; returns the overlay file for Go, or None without patches.

    Raises:
        UserError: a patch doesn't fit the pinned version of its file.
    """
    patches = sorted((tool.source / "patches").glob("*.patch"))
    if not patches:
        return None
    tree = scratch / "patched"
    originals: dict[str, Path] = {}
    for patch in patches:
        for name in _changed(patch):
            if name not in originals:
                originals[name] = _original(tool, go, name)
                _copy(originals[name], tree / name)
        _apply(tool, patch, tree)
    document = scratch / "overlay.json"
    document.write_text(json.dumps({"Replace": {str(old): str(tree / name) for name, old in originals.items()}}))
    return document


def _changed(patch: Path) -> list[str]:
    return re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(encoding="utf-8"), re.MULTILINE)


def _original(tool: Tool, go: Go, name: str) -> Path:
    path = PurePosixPath(name)
    folder = go.run(["list", "-mod=readonly", "-find", "-f", "{{.Dir}}", str(path.parent)], tool.source)
    return Path(folder.strip()) / path.name


def _copy(original: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if original.exists():  # a patch may also add a file
        shutil.copyfile(original, target)  # contents only: the module cache is read-only


def _apply(tool: Tool, patch: Path, tree: Path) -> None:
    try:
        subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["patch", "--batch", "--forward", "--fuzz=0", "-p1", "--input", str(patch)],  # noqa: S607 - from PATH
            cwd=tree,
            check=True,
            capture_output=True,
            text=True,
        )
    except subprocess.CalledProcessError as error:
        raise UserError(
            f"{tool.name}: {patch.relative_to(tool.root)} doesn't fit the pinned version ({error.stdout.strip()}); "
            "make the patch anew against that version, or remove it if the change has come upstream"
        ) from error
