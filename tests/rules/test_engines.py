"""Interpreter and compiled form: what they refuse, and what they share."""

import datetime as dt
import enum

import attrs
import pytest

from careprogram.errors import DayError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    Determination,
    FactSchema,
    FactValues,
    IntFact,
    Policy,
    Predicate,
    Truth,
    compile_policy,
    evaluate,
    judge_facts,
    render_verdict,
)
from careprogram.rules.compiled import interpret, outcome_of
from careprogram.rules.predicates import Known, walk
from careprogram.rules.written import write_expression

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


class Facts(FactSchema):
    poor = BoolFact(label=Text("贫困", "poor"))
    alone = BoolFact(label=Text("独居", "alone"))
    grade = IntFact(label=Text("年级", "grade"))
    away_since = DateFact(label=Text("外出", "away"))


@attrs.frozen(kw_only=True, repr=False)
class Foreign(Predicate):
    """A node of somebody else, with Python inside."""


def policy_of(rule, **changes):
    clause = Clause(id="c", citation="art. 1", text=TEXT, when=rule)
    category = Category(id="g", tier=2, title=TEXT, clauses=(clause,))
    return Policy(id=PolicyId("p"), title=TEXT, citation="law", categories=(category,), **changes)


def test_a_node_that_is_not_of_the_language_is_refused_everywhere():
    """No opaque Python inside a rule: neither evaluated, nor compiled, nor written, and the text names the node."""
    foreign = Foreign() & Facts.poor.is_(True)
    for use in (
        lambda: evaluate(foreign, {"poor": True}, as_of=AS_OF),
        lambda: compile_policy(policy_of(foreign), AS_OF),
        lambda: write_expression(foreign),
    ):
        with pytest.raises(TypeError, match="not of Foreign"):
            use()


# requirement truths, truths of category a (tier 2) and b (tier 1), expected
TABLE = [
    ((), (T,), (T,), (Determination.ELIGIBLE, ("a", "b"), (), 1)),
    ((), (T,), (F,), (Determination.ELIGIBLE, ("a",), (), 2)),
    ((), (T,), (U,), (Determination.ELIGIBLE, ("a",), ("b",), 2)),
    ((), (F, T), (F,), (Determination.ELIGIBLE, ("a",), (), 2)),
    ((), (F, U), (F,), (Determination.UNDETERMINED, (), ("a",), None)),
    ((), (F, F), (F,), (Determination.INELIGIBLE, (), (), None)),
    ((T,), (T,), (F,), (Determination.ELIGIBLE, ("a",), (), 2)),
    ((F,), (T,), (T,), (Determination.INELIGIBLE, (), (), None)),
    ((F, U), (U,), (U,), (Determination.INELIGIBLE, (), (), None)),
    ((U,), (T,), (F,), (Determination.UNDETERMINED, (), ("a",), None)),
    ((U, T), (F,), (F,), (Determination.INELIGIBLE, (), (), None)),
    ((T, U), (U,), (T,), (Determination.UNDETERMINED, (), ("a", "b"), None)),
]


@pytest.mark.parametrize(("required", "first", "second", "expected"), TABLE)
def test_requirements_and_categories_add_up(required, first, second, expected):
    """Every requirement must hold, one clause makes a category, and a gap never counts as no or yes."""
    begin, middle = len(required), len(required) + len(first)
    layout = (("a", 2, begin, middle), ("b", 1, middle, middle + len(second)))
    found = outcome_of([*required, *first, *second], len(required), layout)
    assert (found.determination, found.categories, found.open_categories, found.tier) == expected


def test_answers_left_out_are_unknown_to_both_engines():
    """A fact that nobody gave a value reads as a gap, not as an error."""
    policy = policy_of(Facts.poor.is_(True) | (Facts.grade >= 5) | (Facts.away_since.months >= 1))
    assert interpret(policy, {}, AS_OF).determination is Determination.UNDETERMINED
    assert judge_facts(policy, FactValues(values={}), as_of=AS_OF).determination is Determination.UNDETERMINED


