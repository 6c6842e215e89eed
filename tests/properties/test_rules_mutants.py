"""Faults planted into the rule engine, each of which the checks of this page must notice.

A test suite that cannot see a fault guards nothing. Each mutant is a fault that a real engine has had.
"""

import datetime as dt
import itertools
import re
from types import SimpleNamespace

import pytest

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import ParentStatus, RegistrationKind, Settlement
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DatedValue,
    DateFact,
    FactSchema,
    FactValues,
    GroupFact,
    Parameter,
    Policy,
    Truth,
    changes,
    codes,
    compile_policy,
    critical,
    critical_values,
    evaluate,
    expressions,
    generated,
    judge_facts,
    judging,
    missing,
    parameters,
    reasons,
    smallest,
)
from careprogram.rules import compiled as compiled_module
from careprogram.rules.changes import essence
from careprogram.rules.compiled import interpret
from careprogram.rules.cutoffs import ElapsedUnit, elapsed_cutoff
from careprogram.rules.cutoffs import day_reached as honest_day_reached
from careprogram.rules.predicates import Is, Not, Operator, Quantifier
from careprogram.rules.verdict import Determination
from careprogram.unknown import UNKNOWN

TEXT = Text("文", "text")
NATIONAL = shipped_policies()["cn.left-behind.2016"]
LIMIT = Parameter(
    name="age_limit",
    label=TEXT,
    values=(
        DatedValue(value=14, source="old"),
        DatedValue(value=16, source="new", since=dt.date(2020, 1, 1)),
        DatedValue(value=18, source="newer", since=dt.date(2025, 1, 1)),
    ),
)
MONTHS = Parameter(name="months", label=TEXT, values=(DatedValue(value=6, source="board"),))
RULE = (ChildFacts.birth_date.age < LIMIT) & (ChildFacts.father_away_since.months >= MONTHS)
AGED = Policy(
    id=PolicyId("aged"),
    title=TEXT,
    citation="c",
    categories=(
        Category(id="g", tier=1, title=TEXT, clauses=(Clause(id="c", citation="c", text=TEXT, when=RULE),)),
        Category(
            id="h",
            tier=2,
            title=TEXT,
            clauses=(Clause(id="d", citation="c", text=TEXT, when=ChildFacts.grade >= 5),),
        ),
    ),
)
DAYS = (dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2024, 2, 29), dt.date(2025, 3, 1))
CHILD = {
    "birth_date": dt.date(2012, 3, 1),
    "registration_kind": RegistrationKind.RURAL,
    "settlement": Settlement.RURAL,
    "father_status": ParentStatus.AWAY_WORKING,
    "mother_status": ParentStatus.AWAY_WORKING,
}


def thresholds_are_met_to_the_day():
    """On the edges of every threshold, with gaps, compiled means interpreted, and ages count by the calendar."""
    for as_of in DAYS:
        edges = {f.name: [*critical_values(AGED, f, as_of=as_of), UNKNOWN] for f in AGED.facts}
        for combination in itertools.product(*edges.values()):
            answers = dict(zip(edges, combination, strict=True))
            verdict = judge_facts(AGED, FactValues(values=answers), as_of=as_of)
            for clause in AGED.clauses:
                assert verdict.clauses[clause.id] is evaluate(clause.when, answers, as_of=as_of)
    answers = {"birth_date": dt.date(2010, 9, 1)}
    for as_of, truth in ((dt.date(2026, 8, 31), Truth.TRUE), (dt.date(2026, 9, 1), Truth.FALSE)):
        assert evaluate(ChildFacts.birth_date.age < 16, answers, as_of=as_of) is truth
        assert evaluate(ChildFacts.birth_date.age <= 15, answers, as_of=as_of) is truth


def gaps_stay_open():
    """A blank child is undetermined; one gap that matters is named, one that does not is not."""
    blank = judge_facts(NATIONAL, FactValues(values={}), as_of=DAYS[2])
    assert blank.determination is Determination.UNDETERMINED
    some = {name: value for name, value in CHILD.items() if name != "registration_kind"}
    assert judge_facts(NATIONAL, FactValues(values=some), as_of=DAYS[2]).missing == ("registration_kind",)


