"""Parameters, periods and policies: what makes them whole."""

import datetime as dt

import attrs
import pytest

from careprogram.dates import LeapDayRule, age_on, months_between
from careprogram.errors import PolicyError, PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    AgeRule,
    AgeTurns,
    BoolFact,
    Category,
    Clause,
    DatedValue,
    DateFact,
    Exemption,
    FactSchema,
    FactValues,
    Parameter,
    Period,
    Policy,
    Truth,
    compile_policy,
    judge_facts,
    render_verdict,
)
from careprogram.rules.cutoffs import ElapsedUnit, day_reached, elapsed, elapsed_cutoff, month_cutoff

TEXT = Text("文", "text")


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    alone = BoolFact(label=TEXT)
    birth_date = DateFact(label=TEXT)


LIMIT = Parameter(
    name="age_limit",
    label=TEXT,
    values=(
        DatedValue(value=14, source="old law"),
        DatedValue(value=16, source="new law", since=dt.date(2020, 1, 1)),
    ),
)


def clause(name, when, **changes):
    return Clause(id=name, citation="art. 1", text=TEXT, when=when, **changes)


def policy(*clauses, **changes):
    category = Category(id="group", tier=1, title=TEXT, clauses=clauses or (clause("one", Facts.poor.is_(True)),))
    return Policy(**{"id": PolicyId("p"), "title": TEXT, "citation": "law", "categories": (category,), **changes})


def test_a_parameter_has_the_value_of_the_day():
    """The value changes on the day named, not the day before, and brings its source."""
    assert LIMIT.on(dt.date(2019, 12, 31)) == 14
    assert LIMIT.on(dt.date(2020, 1, 1)) == 16
    assert LIMIT.dated_on(dt.date(2026, 1, 1)).source == "new law"
    assert LIMIT.change_days() == (dt.date(2020, 1, 1),)


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: DatedValue(value=16.0, source="law"), "write 16, not 16.0"),
        (lambda: DatedValue(value=True, source="law"), "whole number"),
        (lambda: DatedValue(value=16, source=" "), "name the law"),
        (lambda: Parameter(name="p", label=TEXT, values=()), "at least one"),
        (lambda: Parameter(name="p", label=TEXT, values=LIMIT.values[::-1]), "in order"),
        (lambda: Parameter(name="p", label=TEXT, values=(LIMIT.values[1],) * 2), "each day once"),
        (lambda: Period(since=dt.date(2020, 1, 2), until=dt.date(2020, 1, 1)), "cannot end"),
    ],
)
def test_what_is_not_whole_is_refused_with_the_remedy(make, remedy):
    """Values without source, without order or of the wrong kind never come into being."""
    with pytest.raises(PolicyError, match=remedy):
        make()


def test_a_parameter_before_its_first_value():
    """Asking for a day before the first value names that day."""
    later = Parameter(name="p", label=TEXT, values=LIMIT.values[1:])
    with pytest.raises(PolicyError, match="2020-01-01"):
        later.on(dt.date(2019, 12, 31))


def test_all_problems_of_a_policy_are_told_at_once():
    """One error names the bad tier, the empty category, the missing citation, the doubled id and the gap in time."""
    later = Parameter(name="late", label=TEXT, values=LIMIT.values[1:])
    rule = Facts.birth_date.age < later
    with pytest.raises(PolicyError) as refused:
        policy(
            categories=(
                Category(id="empty", tier=0, title=TEXT, clauses=()),
                Category(
                    id="group", tier=1, title=TEXT, clauses=(clause("one", rule), clause("one", Facts.poor.is_(True)))
                ),
            ),
            requirements=(attrs.evolve(clause("bare", rule), citation=""),),
            effective=(Period(since=dt.date(2016, 1, 1)),),
        )
    problems = refused.value.problems
    assert len(problems) == 5
    for word in (
        "no clauses",
        "tier 0",
        "'bare' has no citation",
        "'one' is given twice",
        "'late' has its first value",
    ):
        assert sum(word in str(problem) for problem in problems) == 1, word


