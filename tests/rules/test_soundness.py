"""Clauses that say nothing are found, and clauses that say something are left alone."""

import datetime as dt
import random
import sys
from collections import Counter

import attrs
import pytest
import rules_kit as kit

from careprogram.eligibility import shipped_policies
from careprogram.errors import UnprovenPolicyWarning
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    Category,
    Clause,
    DatedValue,
    Exemption,
    Parameter,
    Period,
    Policy,
    Truth,
    constant,
    policy_to_toml,
    read_policy,
)
from careprogram.rules.analysis import solving
from careprogram.rules.policy import Override, Stage
from careprogram.rules.predicates import AnyOf
from careprogram.rules.review import soundness as module
from careprogram.rules.review.search import Gaps
from careprogram.rules.review.soundness import soundness_problems, soundness_report
from careprogram.testing.random_rules import random_day, random_policy

Facts, ParentFacts, Place = kit.Facts, kit.ParentFacts, kit.Place

TEXT = Text("文", "text")
POOR, ALONE = Facts.poor.is_(True), Facts.alone.is_(True)
YOUNG = Facts.birth_date.age < 16


def clause(name, when, *exceptions, stage=Stage.ALWAYS):
    exempt = tuple(Exemption(id=f"e{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(exceptions))
    return Clause(id=name, citation="c", text=TEXT, when=when, exceptions=exempt, stage=stage)


def policy(*whens, requirements=(), **options):
    """A policy with one category a rule."""
    rules = [when if isinstance(when, Clause) else clause(f"c{at}", when) for at, when in enumerate(whens)]
    return Policy(
        id=PolicyId("p"),
        title=TEXT,
        citation="c",
        requirements=tuple(clause(f"r{at}", rule) for at, rule in enumerate(requirements)),
        categories=tuple(Category(id=f"g{at}", tier=1, title=TEXT, clauses=(each,)) for at, each in enumerate(rules)),
        **options,
    )


def kinds(of):
    return [(problem.kind, problem.clause or problem.categories) for problem in soundness_problems(of)]


any_parent = Facts.parents.any_
all_parents = Facts.parents.all_
ABLE = ParentFacts.able.is_(True)


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ((Facts.grade > 5) & (Facts.grade < 6), "never"),
        (Facts.grade > 12, "never"),
        (Facts.grade <= 12, "always"),
        (POOR | ~POOR, "always"),
        (POOR & ~POOR, "never"),
        (Facts.away_since.months >= 0, "always"),
        (Facts.away_since.months < 0, "never"),
        ((Facts.birth_date.age < 16) & (Facts.birth_date.age >= 16), "never"),
        ((Facts.birth_date.age < 16) & (Facts.birth_date.months >= 16 * 12), "never"),
        (Facts.father.one_of(*Place), "always"),
        (~Facts.poor.known(), "never"),
        (Facts.poor.known() | ALONE | ~ALONE, "always"),
        (any_parent(ABLE) & all_parents(~ABLE), "never"),
        (any_parent(ABLE) | all_parents(~ABLE), "always"),
        (any_parent((ParentFacts.children > 3) & (ParentFacts.children < 4)), "never"),
        (Facts.father.is_(Place.AWAY) & ~Facts.father.one_of(Place.AWAY, Place.DEAD), "never"),
    ],
)
def test_a_clause_that_says_nothing_is_found(rule, kind):
    """Thresholds the wrong way round, choices that exclude each other, tautologies, in children and in groups."""
    assert kinds(policy(rule)) == [(kind, "c0")]


@pytest.mark.parametrize(
    "rule",
    [
        POOR,
        Facts.poor.known(),
        Facts.poor.known() & (POOR | ~POOR),
        Facts.parents.known(),
        any_parent(ParentFacts.able.known()),
        all_parents(ABLE) & ~any_parent(ABLE),
        any_parent(ABLE) & any_parent(~ABLE),
        (Facts.birth_date.age < 16) & (Facts.birth_date.months >= 15 * 12),
        Facts.grade.is_(12),
        Facts.father.one_of(*Place) & POOR,
        Facts.birth_date.age.is_(0),
    ],
)
def test_a_clause_that_can_decide_is_left_alone(rule):
    """Also one that is only open or true, because it asks whether somebody answered."""
    assert soundness_report(policy(rule)) == module.SoundnessReport()


def test_exceptions_that_take_everything_back_are_named():
    """The clause alone could hold; what its exceptions leave cannot."""
    [problem] = soundness_problems(policy(clause("c", POOR & YOUNG, ALONE, ~ALONE)))
    assert (problem.kind, problem.clause) == ("swallowed", "c")
    assert "e0, e1" in problem.message.en
    assert "例外" in problem.message.zh
    assert kinds(policy(clause("c", POOR & YOUNG, ALONE))) == []


def test_requirements_that_contradict_each_other():
    """Each could be met, all of them cannot; the categories are not named as well."""
    assert kinds(policy(POOR, requirements=[Facts.grade > 6, Facts.grade < 7])) == [("contradiction", ())]