def the_law_of_the_day_applies():
    """The day before and on the day of a change the limit is the one in force."""
    answers = FactValues(
        values={"birth_date": dt.date(2005, 1, 1), "father_away_since": dt.date(2018, 1, 1), "grade": 1}
    )
    found = [judge_facts(AGED, answers, as_of=day).determination.value for day in DAYS[:2]]
    assert found == ["ineligible", "eligible"]
    assert [LIMIT.on(day) for day in DAYS] == [14, 16, 16, 18]


def reasons_carry_and_are_minimal():
    """The facts named give the verdict alone, and the verdict does not name a fact that it does not need."""
    verdict = judge_facts(NATIONAL, FactValues(values=CHILD), as_of=DAYS[2])
    used = [fact.name for fact in verdict.explanation.facts]
    assert used == ["birth_date", "registration_kind", "settlement", "father_status", "mother_status"]
    old = judge_facts(NATIONAL, FactValues(values={**CHILD, "birth_date": dt.date(2000, 1, 1)}), as_of=DAYS[2])
    assert [fact.name for fact in old.explanation.facts] == ["birth_date"]


def changes_are_announced_for_the_right_day():
    """The day named is the first on which the interpreter answers otherwise."""
    for answers in (CHILD, {**CHILD, "father_away_since": dt.date(2024, 1, 31), "grade": 1}):
        for policy in (NATIONAL, AGED):
            day = judge_facts(policy, FactValues(values=answers), as_of=DAYS[2]).next_change
            now, eve = (essence(interpret(policy, answers, d)) for d in (DAYS[2], day - dt.timedelta(days=1)))
            assert now == eve != essence(interpret(policy, answers, day))


class Parents(FactSchema):
    away = BoolFact(label=TEXT)
    ill = BoolFact(label=TEXT)
    since = DateFact(label=TEXT)


class Family(FactSchema):
    parents = GroupFact(label=TEXT, members=Parents)
    poor = BoolFact(label=TEXT)
    alone = BoolFact(label=TEXT)
    sick = BoolFact(label=TEXT)


def _family_policy(*rules):
    clauses = [Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules)]
    categories = [Category(id=c.id, tier=at + 1, title=TEXT, clauses=(c,)) for at, c in enumerate(clauses)]
    return Policy(id=PolicyId("family"), title=TEXT, citation="c", categories=tuple(categories))


FAMILY = _family_policy(
    Family.parents.any_(Parents.away.is_(True) & (Parents.since.months >= MONTHS)),
    Family.parents.all_(Parents.away.is_(True) | ~Parents.ill.is_(False)),
)
SMALLER = _family_policy(
    (Family.poor.is_(True) & Family.alone.is_(True)) | Family.sick.is_(True),
    Family.sick.is_(False),
)


def groups_mean_what_the_interpreter_says():
    """For every way a group can come out, gaps of members included."""
    (group,) = FAMILY.facts
    for as_of in DAYS:
        for answer in (*critical_values(FAMILY, group, as_of=as_of), UNKNOWN):
            answers = {"parents": answer}
            verdict = judge_facts(FAMILY, FactValues(values=answers), as_of=as_of)
            for clause in FAMILY.clauses:
                assert verdict.clauses[clause.id] is evaluate(clause.when, answers, as_of=as_of)
    honest = judge_facts(FAMILY, FactValues(values={"parents": [{"away": True}]}), as_of=DAYS[2])
    assert honest.determination is Determination.UNDETERMINED


def reasons_are_the_smallest():
    """One fact is enough where two others would be, too; of a group, only the member that counts is told."""
    one = judge_facts(SMALLER, FactValues(values={"poor": True, "alone": True, "sick": True}), as_of=DAYS[2])
    assert [fact.name for fact in one.explanation.facts] == ["sick"]
    away, home = {"away": True, "ill": False, "since": dt.date(2023, 2, 28)}, {"away": False, "ill": False}
    for parents in ((away, home), (home, away)):
        verdict = judge_facts(FAMILY, FactValues(values={"parents": parents}), as_of=DAYS[2])
        assert [fact.value.en for fact in verdict.explanation.facts] == ["2 persons (text: yes, text: for 12 months)"]
    nobody_away = judge_facts(FAMILY, FactValues(values={"parents": (home, home)}), as_of=DAYS[2])
    assert nobody_away.determination is Determination.INELIGIBLE
    told = "2 persons (text: no, text: no; text: no)"
    assert [fact.value.en for fact in nobody_away.explanation.facts] == [told]


