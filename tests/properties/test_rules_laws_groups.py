"""The laws of rules hold for policies that ask about groups of persons, against an oracle that writes groups down.

The oracle knows nothing of the ways in which groups can come out: it lists every group of nobody, one or two persons,
with every critical answer to every fact of each of them. Two persons are enough where two conditions ask about a group,
as each condition needs at most one person to settle it.
"""

import datetime as dt
import itertools
import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from careprogram.errors import PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    Clause,
    DateFact,
    Determination,
    FactSchema,
    FactValues,
    GroupFact,
    IntFact,
    Mutability,
    Policy,
    Truth,
    compile_policy,
    counterfactuals,
    critical_values,
    evaluate,
    judge_facts,
)
from careprogram.rules.changes import essence
from careprogram.rules.compiled import interpret
from careprogram.rules.critical import member_facts
from careprogram.rules.cutoffs import ElapsedUnit, elapsed_cutoff
from careprogram.rules.predicates import All, AnyOf, Not, Quantified
from careprogram.rules.reasons import sufficient_answers
from careprogram.testing.strategies import rules
from careprogram.unknown import UNKNOWN

MOST_COMPLETIONS = 400
TEXT = Text("文", "text")


class Parent(FactSchema):
    away = BoolFact(label=TEXT)
    visits = IntFact(label=TEXT, minimum=0, maximum=9)
    left_on = DateFact(label=TEXT, mutability=Mutability.IMMUTABLE)


class Family(FactSchema):
    poor = BoolFact(label=TEXT)
    born = DateFact(label=TEXT, mutability=Mutability.IMMUTABLE)
    parents = GroupFact(label=TEXT, members=Parent)


def combined(*atoms):
    """Draw a rule of up to two of *atoms*."""
    atom = st.sampled_from([*atoms, *(~one for one in atoms)])
    return st.one_of(atom, st.builds(lambda a, b: a & b, atom, atom), st.builds(lambda a, b: a | b, atom, atom))


persons_rules = combined(
    Parent.away.is_(True),
    Parent.visits >= 3,
    Parent.left_on.months >= 6,
    Parent.left_on.age < 1,
    Parent.away.known(),
)
own_rules = combined(Family.poor.is_(True), Family.born.age < 16)

cheap = settings(max_examples=settings().max_examples // 2)
"""Half as many examples as elsewhere, as each looks at thousands of groups."""


def past(values, as_of):
    return [value for value in values if not isinstance(value, dt.date) or value <= as_of]


def edges(fact, as_of, ages):
    """Return the answers about a person at which `persons_rules` turn."""
    if fact.name != "left_on":
        return [True, False] if fact.name == "away" else [0, 2, 3, 9]
    cutoffs = [elapsed_cutoff(6, as_of, ElapsedUnit.MONTHS, ages), elapsed_cutoff(1, as_of, ElapsedUnit.AGE, ages)]
    return [as_of, *(day for cutoff in cutoffs for day in (cutoff, cutoff + dt.timedelta(days=1)))]


def whole_persons(policy, group, as_of, known=()):
    """Every person of whom all is known that the policy asks, with the answers *known* of somebody."""
    known = dict(known)
    asked = {fact.name: fact for fact in member_facts(policy, group)}
    values = [[known[name]] if name in known else edges(fact, as_of, policy.ages) for name, fact in asked.items()]
    return [dict(zip(asked, chosen, strict=True)) for chosen in itertools.product(*values)]


def whole_answers(policy, fact, value, as_of):
    """Every whole answer to *fact* that *value* may turn out to be."""
    if not isinstance(fact, GroupFact):
        return past(critical_values(policy, fact, as_of=as_of), as_of) if value is UNKNOWN else [value]
    if value is UNKNOWN:
        persons = whole_persons(policy, fact, as_of)
        assume(len(persons) ** 2 <= 2 * MOST_COMPLETIONS)
        return [group for size in range(3) for group in itertools.combinations_with_replacement(persons, size)]
    return list(itertools.product(*(whole_persons(policy, fact, as_of, person.items()) for person in value)))


def completions(policy, answers, as_of, *, but=()):
    """Every way to fill the gaps of *answers*, but those of some facts."""
    values = {
        fact.name: [answers[fact.name]] if fact.name in but else whole_answers(policy, fact, answers[fact.name], as_of)
        for fact in policy.facts
    }
    assume(math.prod(map(len, values.values())) <= MOST_COMPLETIONS)
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]


