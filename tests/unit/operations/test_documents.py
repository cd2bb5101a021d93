"""README and docs say what is: each `ggvv` command in them exists with its options, and the picture is the model's."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from operations import project
from operations.cli import app
from operations.picture import mermaid
from operations.stack_settings import StackSettings

PAGES = sorted([project.ROOT / "README.md", *(project.ROOT / "docs").glob("*.md")])
COMMAND = re.compile(r"(?:^ {4}(?:\$ )?|`)(?:\.venv/bin/)?ggvv ([^`|\n]+)", re.MULTILINE)


def commands(page: Path) -> list[str]:
    return [found.strip() for found in COMMAND.findall(page.read_text(encoding="utf-8"))]


def test_the_pages_name_commands():
    assert sum(len(commands(page)) for page in PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_is_one_of_ggvv(page: Path):
    for line in commands(page):
        command, words = typer.main.get_command(app), shlex.split(line)
        while words and hasattr(command, "commands"):
            assert words[0] in command.commands, f"{page.name}: ggvv {line}"
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        own = words[: words.index("--")] if "--" in words else words
        for word in own:
            assert not word.startswith("-") or word in known, f"{page.name}: ggvv {line}: {word}"


def test_the_readme_shows_the_model_s_own_picture():
    """Mended by replacing the block with what `ggvv plan --format mermaid` prints."""
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{mermaid(StackSettings.read('lab').architecture())}\n```" in readme


@pytest.mark.parametrize("path", sorted(project.STACKS.glob("*.yaml")), ids=lambda path: path.name)
def test_no_stack_file_carries_a_salt_or_a_secret(path: Path):
    """Each owner's own copy gets them; the repository's has none."""
    text = path.read_text(encoding="utf-8")
    assert "encryptionsalt" not in text
    assert "secure:" not in text


def test_every_page_of_docs_is_in_the_readme():
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.name != "README.md" and f"docs/{page.name}" not in readme] == []