SHARED = _family_policy(
    Family.poor.is_(True) & Family.alone.is_(True),
    Family.alone.is_(True) | Family.sick.is_(True),
    Family.poor.is_(True) | Family.sick.is_(True),
    (Family.poor.is_(True) | Family.sick.is_(True)) & Family.alone.is_(True),
)


def what_is_shared_means_the_same_wherever_it_is_used():
    """For all answers to three questions that several clauses ask, each clause says what the interpreter says."""
    for combination in itertools.product((True, False, UNKNOWN), repeat=3):
        answers = dict(zip(("poor", "alone", "sick"), combination, strict=True))
        verdict = judge_facts(SHARED, FactValues(values=answers), as_of=DAYS[2])
        truths = [evaluate(clause.when, answers, as_of=DAYS[2]) for clause in SHARED.clauses]
        assert list(verdict.clauses.values()) == truths
        held = [clause.id for clause, truth in zip(SHARED.clauses, truths, strict=True) if truth is Truth.TRUE]
        assert list(verdict.categories) == held


PLACED = _family_policy(
    ChildFacts.father_status.one_of(ParentStatus.AWAY_WORKING, ParentStatus.DECEASED)
    | (ChildFacts.grade.is_(3) & (ChildFacts.grade < LIMIT)),
    ChildFacts.father_status.is_(ParentStatus.DECEASED) & ~ChildFacts.father_away_since.known(),
)


PASSED_OVER = _family_policy(
    ChildFacts.moved_with_parents.is_(True) & (ChildFacts.grade >= 5),
    ChildFacts.grade >= 3,
    ChildFacts.grade >= 7,
)


def wrong_kinds_stay_open():
    """What only looks like an answer decides nothing."""
    for wrong in ("yes", 1, 0, None):
        verdict = judge_facts(SMALLER, FactValues(values={"poor": False, "sick": wrong}), as_of=DAYS[2])
        assert verdict.determination is Determination.UNDETERMINED
        assert verdict.explanation.unreadable == ("sick",)
    # The first clause is false whatever the grade, and so does not look at it; the others must.
    answers = FactValues(values={"moved_with_parents": False, "grade": True})
    verdict = judge_facts(PASSED_OVER, answers, as_of=DAYS[2])
    assert (verdict.determination, verdict.open_categories) == (Determination.UNDETERMINED, ("c1", "c2"))
    assert verdict.explanation.unreadable == ("grade",)


def what_children_share_is_true_of_each():
    """A reason worked out for another child with the same code is the one that would be worked out for this child."""
    for policy in (AGED, PLACED, FAMILY):
        compiled = compile_policy(policy, DAYS[2])
        edges = {f.name: [*critical_values(policy, f, as_of=DAYS[2]), UNKNOWN] for f in policy.facts}
        rows = [dict(zip(edges, values, strict=True)) for values in itertools.product(*edges.values())]
        verdicts = [judge_facts(policy, FactValues(values=row), as_of=DAYS[2]) for row in rows * 2]
        shared = [(each.explanation, each.missing) for each in verdicts[: len(rows)]]
        for one, found in zip(verdicts[len(rows) :], shared, strict=True):
            compiled.worked_out.clear()
            assert (one.explanation, one.missing) == found


CHECKS = (
    what_children_share_is_true_of_each,
    groups_mean_what_the_interpreter_says,
    reasons_are_the_smallest,
    wrong_kinds_stay_open,
    what_is_shared_means_the_same_wherever_it_is_used,
    thresholds_are_met_to_the_day,
    gaps_stay_open,
    the_law_of_the_day_applies,
    reasons_carry_and_are_minimal,
    changes_are_announced_for_the_right_day,
)


def _strict_cutoff(operator, value, at):
    return honest_elapsed_answer(operator, value, at).replace("<=", "<")


def _year_difference(count, as_of, unit, rule):
    if unit is ElapsedUnit.AGE:
        return dt.date(as_of.year - count, 12, 31)
    return elapsed_cutoff(count, as_of, unit, rule)


