"""Counts what happens on each host, from the events that Ansible reports; pure, so that it can be tested alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NOT_ASSESSED = "not assessed here: "
"""How a role begins what this host can't be asked for."""

CHECKED_ONLY = "check mode can't tell: "
"""How it begins what only a real run would show."""

HIDDEN = "what it said is hidden, since it may hold a secret (no_log); look on the host itself"
"""Instead of the words of a task that are kept out of logs."""

_MISSING = "missing required arguments: "
_MISTYPED = re.compile(
    r"argument '(?P<name>[^']+)' is of type \S+ and we were unable to convert to (?P<right>\S+): "
    r"\"?(?P<found>.+?)\"? cannot be .*",
    re.DOTALL,
)
_REMEDY = "correct it in the environment's variables"

Event = Mapping[str, Any]


@dataclass
class HostTally:
    """One host so far; `failed` and `unreachable` are sentences, empty while all is well."""

    name: str
    done: int = 0
    changed: int = 0
    skipped: int = 0
    now: str = ""
    failed: str = ""
    unreachable: str = ""
    changes: list[str] = field(default_factory=list)

    @property
    def trouble(self) -> str:
        """What went wrong; empty if nothing did."""
        return f"unreachable: {self.unreachable}" if self.unreachable else self.failed

    @property
    def well(self) -> bool:
        """Whether nothing went wrong."""
        return not self.trouble


@dataclass
class _Task:
    """A task of a play, with the hosts that began it."""

    id: str
    play: str
    name: str
    hosts: set[str] = field(default_factory=set)


class Tally:
    """All hosts of a run; `ended_at` is the task that ended it for all of them, empty where it went to its end.

    Example:
        >>> tally = Tally(["dc1-ns-01"])
        >>> tally.take({"event": "runner_on_ok", "event_data": {"host": "dc1-ns-01", "res": {"changed": True}}})
        >>> tally.hosts["dc1-ns-01"].changed
        1
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self.hosts = {name: HostTally(name) for name in hosts}
        self.not_assessed: dict[str, set[str]] = {}
        self.said: list[str] = []
        self.ended_at = ""
        self._in_play: dict[str, set[str]] = {}
        self._last = _Task("", "", "")

    def take(self, event: Event) -> None:
        """Take one event of ansible-runner."""
        data = event.get("event_data") or {}
        kind = str(event.get("event"))
        host = self.hosts.get(str(data.get("host")))
        if kind in {"verbose", "error", "warning"}:
            self.said.append(str(event.get("stdout", "")))
        if kind == "playbook_on_stats":
            self._hidden(data.get("changed") or {})
            self._end()
        if host is None:
            return
        task, result = task_name(data), data.get("res") or {}
        if kind == "runner_on_start":
            host.now = task
            self._start(host, _Task(str(data.get("task_uuid")), str(data.get("play_uuid")), task))
        elif kind == "runner_on_ok":
            self._ok(host, task, result)
        elif kind == "runner_on_skipped":
            host.skipped += 1
        elif kind == "runner_on_unreachable":
            host.unreachable = _sentence(result)
        elif kind == "runner_on_failed" and not data.get("ignore_errors"):
            host.failed = f"{task}: {_sentence(result)}"

    @property
    def changed(self) -> int:
        """How many tasks changed something, over all hosts."""
        return sum(host.changed for host in self.hosts.values())

    @property
    def bad(self) -> list[HostTally]:
        """The hosts on which something went wrong."""
        return [host for host in self.hosts.values() if not host.well]

    @property
    def untouched(self) -> list[HostTally]:
        """The hosts on which nothing was done at all."""
        return [host for host in self.hosts.values() if host.well and not host.done]

    def _start(self, host: HostTally, task: _Task) -> None:
        if task.id != self._last.id:
            self._last = task
        self._last.hosts.add(host.name)
        self._in_play.setdefault(task.play, set()).add(host.name)

    def _end(self) -> None:
        """Where what one host does for all of a play failed, Ansible ends the run for all and names that host."""
        bad = {host.name for host in self.bad}
        if self._last.hosts <= bad and self._in_play.get(self._last.play, set()) - bad:
            self.ended_at = self._last.name

    def _hidden(self, changed: Mapping[str, int]) -> None:
        """Count what only Ansible's own sum tells: a task with no_log does not show whether it changed something."""
        for host in self.hosts.values():
            if (unseen := changed.get(host.name, 0) - host.changed) > 0:
                host.changed += unseen
                host.changes.append(f"{unseen} hidden (no_log)")

    def _ok(self, host: HostTally, task: str, result: Mapping[str, Any]) -> None:
        host.done += 1
        if result.get("changed"):
            host.changed += 1
            host.changes.append(task)
        for text in _messages(result):
            if text.startswith((NOT_ASSESSED, CHECKED_ONLY)):
                self.not_assessed.setdefault(text, set()).add(host.name)


def task_name(data: Mapping[str, Any]) -> str:
    """A task as people know it, with its role; Ansible's own check of a role's variables is named shortly."""
    role, task = data.get("role"), str(data.get("task", ""))
    if task.startswith("Validating arguments"):
        task = "variables"
    return f"{role}: {task}" if role else task


def _messages(result: Mapping[str, Any]) -> list[str]:
    message = result.get("msg")
    return [str(part) for part in (message if isinstance(message, list) else [message] if message else [])]


def _sentence(result: Mapping[str, Any]) -> str:
    """What went wrong in one line: a refused variable, or the last words of a module or a connection."""
    if errors := result.get("argument_errors"):
        return "; ".join(_argument(str(error)) for error in errors)
    if result.get("censored"):
        return HIDDEN
    item = next((r for r in result.get("results") or [] if r.get("failed")), result)
    if item.get("rc") and (said := str(item.get("stderr", "")).strip()):  # a command: Ansible's own words say nothing
        return said.splitlines()[-1].strip()
    words = _messages(item) or [str(item.get("stderr") or item.get("exception") or "no reason was given")]
    return " ".join(" ".join(words).removeprefix("Task failed: ").split())


def _argument(error: str) -> str:
    """Ansible's words about a refused variable, as a sentence of ours; words that we don't know stay as they are."""
    if error.startswith(_MISSING):
        return f"{error.removeprefix(_MISSING)} is missing; {_REMEDY}"
    if typed := _MISTYPED.fullmatch(error):
        return f"{typed['name']}: found {typed['found']}; right is a value of type {typed['right']}; {_REMEDY}"
    return f"{error}; {_REMEDY}"
