"""What everything stands on: unknown, ids, errors, languages."""

import inspect
import pickle
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram import errors
from careprogram.ids import keyed_digest, stable_hash
from careprogram.language import Language, Text
from careprogram.unknown import UNKNOWN, Unknown, known

KEY = b"sixteen bytes ok"
TREE = {
    name: kind
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, errors.CareProgramError)
}


@pytest.mark.parametrize("ask", [bool, lambda gap: not gap, lambda gap: gap and True, lambda gap: 1 if gap else 2])
def test_unknown_refuses_to_be_yes_or_no(ask):
    """Whoever forgets the gap is told at once, and how to ask."""
    with pytest.raises(TypeError, match="is UNKNOWN"):
        ask(UNKNOWN)


def test_unknown_is_one_value_even_after_a_journey():
    """`is` works after pickling; None and UNKNOWN are different answers."""
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert Unknown("unknown") is UNKNOWN
    assert UNKNOWN != None  # noqa: E711
    assert repr(UNKNOWN) == "UNKNOWN"


def test_known_keeps_falsy_values():
    """No is an answer, nothing is an answer, zero is an answer; only the gap takes the default."""
    assert [known(value, "default") for value in (False, None, 0, "", UNKNOWN)] == [False, None, 0, "", "default"]


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_a_digest_tells_all_splits_apart(one: list[str], other: list[str]):
    """Equal only for equal parts: moving a letter from one part to the next changes it."""
    assert (keyed_digest(KEY, *one, length=32) == keyed_digest(KEY, *other, length=32)) is (one == other)
    joined = "".join(one)
    if len(joined) > 1:
        assert keyed_digest(KEY, joined[:1], joined[1:]) != keyed_digest(KEY, joined, "")


def test_a_digest_depends_on_the_key_and_is_the_same_forever():
    """Stored ids rest on this very value; another key names the same child otherwise."""
    assert keyed_digest(KEY, "child", "1") == "28356da94129eb50"
    assert keyed_digest(KEY, "child", "1") != keyed_digest(b"another key of 16", "child", "1")
    assert len(keyed_digest(KEY, "x", length=40)) == 40


def test_a_short_key_is_refused():
    """With few possible identity numbers a weak key would be no key."""
    with pytest.raises(ValueError, match="16 bytes"):
        keyed_digest(b"fifteen bytes !", "x")


@given(st.lists(st.text(), max_size=3))
def test_a_stable_hash_fits_a_signed_word(parts: list[str]):
    """Solvers and databases take it as it is."""
    assert 0 <= stable_hash(*parts) < 2**63
    assert stable_hash(*parts) == stable_hash(*parts)


def test_a_stable_hash_is_the_same_on_every_machine():
    """Tie-breaks of stored plans rest on this very value."""
    assert stable_hash("child", "helper") == 4891239690031104064


@pytest.mark.parametrize("name", sorted(TREE))
def test_every_error_is_drawn_in_the_tree_with_what_it_also_is(name: str):
    """The docstring names each class, and the builtin that a caller may catch instead."""
    line = next((line for line in errors.__doc__.splitlines() if f"{name} " in f"{line} "), None)
    assert line is not None
    for builtin in (ValueError, LookupError, PermissionError, ImportError):
        if issubclass(TREE[name], builtin) and builtin in TREE[name].__bases__:
            assert f"({builtin.__name__})" in line
    assert TREE[name].__doc__


def test_a_caller_can_catch_what_they_already_catch():
    """Builtin families stay what they are."""
    assert issubclass(errors.ValidationError, ValueError)
    assert issubclass(errors.NotFoundError, LookupError)
    assert issubclass(errors.ConsentError, PermissionError)
    assert issubclass(errors.VersionConflictError, errors.ConflictError)
    assert issubclass(errors.MissingExtraError, ImportError)


def test_a_missing_extra_says_what_to_install():
    """The remedy can be copied."""
    error = errors.MissingExtraError("lunar_python", extra="calendar", purpose="dating festivals")
    assert "pip install 'careprogram[calendar]'" in str(error)
    assert (error.library, error.extra) == ("lunar_python", "calendar")


def test_collecting_errors_keep_their_problems():
    """Every finding reaches whoever catches, in order."""
    for kind in (errors.RosterError, errors.PolicyError, errors.ConfigurationError):
        assert kind("refused", problems=["a", "b"]).problems == ("a", "b")


def test_a_text_has_both_languages():
    """Chinese and English, and nothing else."""
    text = Text("留守儿童", "left-behind child")
    assert [text.in_(language) for language in get_args(Language)] == ["留守儿童", "left-behind child"]