def _days_over_365(count, as_of, unit, rule):
    if unit is ElapsedUnit.AGE:
        return as_of - dt.timedelta(days=int(count * 365.25))
    return elapsed_cutoff(count, as_of, unit, rule)


def _thirty_day_months(count, as_of, unit, rule):
    if unit is ElapsedUnit.MONTHS:
        return as_of - dt.timedelta(days=30 * count)
    return elapsed_cutoff(count, as_of, unit, rule)


def _cache_without_date():
    compiled = {}
    return lambda policy, as_of: compiled.setdefault(policy.id, compile_policy(policy, as_of))


def _late(since, count, unit, rule):
    return honest_day_reached(since, count, unit, rule) + dt.timedelta(days=1)


def _open_member_passed_over(self, node):
    """Like `bool_or`, which skips nulls."""
    name = honest_members(self, node)
    skipped = "   if found == 1: found = 0"
    self._groups = [new for line in self._groups for new in ((line, skipped) if "found |= " in line else (line,))]
    return name


def _and_says_its_last_part(self, parts, depth, *, every):
    return re.sub(r" and t?s?\w+( & \w+)+\)$", ")", honest_junction(self, parts, depth, every=every))


def _or_says_its_first_part(self, parts, depth, *, every):
    return honest_junction(self, parts, depth, every=every).replace(" | ", " or ")


def _or_for_and(self, parts, depth, *, every):
    return honest_junction(self, parts, depth, every=False)


def _day_before(self, day):
    return self.dated_on(day - dt.timedelta(days=1)).value


def _shifted(self, answers):
    asked = honest_asked(self, answers)
    return (*asked[1:], asked[0])


def _shortened(count, suffices):
    return smallest._shortened((1 << count) - 1, count, suffices)


def _members_uncoded(self, name, policy, group):
    return [f" def {name}(members):", "  return len(members)"]


def _no_gap(self, value, fact, conditions, unit):
    known, bands = honest_band(self, value, fact, conditions, unit)
    return f"0 if {value} is unknown else {known}", bands


def _beside_once(self, node, beside):
    honest_count(self, node, beside)
    number = self._writer.number(node)
    self._beside[number] |= beside


def _empty_is_open(self, node):
    name = honest_members(self, node)
    self._groups = [line.replace("  found = ", "  found = 1 if not members else ") for line in self._groups]
    return name


def _every_part_was_looked_at(self, parts, depth, *, every):
    found = honest_junction(self, parts, depth, every=every)
    self.vouch(parts)
    return found


def _turned_around_for_nothing(node):
    return node.part if isinstance(node, Not) and isinstance(node.part, Is) else honest_unwrapped(node)


def _last_category_first(self, *truths):
    return honest_made(self, *truths[::-1]) if len(truths) == self._categories else honest_made(self, *truths)


honest_elapsed_answer = expressions._elapsed_answer
honest_members = generated._Writer.members
honest_junction = expressions.Block.junction
honest_asked = compiled_module.CompiledPolicy.asked
honest_band = codes._Writer._band
honest_count = expressions.Block._count
honest_unwrapped = expressions.unwrapped
honest_made = generated.Outcomes._made

