"""Turns what a failed engine printed into one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from operations import project

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

RULES: Sequence[Rule] = (
    (
        re.compile(r"the stack is currently locked.*?(?:\n.*?created by (?P<who>\S+) \(pid (?P<pid>\d+)\))?", re.S),
        lambda _: "another deploy of it is running; wait for it to end, then run the same command again",
    ),
    (
        re.compile(
            r"no resource plugin '(?P<plugin>[\w-]+)' found|Could not find plugin for.*?(?P<other>[\w-]+) plugin"
            r"|Could not automatically download and install resource plugin '(?P<download>[\w-]+)'"
        ),
        lambda m: f"the plugin {m['plugin'] or m['other'] or m['download']} is missing; run: ggvv doctor",
    ),
    (
        re.compile(r"incorrect passphrase|passphrase must be set"),
        lambda _: (
            "its secrets can't be opened; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the right"
        ),
    ),
    (
        re.compile(r"\b(?:update|preview|destroy) canceled|interrupt"),
        lambda _: "interrupted; what was under way was finished and recorded, run the same command to go on",
    ),
)


def explain(stack: str, printed: Sequence[str], log: Path) -> str:
    """Say what went wrong in `printed`, the engine's output by line; `log` is named as the place of the rest."""
    text = "\n".join(printed)
    where = log.relative_to(project.ROOT) if log.is_relative_to(project.ROOT) else log
    for pattern, sentence in RULES:
        if found := pattern.search(text):
            return f"stack '{stack}': {sentence(found)} (log: {where})"
    errors = [line.strip().removeprefix("error: ") for line in printed if line.strip().startswith("error: ")]
    reason = errors[0] if errors else next((line for line in reversed(printed) if line.strip()), "no word from it")
    return f"stack '{stack}': the engine stopped: {reason} (log: {where})"
