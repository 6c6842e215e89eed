"""Verdicts: reasons, missing facts, next change, and what a fault may do."""

import datetime as dt
import enum

import attrs
import pytest

from careprogram.errors import CareProgramError, DayError
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
    Period,
    Policy,
    Truth,
    compile_policy,
    constant,
    judge_facts,
    render_verdict,
)
from careprogram.rules.columns import judge_frame
from careprogram.rules.compiled import interpret
from careprogram.rules.review.table import decision_table
from careprogram.rules.sql import policy_sql
from careprogram.unknown import UNKNOWN


class Place(enum.Enum):
    AWAY = "away"
    HOME = "home"
    DEAD = "deceased"

    def label(self, language):
        return {"away": "外出", "home": "在家", "deceased": "死亡"}[self.value] if language == "zh" else self.value


class Facts(FactSchema):
    birth_date = DateFact(label=Text("出生日期", "birth date"))
    father = ChoiceFact(label=Text("父亲外出务工", "father"), choices=Place)
    mother = ChoiceFact(label=Text("母亲", "mother"), choices=Place)
    away_since = DateFact(label=Text("外出时长", "away"))
    ill = BoolFact(label=Text("患病", "ill"), sensitive=True)
    grade = IntFact(label=Text("年级", "grade"), minimum=0, maximum=12)


LIMIT = constant(
    "age_limit", 16, label=Text("年龄上限", "age limit"), source="国发〔2016〕13号", unit=Text("周岁", "years")
)
AWAY = Place.AWAY


def clause(name, when):
    return Clause(id=name, citation=f"citation of {name}", text=Text(f"{name} 条", f"text of {name}"), when=when)


POLICY = Policy(
    id=PolicyId("test.policy"),
    title=Text("测试政策", "test policy"),
    citation="a law",
    effective=(Period(since=dt.date(2016, 2, 4), until=dt.date(2040, 12, 31)),),
    requirements=(clause("age", Facts.birth_date.age < LIMIT),),
    categories=(
        Category(
            id="hardship",
            tier=1,
            title=Text("特困", "hardship"),
            clauses=(clause("ill", Facts.ill.is_(True)), clause("orphan", Facts.father.is_(Place.DEAD))),
        ),
        Category(
            id="general",
            tier=3,
            title=Text("一般", "general"),
            clauses=(
                clause("both", Facts.father.is_(AWAY) & Facts.mother.is_(AWAY)),
                clause("long", Facts.father.is_(AWAY) & (Facts.away_since.months >= 6) & (Facts.grade >= 5)),
            ),
        ),
    ),
)
AS_OF = dt.date(2026, 9, 1)
CHILD = {
    "birth_date": dt.date(2015, 3, 1),
    "father": Place.AWAY,
    "mother": Place.AWAY,
    "ill": False,
    "away_since": dt.date(2026, 7, 15),
    "grade": 3,
}


def judged(as_of=AS_OF, **changes):
    return judge_facts(POLICY, FactValues(values={**CHILD, **changes}), as_of=as_of)


def used(verdict):
    return {fact.name: fact.value.zh for fact in verdict.explanation.facts}


def test_an_eligible_child_is_told_the_clause_and_only_the_facts_it_needs():
    """Being away and young decides; health, grade and the length of the absence do not and are not named."""
    verdict = judged()
    assert (verdict.determination, verdict.categories, verdict.tier) == (Determination.ELIGIBLE, ("general",), 3)
    assert verdict.explanation.clause == "both"
    assert [c.id for c in verdict.explanation.clauses] == ["both", "age"]
    assert used(verdict) == {"birth_date": "11周岁", "father": "外出", "mother": "外出"}
    assert [(t.name, t.value, t.source) for t in verdict.explanation.thresholds] == [
        ("age_limit", 16, "国发〔2016〕13号")
    ]
    assert verdict.missing == ()


def test_several_categories_hold_and_the_most_urgent_tier_counts():
    """An ill child of parents away is in both groups; the tier is that of hardship."""
    verdict = judged(ill=True)
    assert (verdict.categories, verdict.tier) == (("hardship", "general"), 1)
    assert [c.id for c in verdict.explanation.clauses] == ["ill", "both", "age"]