def test_a_category_whose_clauses_the_requirements_exclude():
    """Only the category that nobody can be in is named."""
    assert kinds(policy(Facts.grade > 8, POOR, requirements=[Facts.grade < 7])) == [("unreachable", ("g0",))]
    impossible = policy(POOR & ~POOR, requirements=[Facts.grade < 7])
    assert kinds(impossible) == [("never", "c0")], "what follows from a known fault is not said again"


def test_exclusive_categories_are_proved_disjoint_with_the_requirements():
    """Two categories may overlap on paper if the requirements keep every child out of one."""
    exclusive = (("g0", "g1"),)
    assert kinds(policy(POOR, ALONE, exclusive=exclusive)) == [("overlap", ("g0", "g1"))]
    assert kinds(policy(POOR, ~POOR, exclusive=exclusive)) == []
    assert kinds(policy(POOR | ALONE, ~POOR, requirements=[~ALONE], exclusive=exclusive)) == []
    assert kinds(policy(POOR, ALONE)) == []


LIMIT = Parameter(
    name="limit",
    label=TEXT,
    values=(
        DatedValue(value=6, source="s"),
        DatedValue(value=13, since=dt.date(2025, 1, 1), source="s"),
        DatedValue(value=7, since=dt.date(2026, 1, 1), source="s"),
    ),
)


def test_every_stretch_of_days_is_looked_at_and_named():
    """A threshold that goes wrong for one year is found, with its first and last day."""
    [problem] = soundness_problems(policy(Facts.grade >= LIMIT))
    assert problem.as_of == dt.date(2025, 1, 1)
    assert "from 2025-01-01 until 2025-12-31" in problem.message.en
    assert "自2025-01-01至2025-12-31" in problem.message.zh


def test_days_out_of_force_do_not_matter():
    """The year in which the clause could never hold is one without rules."""
    gap = (Period(until=dt.date(2024, 12, 31)), Period(since=dt.date(2026, 1, 1)))
    assert kinds(policy(Facts.grade >= LIMIT, effective=gap)) == []


def test_overrides_and_stages_are_judged_as_they_apply():
    """A parameter of one province, and clauses that are never asked together."""
    bound = constant("bound", 6, label=TEXT, source="s")
    override = Override(
        jurisdiction="440000",
        citation="c",
        text=TEXT,
        parameters=(attrs.evolve(bound, values=(DatedValue(value=99, source="s"),)),),
    )
    [problem] = soundness_problems(policy(Facts.grade >= bound, overrides=(override,)))
    assert (problem.kind, problem.jurisdiction) == ("never", "440000")
    entry, staying = clause("in", POOR, stage=Stage.ENTRY), clause("stay", ~POOR, stage=Stage.CONTINUING)
    staged = attrs.evolve(policy(ALONE), requirements=(entry, staying))
    assert kinds(staged) == [], "nobody is asked both"
    assert kinds(attrs.evolve(policy(ALONE), requirements=(entry, attrs.evolve(staying, stage=Stage.ALWAYS)))) == [
        ("contradiction", ())
    ]


def test_leap_days_do_not_get_a_clause_refused():
    """A child of less than a year that is 365 days old exists only in leap years, and that is enough."""
    assert kinds(policy((Facts.birth_date.age < 1) & (Facts.birth_date.days >= 365))) == []
    assert kinds(policy((Facts.birth_date.age < 1) & (Facts.birth_date.days >= 366))) == [("never", "c0")]


def test_what_is_too_large_is_accepted_and_said(monkeypatch):
    """Beyond the budget, and without a solver, nothing is claimed."""
    monkeypatch.setattr(module, "find_truth", _too_large)
    monkeypatch.setattr(module, "shown", lambda *_, **__: False)
    monkeypatch.setitem(sys.modules, "z3", None)
    soundness_report.cache_clear()
    report = soundness_report(policy(POOR, ALONE, requirements=[YOUNG], exclusive=(("g0", "g1"),)))
    soundness_report.cache_clear()
    assert report.problems == ()
    assert {problem.kind for problem in report.undecided} == {"clause", "requirements", "category", "exclusive"}
    assert all("careprogram[analysis]" in problem.message.en for problem in report.undecided)


def test_what_is_too_large_for_the_search_is_put_to_the_solver(monkeypatch):
    """Both ways find the same."""
    idle = policy((Facts.grade > 5) & (Facts.grade < 6), ~Facts.poor.known(), Facts.poor.known() | ALONE | ~ALONE)
    sound = policy(Facts.poor.known() & POOR, ALONE, requirements=[YOUNG], exclusive=(("g0", "g1"),))
    searched = [soundness_report(each) for each in (idle, sound)]
    monkeypatch.setattr(module, "find_truth", _too_large)
    monkeypatch.setattr(module, "shown", lambda *_, **__: False)
    soundness_report.cache_clear()
    assert [soundness_report(each) for each in (idle, sound)] == searched
    assert len(searched[0].problems) == 3


