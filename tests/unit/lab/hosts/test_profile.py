"""A profile boots what it says, and the same each time."""

from collections import Counter

import pytest

from lab.hosts.errors import HostsError
from lab.hosts.profile import WORKLOAD, profile, representatives
from reference.handover import Handover


@pytest.mark.requirement("FW-2", "SEP-1")
def test_the_lab_has_one_workload_for_each_municipality_and_tier(handover: Handover):
    chosen = [host for host in profile("lab").choose(handover).hosts if host.role == WORKLOAD]
    places = Counter((host.municipality, host.tier) for host in chosen)
    assert {*places.values()} == {1}
    assert len(places) == 4 * 3


def test_the_lab_has_every_infrastructure_host(handover: Handover):
    chosen = {host.name for host in profile("lab").choose(handover).hosts}
    assert {host.name for host in handover.hosts if host.role != WORKLOAD} <= chosen


def test_the_representatives_don_t_depend_on_the_order_of_the_handover(handover: Handover):
    assert representatives(handover.hosts) == representatives(handover.hosts[::-1])


def test_the_small_profile_is_two_sites_without_workloads(handover: Handover):
    chosen = profile("small").choose(handover).hosts
    assert {host.site for host in chosen} == {"dc1", "dc3"}
    assert WORKLOAD not in {host.role for host in chosen}


def test_an_unknown_profile_is_refused_with_those_that_there_are():
    with pytest.raises(HostsError, match=r"--profile: found 'big'; right is one of lab, small, network; choose one"):
        profile("big")