MUTANTS = {
    "less for at most": (expressions, "_elapsed_answer", lambda: _strict_cutoff),
    "at most for less": (expressions, "COMPARED", lambda: {**expressions.COMPARED, Operator.AT_LEAST: ">"}),
    "year difference for age": (generated, "elapsed_cutoff", lambda: _year_difference),
    "days divided by 365.25 for age": (generated, "elapsed_cutoff", lambda: _days_over_365),
    "months of thirty days": (generated, "elapsed_cutoff", lambda: _thirty_day_months),
    "unknown as false": (expressions.Block, "_open", lambda: lambda *_: "0"),
    "unknown as true": (expressions.Block, "_open", lambda: lambda *_: "3"),
    "unknown time as false": (generated, "OPEN", lambda: 0),
    "wrong kind as false": (
        expressions.Block,
        "_open",
        lambda: lambda self, value, said="1": f"{said} if {value} is unknown else 0",
    ),
    "not of unknown is true": (generated, "INVERTED", lambda: (3, 3, None, 0)),
    "and says what its last part says": (expressions.Block, "junction", lambda: _and_says_its_last_part),
    "or says what its first part says": (expressions.Block, "junction", lambda: _or_says_its_first_part),
    "and guarded by what is beside it somewhere": (expressions.Block, "_count", lambda: _beside_once),
    "sure of an answer that may be passed over": (
        expressions.Block,
        "junction",
        lambda: _every_part_was_looked_at,
    ),
    "no kind looked at": (
        expressions.Block,
        "_is_answer",
        lambda: lambda self, fact, value: f"{value} is not unknown",
    ),
    "not of no is no": (expressions, "unwrapped", lambda: _turned_around_for_nothing),
    "outcome of the categories in another order": (generated.Outcomes, "_made", lambda: _last_category_first),
    "an answer told of all with one code": (reasons, "tells_the_answer", lambda: lambda *_: True),
    "a choice told of all with one code": (
        reasons,
        "tells_the_answer",
        lambda: lambda policy, fact, value: isinstance(fact, ChoiceFact),
    ),
    "or for and": (expressions.Block, "junction", lambda: _or_for_and),
    "first open requirement ignored": (generated, "OPEN", lambda: 3),
    "naive any over a group": (generated._Writer, "members", lambda: _open_member_passed_over),
    "nobody is open": (generated._Writer, "members", lambda: _empty_is_open),
    "any for all": (generated, "Quantifier", lambda: SimpleNamespace(ANY=Quantifier.ALL)),
    "parameter of the day before": (parameters.Parameter, "on", lambda: _day_before),
    "answers in another order": (compiled_module.CompiledPolicy, "asked", lambda: _shifted),
    "reason that merely cannot be shortened": (reasons, "smallest_sufficient", lambda: _shortened),
    "group reason names every answer": (reasons, "_without_parts", lambda: lambda asked, needed: asked),
    "code without a band at the threshold": (codes, "_PAST", lambda: {**codes._PAST, Operator.LESS: (1,)}),
    "code without the end of an exact number": (codes, "_PAST", lambda: {**codes._PAST, Operator.EQUAL: (0,)}),
    "code of another year": (codes, "elapsed_cutoff", lambda: _year_difference),
    "code without choices": (codes._Writer, "_among", lambda: lambda *_: ("0 if True", 1)),
    "code without gaps": (codes._Writer, "_band", lambda: _no_gap),
    "code without members": (codes._Writer, "members", lambda: _members_uncoded),
    "newest value of a parameter": (parameters.Parameter, "on", lambda: lambda self, day: self.values[-1].value),
    "oldest value of a parameter": (parameters.Parameter, "on", lambda: lambda self, day: self.values[0].value),
    "cache key without date": (judging, "compile_policy", _cache_without_date),
    "every gap is missing": (missing._Search, "matters", lambda: lambda self, name, answers: True),
    "reason names everything": (reasons, "smallest_sufficient", lambda: lambda count, suffices: (1 << count) - 1),
    "change announced a day late": (changes, "day_reached", lambda: _late),
}


def forget_all():
    for cache in (
        compile_policy,
        compiled_module._shape,
        generated.program_of,
        codes.coder_of,
        codes._program_of,
        critical.persons_of,
    ):
        cache.cache_clear()


@pytest.fixture(autouse=True)
def _no_compiled_policy_survives():
    forget_all()
    yield
    forget_all()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_engine_passes_every_check(check):
    """Without a planted fault nothing is noticed."""
    check()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_noticed(name, monkeypatch):
    """At least one check fails once the fault is in."""
    owner, attribute, make = MUTANTS[name]
    monkeypatch.setattr(owner, attribute, make())
    noticed = []
    for check in CHECKS:
        forget_all()
        try:
            check()
        except (AssertionError, TypeError, ValueError, NameError):
            noticed.append(check.__name__)
    assert noticed


def test_comparing_wrongly_is_noticed_in_the_interpreter_too(monkeypatch):
    """`<=` for `<` in the shared comparison would fool a comparison of the two engines; the calendar catches it."""
    owner = evaluate.__globals__
    monkeypatch.setitem(owner, "holds", lambda number, operator, bound: number <= bound)
    with pytest.raises(AssertionError):
        thresholds_are_met_to_the_day()
