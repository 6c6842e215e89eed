"""How do I property-test my own rules, over my own facts?

Hypothesis strategies over any `FactSchema`: answers, rules, policies, answers at the edges of one policy, and schemas.
They draw what ``random_rules`` and ``random_answers`` describe, and shrink.

Examples:
    >>> from hypothesis import given
    >>> from careprogram.rules import BoolFact, FactSchema, evaluate
    >>> from careprogram.language import Text
    >>> class PupilFacts(FactSchema):
    ...     alone = BoolFact(label=Text("独居", "lives alone"))
    >>> @given(predicates(PupilFacts), facts(PupilFacts))
    ... def test_twice_not_is_the_same(rule, row):
    ...     today = dt.date(2026, 9, 1)
    ...     assert evaluate(~~rule, row, as_of=today) is evaluate(rule, row, as_of=today)
    >>> test_twice_not_is_the_same()
"""

import datetime as dt
import enum
from collections.abc import Callable

from hypothesis import strategies as st

from careprogram.dates import LeapDayRule
from careprogram.language import Text
from careprogram.rules import (
    AgeRule,
    AgeTurns,
    BoolFact,
    ChoiceFact,
    DateFact,
    Fact,
    FactSchema,
    FactValue,
    GroupFact,
    IntFact,
    Policy,
    Predicate,
)
from careprogram.testing.random_answers import any_row, edge_values
from careprogram.testing.random_rules import FIRST_DAY, LAST_DAY, Number, RuleMaker
from careprogram.unknown import UNKNOWN

plain_texts = st.just(Text("文", "text"))
"""One dull text: labels are not what most tests are about."""

rule_days = st.one_of(
    st.dates(FIRST_DAY, LAST_DAY),
    st.sampled_from([dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(2024, 3, 1), dt.date(2023, 8, 31)]),
)
"""Days in the years in which drawn policies change, often one at the end of a month."""

age_rules = st.builds(AgeRule, leap_day=st.sampled_from(LeapDayRule), turns=st.sampled_from(AgeTurns))
"""Every way of counting completed years."""


def _number(draw: st.DrawFn) -> Number:
    return lambda low, high: draw(st.integers(low, high))


def _text(draw: st.DrawFn, texts: st.SearchStrategy[Text]) -> Callable[[], Text]:
    return lambda: draw(texts)


@st.composite
def facts(
    draw: st.DrawFn, schema: type[FactSchema], *, as_of: dt.date = dt.date(2026, 9, 1), gaps: bool = True
) -> dict[str, FactValue]:
    """Draw answers to the facts of *schema*, groups included.

    Args:
        draw: Given by Hypothesis.
        schema: The facts.
        as_of: The day that dates lie around.
        gaps: Whether some answers may be unknown: ``UNKNOWN`` or left out.
    """
    return any_row(_number(draw), schema, as_of, gaps=gaps)


@st.composite
def predicates(
    draw: st.DrawFn,
    schema: type[FactSchema],
    *,
    max_leaves: int = 6,
    groups: bool = True,
    texts: st.SearchStrategy[Text] = plain_texts,
) -> Predicate:
    """Draw a rule over *schema*, with parameters and perhaps a definition.

    Args:
        draw: Given by Hypothesis.
        schema: The facts.
        max_leaves: The most conditions.
        groups: Whether it may ask about groups of persons.
        texts: Where labels come from.
    """
    return RuleMaker(schema=schema, number=_number(draw), text=_text(draw, texts), groups=groups).predicate(max_leaves)


@st.composite
def policies(
    draw: st.DrawFn,
    schema: type[FactSchema],
    *,
    always: bool = False,
    max_leaves: int = 4,
    groups: bool = True,
    variants: bool = False,
    texts: st.SearchStrategy[Text] = plain_texts,
) -> Policy:
    """Draw a policy over *schema*.

    Args:
        draw: Given by Hypothesis.
        schema: The facts.
        always: Whether it is in force on every day.
        max_leaves: The most conditions in one clause.
        groups: Whether its rules may ask about groups of persons.
        variants: Whether places and stages may say otherwise; see `Policy.at`.
        texts: Where titles and labels come from.
    """
    maker = RuleMaker(
        schema=schema,
        number=_number(draw),
        text=_text(draw, texts),
        groups=groups,
        max_leaves=max_leaves,
        variants=variants,
    )
    return maker.policy(always=always)


@st.composite
def critical_facts(draw: st.DrawFn, policy: Policy, as_of: dt.date, *, unknowns: int = 1) -> dict[str, FactValue]:
    """Draw answers at the edges of *policy* on *as_of*, with gaps.

    Args:
        draw: Given by Hypothesis.
        policy: The policy whose edges are wanted.
        as_of: The day whose thresholds count.
        unknowns: How often ``UNKNOWN`` stands among the answers to a fact; 0 for no gaps, and no date that lies ahead.
    """
    row: dict[str, FactValue] = {}
    for name, values in edge_values(policy, as_of, to_come=unknowns > 0).items():
        options = [*values, *[UNKNOWN] * unknowns]
        row[name] = draw(st.sampled_from(options)) if options else UNKNOWN
    return row


@st.composite
def schemas(draw: st.DrawFn, *, groups: bool = True) -> type[FactSchema]:
    """Draw a schema of one to six facts of any kind, perhaps with a group of persons.

    Args:
        draw: Given by Hypothesis.
        groups: Whether it may have groups.
    """
    kinds = ["bool", "choice", "int", "date", *(["group"] if groups else [])]
    return _schema(draw, "DrawnFacts", "fact", draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)))


def _schema(draw: st.DrawFn, name: str, prefix: str, kinds: list[str]) -> type[FactSchema]:
    drawn = {f"{prefix}_{at}": _fact(draw, f"{prefix}_{at}", kind) for at, kind in enumerate(kinds)}
    return type(name, (FactSchema,), dict(drawn))


def _fact(draw: st.DrawFn, name: str, kind: str) -> Fact:
    label = Text(f"事实{name}", name)
    match kind:
        case "bool":
            return BoolFact(label=label)
        case "date":
            return DateFact(label=label)
        case "choice":
            size = draw(st.integers(1, 4))
            choices = enum.Enum(f"Choice_{name}", {f"C{at}": f"code-{at}" for at in range(size)})  # type: ignore[misc]
            return ChoiceFact(label=label, choices=choices)
        case "int":
            low = draw(st.none() | st.integers(-3, 3))
            high = draw(st.none() | st.integers(low or 0, 20))
            return IntFact(label=label, minimum=low, maximum=high)
        case _:
            kinds = draw(st.lists(st.sampled_from(["bool", "choice", "int", "date"]), min_size=1, max_size=3))
            return GroupFact(label=label, members=_schema(draw, f"Members_{name}", f"{name}_member", kinds))
