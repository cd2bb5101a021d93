"""What a stack chooses for identity: rollouts that are turned and turned back, domains, place-holders."""

from ipaddress import ip_network

import pytest

from reference.choices import Choices
from reference.identity_choices import IdentityChoices, Rollout

LEAST = {"domain": "ggvv.onmicrosoft.com", "trusted_egress": ["192.0.2.0/24"]}


def choose(**changes: object) -> IdentityChoices:
    return IdentityChoices.model_validate({**LEAST, **changes})


@pytest.mark.requirement("MIG-1")
def test_a_policy_s_own_choice_goes_before_its_wave_s_and_both_before_what_it_declares():
    chosen = choose(waves={"pilot": "enforced"}, policies={"CAU001": "pilot"})
    assert chosen.rollout("CAU001", "pilot", Rollout.OFF) is Rollout.PILOT
    assert chosen.rollout("CAU002", "pilot", Rollout.OFF) is Rollout.ENFORCED
    assert chosen.rollout("CAU002", "wave-1", Rollout.OFF) is Rollout.OFF


@pytest.mark.requirement("MIG-1")
def test_off_is_off_even_where_yaml_reads_false():
    """PyYAML reads a bare `off` as false, Pulumi's own reader as the word."""
    assert choose(waves={"pilot": False}).waves == choose(waves={"pilot": "off"}).waves == {"pilot": Rollout.OFF}


def test_true_is_no_rollout():
    with pytest.raises(ValueError, match="waves"):
        choose(waves={"pilot": True})


@pytest.mark.requirement("IDM-1")
def test_a_municipality_s_domain_is_its_own_unless_the_stack_says_another():
    chosen = choose(municipality_domains={"gnosjo": "gnosjo.example"})
    assert (chosen.domain_of("gnosjo"), chosen.domain_of("varnamo")) == ("gnosjo.example", "varnamo.se")


def test_prefixes_for_documentation_are_told_from_real_ones():
    chosen = choose(trusted_egress=["192.0.2.128/25", "8.8.8.0/24", "2001:db8:1::/48", "2a00:1450::/32"])
    assert chosen.placeholders == (ip_network("192.0.2.128/25"), ip_network("2001:db8:1::/48"))


def test_a_stack_without_identity_has_none():
    sites = {"dc1": {"hosts": 1}, "dc2": {"hosts": 1}, "dc3": {"hosts": 1}}
    assert Choices.from_config({"environment": "test", "sites": sites}, "test").identity is None
