"""Laws that hold for every rule, policy and set of answers, found by random search."""

import bisect
import datetime as dt
import math
import random

import pytest
import rules_kit as kit
from hypothesis import assume, given
from hypothesis import strategies as st

from careprogram.errors import PolicyNotInForceError
from careprogram.rules import (
    Clause,
    DateFact,
    Determination,
    FactValues,
    IntFact,
    Policy,
    Truth,
    compile_policy,
    evaluate,
    judge_facts,
    missing,
)
from careprogram.rules.changes import essence
from careprogram.rules.compiled import interpret
from careprogram.rules.critical import critical_values
from careprogram.rules.facts import on_day
from careprogram.rules.missing import missing_facts
from careprogram.rules.predicates import All, AnyOf, Not
from careprogram.rules.reasons import sufficient_answers
from careprogram.testing.random_answers import random_rows
from careprogram.unknown import UNKNOWN


@st.composite
def cases(draw: st.DrawFn, **options: object) -> tuple[Policy, dict, dt.date]:
    """Draw a policy, answers at its edges, and a day."""
    policy, as_of = draw(kit.policies(**options)), draw(kit.days)
    assume(policy.in_force_on(as_of))
    return policy, draw(kit.answers_to(policy, as_of)), as_of


def outcome(policy: Policy, answers: dict, as_of: dt.date) -> tuple[object, ...]:
    verdict = judge_facts(policy, FactValues(values=answers), as_of=as_of)
    return verdict.determination, verdict.categories, verdict.tier


@given(cases(), st.data())
def test_a_determined_verdict_never_flips_when_a_gap_is_filled(case, data):
    """More knowledge settles what was open and never overturns what was settled, in every clause."""
    policy, answers, as_of = case
    before = judge_facts(policy, FactValues(values=answers), as_of=as_of)
    gaps = [fact for fact in policy.facts if answers[fact.name] is UNKNOWN]
    assume(gaps)
    filled = dict(answers)
    for fact in data.draw(st.lists(st.sampled_from(gaps), min_size=1, unique=True)):
        filled[fact.name] = data.draw(st.sampled_from(critical_values(policy, fact, as_of=as_of)))
    after = judge_facts(policy, FactValues(values=filled), as_of=as_of)
    for clause, truth in before.clauses.items():
        assert truth in (Truth.UNKNOWN, after.clauses[clause])
    if before.determination is not Determination.UNDETERMINED:
        assert after.determination is before.determination
    assert set(before.categories) <= set(after.categories)


@given(cases())
def test_nothing_is_undetermined_once_everything_is_known(case):
    """With every gap filled there is always an answer."""
    policy, answers, as_of = case
    full = next(kit.completions(policy, answers, as_of))
    assert outcome(policy, full, as_of)[0] is not Determination.UNDETERMINED


@given(kit.predicates(), kit.predicates(), st.data(), kit.days, kit.age_rules)
def test_de_morgan_and_double_negation(left, right, data, as_of, ages):
    """Negation swaps `and` with `or`, and twice negated is the same, unknown included."""
    values = data.draw(_any_answers(left, right, as_of))

    def truth(rule):
        return evaluate(rule, values, as_of=as_of, ages=ages)

    assert truth(~(left & right)) is truth(~left | ~right)
    assert truth(~(left | right)) is truth(~left & ~right)
    assert truth(~~left) is truth(left)
    assert truth(left & right) is (truth(left) & truth(right))
    assert truth(left | right) is (truth(left) | truth(right))


