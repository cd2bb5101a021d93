"""The tables in docs/identity.md are what is declared: a page that has fallen behind is found."""

from __future__ import annotations

from identity.pages import PAGE, rendered


def test_the_page_s_tables_are_what_is_declared():
    """Mended by `python -m identity.pages`."""
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("<!-- table") >= 8
    assert rendered(text) == text
