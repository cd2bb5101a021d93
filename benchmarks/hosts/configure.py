"""How long it takes to configure and verify the lab's hosts (`python benchmarks/hosts/configure.py`).

A temporary lab is deployed and booted; then come `ggvv configure` from fresh and once more, `ggvv verify`, and the same
playbooks and tests by plain `ansible-playbook` and plain `pytest`. Goals are those of two cores that do nothing else;
the load is told with each figure.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lab.authority import write_private
from operations import project
from operations.configuring.target import Target

GGVV = (sys.executable, "-m", "operations.cli", "-q")
FRESH, AGAIN, VERIFY = 240.0, 90.0, 60.0
"""Seconds that configuring from fresh, configuring once more, and verifying may take."""

CHECKS, MEMORY, RATIO = 400, 4096, 0.5
"""Answers that a verification gives at least; MiB of all hosts; time of our way in that of plain Ansible, at most."""


def main() -> int:
    """Print each figure beside its goal; the exit code is 1 where one is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profile", default="lab")
    arguments.add_argument("--without-plain", action="store_true", help="leave out plain Ansible, which takes minutes")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ggvv-bench-") as folder:
        os.environ["GGVV_LAB"] = f"{folder}/lab"
        try:
            missed = _measure(Path(folder), chosen.profile, plain=not chosen.without_plain)
        finally:
            project.lab().down()
    return 1 if missed else 0


def _measure(folder: Path, profile: str, *, plain: bool) -> list[str]:
    for words in (["lab", "up"], ["deploy"], ["lab", "up", "--profile", profile]):
        subprocess.run([*GGVV, *words], check=True, cwd=project.ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - fixed
    missed = []

    def told(what: str, figure: float, goal: float, unit: str, *, most: bool = True) -> None:
        print(f"{what}: {figure:.0f} {unit} (goal {'at most' if most else 'at least'} {goal:.0f})", flush=True)
        if (figure > goal) is most and figure != goal:
            missed.append(what)

    fresh, _ = _timed([*GGVV, "configure"])
    told("configure from fresh", fresh, FRESH, "s")
    again, said = _timed([*GGVV, "configure"])
    told("configure once more", again, AGAIN, "s")
    told("  changed", int(_found(r"(\d+) changed", said)), 0, "settings")
    took, said = _timed([*GGVV, "verify", "--format", "json"])
    told("verify", took, VERIFY, "s")
    told("  answers", len(json.loads(said)["results"]), CHECKS, "answers", most=False)
    told("memory of all hosts", sum(h.memory for h in project.lab().hosts.status()) / 2**20, MEMORY, "MiB")
    if plain:
        slow, said = _plain_ansible(folder)
        told("the same by plain ansible-playbook", slow, slow, "s")
        told("  changed", sum(map(int, re.findall(r"changed=(\d+)", said))), 0, "settings")
        print(f"  ratio {again / slow:.2f} (goal at most {RATIO})")
        slow, _ = _timed([sys.executable, "-m", "pytest", "tests/hosts", "--stack", "lab", "-q"])
        told("the same by plain pytest", slow, slow, "s")
    return missed


def _timed(words: list[str]) -> tuple[float, str]:
    """Seconds of a command, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(words, check=False, cwd=project.ROOT, capture_output=True, text=True)  # noqa: S603 - fixed
    took = time.perf_counter() - began
    if done.returncode not in {0, 2}:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}{done.stdout[-2000:]}")
    print(f"  (load {os.getloadavg()[0]:.1f})", end=" ")
    return took, done.stdout


def _plain_ansible(folder: Path) -> tuple[float, str]:
    target = Target.of("lab")
    handover, variables = folder / "handover.json", folder / "variables.json"
    handover.write_text(target.handover.model_dump_json(), encoding="utf-8")
    (rules := folder / "rules").mkdir()
    for site, text in target.rules.items():
        (rules / f"{site}.nft").write_text(text, encoding="utf-8")
    write_private(variables, json.dumps({**target.variables, "firewall_rules_folder": str(rules)}).encode())
    (folder / "hosts").write_text("\n".join(target.hosts), encoding="utf-8")
    words = [str(Path(sys.executable).with_name("ansible-playbook")), "site.yml", "--limit", f"@{folder}/hosts"]
    words += ["--extra-vars", f"@{variables}", "--ssh-common-args", f"-F {target.ssh_config}"]
    environment = {**os.environ, "GGVV_HANDOVER": str(handover), "GGVV_ENVIRONMENT": target.handover.environment}
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - fixed words and files of our own
        words, check=True, cwd=project.ROOT / "ansible", env=environment, capture_output=True, text=True
    )
    return time.perf_counter() - began, done.stdout


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"'{pattern}' is not in what was printed: {text[-500:]}")
    return found[1]


if __name__ == "__main__":
    sys.exit(main())
