"""Small changes to a dependency, kept as patch files beside the module and applied to a copy of it at build.

The module cache stays as it is: the build gets its own go.mod, which puts the patched copy in the place of the
pinned module. A patch names files by import path, so that it says itself what it changes:

    --- a/github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/names.go
    +++ b/github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/names.go
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

from operations.errors import UserError
from operations.toolchain.go import Go
from operations.toolchain.tools import Tool

UNUSED = shutil.ignore_patterns("testdata", "*_test.go")
"""Parts of a module that a build of something else never reads."""


def apply(tool: Tool, go: Go, scratch: Path) -> list[str]:
    """Patch copies of the modules that the tool's patches name; returns the flags that make a build use them.

    Raises:
        UserError: a patch doesn't fit the pinned version of its file.
        subprocess.CalledProcessError: a patch names a package that isn't among the tool's dependencies.
    """
    patches = sorted((tool.source / "patches").glob("*.patch"))
    if not patches:
        return []
    tree = scratch / "patched"
    modules: dict[str, Path] = {}
    for package in sorted({package for patch in patches for package in changed_packages(patch)}):
        name, where = go.run([*_LIST_MODULE, package], tool.source).split()
        modules[name] = Path(where)
    for name, folder in modules.items():
        _copy(folder, tree / name)
    for patch in patches:
        _patch(tool, patch, tree)
    return [f"-modfile={_own_go_mod(tool, go, scratch, {name: tree / name for name in modules})}"]


def changed_packages(patch: Path) -> set[str]:
    """The import paths of the packages that a patch changes."""
    files = re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(encoding="utf-8"), re.MULTILINE)
    return {str(PurePosixPath(file).parent) for file in files}


_LIST_MODULE = ["list", "-mod=readonly", "-find", "-f", "{{.Module.Path}} {{.Module.Dir}}"]


def _copy(module: Path, target: Path) -> None:
    shutil.copytree(module, target, ignore=UNUSED, copy_function=shutil.copyfile)
    for path in (target, *target.rglob("*")):  # the module cache is read-only, and copytree keeps that of folders
        if path.is_dir():
            path.chmod(0o755)


def _patch(tool: Tool, patch: Path, tree: Path) -> None:
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


def _own_go_mod(tool: Tool, go: Go, scratch: Path, replaced: dict[str, Path]) -> Path:
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(tool.source / name, scratch / name)
    for name, folder in replaced.items():
        go.run(["mod", "edit", f"-replace={name}={folder}", str(scratch / "go.mod")], tool.source)
    return scratch / "go.mod"