def test_two_parameters_of_one_name_are_refused():
    """A name stands for one thing."""
    other = attrs.evolve(LIMIT, values=LIMIT.values[:1])
    with pytest.raises(PolicyError, match="parameter 'age_limit' is given twice"):
        policy(clause("one", (Facts.birth_date.age < LIMIT) & (Facts.birth_date.age >= other)))


def test_facts_of_two_schemas_do_not_mix():
    """A fact of the same name with another meaning is found."""

    class Others(FactSchema):
        poor = BoolFact(label=Text("别", "other"))

    with pytest.raises(PolicyError, match="another fact named 'poor'"):
        policy(clause("one", Facts.poor.is_(True) & Others.poor.is_(True)))


def test_a_policy_is_silent_outside_its_periods():
    """Both ends belong to a period; a day outside is refused with the periods."""
    short = policy(effective=(Period(since=dt.date(2016, 2, 4), until=dt.date(2016, 12, 31)),))
    for inside in (dt.date(2016, 2, 4), dt.date(2016, 12, 31)):
        assert judge_facts(short, FactValues(values={}), as_of=inside).as_of == inside
    for outside in (dt.date(2016, 2, 3), dt.date(2017, 1, 1)):
        with pytest.raises(PolicyNotInForceError, match="2016-02-04 to 2016-12-31"):
            judge_facts(short, FactValues(values={}), as_of=outside)


def test_an_exception_takes_out_of_a_clause():
    """The clause holds unless one of its exceptions does; an open exception leaves it open."""
    exempt = Exemption(id="not-alone", citation="art. 2", text=TEXT, when=Facts.alone.is_(True))
    more = Exemption(id="old", citation="art. 3", text=TEXT, when=Facts.birth_date.age >= 18)
    ruled = policy(clause("one", Facts.poor.is_(True), exceptions=(exempt, more)))
    child = {"poor": True, "alone": False, "birth_date": dt.date(2015, 1, 1)}

    def truth(**changes):
        verdict = judge_facts(ruled, FactValues(values={**child, **changes}), as_of=dt.date(2026, 1, 1))
        return verdict.clauses["one"]

    assert truth() is Truth.TRUE
    assert truth(alone=True) is Truth.FALSE
    assert truth(birth_date=dt.date(2000, 1, 1)) is Truth.FALSE
    assert judge_facts(ruled, FactValues(values={"poor": True}), as_of=dt.date(2026, 1, 1)).missing == (
        "alone",
        "birth_date",
    )


def test_the_exception_that_decides_is_cited():
    """A child taken out of a clause by an exception is told which one and on whose authority; others are not."""
    exempt = Exemption(
        id="not-alone", citation="art. 2", text=Text("独居除外", "not if alone"), when=Facts.alone.is_(True)
    )
    other = Exemption(id="old", citation="art. 3", text=TEXT, when=Facts.birth_date.age >= 18)
    ruled = policy(clause("one", Facts.poor.is_(True), exceptions=(exempt, other)))
    facts = FactValues(values={"poor": True, "alone": True, "birth_date": dt.date(2015, 1, 1)})
    verdict = judge_facts(ruled, facts, as_of=dt.date(2026, 1, 1))
    assert [(e.id, e.citation) for e in verdict.explanation.clauses[0].exemptions] == [("not-alone", "art. 2")]
    assert "不符合（art. 1）；例外：独居除外（art. 2）" in render_verdict(verdict, ruled)
    assert "(art. 1); exception: not if alone (art. 2)" in render_verdict(verdict, ruled, "en")
    poor = judge_facts(ruled, FactValues(values={"poor": False, "alone": True}), as_of=dt.date(2026, 1, 1))
    assert poor.explanation.clauses[0].exemptions == ()
    assert [fact.name for fact in poor.explanation.facts] == ["poor"]