def test_a_requirement_that_fails_is_reason_enough():
    """A child of 16 is told its age and nothing else, however much else is unknown."""
    verdict = judged(birth_date=dt.date(2010, 9, 1), father=UNKNOWN, ill=UNKNOWN)
    assert verdict.determination is Determination.INELIGIBLE
    assert [c.id for c in verdict.explanation.clauses] == ["age"]
    assert used(verdict) == {"birth_date": "16周岁"}
    assert verdict.tier is None


def test_a_plain_no_names_every_way_that_is_closed():
    """Ineligible without a failed requirement: each clause that fails is cited."""
    verdict = judged(father=Place.HOME)
    assert verdict.determination is Determination.INELIGIBLE
    assert [c.id for c in verdict.explanation.clauses] == ["ill", "orphan", "both", "long"]
    assert {c.truth for c in verdict.explanation.clauses} == {Truth.FALSE}
    assert used(verdict) == {"father": "在家", "ill": "否"}


def test_missing_names_what_can_decide_and_nothing_else():
    """With the mother at home and grade 3, the length of the absence is unknown and does not matter."""
    verdict = judged(mother=Place.HOME, ill=UNKNOWN, away_since=UNKNOWN)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.missing == ("ill",)
    assert verdict.open_categories == ("hardship",)


def test_facts_that_decide_only_together_are_all_missing():
    """Neither grade nor length of absence decides alone; together they do, so both are named."""
    verdict = judged(mother=Place.HOME, away_since=UNKNOWN, grade=UNKNOWN)
    assert verdict.missing == ("away_since", "grade")


def test_an_unknown_that_is_outvoted_is_not_missing():
    """Once eligible, an open category is told but nothing is missing."""
    verdict = judged(ill=UNKNOWN)
    assert (verdict.determination, verdict.open_categories, verdict.missing) == (
        Determination.ELIGIBLE,
        ("hardship",),
        (),
    )


def test_everything_unknown_names_everything_that_matters():
    """A blank child is undetermined, and the explanation is not empty."""
    verdict = judge_facts(POLICY, FactValues(values={}), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.missing == ("birth_date", "ill", "father", "mother", "away_since", "grade")
    assert verdict.explanation.clauses
    assert verdict.explanation.facts == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, dt.date(2031, 3, 1)),
        ({"mother": Place.HOME, "grade": 5}, dt.date(2027, 1, 15)),
        ({"mother": Place.HOME}, dt.date(2041, 1, 1)),
        ({"birth_date": UNKNOWN}, dt.date(2041, 1, 1)),
        ({"birth_date": dt.date(2026, 8, 1)}, dt.date(2041, 1, 1)),
        ({"birth_date": dt.date(2036, 1, 1)}, dt.date(2036, 1, 1)),
    ],
    ids=["16th birthday", "six months away", "policy ends", "no birth date", "still young at the end", "not born yet"],
)
def test_the_next_change_is_named(changes, expected):
    """Growing out of age, reaching six months, or the end of the policy, whichever comes first."""
    assert judged(**changes).next_change == expected


def test_an_answer_of_the_wrong_kind_fails_closed():
    """A plugin's wrong answer lets nobody in and turns nobody away; the explanation names the fact."""
    verdict = judged(father="fast asleep", mother=Place.HOME)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == ("father",)
    assert verdict.missing == ("father",)
    assert judged(birth_date="2015-03-01").determination is Determination.UNDETERMINED
    assert judged(grade="five", mother=Place.HOME, away_since=dt.date(2020, 1, 1)).missing == ("grade",)


