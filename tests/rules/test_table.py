"""The decision table that a human reviews."""

import datetime as dt

import attrs
import pytest
import rules_kit as kit

from careprogram.eligibility import shipped_policies
from careprogram.errors import PolicyError, PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import Category, Clause, Determination, Policy, constant
from careprogram.rules.review.table import TableTooLargeError, decision_table
from careprogram.rules.review.table_told import display_width, render_table, render_table_markdown

Facts, ParentFacts, Place = kit.Facts, kit.ParentFacts, kit.Place

DAY = dt.date(2026, 9, 1)
LIMIT = constant("limit", 16, label=Text("年龄上限", "age limit"), source="the law", unit=Text("周岁", "years"))


def clause(name, when):
    return Clause(id=name, citation="c", text=Text(f"条款{name}", f"clause {name}"), when=when)


def category(name, tier, *clauses):
    return Category(id=name, tier=tier, title=Text(f"类{name}", f"group {name}"), clauses=clauses)


def policy(*categories, requirements=()):
    return Policy(
        id=PolicyId("p"),
        title=Text("政策", "Policy"),
        citation="c",
        requirements=requirements,
        categories=categories,
    )


SMALL = policy(
    category("a", 1, clause("away", Facts.father.is_(Place.AWAY))),
    category("b", 2, clause("poor", Facts.poor.is_(True) & (Facts.grade >= 5))),
    requirements=(clause("young", Facts.birth_date.age < LIMIT),),
)


def test_a_small_policy_as_text():
    """Columns line up, merged entries are dashes, and the thresholds of the day stand below with their sources."""
    assert render_table(decision_table(SMALL, DAY)).splitlines() == [
        "政策，截至2026-09-01",
        "全部问题都已回答时恰有一行符合（唯一命中）；“-”表示不影响",
        "",
        "出生日期    父亲            贫困  年级  结论    类别      档",
        "----------  --------------  ----  ----  ------  --------  --",
        "满16周岁    -               -     -     不符合",
        "不满16周岁  away            是    ≤4    符合    类a       1",
        "不满16周岁  away            是    ≥5    符合    类a、类b  1",
        "不满16周岁  away            否    -     符合    类a       1",
        "不满16周岁  home或deceased  是    ≤4    不符合",
        "不满16周岁  home或deceased  是    ≥5    符合    类b       2",
        "不满16周岁  home或deceased  否    -     不符合",
        "",
        "当日有效的标准：",
        "  年龄上限：16周岁（the law）",
    ]


def test_a_table_as_markdown():
    """The same in English, as a table that a document can hold; a bar in a label does no harm."""
    barred = attrs.evolve(category("a", 1, clause("away", Facts.poor.is_(True))), title=Text("甲|乙", "group a|b"))
    lines = render_table_markdown(decision_table(policy(barred), DAY), "en").splitlines()
    assert lines[0] == "**Policy, as of 2026-09-01**"
    assert lines[3:] == [
        "| poor | outcome | categories | tier |",
        "| --- | --- | --- | --- |",
        "| yes | eligible | group a\\|b | 1 |",
        "| no | ineligible |  |  |",
    ]
    assert "- age limit: 16 years (the law)" in render_table_markdown(decision_table(SMALL, DAY), "en")


def test_a_table_of_one_category_or_clause():
    """A category comes with the requirements, a clause alone."""
    of_category = decision_table(SMALL, DAY, category="a")
    assert [fact.name for fact in of_category.columns] == ["birth_date", "father"]
    assert {row.determination for row in of_category.rows} == {Determination.ELIGIBLE, Determination.INELIGIBLE}
    of_clause = decision_table(SMALL, DAY, clause="poor")
    assert [fact.name for fact in of_clause.columns] == ["poor", "grade"]
    assert "类别" not in render_table(of_clause)
    assert "政策：条款poor" in render_table(of_clause)
    assert [row.categories for row in of_clause.rows] == [()] * len(of_clause.rows)


