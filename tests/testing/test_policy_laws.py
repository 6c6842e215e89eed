"""`check_policy`: what ships keeps every law, random policies do, and each planted fault breaks the law made for it."""

import datetime as dt
import random

import attrs
import pytest
import rules_kit as kit
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    Clause,
    Determination,
    FactSchema,
    FactUsed,
    IntFact,
    Period,
    Policy,
    Truth,
    changes,
    compile_policy,
    judging,
    missing,
)
from careprogram.rules.policy import Override, Stage
from careprogram.rules.verdict import Verdict
from careprogram.testing import law_book
from careprogram.testing.law_book import LAWS
from careprogram.testing.policy_laws import BrokenLawError, broken_laws, check_policy, variants
from careprogram.testing.random_answers import any_row, edge_values, grid, random_rows
from careprogram.testing.random_rules import random_day, random_policy, random_predicate
from careprogram.testing.strategies.rules import critical_facts, facts, policies, predicates, schemas
from careprogram.unknown import UNKNOWN

TEXT = Text("文", "text")
DAY = dt.date(2026, 9, 1)
NATIONAL = shipped_policies()["cn.left-behind.2016"]
# What random policies say may be in vain; all other laws hold for each of them.
OF_ALL = tuple(law for law in LAWS if law.name != "soundness")


def policy_of(*rules, **changes):
    clauses = tuple(Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules))
    category = Category(id="g", tier=1, title=TEXT, clauses=clauses)
    return attrs.evolve(Policy(id=PolicyId("p"), title=TEXT, citation="c", categories=(category,)), **changes)


DEEP = settings.default.max_examples > 1000


@pytest.mark.parametrize("policy_id", shipped_policies())
def test_what_ships_keeps_every_law(policy_id):
    """Every shipped policy, for every place and stage it tells apart."""
    many = DEEP or "unsupported" not in policy_id
    days = (DAY, dt.date(2016, 2, 3), dt.date(2024, 9, 3)) if many else (DAY,)
    check_policy(shipped_policies()[policy_id], rows=3 if many else 1, days=days)


@pytest.mark.parametrize("seed", range(60 if DEEP else 5))
def test_random_policies_keep_every_law(seed):
    """With groups, definitions, dated parameters, exceptions, periods, places and stages."""
    rng = random.Random(seed)
    for _ in range(2):
        check_policy(random_policy(rng, kit.Facts, variants=True), rows=3, seed=seed, laws=OF_ALL)


@settings(max_examples=15)
@given(st.data())
def test_policies_over_any_schema_keep_every_law(data):
    """Schemas are drawn, too: no fact of ours is needed."""
    policy = data.draw(policies(data.draw(schemas()), always=True, variants=True))
    check_policy(policy, rows=3, days=(DAY,), laws=OF_ALL)


def late(since, count, unit, rule):
    day = HONEST_DAY(since, count, unit, rule)
    return day and day + dt.timedelta(days=1)


HONEST_DAY = changes.day_reached


HONEST = law_book.judge_facts


class Changed:
    """A verdict that says some things otherwise."""

    def __init__(self, honest, **changes):
        self.__dict__.update(changes)
        self.honest = honest

    def __getattr__(self, name):
        return getattr(self.honest, name)


def as_no(policy, values, *, as_of):
    verdict = HONEST(policy, values, as_of=as_of)
    clauses = {name: Truth.FALSE if truth is Truth.UNKNOWN else truth for name, truth in verdict.clauses.items()}
    open_ = verdict.determination is Determination.UNDETERMINED
    return Changed(verdict, clauses=clauses, determination=Determination.INELIGIBLE if open_ else verdict.determination)


def by_order(policy, values, *, as_of):
    return HONEST(attrs.evolve(policy, requirements=policy.requirements[:1]), values, as_of=as_of)


def too_little(policy, values, *, as_of):
    verdict = HONEST(policy, values, as_of=as_of)
    return Changed(verdict, explanation=attrs.evolve(verdict.explanation, facts=verdict.explanation.facts[:1]))


def too_much(policy, values, *, as_of):
    verdict = HONEST(policy, values, as_of=as_of)
    known = [fact for fact in policy.facts if values[fact] is not UNKNOWN]
    used = tuple(FactUsed(name=fact.name, label=fact.label, value=fact.label) for fact in known)
    return Changed(verdict, explanation=attrs.evolve(verdict.explanation, facts=used))


def another_day(policy, day):
    return compile_policy(policy, day.replace(year=day.year + 5, day=1))