def test_the_same_child_is_judged_by_the_threshold_of_the_day():
    """A child of 15 was too old under the old limit and is covered under the new one; the cache keeps days apart."""
    ruled = policy(clause("young", Facts.birth_date.age < LIMIT))
    facts = FactValues(values={"birth_date": dt.date(2004, 6, 1)})
    before = judge_facts(ruled, facts, as_of=dt.date(2019, 12, 31))
    after = judge_facts(ruled, facts, as_of=dt.date(2020, 1, 1))
    assert (before.determination.value, after.determination.value) == ("ineligible", "eligible")
    assert [t.value for v in (before, after) for t in v.explanation.thresholds] == [14, 16]
    assert before.next_change == dt.date(2020, 1, 1)
    assert after.next_change == dt.date(2020, 6, 1)


def test_compiling_is_done_once_a_day():
    """The same policy and day give the same compiled object, another day another one."""
    ruled = policy()
    assert compile_policy(ruled, dt.date(2026, 1, 1)) is compile_policy(policy(), dt.date(2026, 1, 1))
    assert compile_policy(ruled, dt.date(2026, 1, 2)) is not compile_policy(ruled, dt.date(2026, 1, 1))


def _all_days(first, last):
    return [first + dt.timedelta(days=count) for count in range((last - first).days + 1)]


@pytest.mark.parametrize("turns", AgeTurns)
@pytest.mark.parametrize("leap_day", LeapDayRule)
def test_age_cutoffs_agree_with_counting_birthdays(leap_day, turns):
    """For every birth date of four years around a leap day, comparing with the cutoff equals counting years."""
    rule = AgeRule(leap_day=leap_day, turns=turns)
    births = _all_days(dt.date(2007, 1, 1), dt.date(2010, 12, 31))
    days = [dt.date(2024, 2, 28), dt.date(2024, 2, 29), dt.date(2024, 3, 1), dt.date(2023, 2, 28), dt.date(2023, 3, 1)]
    for as_of in [*days, dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2023, 3, 2)]:
        for years in (14, 15, 16):
            cutoff = elapsed_cutoff(years, as_of, ElapsedUnit.AGE, rule)
            for birth in births:
                counted = age_on(birth, rule.counted_on(as_of), leap_day=leap_day)
                assert (birth <= cutoff) == (counted >= years), (birth, as_of, years)


def test_month_cutoffs_agree_with_counting_months():
    """For every start in 14 months and every day of a leap February and around, cutoff and count agree."""
    for as_of in _all_days(dt.date(2024, 1, 28), dt.date(2024, 3, 31)):
        for months in (1, 6, 12):
            cutoff = month_cutoff(months, as_of)
            for start in _all_days(dt.date(2022, 12, 25), dt.date(2024, 3, 31)):
                assert (start <= cutoff) == (months_between(start, as_of) >= months), (start, as_of, months)


@pytest.mark.parametrize("unit", ElapsedUnit)
@pytest.mark.parametrize("turns", AgeTurns)
def test_the_day_reached_is_the_first_day_with_that_count(unit, turns):
    """On the day itself the count is reached, the day before it is not, for births around a leap day."""
    rule = AgeRule(turns=turns)
    for since in [*_all_days(dt.date(2008, 2, 26), dt.date(2008, 3, 3)), dt.date(2008, 8, 31)]:
        for count in (1, 6, 16):
            day = day_reached(since, count, unit, rule)
            assert elapsed(since, day, unit, rule) == count
            assert elapsed(since, day - dt.timedelta(days=1), unit, rule) == count - 1


def test_thresholds_behind_the_calendar_are_never_reached():
    """A limit of 5,000 years or 900 million days judges nobody instead of failing."""
    for unit in ElapsedUnit:
        assert elapsed_cutoff(900_000_000, dt.date(2026, 1, 1), unit, AgeRule()) == dt.date.min
        assert day_reached(dt.date(2026, 1, 1), 900_000_000, unit, AgeRule()) is None
