"""Every host proves who it is by a certificate of the environment's authority (SEC-1)."""

from __future__ import annotations

import pytest

from tests.hosts.expectation import assert_is
from tests.hosts.facts import Facts

pytestmark = pytest.mark.requirement("SEC-1")


def test_the_certificate_is_the_host_s_own_and_the_authority_s(facts: Facts):
    assert_is(facts["certificate"].strip(), "/etc/ggvv/pki/host.pem: OK", "openssl verify")


def test_the_key_is_readable_by_root_alone(facts: Facts):
    assert_is(facts["key"], {"mode": "0600", "owner": "root"}, "/etc/ggvv/pki/host.key")