FAULTS = {
    "monotonicity": (law_book, "judge_facts", lambda: as_no),
    "engines agree": (law_book, "compile_policy", lambda: another_day),
    "permutation": (law_book, "judge_facts", lambda: by_order),
    "next change": (changes, "day_reached", lambda: late),
    "sufficiency": (law_book, "judge_facts", lambda: too_little),
    "minimality": (law_book, "judge_facts", lambda: too_much),
    "missing facts": (missing._Search, "matters", lambda: lambda self, name, answers: name == "birth_date"),
    "explanation": (law_book, "render_verdict", lambda: lambda verdict, policy, language: ""),
    "round trip": (law_book, "policy_to_toml", lambda: lambda policy: "format = 1\n"),
    "totality": (Verdict, "report", lambda: lambda self: 1 / 0),
    "discretion": (Verdict, "__repr__", lambda: None),
    "faults fail closed": (judging, "compile_policy", lambda: None),
    "soundness": (law_book, "_soundness", lambda: None),
}


def test_every_law_has_a_planted_fault():
    """A law that no fault breaks guards nothing."""
    assert set(FAULTS) == {law.name for law in LAWS}


@pytest.mark.parametrize("name", [name for name, (_, _, make) in FAULTS.items() if make()])
def test_a_planted_fault_breaks_the_law_made_for_it(name, monkeypatch):
    """The law is named, with a counterexample and a remedy."""
    owner, attribute, make = FAULTS[name]
    compile_policy.cache_clear()
    monkeypatch.setattr(owner, attribute, make())
    try:
        found = {broken.law: broken for broken in broken_laws(NATIONAL, rows=24, laws=OF_ALL)}
    finally:
        monkeypatch.undo()
        compile_policy.cache_clear()
    assert name in found
    assert "remedy:" in str(found[name])
    # The law saw it, not an accident on the way to it.
    assert name == "totality" or "Error: " not in found[name].found


def test_a_report_that_shows_a_birth_date_breaks_discretion(monkeypatch):
    """The date itself is looked for in everything a verdict says as data."""
    honest = law_book.Case.verdict

    class Told:
        def __init__(self, case, verdict):
            self.case, self.verdict = case, verdict

        def report(self):
            return str(self.case.row.get("birth_date"))

    monkeypatch.setattr(law_book.Case, "verdict", lambda self, *rest, **more: Told(self, honest(self, *rest, **more)))
    law = next(law for law in LAWS if law.name == "discretion")
    found = broken_laws(NATIONAL, rows=6, laws=(law,))
    assert [broken.found for broken in found] == ["the date of birth_date can be read in it"]
    assert set(found[0].row) == {"birth_date"}


def test_an_engine_that_uses_wrong_answers_breaks_the_law_of_faults(monkeypatch):
    """A wrong kind of answer that counts as yes is seen."""
    honest = law_book.Case.verdict

    def eager(self, row=None, policy=None):
        wrong = {name: True if type(value) is object else value for name, value in (row or {}).items()}
        return honest(self, None if row is None else wrong, policy)

    monkeypatch.setattr(law_book.Case, "verdict", eager)
    law = next(law for law in LAWS if law.name == "faults fail closed")
    assert broken_laws(policy_of(kit.Facts.poor.is_(True)), rows=3, laws=(law,))


def test_a_clause_in_vain_breaks_soundness():
    """What always holds or never can is named with its clause."""
    poor = kit.Facts.poor.is_(True)
    with pytest.raises(BrokenLawError, match="'c0' can never hold") as broken:
        check_policy(policy_of(poor & ~poor, kit.Facts.alone.is_(True)))
    assert [one.law for one in broken.value.broken] == ["soundness"]


def test_the_counterexample_is_the_smallest():
    """Answers that the finding does not need are left out."""
    law = attrs.evolve(
        LAWS[0],
        name="nobody poor is in",
        once=False,
        check=lambda case: "poor" if case.row.get("poor") is True else None,
    )
    policy = policy_of(kit.Facts.poor.is_(True) & kit.Facts.alone.is_(True) & (kit.Facts.grade > 3))
    (found,) = broken_laws(policy, laws=(law,))
    assert found.row == {"poor": True}


def test_a_law_that_stumbles_is_a_finding():
    """An exception inside a law is told, not raised."""
    law = attrs.evolve(LAWS[0], name="broken", once=False, check=lambda case: case.row["no such fact"])
    (found,) = broken_laws(NATIONAL, laws=(law,))
    assert found.found == "KeyError: 'no such fact'"


