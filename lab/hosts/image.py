"""The golden root file system that all hosts start from: Debian with every package that a role needs."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from lab.hosts.command import run
from lab.hosts.errors import HostsError

SUITE = "bookworm"
"""What reference/hosts.yaml calls debian-12."""

FOLDER = Path(__file__).parent
PACKAGES, GOLDEN = FOLDER / "packages.txt", FOLDER / "golden"

ROOM_GIB = 3
"""Free disk that a build needs: 1 GiB of tree, and the packages while they are unpacked."""

USER = "ggvv"
"""The administrator that SSH lets in."""

LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
"""What no host reads: a third of the files."""

SAID = 5
"""Lines of the builder's own words that a failure is told with."""


def packages(path: Path = PACKAGES) -> list[str]:
    """The packages in `path`, in its order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


def key(programs: Mapping[str, Path]) -> str:
    """A hash of all that decides what the tree holds, but for the day's security updates.

    `programs` are further ones by name, each in a folder that is called after what it was built from.
    """
    digest = hashlib.sha256(" ".join(packages()).encode() + Path(__file__).read_bytes())
    for name, path in sorted(programs.items()):
        digest.update(f"{name}\0{path.parent.parent.name}\0".encode())
    for path in sorted(path for path in GOLDEN.rglob("*") if path.is_file()):
        digest.update(path.relative_to(GOLDEN).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def build(target: Path, programs: Mapping[str, Path], say: Callable[[str], object]) -> None:
    """Make the tree in the empty folder `target`, which becomes its root, with `programs` in /usr/local/bin.

    Raises:
        HostsError: the disk is full, or a package can't be had.
    """
    free = shutil.disk_usage(target).free / 2**30
    if free < ROOM_GIB:
        raise HostsError(
            f"lab hosts: {target.parent} has {free:.1f} GiB free; the root file system needs {ROOM_GIB} GiB; "
            "free some, or set GGVV_CACHE to a larger disk"
        )
    names = packages()
    say(f"lab hosts: building the root file system, {len(names)} packages and what they need (about two minutes)")
    _bootstrap(target, names)
    say("lab hosts: preparing the root file system")
    _prepare(target)
    for name, path in programs.items():
        (installed := target / "usr" / "local" / "bin" / name).write_bytes(path.read_bytes())
        installed.chmod(0o755)


def _bootstrap(target: Path, names: list[str]) -> None:
    command = ["mmdebstrap", "--mode=root", "--variant=minbase", "--quiet"]
    command += ["--aptopt=APT::Install-Recommends false", f"--include={','.join(names)}"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT]
    sources = _sources()
    result = subprocess.run(  # noqa: S603 - a fixed list, no shell
        [*command, SUITE, str(target), *(["-"] if sources else [])],
        input=sources, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if result.returncode != 0:
        said = " / ".join(line.strip() for line in result.stderr.strip().splitlines()[-SAID:])
        raise HostsError(f"lab hosts: the root file system could not be built (mmdebstrap said: {said}); run it again")


def _sources() -> str:
    """The machine's own apt sources of the suite; empty (the builder's default) where it is another distribution."""
    if shutil.which("apt-get") is None:
        return ""
    lines = run(["apt-get", "indextargets", "--format", "$(RELEASE) deb $(SITE) $(RELEASE) $(COMPONENT)"])
    releases = {SUITE, f"{SUITE}-updates", f"{SUITE}-security"}
    found = {line.partition(" ")[2] for line in lines.splitlines() if line.partition(" ")[0] in releases}
    return "".join(f"{line}\n" for line in sorted(found)) if any(f" {SUITE} " in line for line in found) else ""


def _prepare(root: Path) -> None:
    """Our files, our user; nothing starts but what the preset names; nothing that must differ from host to host."""
    shutil.copytree(GOLDEN, root, copy_function=shutil.copyfile, dirs_exist_ok=True)
    run(["chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", USER])
    run(["chroot", str(root), "systemctl", "--quiet", "preset-all"])
    run(["chroot", str(root), "systemctl", "--quiet", "mask", "console-getty.service"])  # nobody sits at a console
    for path in root.glob("etc/ssh/ssh_host_*"):
        path.unlink()
    for link in root.glob("etc/rc[0-9S].d/S*"):  # off as update-rc.d says it: without any link it can't switch on
        link.rename(link.with_name(f"K01{link.name[3:]}"))
    (root / "etc" / "machine-id").write_text("", encoding="utf-8")
    for folder in ("etc", "var"):
        (root / folder / ".updated").touch()  # systemd-update-done.service(8): no host prepares itself once more
