"""Values on the wire: secrets stay marked, what is not known stays unknown, numbers stay whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lab.plugins.azuread.values import SECRET, SIGNATURE, UNKNOWN, decode, encode, has_unknown

names = st.text(alphabet="abcd", min_size=1, max_size=3)
plain = st.recursive(
    st.one_of(st.text(max_size=5), st.booleans(), st.integers(-1000, 1000)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(names, plain, max_size=4), st.data())
def test_round_trip(values: dict[str, object], data: st.DataObject) -> None:
    """What is written for the engine reads as it was, with the same secrets."""
    secrets = frozenset(data.draw(st.sets(st.sampled_from(sorted(values))) if values else st.just(set())))
    read = decode(encode(values, secrets))
    assert read.values == values
    assert read.secrets == secrets


def test_secret_of_an_unknown_is_both() -> None:
    """A secret that is known only later is neither lost nor shown."""
    read = decode(encode({"password": UNKNOWN}, frozenset({"password"})))
    assert read.values == {"password": UNKNOWN}
    assert read.secrets == {"password"}


def test_secret_deep_inside_marks_the_property() -> None:
    """A list with a secret in it is secret."""
    inner = {SIGNATURE: SECRET, "value": "s3cret"}
    read = decode(encode({"list": ["a", {"b": inner}]}))
    assert read.values == {"list": ["a", {"b": "s3cret"}]}
    assert read.secrets == {"list"}


def test_values_are_not_in_a_log() -> None:
    """Properties name no value when they are shown."""
    assert "s3cret" not in repr(decode(encode({"password": "s3cret"})))


def test_null_and_the_engine_s_own_are_left_out() -> None:
    """Nulls say nothing, and names with two underscores are the engine's."""
    assert decode(encode({"a": None, "__defaults": [], "b": [UNKNOWN]})).values == {"b": [UNKNOWN]}
    assert has_unknown({"b": [UNKNOWN]})
