"""Which hosts a configuration is for."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from operations.configuring.target import Target
from operations.errors import UserError

TARGET = Target("lab", Mock(), ("dc1-ns-01", "dc1-log-01"), variables={"secret": "hunter2"})


def test_one_host_can_be_chosen():
    assert TARGET.only("dc1-ns-01").hosts == ("dc1-ns-01",)


def test_a_host_that_is_not_there_is_refused_with_a_guess():
    with pytest.raises(UserError, match=r"host 'dc1-ns-1' is not among the 2 hosts .* did you mean dc1-ns-01"):
        TARGET.only("dc1-ns-1")


def test_variables_are_never_shown():
    assert "hunter2" not in repr(TARGET)