def test_a_clause_that_raises_counts_as_open(monkeypatch):
    """Whatever goes wrong inside the rules, nobody is eligible or turned away by it, and the clauses are named."""

    def broken(asked):
        raise ZeroDivisionError

    faulty = attrs.evolve(compile_policy(POLICY, AS_OF), judge=broken, codes=broken, worked_out={})
    monkeypatch.setattr("careprogram.rules.judging.compile_policy", lambda policy, as_of: faulty)
    for verdict in (judged(), judged(birth_date=dt.date(1990, 1, 1))):
        assert verdict.determination is Determination.UNDETERMINED
        assert set(verdict.clauses.values()) == {Truth.UNKNOWN}
        assert verdict.explanation.failed == ("age", "ill", "orphan", "both", "long")
        assert verdict.explanation.clauses


def test_a_report_is_plain_data_that_says_the_same():
    """Everything lazily worked out is settled in the report, and verdicts compare by what they say."""
    verdict, report = judged(), judged().report()
    for name in (
        "policy",
        "as_of",
        "determination",
        "categories",
        "tier",
        "clauses",
        "explanation",
        "missing",
        "next_change",
    ):
        assert getattr(report, name) == getattr(verdict, name), name
    assert verdict == judged()
    assert verdict != judged(ill=True)


def test_a_verdict_tells_no_personal_date_or_answer():
    """Neither reprs nor the text for a person print a birth date; a repr prints no answers at all."""
    verdict = judged()
    for text in (
        repr(verdict),
        repr(verdict.explanation),
        render_verdict(verdict, POLICY),
        render_verdict(verdict, POLICY, "en"),
    ):
        assert "2015" not in text
    assert "外出" not in repr(verdict.explanation.facts[1:2]).replace("父亲外出务工", "")


def test_rendered_in_chinese():
    """A village director reads answer, tier, clause with citation, facts, threshold with source, and next change."""
    assert render_verdict(judged(), POLICY).splitlines() == [
        "测试政策（a law），截至2026-09-01",
        "结论：符合",
        "类别：一般（第3档）",
        "依据条款：",
        "  - [both] both 条：符合（citation of both）",
        "  - [age] age 条：符合（citation of age）",
        "依据事实：",
        "  - 出生日期：11周岁",
        "  - 父亲外出务工：外出",
        "  - 母亲：外出",
        "当日有效的标准：",
        "  - 年龄上限：16周岁（国发〔2016〕13号）",
        "下次需复核：2031-03-01",
    ]


def test_rendered_in_english_with_what_is_missing():
    """An undetermined verdict lists what is still to be asked, from fresh or kept data alike."""
    verdict = judged(mother=Place.HOME, ill=UNKNOWN)
    text = render_verdict(verdict, POLICY, "en")
    assert text == render_verdict(verdict.report(), POLICY, "en")
    assert "Verdict: undetermined" in text
    assert "May also belong to: hardship" in text
    assert "Still to be asked (each answer may decide):\n  - ill\n" in text
    assert "[ill] text of ill: open (citation of ill)" in text


def test_a_verdict_is_rendered_with_its_own_policy():
    """Another policy's titles would mislead."""
    other = Policy(id=PolicyId("other"), title=POLICY.title, citation="x", categories=POLICY.categories)
    with pytest.raises(ValueError, match=r"'test\.policy', not of 'other'"):
        render_verdict(judged(), other)


@pytest.mark.parametrize("wrong", [None, "2026-09-01", 20260901, dt.datetime(2026, 9, 1, tzinfo=dt.UTC), dt.time(9)])
@pytest.mark.parametrize(
    "ask",
    [
        lambda day: judge_facts(POLICY, FactValues(values=CHILD), as_of=day),
        lambda day: interpret(POLICY, CHILD, day),
        lambda day: policy_sql(POLICY, as_of=day, dialect="sqlite"),
        lambda day: judge_frame(POLICY, object(), as_of=day),
        lambda day: decision_table(POLICY, day),
    ],
    ids=["judge_facts", "interpret", "policy_sql", "judge_frame", "decision_table"],
)
def test_what_is_no_day_is_refused_with_the_remedy(ask, wrong):
    """By every door; whoever catches the builtin, or every error of the library, catches it."""
    with pytest.raises(DayError, match=rf"not {type(wrong).__name__}: write datetime.date\(2026, 9, 1\)") as caught:
        ask(wrong)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, CareProgramError)
