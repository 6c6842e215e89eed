"""The law of the gap: knowing less may open a question and never answers it otherwise."""

import datetime as dt

import attrs
from hypothesis import given
from hypothesis import strategies as st

from careprogram.care import SHIPPED_NEED_RULES, SHIPPED_RISK_RULES
from careprogram.care.situation import age_below, at_school, both_parents_gone, delegated, from_grade, some_parent_away
from careprogram.people import CapacityRating, GuardianshipKind
from careprogram.people.caregiving import nobody_cares, some_parent_at_home
from careprogram.testing.strategies import children
from careprogram.unknown import UNKNOWN

DAY = dt.date(2026, 9, 1)
QUESTIONS = {
    "under 8": lambda child: age_below(child, 8, DAY),
    "at school": at_school,
    "both gone": both_parents_gone,
    "delegated": delegated,
    "from grade 5": lambda child: from_grade(child, 5),
    "nobody cares": nobody_cares,
    "parent at home": some_parent_at_home,
    "parent away": some_parent_away,
    **{f"risk {rule.id}": (lambda child, rule=rule: rule.holds(child, DAY)) for rule in SHIPPED_RISK_RULES},
    **{f"need {rule.service}": (lambda child, rule=rule: rule.holds(child, DAY, None)) for rule in SHIPPED_NEED_RULES},
}
GAPS = (
    "birth_date",
    "caregiver",
    "father.status",
    "mother.status",
    "father.last_contact",
    "mother.last_contact",
    "father.health",
    "mother.health",
    "health.status",
    "schooling.grade",
    "schooling.status",
    "household.in_poverty",
    "caregiver.relation",
    "caregiver.knows_class",
    "caregiver.written_delegation",
)


AGREEING = {
    CapacityRating.GOOD: GuardianshipKind.GOOD,
    CapacityRating.FAIR: GuardianshipKind.FAIR,
    CapacityRating.POOR: GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY,
}


def of_one_mind(child):
    """Return the child with the surveyor's rating like the caregiver's: two sources that differ are another matter."""
    if child.caregiver is None:
        return child
    return attrs.evolve(child, guardianship=AGREEING[child.caregiver.capacity])


def forget(child, path: str):
    """Return the child with one fact unknown; a caregiver who is not there has no facts."""
    record, _, field = path.rpartition(".")
    if not record:
        return attrs.evolve(child, **{field: UNKNOWN})
    held = getattr(child, record)
    if not attrs.has(type(held)):
        return child
    return attrs.evolve(child, **{record: attrs.evolve(held, **{field: UNKNOWN})})


@given(children(gaps=False, personal=False), st.lists(st.sampled_from(GAPS), min_size=1, unique=True))
def test_forgetting_facts_only_opens_questions(child, gaps):
    """Every question, risk rule and need rule: the answer with gaps is the full answer or UNKNOWN.

    The one exception is meant: a child whom nobody cares for counts as under 16 until its birth date is known.
    """
    child = of_one_mind(child)
    partial = child
    for path in gaps:
        partial = forget(partial, path)
    for name, question in QUESTIONS.items():
        if name == "risk nobody-cares" and "birth_date" in gaps:
            assert question(partial) in (UNKNOWN, question(child), nobody_cares(child))
            continue
        assert question(partial) in (UNKNOWN, question(child)), name


@given(children(gaps=False, personal=False))
def test_with_every_fact_known_every_question_is_answered(child):
    """No rule shrugs at a complete record, but for contacts, whose last day may be unknown."""
    known = attrs.evolve(
        child,
        father=attrs.evolve(child.father, last_contact=None),
        mother=attrs.evolve(child.mother, last_contact=None),
    )
    assert [name for name, question in QUESTIONS.items() if question(known) is UNKNOWN] == []