def _any_answers(left, right, as_of):
    day = st.dates(dt.date(2000, 1, 1), as_of)
    return st.fixed_dictionaries(
        {},
        optional={
            "poor": st.booleans(),
            "alone": st.booleans() | st.just(UNKNOWN),
            "grade": st.integers(0, 12),
            "father": st.sampled_from(kit.Place),
            "mother": st.sampled_from(kit.Place),
            "birth_date": day,
            "away_since": day,
        },
    )


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_clauses_and_parts_does_not_matter(case, random):
    """Shuffling clauses, categories and the parts of every rule gives the same determination and tier."""
    policy, answers, as_of = case

    def shuffled(rule):
        if isinstance(rule, All | AnyOf):
            parts = [shuffled(part) for part in rule.parts]
            random.shuffle(parts)
            return type(rule)(parts=tuple(parts))
        return Not(part=shuffled(rule.part)) if isinstance(rule, Not) else rule

    def mixed(clauses):
        new = [Clause(id=c.id, citation=c.citation, text=c.text, when=shuffled(c.condition)) for c in clauses]
        random.shuffle(new)
        return tuple(new)

    categories = [
        kit.Category(id=c.id, tier=c.tier, title=c.title, clauses=mixed(c.clauses)) for c in policy.categories
    ]
    random.shuffle(categories)
    other = Policy(
        id=policy.id,
        title=policy.title,
        citation=policy.citation,
        requirements=mixed(policy.requirements),
        categories=tuple(categories),
        effective=policy.effective,
        ages=policy.ages,
    )
    one, two = outcome(policy, answers, as_of), outcome(other, answers, as_of)
    assert (one[0], set(one[1]), one[2]) == (two[0], set(two[1]), two[2])


@given(cases())
def test_compiled_means_the_same_as_interpreted(case):
    """The closures with their cutoff dates agree with the interpreter that counts ages by the calendar."""
    policy, answers, as_of = case
    compiled = compile_policy(policy, as_of)
    truths, failed = compiled.truths(answers)
    assert not failed
    for clause, truth in zip(policy.clauses, truths, strict=True):
        assert truth is evaluate(clause.condition, answers, as_of=as_of, ages=policy.ages)
    assert compiled.outcome(truths) == interpret(policy, answers, as_of)


@given(cases(), st.data())
def test_dropping_what_the_reason_does_not_name_never_changes_the_verdict(case, data):
    """The facts of the explanation carry the verdict alone, whatever the others are, and none can be left out."""
    policy, answers, as_of = case
    compiled = compile_policy(policy, as_of)
    reason = sufficient_answers(compiled, {name: value for name, value in answers.items() if value is not UNKNOWN})
    verdict = outcome(policy, answers, as_of)
    assert outcome(policy, reason, as_of) == verdict
    if verdict[0] is Determination.UNDETERMINED:
        return
    others = data.draw(kit.answers_to(policy, as_of, unknowns=0))
    moved = outcome(policy, {**others, **reason}, as_of)
    assert moved[0] is verdict[0]
    assert set(moved[1]) >= set(verdict[1])
    for name in reason:
        rest = {other: value for other, value in reason.items() if other != name}
        assert outcome(policy, rest, as_of) != verdict


@given(cases(always=True, max_leaves=3))
def test_missing_names_exactly_the_facts_that_can_decide(case):
    """Brute force over every way to fill the gaps names the same facts as the search."""
    policy, answers, as_of = case
    gaps = [fact for fact in policy.facts if on_day(answers[fact.name], as_of) is UNKNOWN]
    assume(math.prod(len(critical_values(policy, fact, as_of=as_of)) for fact in gaps) <= 1500)
    compiled = compile_policy(policy, as_of)
    settled = {
        tuple(full[fact.name] for fact in gaps): compiled.outcome(compiled.truths(full)[0]).determination
        for full in kit.completions(policy, answers, as_of)
    }
    undetermined = outcome(policy, answers, as_of)[0] is Determination.UNDETERMINED
    expected = tuple(fact.name for at, fact in enumerate(gaps) if undetermined and _decides(settled, at))
    missing = judge_facts(policy, FactValues(values=answers), as_of=as_of).missing
    if expected:
        assert missing == expected
    else:  # determined, or every way to fill the gaps ends the same: then something to ask for is still named
        assert bool(missing) == undetermined


def _decides(settled, at):
    by_rest = {}
    for key, determination in settled.items():
        by_rest.setdefault(key[:at] + key[at + 1 :], set()).add(determination)
    return any(len(found) > 1 for found in by_rest.values())