@st.composite
def policies(draw):
    """Draw a policy of two clauses that ask about parents, one of them perhaps about the child as well."""

    def quantified():
        when = draw(persons_rules)
        rule = Family.parents.any_(when) if draw(st.booleans()) else Family.parents.all_(when)
        return ~rule if draw(st.booleans()) else rule

    first, second, own = quantified(), quantified(), draw(own_rules)
    one, two = draw(
        st.sampled_from([(first, second), (first & own, second), (first | own, second), (first & second, own)])
    )
    clauses = [Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate((one, two))]
    shape = draw(st.sampled_from(["requirement", "one category", "two categories"]))
    groups = (
        [clauses[1:]] if shape == "requirement" else [clauses] if shape == "one category" else [[c] for c in clauses]
    )
    return Policy(
        id=PolicyId("family"),
        title=TEXT,
        citation="c",
        requirements=tuple(clauses[:1]) if shape == "requirement" else (),
        categories=tuple(
            Category(id=f"g{at}", tier=at + 1, title=TEXT, clauses=tuple(own)) for at, own in enumerate(groups)
        ),
        ages=draw(rules.age_rules),
    )


@st.composite
def cases(draw):
    """Draw a policy that asks about parents, answers at its edges with every kind of gap, and a day."""
    policy, as_of = draw(policies()), draw(rules.rule_days)
    answers = {}
    for fact in policy.facts:
        if isinstance(fact, GroupFact):
            person = st.fixed_dictionaries(
                {},
                optional={
                    each.name: st.sampled_from(edges(each, as_of, policy.ages)) for each in member_facts(policy, fact)
                },
            )
            answers[fact.name] = draw(st.just(UNKNOWN) | st.lists(person, max_size=2).map(tuple))
        else:
            answers[fact.name] = draw(
                st.sampled_from([UNKNOWN, *past(critical_values(policy, fact, as_of=as_of), as_of)])
            )
    return policy, answers, as_of


def outcome(policy, answers, as_of):
    verdict = judge_facts(policy, FactValues(values=answers), as_of=as_of)
    return verdict.determination, verdict.categories, verdict.tier


@cheap
@given(cases(), st.data())
def test_a_determined_verdict_never_flips_when_a_gap_is_filled(case, data):
    """Whether nobody was listed or an answer about somebody is open: more knowledge settles and never overturns."""
    policy, answers, as_of = case
    before = judge_facts(policy, FactValues(values=answers), as_of=as_of)
    whole = completions(policy, answers, as_of)
    filled = data.draw(st.sampled_from(whole))
    part = {name: data.draw(st.sampled_from([filled[name], answers[name]])) for name in answers}
    for some in (filled, part):
        after = judge_facts(policy, FactValues(values=some), as_of=as_of)
        for clause, truth in before.clauses.items():
            assert truth in (Truth.UNKNOWN, after.clauses[clause])
        if before.determination is not Determination.UNDETERMINED:
            assert after.determination is before.determination
        assert set(before.categories) <= set(after.categories)
    assert outcome(policy, filled, as_of)[0] is not Determination.UNDETERMINED


@cheap
@given(persons_rules, persons_rules, cases(), rules.age_rules)
def test_de_morgan_for_everybody_and_somebody(one, two, case, ages):
    """Not everybody is as good as somebody not; everybody both is as good as everybody one and everybody other."""
    _, answers, as_of = case
    group = Family.parents

    def truth(rule):
        return evaluate(rule, answers, as_of=as_of, ages=ages)

    assert truth(~group.all_(one)) is truth(group.any_(~one))
    assert truth(~group.any_(one)) is truth(group.all_(~one))
    assert truth(group.all_(one & two)) is truth(group.all_(one) & group.all_(two))
    assert truth(group.any_(one | two)) is truth(group.any_(one) | group.any_(two))
    assert truth(~(group.all_(one) & group.any_(two))) is truth(group.any_(~one) | group.all_(~two))


@cheap
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_clauses_parts_and_persons_does_not_matter(case, random):
    """Shuffling clauses, the parts of every rule and the persons of a group gives the same determination and tier."""
    policy, answers, as_of = case

    def shuffled(rule):
        match rule:
            case All() | AnyOf():
                return type(rule)(parts=tuple(random.sample([shuffled(part) for part in rule.parts], len(rule.parts))))
            case Not():
                return Not(part=shuffled(rule.part))
            case Quantified():
                return Quantified(group=rule.group, quantifier=rule.quantifier, when=shuffled(rule.when))
            case _:
                return rule

    def mixed(clauses):
        new = [Clause(id=c.id, citation=c.citation, text=c.text, when=shuffled(c.condition)) for c in clauses]
        return tuple(random.sample(new, len(new)))

    categories = tuple(
        type(c)(id=c.id, tier=c.tier, title=c.title, clauses=mixed(c.clauses)) for c in policy.categories
    )
    other = Policy(
        id=policy.id,
        title=policy.title,
        citation=policy.citation,
        requirements=mixed(policy.requirements),
        categories=categories[::-1],
        ages=policy.ages,
    )
    turned = {name: value[::-1] if isinstance(value, tuple) else value for name, value in answers.items()}
    one, two = outcome(policy, answers, as_of), outcome(other, turned, as_of)
    assert (one[0], set(one[1]), one[2]) == (two[0], set(two[1]), two[2])


