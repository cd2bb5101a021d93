"""Runs a playbook through ansible-runner: fast (mitogen), strict about host keys, and with nothing secret kept."""

from __future__ import annotations

import getpass
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from ansible_runner.interface import init_runner

from lab.authority import write_private
from operations import project
from operations.configuring.tally import Event
from operations.configuring.target import Target
from operations.errors import UserError

FOLDER = project.ROOT / "ansible"
SITE = "site"
"""The playbook of all stages."""

STRATEGY = "ggvv_linear"
"""By mitogen (ansible/strategy_plugins): one Python on each host for the whole run. Plain Ansible takes its own."""

PREFIX = "ggvv-configure-"
"""How the folder of a run is called, before its process."""

PATIENCE, GRACE = 20.0, 3.0
"""Seconds that Ansible gets to end in order, and that its helpers get after it."""

KEPT = ("ANSIBLE_", "AWX_", "GGVV_HANDOVER", "GGVV_ENVIRONMENT", "HOME", "LANG", "LC_", "PATH", "PYTHON", "RUNNER_")
KEPT_TOO = ("SSH_AUTH_SOCK", "TERM", "TMPDIR", "USER")
"""What a run gets of the environment. Everything else may be a secret, and ansible-runner writes all of it down."""


def stages() -> tuple[str, ...]:
    """The stages that can be run alone, by the names of their playbooks."""
    return tuple(sorted(path.stem for path in (FOLDER / "playbooks").glob("*.yml")))


def playbook(stage: str | None) -> Path:
    """The playbook of a stage, or of all.

    Raises:
        UserError: there is no such stage.
    """
    if stage is None:
        return FOLDER / f"{SITE}.yml"
    if stage not in stages():
        raise UserError(f"stage '{stage}' is unknown; right is one of {', '.join(stages())}; correct the name")
    return FOLDER / "playbooks" / f"{stage}.yml"


@dataclass(frozen=True)
class PlaybookRun:
    """A playbook on a target; `artifacts` keeps what ansible-runner writes down (events and output)."""

    target: Target
    playbook: Path
    artifacts: Path
    check: bool = False

    def run(self, on_event: Callable[[Event], object], cancelled: Callable[[], bool]) -> int:
        """Run it and return Ansible's exit code; `on_event` gets every event, `cancelled` ends it early."""

        def take(event: Event) -> bool:
            on_event(event)
            return True

        ending = Ending(cancelled)
        with self._files() as folder:
            runner = init_runner(
                private_data_dir=str(folder),
                project_dir=str(FOLDER),
                artifact_dir=str(self.artifacts.parent),
                ident=self.artifacts.name,
                playbook=str(self.playbook),
                cmdline=shlex.join(self._options(folder)),
                envvars=self._environment(folder),
                suppress_env_files=True,
                quiet=True,
                event_handler=take,
                cancel_callback=ending,
            )
            runner.config.env = kept(runner.config.env)
            runner.config.command = [*_end_with_parent(), *runner.config.command]
            runner.run()
            ending.leave_nothing()
        return 1 if runner.rc is None else int(runner.rc)  # None: ended by a signal

    @contextmanager
    def _files(self) -> Iterator[Path]:
        """A folder that is gone after the run: the handover, which hosts, rules, and the variables (mode 0600)."""
        forget_killed_runs(Path(tempfile.gettempdir()))
        with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as name:
            folder = Path(name)
            (folder / "handover.json").write_text(self.target.handover.model_dump_json(), encoding="utf-8")
            (folder / "hosts").write_text("\n".join(self.target.hosts) + "\n", encoding="utf-8")
            (rules := folder / "rules").mkdir()
            for site, text in self.target.rules.items():
                (rules / f"{site}.nft").write_text(text, encoding="utf-8")
            variables = {**self.target.variables, "firewall_rules_folder": str(rules)}
            write_private(folder / "variables.json", json.dumps(variables).encode())
            yield folder

    def _options(self, folder: Path) -> list[str]:
        files = [folder / "variables.json", *([self.target.variables_file] if self.target.variables_file else [])]
        variables = [part for file in files for part in ("--extra-vars", f"@{file}")]
        return ["--limit", f"@{folder / 'hosts'}", *variables, *(["--check"] if self.check else [])]

    def _environment(self, folder: Path) -> dict[str, str]:
        variables = {
            "ANSIBLE_CONFIG": str(FOLDER / "ansible.cfg"),
            "ANSIBLE_INVENTORY": str(FOLDER / "inventory" / "handover.yml"),
            "ANSIBLE_HOST_KEY_CHECKING": "True",  # ansible-runner turns it off where nobody says otherwise
            "ANSIBLE_STRATEGY": STRATEGY,
            "ANSIBLE_DEPRECATION_WARNINGS": "False",  # the one about strategies such as mitogen's
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(folder / "cp"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GGVV_HANDOVER": str(folder / "handover.json"),
            "GGVV_ENVIRONMENT": self.target.handover.environment,
        }
        if self.target.ssh_config is not None:
            variables["ANSIBLE_SSH_COMMON_ARGS"] = f"-F {shlex.quote(str(self.target.ssh_config))}"
        return variables


class Ending:
    """Ends Ansible when asked: first by SIGTERM, after which it ends its own helpers too; ansible-runner would kill it.

    Called again and again while Ansible runs; True when patience is over, and ansible-runner shall kill.
    """

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked
        self._until: float | None = None
        self._started: list[psutil.Process] = []

    def __call__(self) -> bool:
        """Whether to kill now."""
        if not self._asked():
            return False
        if self._until is None:
            self._until = time.monotonic() + PATIENCE
            self._started = psutil.Process().children(recursive=True)
            for child in psutil.Process().children():
                with suppress(psutil.NoSuchProcess):  # gone since they were listed
                    child.terminate()
        return time.monotonic() > self._until

    def leave_nothing(self) -> None:
        """Kill what of Ansible's processes outlived it: some are sessions of their own, and wait for nobody."""
        _gone, alive = psutil.wait_procs(self._started, timeout=GRACE)
        for process in alive:
            with suppress(psutil.NoSuchProcess):  # gone since it was waited for
                process.kill()


def forget_killed_runs(temporary: Path) -> None:
    """Remove the folders of runs whose process is gone: a killed one can't do it itself, and they hold secrets."""
    for folder in temporary.glob(f"{PREFIX}*-*"):
        process = folder.name.removeprefix(PREFIX).partition("-")[0]
        if folder.owner() == getpass.getuser() and process.isdigit() and not psutil.pid_exists(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def kept(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that a run gets."""
    return {name: value for name, value in environment.items() if name.startswith(KEPT) or name in KEPT_TOO}


def _end_with_parent() -> list[str]:
    """If `ggvv` is killed, the kernel ends Ansible with it (PR_SET_PDEATHSIG)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
