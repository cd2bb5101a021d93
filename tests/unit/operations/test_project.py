"""Where the lab is: nobody's folder is taken for a lab, since a lab's folder is removed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations import project
from operations.errors import UserError


def test_a_folder_that_is_no_lab_is_refused_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "thesis.txt").write_text("ten years")
    monkeypatch.setenv("GGVV_LAB", str(tmp_path))
    with pytest.raises(UserError, match=r"found .* with 'thesis.txt' in it, which is no lab's; right is a folder"):
        project.lab()
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize("there", [(), ("vcenter",), ("hosts", "lost+found")], ids=["new", "a_lab", "a_lab_on_a_disk"])
def test_a_new_folder_and_a_lab_s_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...]):
    for name in there:
        (tmp_path / name).mkdir()
    monkeypatch.setenv("GGVV_LAB", str(tmp_path))
    assert project.lab().directory == tmp_path.resolve()


def test_an_empty_name_means_the_project_s_own_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Else it would be the folder that one stands in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GGVV_LAB", "")
    assert project.lab().directory == project.ROOT / ".lab"
