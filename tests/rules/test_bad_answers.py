"""A plugin that gives bad answers costs those answers: it lets nobody in, turns nobody away, and stops no verdict."""

import datetime as dt
from collections.abc import Mapping

import pytest
from hostile import AS_OF, SECRET, Day, Facts, Number, PersonFacts, Place, policy_of

from careprogram.rules import (
    Determination,
    FactValues,
    judge_facts,
    render_verdict,
)
from careprogram.unknown import UNKNOWN

RULES = {
    "poor": (Facts.poor.is_(True), ~Facts.poor.is_(True)),
    "grade": (Facts.grade >= 5, Facts.grade < 5),
    "place": (Facts.place.is_(Place.AWAY), ~Facts.place.is_(Place.AWAY)),
    "born": (Facts.born.age >= 10, Facts.born.age < 10),
    "parents": (Facts.parents.any_(PersonFacts.able.is_(True)), Facts.parents.all_(~PersonFacts.able.is_(True))),
}


class Raising(Mapping):
    """Answers that are worked out when they are asked for, and fail."""

    def __init__(self, error):
        self.error = error

    def __getitem__(self, name):
        raise self.error

    def get(self, name, default=None):
        raise self.error

    def __iter__(self):
        raise self.error

    def __len__(self):
        raise self.error


class Lying(Mapping):
    """Gives another answer each time."""

    def __init__(self, *answers):
        self.answers = iter(answers)

    def __getitem__(self, name):
        return next(self.answers)

    def get(self, name, default=None):
        return next(self.answers)

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


class Yes(int):
    """A number that says it is a bool."""

    __class__ = bool


class Wild:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError(SECRET)

    def __eq__(self, other):
        raise RuntimeError(SECRET)

    def __hash__(self):
        raise RuntimeError(SECRET)

    def __repr__(self):
        raise RuntimeError(SECRET)


class OddMember(dict):
    """A member whose answers are other ones each time they are looked at."""

    turn = 0

    def items(self):
        self.turn += 1
        return [("able", self.turn % 2 == 1 or SECRET)]


class Members(tuple):
    """A list of members that cannot be gone through."""

    def __iter__(self):
        raise RuntimeError(SECRET)


BAD = {
    "no yes": ("poor", "yes"),
    "one for yes": ("poor", 1),
    "a number that says it is a bool": ("poor", Yes(1)),
    "an array of yes": ("poor", [True]),
    "NaN": ("grade", float("nan")),
    "without end": ("grade", float("inf")),
    "a fraction": ("grade", 5.0),
    "yes for a number": ("grade", True),
    "full-width digits": ("grade", "５"),
    "a code": ("place", "away"),
    "the class of the choices": ("place", Place),
    "a moment": ("born", dt.datetime(2010, 1, 1, tzinfo=dt.UTC)),
    "a text of a day": ("born", "2010-01-01"),
    "a list of members": ("parents", [{"able": True}]),
    "a member who is none": ("parents", ({"able": True}, SECRET)),
    "a member with a fact of nobody": ("parents", ({"able": True, SECRET: True},)),
    "members that raise": ("parents", Members(({"able": True},))),
    **{f"an object that raises, as {name}": (name, Wild()) for name in RULES},
    **{f"a function, as {name}": (name, lambda: True) for name in RULES},
    **{f"None, as {name}": (name, None) for name in RULES},
}


@pytest.mark.parametrize("name", BAD)
def test_an_answer_of_the_wrong_kind_is_unknown_and_named(name):
    """Neither a rule nor its opposite holds; the fact is named as unreadable, and the answer is shown nowhere."""
    fact, answer = BAD[name]
    verdict = judge_facts(policy_of(*RULES[fact]), FactValues(values={fact: answer}), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == (fact,)
    told = f"{verdict!r}{render_verdict(verdict, policy_of(*RULES[fact]))}"
    assert SECRET not in told


@pytest.mark.parametrize(
    "error", [KeyError(SECRET), RuntimeError(SECRET), SystemExit(1), RecursionError(), MemoryError()]
)
@pytest.mark.parametrize("fact", RULES)
def test_a_source_of_facts_that_raises_answers_nothing(fact, error):
    """The fact is unknown and named; nobody sees what was raised."""
    policy = policy_of(*RULES[fact])
    verdict = judge_facts(policy, FactValues(values=Raising(error)), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == (fact,)
    assert SECRET not in render_verdict(verdict, policy)


def test_whoever_stops_the_program_stops_it():
    """Ctrl-C is not an answer."""
    with pytest.raises(KeyboardInterrupt):
        judge_facts(policy_of(*RULES["poor"]), FactValues(values=Raising(KeyboardInterrupt())), as_of=AS_OF)


@pytest.mark.parametrize("values", [None, 7, "poor", ["poor"], object()])
def test_what_are_no_answers_at_all_answer_nothing(values):
    """A source that gives something else than answers by their names."""
    verdict = judge_facts(policy_of(*RULES["poor"]), FactValues(values=values), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == ("poor",)


def test_what_fails_in_one_fact_leaves_the_others():
    """A source that knows one fact and fails on the next still decides what that one decides."""

    class Half(Raising):
        def get(self, name, default=None):
            return True if name == "poor" else super().get(name)

    policy = policy_of(Facts.poor.is_(True) & (Facts.grade >= 5), Facts.poor.is_(True))
    verdict = judge_facts(policy, FactValues(values=Half(KeyError(SECRET))), as_of=AS_OF)
    assert verdict.determination is Determination.ELIGIBLE
    assert verdict.explanation.unreadable == ("grade",)


@pytest.mark.parametrize(
    ("fact", "answer", "plain"),
    [("grade", Number(4), 4), ("grade", Number(5), 5), ("born", Day(2020, 1, 1), dt.date(2020, 1, 1))],
)
def test_an_answer_whose_class_is_odd_counts_by_its_value(fact, answer, plain):
    """Operators of somebody else's class are not asked."""
    policy = policy_of(*RULES[fact])
    odd, right = (judge_facts(policy, FactValues(values={fact: one}), as_of=AS_OF) for one in (answer, plain))
    assert dict(odd.clauses) == dict(right.clauses)


def test_answers_that_change_are_read_once():
    """A verdict and its reasons rest on one reading."""
    policy = policy_of(*RULES["poor"])
    verdict = judge_facts(policy, FactValues(values=Lying(True, False, "x", RuntimeError)), as_of=AS_OF)
    first = [*verdict.clauses.values()]
    render_verdict(verdict, policy)
    assert [*verdict.clauses.values()] == first
    member = judge_facts(policy_of(*RULES["parents"]), FactValues(values={"parents": (OddMember(),)}), as_of=AS_OF)
    assert member.determination is Determination.UNDETERMINED


def test_what_happens_to_the_record_afterwards_changes_no_verdict():
    """A source that keeps its answers in one dict for all children, and fills it anew for the next."""
    member, values = {"able": True}, {}
    values.update(parents=(member,), poor=True, grade=UNKNOWN)
    policy = policy_of(*RULES["parents"], *RULES["poor"], *RULES["grade"])
    verdict, other = (judge_facts(policy, FactValues(values=values), as_of=AS_OF) for _ in range(2))
    before = (other.determination, dict(other.clauses), render_verdict(other, policy))
    member["able"] = False
    values.clear()
    assert (verdict.determination, dict(verdict.clauses), render_verdict(verdict, policy)) == before
