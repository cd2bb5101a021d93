"""Adding anything never changes another's address, VLAN or name; a growing figure never moves a subnet."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from reference import address_checks
from reference.addressing import AddressPlan, Planner
from reference.architecture import Architecture
from reference.choices import ZoneChoice
from reference.compute import hosts_of_site
from reference.definitions import Definitions
from reference.host import HostKind, infrastructure
from reference.inventory import Inventory
from reference.municipality import Figures, Municipality
from reference.segment import Segment, SegmentKind, SegmentKinds
from reference.server import home_zone
from reference.site import Site
from reference.space import Space

DEFINITIONS = Definitions.load()

figures = st.builds(
    Figures,
    servers=st.integers(1, 5_000),
    pcs=st.integers(1, 45_000),
    network_devices=st.integers(1, 49_000),
    it_staff=st.just(1),
    employees=st.just(1),
)


@st.composite
def municipality_lists(draw: st.DrawFn) -> list[Municipality]:
    """Any municipalities with numbers of their own, in any order."""
    numbers = draw(st.lists(st.integers(1, 15), min_size=1, max_size=15, unique=True))
    return [
        Municipality(
            id=f"place{'abcdefghijklmno'[n - 1]}",
            code=f"pl{'abcdefghijklmno'[n - 1]}",
            number=n,
            name=str(n),
            figures=draw(figures),
        )
        for n in numbers
    ]


def plan(
    municipalities: list[Municipality],
    kinds: SegmentKinds = DEFINITIONS.segments,
    sites: tuple[Site, ...] = DEFINITIONS.sites,
):
    planner = Planner(Space(), DEFINITIONS.parameters)
    return planner.plan(sites, municipalities, kinds, DEFINITIONS.fabric, {})


def identity(network: Segment):
    return network.name, network.vlan, network.ipv4, network.ipv6, network.block


@given(municipality_lists())
def test_no_set_of_municipalities_makes_anything_overlap(municipalities: list[Municipality]):
    assert list(address_checks.findings(plan(municipalities))) == []


@given(municipality_lists(), st.data())
def test_adding_municipalities_changes_nothing_of_the_others(municipalities: list[Municipality], data: st.DataObject):
    some = data.draw(st.permutations(municipalities))[: data.draw(st.integers(1, len(municipalities)))]
    before, after = plan(some), plan(municipalities)
    assert {identity(n) for n in before.networks} <= {identity(n) for n in after.networks}
    assert set(before.fabric.links) <= set(after.fabric.links)
    assert set(before.fabric.loopbacks) <= set(after.fabric.loopbacks)


@given(st.integers(1, 15), figures, st.integers(0, 3_000))
def test_a_growing_figure_makes_subnets_longer_in_their_place(number: int, figure: Figures, more: int):
    def one(growth: int) -> AddressPlan:
        update = {"servers": figure.servers + growth // 3, "pcs": figure.pcs + growth}
        grown = figure.model_copy(update=update | {"network_devices": figure.network_devices + growth // 5})
        return plan([Municipality(id="place", code="pla", number=number, name="P", figures=grown)])

    before, after = one(0), one(more)
    for old in before.networks:
        new = after.segment(old.name)
        assert (new.vlan, new.ipv6, new.block) == (old.vlan, old.ipv6, old.block)
        assert new.ipv4.network_address == old.ipv4.network_address
        assert old.ipv4.subnet_of(new.ipv4)


@given(st.sampled_from(["site", "shared", "municipality"]), st.integers(20, 90), st.integers(0, 100), st.booleans())
def test_adding_a_kind_of_segment_changes_nothing_of_the_others(scope: str, number: int, hosts: int, first: bool):
    if scope == "municipality":
        number = 4 + number % 4  # a municipality's /16 has places for seven tiers
    new = SegmentKind(id="new-kind", number=number, zone="new", purpose="", hosts=hosts, sites=("dc1", "dc3"))
    kinds = getattr(DEFINITIONS.segments, scope)
    added = DEFINITIONS.segments.model_copy(update={scope: (new, *kinds) if first else (*kinds, new)})
    every = DEFINITIONS.municipalities.municipalities
    before, after = plan(every), plan(every, added)
    assert {identity(n) for n in before.networks} < {identity(n) for n in after.networks}
    assert list(address_checks.findings(after)) == []


@given(st.integers(30, 90), st.integers(1, 99), st.booleans())
def test_adding_a_host_changes_nothing_of_the_others(number: int, index: int, first: bool):
    segments = {s.name: s for s in plan(DEFINITIONS.municipalities.municipalities).segments}
    kind = DEFINITIONS.hosts[-1]
    new = HostKind.model_validate(kind.model_dump() | {"code": "new", "at": {"dc1": {index: number}}})
    kinds = (new, *DEFINITIONS.hosts) if first else (*DEFINITIONS.hosts, new)
    before = infrastructure(DEFINITIONS.hosts, DEFINITIONS.sites, segments)
    assert set(before) < set(infrastructure(kinds, DEFINITIONS.sites, segments))


@given(st.sets(st.integers(1, 12), min_size=1), st.sets(st.integers(1, 12), min_size=1))
def test_more_esxi_hosts_change_nothing_of_the_others(some: set[int], more: set[int]):
    """ESXi host n's name and address are functions of its site and n."""
    site = DEFINITIONS.sites[0]
    management = plan(DEFINITIONS.municipalities.municipalities).segment("dc1-management")
    few, many = (
        hosts_of_site(site, ZoneChoice(hosts=max(numbers)), management, "example", DEFINITIONS.parameters)
        for numbers in (some, some | more)
    )
    assert many[: len(few)] == few


@given(st.text("abcdefgh0123456789-", min_size=1, max_size=20))
def test_a_server_s_zone_depends_on_its_name_alone(name: str):
    zone = home_zone(name, ("dc1", "dc2"))
    assert zone in {"dc1", "dc2"}
    if not name[-2:-1].isdigit() or name[-1] not in "ab":
        assert zone == ("dc1", "dc2")[zlib.crc32(name.encode()) % 2]


def test_adding_a_server_changes_nothing_of_the_others(whole: Architecture):
    rows = whole.inventory.servers["gnosjo"]
    new = rows[0].model_copy(update={"name": "gno-aaa-web01", "number": max(r.number for r in rows) + 1})
    more = Inventory(samples=(), note="", servers={**whole.inventory.servers, "gnosjo": (new, *rows)})
    after = Architecture.build(whole.choices, whole.definitions, more)
    assert set(whole.servers) < set(after.servers)
    assert len(after.servers) == len(whole.servers) + 1
