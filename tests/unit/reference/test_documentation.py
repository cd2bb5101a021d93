"""The tables in docs/ are the model's own: a page that has fallen behind is found."""

import pytest

from reference.architecture import Architecture
from reference.inventory import COLUMNS
from reference.pages import DOCS, PAGES, example, rendered


@pytest.fixture(scope="module")
def shown() -> Architecture:
    return example()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_s_tables_are_the_model_s(shown: Architecture, name: str):
    """Mended by `python -m reference.pages`."""
    text = (DOCS / name).read_text(encoding="utf-8")
    assert "<!-- table" in text
    assert rendered(text, shown) == text


def test_a_page_that_asks_for_an_unknown_table_is_refused(shown: Architecture):
    with pytest.raises(KeyError, match="nothing"):
        rendered("<!-- table nothing -->\n<!-- end -->", shown)


def test_the_inventory_page_names_every_column():
    text = (DOCS / "inventory.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if column not in text] == []