@given(cases(), st.data())
def test_answers_with_one_code_are_judged_alike(case, data):
    """Moving a date or number within its band changes no clause, and the same reasons are given."""
    policy, answers, as_of = case
    moved = dict(answers)
    for fact in policy.facts:
        if isinstance(fact, DateFact | IntFact) and answers[fact.name] is not UNKNOWN:
            edges = critical_values(policy, fact, as_of=as_of)
            at = bisect.bisect_right(edges, answers[fact.name])
            last = edges[at] if at < len(edges) else answers[fact.name]
            if isinstance(fact, IntFact):
                moved[fact.name] = data.draw(st.integers(answers[fact.name], max(last - 1, answers[fact.name])))
            else:
                last = max(last - dt.timedelta(days=1), answers[fact.name]) if at < len(edges) else last
                moved[fact.name] = data.draw(st.dates(answers[fact.name], last))
    known = [{name: value for name, value in some.items() if value is not UNKNOWN} for some in (answers, moved)]
    compiled = compile_policy(policy, as_of)
    assert compiled.code(compiled.asked(known[0])) == compiled.code(compiled.asked(known[1]))
    one, two = (judge_facts(policy, FactValues(values=some), as_of=as_of) for some in known)
    assert one.clauses == two.clauses
    assert sufficient_answers(compiled, known[0]).keys() == sufficient_answers(compiled, known[1]).keys()
    assert missing_facts(compiled, known[0]) == missing_facts(compiled, known[1])


@given(cases(groups=True), st.integers(0, 2**16))
def test_children_with_one_code_are_alike_whatever_is_forgotten_of_both(case, seed):
    """With all answers, and with any one of them alone, each clause says the same of both."""
    policy, _, as_of = case
    compiled = compile_policy(policy, as_of)

    def truths(row, *names):
        kept = {name: row.get(name, UNKNOWN) for name in names or compiled.fact_names}
        return [evaluate(clause.condition, kept, as_of=as_of, ages=policy.ages) for clause in policy.clauses]

    firsts = {}
    for row in random_rows(random.Random(seed), policy, as_of, 60, unknown=0.3):
        first = firsts.setdefault(compiled.code(compiled.asked(row)), row)
        if first is not row:
            assert truths(first) == truths(row)
            for name in compiled.fact_names:
                assert truths(first, name) == truths(row, name)


@given(cases(max_leaves=3), st.integers(1, 40))
def test_next_change_is_the_first_day_that_differs(case, span):
    """Day by day nothing changes before the day named, and on that day something does."""
    policy, answers, as_of = case

    def then(day):
        try:
            return essence(interpret(policy, answers, day))
        except PolicyNotInForceError:
            return None

    now = then(as_of)
    named = judge_facts(policy, FactValues(values=answers), as_of=as_of).next_change
    last = min(named or as_of + dt.timedelta(days=span * 31), as_of + dt.timedelta(days=span * 31))
    for count in range(1, (last - as_of).days):
        assert then(as_of + dt.timedelta(days=count)) == now
    if named is not None:
        assert named > as_of
        assert then(named) != now
        assert then(named - dt.timedelta(days=1)) == now


@given(cases())
def test_every_verdict_explains_itself(case):
    """The explanation names at least one clause, the facts are those of the reason, thresholds are of that day."""
    policy, answers, as_of = case
    verdict = judge_facts(policy, FactValues(values=answers), as_of=as_of)
    report = verdict.report()
    assert report.explanation.clauses
    assert report.explanation.citation
    assert {fact.name for fact in report.explanation.facts} <= {name for name, v in answers.items() if v is not UNKNOWN}
    for threshold in report.explanation.thresholds:
        parameter = next(p for p in policy.parameters if p.name == threshold.name)
        assert threshold.value == parameter.on(as_of)
    assert (report.missing == ()) == (verdict.determination is not Determination.UNDETERMINED)
    assert (report.tier is None) == (verdict.determination is not Determination.ELIGIBLE)


@given(cases(always=True, max_leaves=3))
def test_a_search_that_is_cut_short_names_more_and_never_less(case):
    """Whoever is asked once too often loses a minute; a fact that is forgotten keeps a child waiting for ever."""
    policy, answers, as_of = case
    compiled = compile_policy(policy, as_of)
    known = {name: value for name, value in answers.items() if value is not UNKNOWN}
    whole = missing_facts(compiled, known)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(missing, "MOST_LOOKED_AT", 1)
        short = missing_facts(compiled, known)
    if judge_facts(policy, FactValues(values=answers), as_of=as_of).determination is Determination.UNDETERMINED:
        assert whole
        assert set(whole) <= set(short) <= set(compiled.fact_names)
