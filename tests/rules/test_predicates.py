"""The rule tree: how it is put together, and what it refuses."""

import datetime as dt
import enum

import pytest

from careprogram.errors import PolicyError, ValidationError
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    DateFact,
    FactSchema,
    FactValues,
    IntFact,
    Truth,
    constant,
    evaluate,
    facts_in,
    parameters_in,
)
from careprogram.rules.predicates import All, AnyOf, Definition, Not, definitions_in
from careprogram.unknown import UNKNOWN


class Place(enum.Enum):
    AWAY = "away"
    HOME = "home"


class Other(enum.Enum):
    AWAY = "away"


class Facts(FactSchema):
    poor = BoolFact(label=Text("贫困", "poor"))
    alone = BoolFact(label=Text("独居", "alone"))
    grade = IntFact(label=Text("年级", "grade"), minimum=0, maximum=12)
    father = ChoiceFact(label=Text("父亲", "father"), choices=Place)
    birth_date = DateFact(label=Text("出生日期", "birth date"))


LIMIT = constant("age_limit", 16, label=Text("年龄上限", "age limit"), source="test")
TODAY = dt.date(2026, 9, 1)


def test_operators_join_and_flatten():
    """`a & b & c` is one conjunction of three, not a tower of two."""
    a, b, c = Facts.poor.is_(True), Facts.alone.is_(False), Facts.grade >= 5
    assert a & b & c == All(parts=(a, b, c)) == a & (b & c)
    assert a | b | c == AnyOf(parts=(a, b, c))
    assert (a & b) | c == AnyOf(parts=(All(parts=(a, b)), c))
    assert ~a == Not(part=a)


@pytest.mark.parametrize(
    "write",
    [
        lambda a, b: a and b,
        lambda a, b: a or b,
        lambda a, b: not a,
        lambda a, b: 5 < Facts.grade < 9,
        lambda a, b: [each for each in (a, b) if each],
    ],
    ids=["and", "or", "not", "chained", "filter"],
)
def test_python_words_are_refused_with_the_remedy(write):
    """`and`, `or`, `not` and chained comparisons would silently drop half of a rule."""
    with pytest.raises(TypeError, match=r"& \| ~"):
        write(Facts.poor.is_(True), Facts.alone.is_(True))


@pytest.mark.parametrize("bound", [5.0, "5", True, None, UNKNOWN])
def test_only_whole_numbers_and_parameters_are_thresholds(bound):
    """Floats, texts, bools and gaps are refused where the rule is written, not when a child is judged."""
    with pytest.raises(TypeError, match="whole number or a Parameter"):
        _ = Facts.grade >= bound
    with pytest.raises(TypeError, match="whole number or a Parameter"):
        _ = Facts.birth_date.age < bound


def test_facts_are_not_compared_with_facts():
    """There is no arithmetic between facts."""
    with pytest.raises(TypeError, match="whole number or a Parameter"):
        _ = Facts.grade >= Facts.grade


def test_a_choice_takes_members_of_its_own_enum():
    """A member of another enum is refused although its text is the same."""
    with pytest.raises(TypeError, match="member of Place"):
        Facts.father.is_(Other.AWAY)
    with pytest.raises(TypeError, match="twice"):
        Facts.father.one_of(Place.AWAY, Place.AWAY)


def test_a_yes_or_no_fact_takes_true_or_false():
    """A truthy number is no answer."""
    with pytest.raises(TypeError, match="True or False"):
        Facts.poor.is_(1)


def test_junctions_need_two_parts():
    """An empty `all of` would be true of everybody."""
    for kind in (All, AnyOf):
        for parts in ((), (Facts.poor.is_(True),)):
            with pytest.raises(ValueError, match="at least two"):
                kind(parts=parts)


def test_a_bare_fact_is_no_condition():
    """Joining a fact itself says to write `.is_(True)`."""
    with pytest.raises(TypeError, match=r"is_\(True\)"):
        Facts.poor.is_(True) & Facts.alone


def test_a_rule_tells_what_it_uses():
    """Facts, parameters and definitions are found once each, in the order written."""
    shared = Definition(
        name="shared", label=Text("甲", "a"), when=Facts.poor.is_(True) | (Facts.birth_date.age < LIMIT)
    )
    rule = shared & ~shared & (Facts.grade >= LIMIT)
    assert [fact.name for fact in facts_in(rule)] == ["poor", "birth_date", "grade"]
    assert parameters_in(rule) == (LIMIT,)
    assert definitions_in(rule) == (shared,)


