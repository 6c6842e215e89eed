"""Every way in which the conditions on a group can come out together is found, once each, and nothing else is.

The oracle writes down every member with every critical answer to every fact, and asks for every group of them what
somebody and what everybody says. It knows nothing of how members are joined: with n conditions, n members are enough,
as one member settles one condition. The rules are random trees, so that a member is asked several facts at once.
"""

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    Clause,
    DateFact,
    FactSchema,
    GroupFact,
    IntFact,
    Mutability,
    Policy,
    Truth,
    evaluate,
)
from careprogram.rules.critical import member_facts, persons_of
from careprogram.rules.cutoffs import ElapsedUnit, elapsed_cutoff
from careprogram.rules.predicates import Quantifier
from careprogram.testing.strategies import rules

TEXT = Text("文", "text")
FALSE_TO_TRUE = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)


class Parent(FactSchema):
    away = BoolFact(label=TEXT)
    ill = BoolFact(label=TEXT)
    visits = IntFact(label=TEXT, minimum=0, maximum=9)
    left_on = DateFact(label=TEXT, mutability=Mutability.IMMUTABLE)


class Family(FactSchema):
    parents = GroupFact(label=TEXT, members=Parent)


atoms = st.sampled_from(
    [
        Parent.away.is_(True),
        Parent.ill.is_(True),
        Parent.visits >= 3,
        Parent.visits >= 9,
        Parent.left_on.months >= 6,
        Parent.away.known(),
    ]
)
trees = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a: ~a, inner),
    ),
    max_leaves=6,
)


@st.composite
def asked_persons(draw):
    """Draw a policy of one to three conditions on the parents, and return what it can tell of them, with the day."""
    as_of = draw(rules.rule_days)
    asked = [
        Family.parents.any_(tree) if somebody else Family.parents.all_(tree)
        for tree, somebody in draw(st.lists(st.tuples(trees, st.booleans()), min_size=1, max_size=3))
    ]
    clauses = tuple(Clause(id=f"c{at}", citation="c", text=TEXT, when=when) for at, when in enumerate(asked))
    policy = Policy(
        id=PolicyId("family"),
        title=TEXT,
        citation="c",
        categories=(Category(id="g", tier=1, title=TEXT, clauses=clauses),),
        ages=draw(rules.age_rules),
    )
    return policy, persons_of(policy, Family.parents, as_of), as_of


def edges(name, policy, as_of):
    """Return the answers about a member at which the conditions turn."""
    if name == "left_on":
        cutoff = elapsed_cutoff(6, as_of, ElapsedUnit.MONTHS, policy.ages)
        return [as_of, *(() if cutoff is None else (cutoff, cutoff + dt.timedelta(days=1)))]
    return [0, 2, 3, 8, 9] if name == "visits" else [True, False]


def whole_members(policy, as_of, known=(), *, gaps=False):
    """Every member that *known* may turn out to be; with *gaps* also those of whom less is known."""
    known, open_ = dict(known), object()
    names = [fact.name for fact in member_facts(policy, Family.parents)]
    values = [
        [known[name]] if name in known else [*edges(name, policy, as_of), *([open_] if gaps else [])] for name in names
    ]
    for chosen in itertools.product(*values):
        yield {name: value for name, value in zip(names, chosen, strict=True) if value is not open_}


def said_of(persons, member):
    """Return what each condition says of one *member*."""
    return tuple(evaluate(each.when, member, as_of=persons.as_of, ages=persons.ages) for each in persons.quantified)


def together(persons, group):
    """Return how each condition comes out for a group, of which is given what it says of each member."""
    ways = []
    for at, each in enumerate(persons.quantified):
        ranks = [FALSE_TO_TRUE.index(member[at]) for member in group]
        somebody = each.quantifier is Quantifier.ANY
        ways.append(FALSE_TO_TRUE[max(ranks, default=0) if somebody else min(ranks, default=2)])
    return tuple(ways)


def way_of(persons, group):
    return together(persons, [said_of(persons, member) for member in group])


@given(asked_persons(), st.data())
def test_filling_the_gaps_of_a_group_reaches_every_way_once(case, data):
    """Each filling keeps what was answered and leaves nothing open; the ways are those of every whole group."""
    policy, persons, as_of = case
    names = ("away", "ill", "visits", "left_on")  # also of facts that nobody asks
    optional = {name: st.sampled_from(edges(name, policy, as_of)) for name in names}
    group = tuple(data.draw(st.lists(st.fixed_dictionaries({}, optional=optional), max_size=4)))
    fillings = persons.fillings(group)
    for filled in fillings:
        assert len(filled) == len(group)
        assert all(before.items() <= after.items() for before, after in zip(group, filled, strict=True))
        assert not persons.has_gaps(filled)
    found = [way_of(persons, filled) for filled in fillings]
    each = [{said_of(persons, whole) for whole in whole_members(policy, as_of, member)} for member in group]
    assert len(found) == len(set(found))
    assert set(found) == {together(persons, members) for members in itertools.product(*each)}


@given(asked_persons(), st.booleans())
def test_the_groups_that_a_policy_tells_apart_are_every_way_once(case, gaps):
    """As many members as conditions show every way, with or without open facts; the first group is nobody."""
    policy, persons, as_of = case
    groups = persons.answers(gaps=gaps)
    found = [way_of(persons, group) for group in groups]
    each = {said_of(persons, member) for member in whole_members(policy, as_of, gaps=gaps)}
    sizes = range(len(persons.quantified) + 1)
    expected = {
        together(persons, group) for size in sizes for group in itertools.combinations_with_replacement(each, size)
    }
    assert groups[0] == ()
    assert len(found) == len(set(found))
    assert set(found) == expected
