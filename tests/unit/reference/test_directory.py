"""IDM-1: the directory's groups, their names, and who belongs to them by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.architecture import Architecture
from reference.directory import Directory, Group, GroupKind, group_kinds
from reference.errors import ArchitectureError
from reference.membership import Condition, Subject
from reference.municipality import Figures, Municipality

MUNICIPALITIES = ("gislaved", "gnosjo", "varnamo", "vaggeryd")
FIGURES = Figures(servers=1, pcs=2, network_devices=3, it_staff=4, employees=5)
KINDS = group_kinds()


def place(letter: str) -> Municipality:
    return Municipality(id=f"place{letter}", code=f"pl{letter}", number=1, name=letter, figures=FIGURES)


municipality_lists = st.lists(st.sampled_from("abcdefghijklmno"), min_size=1, unique=True).map(
    lambda letters: [place(letter) for letter in letters]
)


@pytest.mark.requirement("IDM-1")
@pytest.mark.parametrize("municipality", MUNICIPALITIES)
def test_each_municipality_has_its_people_devices_and_administrators(whole: Architecture, municipality: str):
    concepts = {group.concept for group in whole.directory.groups if group.municipality == municipality}
    tiers = {f"administrators-tier{tier}" for tier in (0, 1, 2)}
    assert concepts == {"staff", "school", "devices", *tiers}


@pytest.mark.requirement("IDM-1")
def test_the_shared_groups_are_nobody_s_own(whole: Architecture):
    for concept in (
        "platform",
        "network",
        "backup",
        "soc",
        "service-desk",
        "emergency",
        "travellers",
        "pilot",
        "guests",
    ):
        assert whole.directory.group(concept).municipality is None


def test_a_concept_stands_for_each_municipality_s_group(whole: Architecture):
    assert [g.key for g in whole.directory.select("staff")] == [f"staff/{m}" for m in MUNICIPALITIES]
    assert [g.name for g in whole.directory.select("staff/gnosjo")] == ["ggvv-gno-staff"]
    assert [g.name for g in whole.directory.select("emergency")] == ["ggvv-emergency"]


def test_an_undeclared_group_is_refused_with_the_closest_one(whole: Architecture):
    with pytest.raises(ArchitectureError, match=r"'staf/gnosjo' is not declared; right is .*did you mean staff/gnosjo"):
        whole.directory.select("staf/gnosjo")


def test_one_group_is_not_one_for_each_municipality(whole: Architecture):
    with pytest.raises(ArchitectureError, match=r"'staff' is one for each .* such as staff/gislaved"):
        whole.directory.group("staff")


@pytest.mark.requirement("IDM-1")
def test_rules_are_in_the_directory_s_syntax(whole: Architecture):
    def rule(key: str) -> str | None:
        return whole.directory.group(key).rule

    enabled = "(user.accountEnabled -eq true)"
    assert rule("staff/varnamo") == (
        f'(user.extensionAttribute1 -eq "vmo") and (user.extensionAttribute2 -eq "staff") and {enabled}'
    )
    assert rule("devices/vaggeryd") == '(device.extensionAttribute1 -eq "vag") and (device.accountEnabled -eq true)'
    assert rule("guests") == f'(user.userType -eq "Guest") and {enabled}'
    assert rule("platform") is None


@pytest.mark.parametrize("code", ['gno") or (user.x -eq "', "gnosjo", "GNO"])
def test_a_condition_takes_no_text_that_could_end_the_rule(code: str):
    with pytest.raises(ValueError, match="municipality"):
        Condition(municipality=code)


def test_every_rule_that_can_be_written_asks_for_something():
    assert Condition(kind="staff", only_enabled=False).rule(Subject.USERS) == '(user.extensionAttribute2 -eq "staff")'
    assert {kind.concept for kind in KINDS if kind.rule == Condition()} == {"devices"}  # the municipality comes to it


@pytest.mark.requirement("IDM-2")
def test_groups_of_administrators_are_protected_and_dynamic_ones_never(whole: Architecture):
    """Entra ID takes no dynamic group for roles; administrators in an unprotected group could be taken over."""
    for group in whole.directory.groups:
        assert not (group.role_assignable and group.rule), group.key
        if group.concept.startswith("administrators-") or group.concept in {
            "platform",
            "soc",
            "emergency",
            "approvers",
        }:
            assert group.role_assignable, group.key


def test_expected_numbers_are_the_source_s_figures(whole: Architecture):
    expected = {concept: [g.expected for g in whole.directory.select(concept)] for concept in ("staff", "devices")}
    assert expected == {"staff": [2700, 850, 3100, 1200], "devices": [2600, 2200, 5000, 1300]}
    assert sum(expected["devices"]) == 11_100


def test_names_fit_where_entra_id_takes_them_as_aliases(whole: Architecture):
    """At most 64 ASCII characters, and each only once."""
    names = [group.name for group in whole.directory.groups]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name and len(name) <= 64 for name in names)


@given(municipality_lists, st.data())
def test_adding_a_municipality_changes_no_other_group(municipalities: list[Municipality], data: st.DataObject):
    some = data.draw(st.permutations(municipalities))[: data.draw(st.integers(1, len(municipalities)))]
    before, after = Directory.build("p", some, KINDS), Directory.build("p", municipalities, KINDS)
    assert set(before.groups) <= set(after.groups)


@given(st.from_regex(r"[a-z]{3,12}", fullmatch=True), st.booleans(), st.sampled_from(["municipality", "shared"]))
def test_adding_a_kind_changes_no_other_group(concept: str, first: bool, scope: str):
    new = GroupKind(concept=f"new-{concept}", scope=scope, purpose="")
    kinds = (new, *KINDS) if first else (*KINDS, new)
    before, after = Directory.build("p", [place("a")], KINDS), Directory.build("p", [place("a")], kinds)
    assert set(before.groups) < set(after.groups)


def test_the_group_that_vcenter_lets_in_is_one_of_the_directory_s(whole: Architecture):
    operators = whole.directory.group("administrators-tier1/gislaved")
    assert isinstance(operators, Group)
    assert operators.name == "ggvv-gis-administrators-tier1"