@pytest.mark.parametrize("answer", [True, "5", 5.5, None])
def test_a_wrong_kind_of_number_is_refused_not_compared(answer):
    """A bool is no grade, although Python could compare it."""
    verdict = judge_facts(policy_of(Facts.grade >= 1), FactValues(values={"grade": answer}), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == ("grade",)


def test_a_fault_in_one_fact_does_not_hide_what_another_decides():
    """With a bad answer beside a good one that decides, the verdict stands on the good one, in either order."""
    for rule in (Facts.poor.is_(True) | (Facts.grade >= 5), (Facts.grade >= 5) | Facts.poor.is_(True)):
        verdict = judge_facts(policy_of(rule), FactValues(values={"poor": True, "grade": "x"}), as_of=AS_OF)
        assert verdict.determination is Determination.ELIGIBLE
        assert [fact.name for fact in verdict.explanation.facts] == ["poor"]


def test_faults_are_told_to_the_reader():
    """The text names facts that could not be read, in the reader's language."""
    policy = policy_of((Facts.grade >= 5) & Facts.alone.is_(True))
    verdict = judge_facts(policy, FactValues(values={"grade": "x"}), as_of=AS_OF)
    assert "无法读取的事实：\n  - 年级\n" in render_verdict(verdict, policy)
    assert "Facts that could not be read:\n  - grade\n" in render_verdict(verdict, policy, "en")


def test_lengths_of_time_are_told_in_months():
    """An absence is shown as how long it lasts, not as its first day."""
    policy = policy_of(Facts.away_since.months >= 6)
    text = render_verdict(
        judge_facts(policy, FactValues(values={"away_since": dt.date(2026, 1, 31)}), as_of=AS_OF), policy
    )
    assert "外出：已7个月" in text
    assert "01-31" not in text


@pytest.mark.parametrize(
    ("since", "told"), [(dt.date(2026, 8, 1), "for 1 month"), (dt.date(2026, 7, 1), "for 2 months")]
)
def test_one_month_is_not_told_as_months(since, told):
    """English counts one and many apart."""
    policy = policy_of(Facts.away_since.months >= 1)
    verdict = judge_facts(policy, FactValues(values={"away_since": since}), as_of=AS_OF)
    assert [fact.value.en for fact in verdict.explanation.facts] == [told]


def test_a_date_asked_only_whether_it_is_known_is_shown_as_known():
    """Neither an age nor a length of time was asked, so neither is told."""
    policy = policy_of(Facts.away_since.known())
    verdict = judge_facts(policy, FactValues(values={"away_since": dt.date(2026, 1, 31)}), as_of=AS_OF)
    assert [fact.value.en for fact in verdict.explanation.facts] == ["known"]


def test_an_unanswerable_tautology_still_names_what_to_ask():
    """`poor or not poor` needs an answer to be settled, whichever it is."""
    policy = policy_of(Facts.poor.is_(True) | ~Facts.poor.is_(True))
    verdict = judge_facts(policy, FactValues(values={}), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.missing == ("poor",)


def test_walking_meets_every_node_once_and_parents_first():
    """The order is that of reading the text."""
    rule = ~(Facts.poor.is_(True) & (Facts.grade >= 5)) | Known(fact=Facts.alone)
    kinds = [type(node).__name__ for node in walk(rule)]
    assert kinds == ["AnyOf", "Not", "All", "Is", "Comparison", "Known"]


def test_a_policy_tells_its_size_and_nothing_else_in_a_repr():
    """A failing test that prints a policy stays readable."""
    assert repr(policy_of(Facts.poor.is_(True))) == "<Policy p: 1 categories, 1 clauses>"


class Home(enum.StrEnum):
    """Two answers."""

    TOWN = "town"
    VILLAGE = "village"


class Elsewhere(enum.StrEnum):
    """The same word for something else."""

    TOWN = "town"


class Lookalikes(FactSchema):
    poor = BoolFact(label=Text("贫困", "poor"))
    home = ChoiceFact(label=Text("住处", "home"), choices=Home)


@pytest.mark.parametrize("answers", [{"poor": 1}, {"poor": 1.0}, {"home": "town"}, {"home": Elsewhere.TOWN}])
def test_what_only_equals_an_answer_is_none(answers):
    """1 equals True and a text equals the choice it names: taken for answers they would decide without a reason."""
    rule = Lookalikes.poor.is_(True) | Lookalikes.home.is_(Home.TOWN)
    verdict = judge_facts(policy_of(rule), FactValues(values=answers), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == tuple(answers)


def test_the_source_kept_for_tracebacks_goes_with_its_policy():
    """Policies that are forgotten leave no text behind; until then, two of one name keep a text each."""
    import gc
    import linecache

    from careprogram.rules.generated import program_of

    def kept():
        gc.collect()
        return {name for name in linecache.cache if str(name).startswith("<rules of ")}

    program_of.cache_clear()
    before = kept()
    policy = policy_of(Facts.poor.is_(True))
    programs = [program_of(attrs.evolve(policy, id=PolicyId(f"p{at % 20}"), citation=f"{at}")) for at in range(40)]
    assert len(kept() - before) == 40
    del programs
    program_of.cache_clear()
    assert kept() <= before


def test_a_day_that_cannot_be_hashed_is_no_day_either():
    """The memory of compiled policies asks for a hash before anybody looks at the day."""
    for day in ([2026, 9, 1], {"year": 2026}):
        with pytest.raises(DayError, match="as_of is the day asked about"):
            judge_facts(policy_of(Facts.poor.is_(True)), FactValues(values={}), as_of=day)