def test_gaps_get_rows_of_their_own():
    """What nobody answered is a case like any other, and may leave a category open."""
    table = decision_table(SMALL, DAY, gaps=True)
    assert {row.determination for row in table.rows} == set(Determination)
    assert table.row_for({}).open_categories == ("a", "b")
    assert "未知" in render_table(table)
    assert "可能属于" in render_table(table)
    with pytest.raises(PolicyError, match="complete answers"):
        decision_table(SMALL, DAY).row_for({})


def test_groups_are_told_by_numbered_conditions():
    """What a policy sees of the parents is what its conditions on them say."""
    able = ParentFacts.able.is_(True)
    rule = Facts.parents.any_(able) & ~Facts.parents.all_(able)
    table = decision_table(policy(category("a", 1, clause("some", rule))), DAY)
    text = render_table(table)
    assert "①是且②否" in text
    assert "父母① " in text
    assert len(table.legend) == 2
    assert table.row_for({"parents": ({"able": True}, {"able": False})}).determination is Determination.ELIGIBLE
    assert table.row_for({"parents": ()}).determination is Determination.INELIGIBLE


@pytest.mark.parametrize(
    ("rule", "entries"),
    [
        ((Facts.grade >= 5) & (Facts.grade < 8), {"≤4 or ≥8", "5–7"}),
        (Facts.grade.is_(5), {"≤4 or ≥6", "5"}),
        (
            (Facts.birth_date.age >= 6) & (Facts.birth_date.age < 12),
            {"12 years or more or under 6 years", "6–11 years"},
        ),
        (Facts.away_since.months >= 6, {"6 months or more", "under 6 months"}),
        (Facts.away_since.days.is_(7), {"8 days or more or under 7 days", "7 days"}),
        (Facts.father.one_of(Place.AWAY, Place.DEAD), {"away or deceased", "home"}),
        (
            (Facts.birth_date.age >= 1) & (Facts.birth_date.months < 18),
            {"on or before 2025-03-01 or on or after 2025-09-02", "2025-03-02 to 2025-09-01"},
        ),
    ],
)
def test_entries_say_which_answers_are_meant(rule, entries):
    """Numbers and lengths of time as ranges, choices by their labels, dates where two units meet."""
    table = decision_table(policy(category("a", 1, clause("c", rule))), DAY)
    assert {row.entries[0].en for row in table.rows} == entries


def test_a_fact_that_must_only_be_known():
    """Known or unknown, whatever the answer."""
    table = decision_table(policy(category("a", 1, clause("c", Facts.poor.known()))), DAY, gaps=True)
    assert {row.entries[0].en for row in table.rows} == {"known", "unknown"}


def test_too_large_a_table_names_its_parts():
    """Nobody reads a thousand rows: the message says what to ask for instead."""
    with pytest.raises(TableTooLargeError, match="category a, b"):
        decision_table(SMALL, DAY, at_most=3)
    with pytest.raises(TableTooLargeError, match="clause young, away, poor"):
        decision_table(SMALL, DAY, category="b", at_most=1)
    with pytest.raises(TableTooLargeError, match="split the clause"):
        decision_table(SMALL, DAY, clause="poor", at_most=1)


def test_unknown_parts_and_days_are_refused():
    """A misspelled category, both at once, and a day without rules."""
    for wrong in ({"category": "x"}, {"clause": "x"}, {"category": "a", "clause": "poor"}):
        with pytest.raises(PolicyError, match="ask for one of"):
            decision_table(SMALL, DAY, **wrong)
    with pytest.raises(PolicyNotInForceError):
        decision_table(shipped_policies()[PolicyId("cn.left-behind.pre-2016")], DAY)


def test_every_shipped_policy_has_a_table_on_every_stretch_of_days():
    """Whole, or one for each category; every row has an outcome."""
    for shipped in shipped_policies().values():
        for day in {*shipped.change_days(), DAY}:
            if shipped.in_force_on(day):
                for part in shipped.categories:
                    table = decision_table(shipped, day, category=part.id)
                    assert render_table(table)
                    assert all(each.entries for each in table.rows)


def test_a_chinese_character_is_two_columns_wide():
    """And a combining mark none."""
    assert [display_width(text) for text in ("年", "a", "ａ", "e\u0301", "")] == [2, 1, 2, 1, 0]
