"""The table of tools: what is built (or lies ready), from which folder, at which version, with which flags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The project's root; every `Tool.folder` is relative to it."""


@dataclass(frozen=True)
class Tool:
    """A program that no Python package carries, built from a Go module of this project.

    `pin` says where its version is written down: a Go module path in the folder's `go.mod`, or
    `pypi:<package>` for the version that `requirements.lock` holds. There is no second place.
    """

    name: str
    purpose: str
    folder: str
    pin: str
    package: str = "."
    stamp: str = ""
    """The Go variable that is set to the version at link time, so that the program says it of itself."""
    tags: str = ""
    """Go build tags: what of the program is built, and what is left out."""
    beside: tuple[str, ...] = ()
    """Files of the pinned module that lie beside the program, executable (paths inside that module)."""
    stand_in: bool = False
    """Only for the lab: on PATH only in runs that need it."""
    script: bool = False
    """Not built: a program in Python that lies in `folder` as it is."""
    root: Path = ROOT

    @property
    def source(self) -> Path:
        """The folder of the tool's Go module."""
        return self.root / self.folder

    @property
    def version(self) -> str:
        """The version that go.mod or the lock pins, without a leading `v`.

        Raises:
            LookupError: the pin is not there.
        """
        if self.pin.startswith("pypi:"):
            return _search(self.root / "requirements.lock", rf"^{re.escape(self.pin[5:])}==(\S+)")
        return _search(self.source / "go.mod", rf"^\s*(?:require )?{re.escape(self.pin)} v(\S+)")

    @property
    def linker_flags(self) -> str:
        """Flags for the Go linker: no symbol table (a third of the size), and the version's stamp."""
        return f"-s -w -X {self.stamp}{self.version}" if self.stamp else "-s -w"


def _search(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise LookupError(f"{path.name}: no line matches {pattern}")
    return found[1]


SDK_VERSION = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"

PULUMI = Tool(
    name="pulumi",
    purpose="the deployment engine",
    folder="tools/pulumi",
    pin="github.com/pulumi/pulumi/pkg/v3",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    stamp=SDK_VERSION,
)
LANGUAGE_HOST = Tool(
    name="pulumi-language-python",
    purpose="runs the Pulumi program in Python",
    folder="tools/pulumi-language-python",
    pin="github.com/pulumi/pulumi/sdk/v3",
    package="github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    stamp=SDK_VERSION,
    beside=("python/cmd/pulumi-language-python-exec",),
)
BRIDGE = Tool(
    name="pulumi-resource-vsphere",
    purpose="the vSphere resources",
    folder="tools/pulumi-resource-vsphere",
    pin="pypi:pulumi-vsphere",
    stamp="main.version=",
    stand_in=True,
)
VCENTER = Tool(
    name="ggvv-vcenter",
    purpose="the lab's vCenter",
    folder="lab/vcenter",
    pin="github.com/vmware/govmomi",
    stand_in=True,
)

AZUREAD = Tool(
    name="pulumi-resource-azuread",
    purpose="the Entra ID resources",
    folder="lab/plugins/azuread/bin",
    pin="pypi:pulumi-azuread",
    stand_in=True,
    script=True,
)

KOPIA = Tool(
    name="kopia",
    purpose="backs hosts up and restores them",
    folder="tools/kopia",
    pin="github.com/kopia/kopia",
    package="github.com/kopia/kopia",
    stamp="github.com/kopia/kopia/repo.BuildVersion=",
    tags="nohtmlui",
)
VERSITYGW = Tool(
    name="versitygw",
    purpose="the vault's S3 store with object lock",
    folder="tools/versitygw",
    pin="github.com/versity/versitygw",
    package="github.com/versity/versitygw/cmd/versitygw",
    stamp="main.Version=",
)

TOOLS = {tool.name: tool for tool in (PULUMI, LANGUAGE_HOST, BRIDGE, VCENTER, AZUREAD, KOPIA, VERSITYGW)}
"""All tools by name, the slowest to build first."""
