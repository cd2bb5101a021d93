"""Named locations hold together."""

from pathlib import Path

import pytest

from identity.conditional_access.terms import load_locations
from reference.errors import ArchitectureError


def test_a_mistake_is_told_in_a_plain_sentence(fixtures: Path):
    with pytest.raises(ArchitectureError, match="right is `countries` with kind countries and with no other; correct"):
        load_locations(fixtures / "locations" / "countries_of_our_own_networks")