@cheap
@given(cases())
def test_dropping_what_the_reason_does_not_name_never_changes_the_verdict(case):
    """The answers of the reason carry the verdict alone, whatever all others are, and none can be left out."""
    policy, answers, as_of = case
    compiled = compile_policy(policy, as_of)
    reason = sufficient_answers(compiled, answers)
    verdict = outcome(policy, answers, as_of)
    assert outcome(policy, reason, as_of) == verdict
    if verdict[0] is Determination.UNDETERMINED:
        return
    blank = {fact.name: UNKNOWN for fact in policy.facts}
    for other in completions(policy, {**blank, **reason}, as_of):
        found = interpret(policy, other, as_of)
        assert found.determination is verdict[0]
        assert set(found.categories) >= set(verdict[1])
    for smaller in _with_one_less(reason):
        assert outcome(policy, smaller, as_of) != verdict


def _with_one_less(reason):
    for name, value in reason.items():
        yield {other: kept for other, kept in reason.items() if other != name}
        for at, person in enumerate(value if isinstance(value, tuple) else ()):
            for fact in person:
                less = {other: kept for other, kept in person.items() if other != fact}
                yield {**reason, name: (*value[:at], less, *value[at + 1 :])}


@cheap
@given(cases())
def test_missing_names_exactly_the_facts_that_can_decide(case):
    """Every way to fill the gaps, written down, names the same facts as the search; a group counts as one fact."""
    policy, answers, as_of = case
    verdict = judge_facts(policy, FactValues(values=answers), as_of=as_of)
    if verdict.determination is not Determination.UNDETERMINED:
        assert verdict.missing == ()
        return
    ends = {}
    for whole in completions(policy, answers, as_of):
        ends[repr(whole)] = whole, interpret(policy, whole, as_of).determination
    expected = []
    for fact in policy.facts:
        by_rest = {}
        for whole, end in ends.values():
            rest = repr({name: value for name, value in whole.items() if name != fact.name})
            by_rest.setdefault(rest, set()).add(end)
        if any(len(found) > 1 for found in by_rest.values()):
            expected.append(fact.name)
    if expected:
        assert list(verdict.missing) == expected
    else:  # every way to fill the gaps ends the same: then something to ask for is still named
        assert verdict.missing


@cheap
@given(cases(), st.integers(1, 8))
def test_next_change_is_the_first_day_that_differs(case, span):
    """Between the critical days of the child and of its parents nothing changes, and on the day named it does."""
    policy, answers, as_of = case

    def then(day):
        try:
            return essence(interpret(policy, answers, day))
        except PolicyNotInForceError:
            return None

    now, named = then(as_of), judge_facts(policy, FactValues(values=answers), as_of=as_of).next_change
    last = min(named or dt.date.max, as_of + dt.timedelta(days=span * 31))
    for count in range(1, (last - as_of).days):
        assert then(as_of + dt.timedelta(days=count)) == now
    if named is not None:
        assert named > as_of
        assert then(named) != now


@cheap
@given(cases())
def test_what_is_suggested_makes_the_child_eligible_and_nothing_of_it_can_be_left_out(case):
    """By the interpreter; nobody joins or leaves a group, and what cannot be changed stays."""
    policy, answers, as_of = case
    for each in counterfactuals(policy, FactValues(values=answers), as_of=as_of):
        day, after = each.wait_until or as_of, {**answers, **each.changes}
        assert interpret(policy, after, day).determination is Determination.ELIGIBLE
        assert "born" not in each.changes
        group = each.changes.get("parents")
        if group is not None:
            before = answers["parents"]
            assert len(group) == len(before)
            assert [one.get("left_on") for one in group] == [one.get("left_on") for one in before]
        for name in each.changes:
            less = {**after, name: answers[name]}
            assert interpret(policy, less, as_of).determination is not Determination.ELIGIBLE