def on_any_of(days, count=900):
    """A rule of so many conditions on one date, too large for the search."""
    return AnyOf(parts=tuple(days.is_(3 * number) for number in range(count)))


def test_nine_hundred_dates_are_settled_by_a_child_without_a_solver(monkeypatch):
    """The solver took twenty seconds for it and then gave up; a child on an edge shows it at once."""
    monkeypatch.setitem(sys.modules, "z3", None)
    rule = on_any_of(Facts.birth_date.days)
    with pytest.raises(module.SearchTooLargeError):
        module.find_truth(rule, Truth.TRUE, as_of=module.USUAL_DAY)
    soundness_report.cache_clear()
    assert soundness_report(policy(rule, ALONE, exclusive=(("g0", "g1"),))).undecided == ()
    assert [problem.kind for problem in soundness_report(policy(rule)).problems] == []


HARD = on_any_of(Facts.birth_date.days, 150) & AnyOf(
    parts=tuple(Facts.birth_date.days.is_(3 * number + 1) for number in range(150))
)
"""It can never hold, which no child shows, the search finds too large and the solver finds hard."""


def test_the_solver_is_given_up_by_effort_and_not_by_the_clock(monkeypatch):
    """One question gets what is left of one budget, comes out alike each time, and is not put once nothing is left."""
    pytest.importorskip("z3")
    monkeypatch.setattr(module, "SOLVER_EFFORT", 2 * 600 * 303 + 20_000)
    posed = []
    honest = solving.Encoding
    monkeypatch.setattr(solving, "Encoding", lambda *a, **more: posed.append(a) or honest(*a, **more))
    found = []
    for _ in range(2):
        soundness_report.cache_clear()
        found.append(soundness_report(policy(HARD, HARD)))
    soundness_report.cache_clear()
    assert found[0] == found[1]
    assert len(posed) == 2, "the second clause finds nothing left"
    assert found[0].problems == ()
    assert [problem.clause for problem in found[0].undecided] == ["c0", "c1"]
    assert all("unproven" in problem.message.en and "未证明" in problem.message.zh for problem in found[0].undecided)
    assert all("careprogram[analysis]" not in problem.message.en for problem in found[0].undecided)


def test_with_more_effort_the_solver_finds_it(monkeypatch):
    """What was undecided for want of effort is refused once there is enough."""
    pytest.importorskip("z3")
    small = on_any_of(Facts.birth_date.days, 20) & AnyOf(
        parts=tuple(Facts.birth_date.days.is_(3 * number + 1) for number in range(20))
    )
    monkeypatch.setattr(module, "find_truth", _too_large)
    for effort, kind in ((600 * 40, "clause"), (module.SOLVER_EFFORT, "never")):
        monkeypatch.setattr(module, "SOLVER_EFFORT", effort)
        soundness_report.cache_clear()
        report = soundness_report(policy(small))
        assert [problem.kind for problem in (*report.problems, *report.undecided)] == [kind]
    soundness_report.cache_clear()


def test_whoever_reads_a_policy_is_told_what_was_not_proven(monkeypatch):
    """With its line and its clause, in both languages, and the policy is read; a proven one says nothing."""
    monkeypatch.setattr(module, "SOLVER_EFFORT", 0)
    soundness_report.cache_clear()
    text = policy_to_toml(policy(HARD, POOR))
    with pytest.warns(UnprovenPolicyWarning) as warned:
        assert read_policy(text, Facts, name="x.toml").clauses[0].id == "c0"
    soundness_report.cache_clear()
    [problem] = warned[0].message.problems
    assert (problem.clause, problem.line) == ("c0", 1 + text.split("\n").index(_line(text, "when")))
    assert "taken unproven" in str(warned[0].message)
    assert "未证明" in problem.in_("zh")
    read_policy(policy_to_toml(policy(POOR, ALONE)), Facts, name="x.toml")


def _line(text, begin):
    return next(line for line in text.split("\n") if line.startswith(begin))


def test_no_child_is_looked_at_for_nothing():
    """On random rules: what a child shows, the search finds as well, and most that can be found is shown."""
    seen = Counter()
    for seed in range(50):
        rng = random.Random(seed)
        asked = random_policy(rng, Facts, max_leaves=6)
        as_of = random_day(rng, asked)
        for rule in (each.condition for each in asked.clauses):
            for truth in (Truth.TRUE, Truth.FALSE):
                gaps = rng.choice(list(Gaps))
                found = module.find_truth(rule, truth, as_of=as_of, ages=asked.ages, gaps=gaps) is not None
                seen[found, module.shown(rule, truth, as_of=as_of, ages=asked.ages, gaps=gaps)] += 1
    assert seen[False, True] == 0
    assert seen[True, True] > 2 * seen[True, False] > 0


def _too_large(*_, **__):
    raise module.SearchTooLargeError


def test_what_ships_is_sound():
    """Every clause of every shipped policy can hold and can fail."""
    for shipped in shipped_policies().values():
        assert soundness_report(shipped) == module.SoundnessReport(), shipped.id
