"""The three truth values."""

import itertools

import pytest

from careprogram.rules import Truth
from careprogram.rules.truth import all_of, any_of, truth

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

AND = {(T, T): T, (T, F): F, (T, U): U, (F, T): F, (F, F): F, (F, U): F, (U, T): U, (U, F): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, T): T, (F, F): F, (F, U): U, (U, T): T, (U, F): U, (U, U): U}


@pytest.mark.parametrize(("left", "right"), AND)
def test_the_tables_are_strong_kleene(left, right):
    """`and` and `or` follow the published tables cell by cell, as operators and over a series."""
    assert left & right is AND[left, right]
    assert left | right is OR[left, right]
    assert all_of([left, right]) is AND[left, right]
    assert any_of([left, right]) is OR[left, right]


def test_not_leaves_unknown_alone():
    """Denying what nobody knows does not make it known."""
    assert (~T, ~F, ~U) == (F, T, U)


def test_long_series_agree_with_the_operators():
    """All 81 series of four values come out the same by folding the operators."""
    for series in itertools.product((T, F, U), repeat=4):
        first, second, third, fourth = series
        assert all_of(series) is (first & second & third & fourth)
        assert any_of(series) is (first | second | third | fourth)


def test_a_truth_is_never_read_as_yes_or_no():
    """`if truth` is refused with the remedy, for every value."""
    for value in Truth:
        with pytest.raises(TypeError, match=r"is Truth\.TRUE"):
            bool(value)


def test_a_settled_answer_becomes_a_truth():
    """A Python bool has its truth value."""
    assert (truth(True), truth(False)) == (T, F)
