"""A change of rule or threshold shows, child by child, who is judged otherwise and why."""

import datetime as dt
import random

import attrs
import pytest
import rules_kit as kit

from careprogram.errors import PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    Category,
    Clause,
    DatedValue,
    Determination,
    FactValues,
    Parameter,
    Period,
    Policy,
    Truth,
    judge_facts,
)
from careprogram.rules.review.compare import ChangeKind, changes_between, compare_policies, summarize_changes
from careprogram.rules.review.compare_told import render_change, render_change_summary
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy

Facts, Place = kit.Facts, kit.Place

DAY = dt.date(2026, 9, 1)
POOR, ALONE = Facts.poor.is_(True), Facts.alone.is_(True)
AWAY = Facts.father.is_(Place.AWAY)


def limit(value, since=None):
    values = (DatedValue(value=16, source="old law"),)
    values += (DatedValue(value=value, since=since, source="new law"),) if since else ()
    values = values if since else (DatedValue(value=value, source="new law" if value != 16 else "old law"),)
    return Parameter(name="age_limit", label=Text("年龄上限", "age limit"), values=values)


def policy(bound=None, away=AWAY, poor=POOR, poor_tier=2, **options):
    def clause(name, when, words):
        return Clause(id=name, citation=f"art. {name}", text=Text(words, name), when=when)

    young = Facts.birth_date.age < (bound or limit(16))
    return Policy(
        id=PolicyId("p"),
        title=Text("政策", "policy"),
        citation="c",
        requirements=(clause("young", young, "未成年"),),
        categories=(
            Category(id="away", tier=1, title=Text("留守", "left behind"), clauses=(clause("away", away, "父亲外出"),)),
            Category(id="poor", tier=poor_tier, title=Text("困难", "poor"), clauses=(clause("poor", poor, "贫困"),)),
        ),
        **options,
    )


def facts(age=10, **answers):
    born = {} if age is None else {"birth_date": DAY.replace(year=DAY.year - age)}
    return FactValues(values={**born, **answers})


ROWS = [
    ("child-1", facts(10, father=Place.AWAY, poor=False)),
    ("child-2", facts(17, father=Place.AWAY, poor=False)),
    ("child-3", facts(10, father=Place.HOME, poor=True)),
    ("child-4", facts(10, father=Place.AWAY, poor=True)),
    ("child-5", facts(None, father=Place.AWAY, poor=False)),
    ("child-6", facts(10, father=Place.HOME, poor=False)),
]


def kinds(new, rows=ROWS, **options):
    return {change.child: change.kind for change in compare_policies(policy(), new, rows, DAY, **options)}


def test_the_same_policy_changes_nobody():
    """Nor does another title or citation."""
    assert kinds(policy()) == {}
    assert kinds(attrs.evolve(policy(), title=Text("新", "new"), citation="d")) == {}


def test_a_higher_threshold_lets_in_and_says_by_which_clause_and_source():
    """The child of seventeen enters; clause, threshold with both sources, and the reason are named."""
    [change] = compare_policies(policy(), policy(limit(18)), ROWS, DAY)
    assert (change.child, change.kind) == ("child-2", ChangeKind.ENTERS)
    assert [(c.id, c.before, c.after) for c in change.clauses] == [("young", Truth.FALSE, Truth.TRUE)]
    [threshold] = change.thresholds
    assert [(each.value, each.source) for each in (threshold.before, threshold.after)] == [
        (16, "old law"),
        (18, "new law"),
    ]
    assert set(change.after.reason) == {"birth_date", "father"}
    assert set(change.before.reason) == {"birth_date"}


def test_leaving_tier_category_and_opening_are_told_apart():
    """Each way of changing, from the same roster."""
    assert kinds(policy(limit(9))) == {f"child-{n}": ChangeKind.LEAVES for n in (1, 3, 4)}
    assert kinds(policy(poor_tier=3)) == {"child-3": ChangeKind.TIER}
    assert kinds(policy(poor=POOR & ALONE)) == {"child-3": ChangeKind.OPENS, "child-4": ChangeKind.CATEGORIES}
    assert kinds(policy(away=AWAY & POOR)) == {"child-1": ChangeKind.LEAVES, "child-5": ChangeKind.RULED_OUT}
    [opened, moved] = compare_policies(policy(), policy(poor=POOR & ALONE), ROWS, DAY)
    assert set(opened.after.missing) == {"alone"}
    assert (set(moved.before.categories), set(moved.after.categories)) == ({"away", "poor"}, {"away"})