def test_places_and_stages_are_looked_at_each():
    """A fault that shows only in one place is found and the place named."""
    override = Override(
        jurisdiction="44",
        citation="c",
        text=TEXT,
        clauses=(Clause(id="c0", citation="c", text=TEXT, when=ChildFacts.birth_date.age >= 0),),
    )
    policy = policy_of(ChildFacts.birth_date.age < 16, overrides=(override,))
    assert [name for name, _ in variants(policy)][:2] == ["", "place anywhere, entry"] or len(
        list(variants(policy))
    ) > 1
    assert [broken.law for broken in broken_laws(policy)] == ["soundness"]


def test_a_policy_that_was_never_in_force_on_the_days_given_is_not_tried():
    """There is nothing to hold against a law."""
    policy = policy_of(kit.Facts.poor.is_(True), effective=(Period(since=DAY),))
    assert broken_laws(policy, days=(DAY - dt.timedelta(days=1),), laws=OF_ALL) == ()


# The generators themselves.


def test_the_same_seed_gives_the_same_policy_and_rows():
    """What failed yesterday can be looked at today."""
    one, two = (random_policy(random.Random(5), kit.Facts, variants=True) for _ in range(2))
    assert one == two
    day = random_day(random.Random(1), one)
    assert random_rows(random.Random(2), one, day, 20) == random_rows(random.Random(2), two, day, 20)


def test_random_policies_use_the_whole_language():
    """Every node, unit, operator, place and stage comes up among some hundred policies."""
    from careprogram.rules import walk
    from careprogram.rules.predicates import Comparison, Elapsed, Quantified

    rng, seen = random.Random(0), set()
    for _ in range(300):
        policy = random_policy(rng, kit.Facts, variants=True)
        seen |= {"exception" for clause in policy.clauses if clause.exceptions}
        seen |= {"override" for _ in policy.overrides} | {"exclusive" for _ in policy.exclusive}
        seen |= {clause.stage for clause in policy.clauses} | {len(policy.effective)}
        for node in (node for clause in policy.clauses for node in walk(clause.condition)):
            seen.add(type(node).__name__)
            if isinstance(node, Comparison):
                seen |= {node.operator, type(node.bound).__name__}
                seen |= {node.measure.unit} if isinstance(node.measure, Elapsed) else set()
            if isinstance(node, Quantified):
                seen.add(node.quantifier)
    from careprogram.rules.cutoffs import ElapsedUnit
    from careprogram.rules.predicates import Operator, Quantifier

    assert seen >= {*Operator, *ElapsedUnit, *Quantifier, *Stage, "exception", "override", "exclusive", 1, 2}
    nodes = {"All", "AnyOf", "Not", "Is", "OneOf", "Comparison", "Known", "Definition", "Quantified"}
    assert seen >= {*nodes, "int", "Parameter"}


def test_rows_at_the_edges_have_nobody_one_and_two_members_and_gaps():
    """The pool of answers to a group, and both ways of leaving a gap."""
    policy = policy_of(kit.Facts.parents.any_(kit.ParentFacts.able.is_(True)), kit.Facts.poor.is_(True))
    assert {len(members) for members in edge_values(policy, DAY)["parents"]} >= {0, 1, 2}
    rows = random_rows(random.Random(0), policy, DAY, 200)
    assert {"poor" in row for row in rows} == {True, False}
    assert any(row.get("parents") is UNKNOWN for row in rows)
    assert len(grid(policy_of(kit.Facts.poor.is_(True)), DAY, at_most=3)) == 3
    assert grid(policy, DAY, at_most=3) is None


def test_a_schema_without_facts_gives_no_rules():
    """There is nothing to ask, and the text says so."""

    class Empty(FactSchema):
        pass

    with pytest.raises(ValueError, match="Empty has no facts"):
        random_predicate(random.Random(0), Empty)


def test_names_of_facts_do_not_collide_with_those_of_parameters():
    """A schema may have facts named like our parameters and definitions."""

    class Taken(FactSchema):
        limit = IntFact(label=TEXT)
        shared = BoolFact(label=TEXT)

    rng = random.Random(0)
    for _ in range(50):
        policy = random_policy(rng, Taken)
        assert not {p.name for p in policy.parameters} & {"limit", "shared"}
        assert not {d.name for d in policy.definitions} & {"limit", "shared"}


@given(st.data())
def test_drawn_answers_are_of_the_right_kind(data):
    """Answers to any schema are accepted by it, and without gaps they are complete."""
    schema = data.draw(schemas())
    schema.values(data.draw(facts(schema)))
    whole = data.draw(facts(schema, gaps=False))
    assert set(whole) == set(schema.facts())
    policy = data.draw(policies(schema, always=True))
    schema.values(data.draw(critical_facts(policy, DAY)))
    assert isinstance(data.draw(predicates(schema)), type(policy.clauses[0].when).__mro__[1])
    schema.values(any_row(random.Random(0).randint, schema, DAY))
