"""The sample inventory: deterministic, and exactly what its generator makes."""

from reference.data import load
from reference.inventory import PROVENANCE, SERVERS, Provenance, csv_text
from reference.municipality import Figures, Municipality
from reference.servers import sample


def test_the_committed_files_are_the_generator_s_bytes():
    """For a municipality whose own servers were imported, there is no sample to compare."""
    made = sample.sample().servers
    assert {path.stem for path in SERVERS.glob("*.csv")} == set(made)
    for municipality in load(PROVENANCE, Provenance, SERVERS).sample:
        assert (SERVERS / f"{municipality}.csv").read_bytes() == csv_text(made[municipality]).encode()


def municipality(name: str, servers: int):
    figures = Figures(servers=servers, pcs=0, network_devices=0, it_staff=0, employees=0)
    return Municipality(id=name, code=name[:3], number=1, name=name, figures=figures)


def test_shares_add_up_to_the_total_by_largest_remainder():
    places = [municipality("one", 280), municipality("two", 175), municipality("tri", 110), municipality("qua", 60)]
    assert sample.shares(places, 620) == {"one": 278, "two": 174, "tri": 109, "qua": 59}
    assert sum(sample.shares(places, 7).values()) == 7