def test_one_policy_on_two_days_shows_a_threshold_before_it_takes_effect():
    """The same file, judged for the day on which its new value comes into force."""
    both = policy(limit(18, since=dt.date(2027, 1, 1)))
    [change] = compare_policies(both, both, ROWS[:2], DAY, new_as_of=dt.date(2027, 1, 1))
    assert (change.child, change.kind) == ("child-2", ChangeKind.ENTERS)
    assert change.thresholds[0].after.since == dt.date(2027, 1, 1)


def test_clauses_that_are_new_or_gone_are_named():
    """A clause that only one of the policies has has no truth under the other."""
    old, new = policy(), policy(poor=POOR & ALONE)
    renamed = attrs.evolve(new.categories[1].clauses[0], id="poorest")
    new = attrs.evolve(new, categories=(new.categories[0], attrs.evolve(new.categories[1], clauses=(renamed,))))
    change = compare_policies(old, new, [("x", facts(poor=True, alone=False, father=Place.HOME))], DAY)[0]
    assert [(c.id, c.before, c.after) for c in change.clauses] == [
        ("poorest", None, Truth.FALSE),
        ("poor", Truth.TRUE, None),
    ]
    assert "无此条款" in render_change(change)


def test_a_summary_counts_every_way_and_reads_changes_once():
    """From a stream, without keeping the children."""
    summary = summarize_changes(changes_between(policy(), policy(limit(9)), iter(ROWS), DAY), judged=len(ROWS))
    assert (summary.judged, summary.changed) == (6, 3)
    assert dict(summary.kinds) == {ChangeKind.LEAVES: 3}
    assert (summary.entered, summary.left) == ({}, {"away": 2, "poor": 2})
    assert summary.clauses == {"young": 3}
    assert render_change_summary(summary, "en") == "3 of 6 children are judged otherwise\n  leaves: 3"
    assert "3名结论改变\n  不再符合：3" in render_change_summary(summary)


def test_comparing_reads_no_further_than_it_must():
    """The rows are a stream: the first change comes before the second row is read."""

    def stream():
        yield ROWS[1]
        raise AssertionError("read too far")

    assert next(changes_between(policy(), policy(limit(18)), stream(), DAY)).child == "child-2"


def test_a_change_is_told_in_both_languages_without_any_answer():
    """The village director reads clause and threshold; no birth date and no answer is repeated."""
    [change] = compare_policies(policy(), policy(limit(18)), ROWS, DAY)
    assert render_change(change).splitlines() == [
        "child-2：新纳入（不符合 → 留守，第1档）",
        "  [young] 未成年：不符合 → 符合",
        "  年龄上限：16（old law） → 18（new law）",
        "  依据事实：出生日期、父亲",
    ]
    english = render_change(change, "en")
    assert english.startswith("child-2: enters (ineligible → left behind, tier 1)")
    for text in (render_change(change), english, repr(change)):
        assert "2009" not in text
        assert "AWAY" not in text
        assert "17" not in text


def test_days_out_of_force_are_refused():
    """A policy that has no rules for the day judges nobody."""
    with pytest.raises(PolicyNotInForceError):
        compare_policies(policy(), policy(effective=(Period(since=dt.date(2027, 1, 1)),)), ROWS, DAY)


def test_every_child_judged_otherwise_is_named_and_no_other():
    """Over random policies and answers: a change exactly where two verdicts differ, with a clause that shows it."""
    rng = random.Random(5)
    counts = [0, 0]
    for _ in range(60):
        old, new = (random_policy(rng, kit.Facts, always=True) for _ in range(2))
        day = random_day(rng)
        rows = [(str(at), FactValues(values=row)) for at, row in enumerate(random_rows(rng, old, day, 10))]
        found = {change.child: change for change in compare_policies(old, new, rows, day)}
        for child, answers in rows:
            before, after = (judge_facts(each, answers, as_of=day) for each in (old, new))
            differs = (before.determination, set(before.categories), before.tier) != (
                after.determination,
                set(after.categories),
                after.tier,
            )
            assert (child in found) == differs
            counts[differs] += 1
            if differs and before.determination is not Determination.UNDETERMINED:
                shown = {clause.id for clause in found[child].clauses}
                assert shown or {c.id for c in old.clauses} == {c.id for c in new.clauses}
            _ = render_change(found[child]) if child in found else ""
    assert min(counts) > 100