def test_a_rule_reads_like_its_file_form():
    """The repr is the expression, so that a failing test can be read."""
    rule = ~(Facts.father.one_of(*Place) & (Facts.birth_date.age < LIMIT)) | Facts.poor.known()
    assert repr(rule) == "<AnyOf not (father in (away, home) and birth_date.age < age_limit) or poor is known>"


def test_known_is_true_or_unknown_but_never_false():
    """Nobody having asked must not make any rule true: the verdict would flip when the answer arrives."""
    assert evaluate(Facts.poor.known(), {"poor": False}, as_of=TODAY) is Truth.TRUE
    assert evaluate(Facts.poor.known(), {}, as_of=TODAY) is Truth.UNKNOWN
    assert evaluate(~Facts.poor.known(), {}, as_of=TODAY) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (Facts.birth_date.age < 16, dt.date(2026, 8, 31), Truth.TRUE),
        (Facts.birth_date.age < 16, dt.date(2026, 9, 1), Truth.FALSE),
        (Facts.birth_date.age <= 16, dt.date(2027, 8, 31), Truth.TRUE),
        (Facts.birth_date.age > 16, dt.date(2027, 9, 1), Truth.TRUE),
        (Facts.birth_date.age.is_(16), dt.date(2026, 9, 1), Truth.TRUE),
        (Facts.birth_date.months >= 6, dt.date(2011, 2, 28), Truth.FALSE),
        (Facts.birth_date.months >= 6, dt.date(2011, 3, 1), Truth.TRUE),
    ],
)
def test_ages_turn_on_the_birthday(rule, day, expected):
    """不满 excludes the number and 以上 includes it (civil code 1259); the birthday itself counts."""
    assert evaluate(rule, {"birth_date": dt.date(2010, 9, 1)}, as_of=day) is expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Facts.birth_date.months >= 0, Truth.TRUE),
        (Facts.birth_date.age > -1, Truth.TRUE),
        (Facts.birth_date.age < 0, Truth.FALSE),
        (Facts.birth_date.age <= 0, Truth.UNKNOWN),
        (Facts.birth_date.age.is_(-1), Truth.FALSE),
        (Facts.birth_date.age > 0, Truth.UNKNOWN),
        (Facts.grade >= 0, Truth.UNKNOWN),
    ],
)
def test_elapsed_time_is_never_negative(rule, expected):
    """Zero months or more holds without a date, so that a plan that names no length of absence asks for none."""
    assert evaluate(rule, {}, as_of=TODAY) is expected


def test_a_schema_names_its_facts_and_extends():
    """A fact takes the name of its attribute; a schema may add to another."""

    class More(Facts):
        boards = BoolFact(label=Text("寄宿", "boards"))

    assert list(More.facts()) == [*Facts.facts(), "boards"]
    assert More.boards.name == "boards"
    assert More.poor is Facts.poor


@pytest.mark.parametrize("name", ["known", "is", "Bad", "with-hyphen"])
def test_a_fact_cannot_have_a_name_that_no_file_can_write(name):
    """Words of the rule language and anything but small letters are refused when the schema is made."""
    with pytest.raises(PolicyError, match="lower case"):
        type("Broken", (FactSchema,), {name: BoolFact(label=Text("甲", "a"))})


def test_choices_need_codes_that_a_file_can_write():
    """An enum of numbers, or one with the code `unknown`, cannot be a choice."""
    for codes in ({"ONE": 1}, {"GAP": "unknown"}, {"SPACE": "a b"}):
        with pytest.raises(PolicyError, match="codes"):
            ChoiceFact(label=Text("甲", "a"), choices=enum.Enum("Bad", codes))


def test_values_are_checked_and_completed():
    """Answers of the wrong kind and unknown names are refused by name only; what is left out is unknown."""
    values = Facts.values({"poor": True, "birth_date": dt.date(2015, 1, 1)})
    assert values[Facts.poor] is True
    assert values[Facts.grade] is UNKNOWN
    with pytest.raises(ValidationError, match="no such fact in Facts: rich") as refused:
        Facts.values({"rich": "secret"})
    assert refused.value.reason == "unknown-fact"
    wrong = {"poor": 1, "grade": True, "father": "away", "birth_date": dt.datetime(2015, 1, 1)}  # noqa: DTZ001
    with pytest.raises(
        ValidationError, match=r"poor \(yes or no\), grade \(whole number\), father .*, birth_date"
    ) as bad:
        Facts.values(wrong)
    assert "2015" not in str(bad.value)
    with pytest.raises(ValidationError):
        Facts.values({"grade": 13})


def test_answers_do_not_show_in_a_repr():
    """Personal facts are counted, not printed."""
    assert repr(FactValues(values={"poor": True})) == "FactValues(values=<1 facts>, unreadable=())"
