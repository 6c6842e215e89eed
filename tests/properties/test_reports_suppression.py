"""What a published table withholds cannot be computed from what it prints."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Parent,
    ParentStatus,
    Schooling,
    SchoolingStatus,
    Sex,
)
from careprogram.reports import Period, Situation, figures, national_table, published
from careprogram.reports.questions import rank_questions
from careprogram.reports.suppression import Sum, withheld

Cell = tuple[object, object]

counts = st.one_of(st.integers(0, 9), st.integers(0, 40))
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(counts, min_size=width, max_size=width), min_size=1, max_size=4)
)


def with_margins(rows: Sequence[Sequence[int]]) -> tuple[dict[Cell, int], list[Sum[Cell]]]:
    """Return a table with the totals of rows and columns and of everything, and how they add up."""
    height, width = range(len(rows)), range(len(rows[0]))
    values: dict[Cell, int] = {(r, c): rows[r][c] for r in height for c in width}
    values |= {(r, "+"): sum(rows[r]) for r in height} | {("+", c): sum(row[c] for row in rows) for c in width}
    values["+", "+"] = sum(map(sum, rows))
    lines = [((r, "+"), tuple((r, c) for c in width)) for r in (*height, "+")]
    lines += [(("+", c), tuple((r, c) for r in height)) for c in (*width, "+")]
    return values, [Sum(whole=whole, parts=parts) for whole, parts in lines]


def open_directions(values: Iterable[Cell], sums: Sequence[Sum[Cell]], hidden: frozenset[Cell]) -> set[Cell]:
    """Return the hidden cells that the printed sums leave open: plain elimination with fractions."""
    names = [name for name in values if name in hidden]
    rows = []
    for one in sums:
        row = [Fraction(one.parts.count(name)) - (name == one.whole) for name in names]
        rows.append(row)
    pivots: list[int] = []
    for column in range(len(names)):
        pivot = next((row for row in rows[len(pivots) :] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] for row in rows]
        rows.insert(len(pivots), pivot)
        pivots.append(column)
    free = [column for column in range(len(names)) if column not in pivots]
    still_open = {names[column] for column in free}
    for place, column in enumerate(pivots):
        if any(rows[place][other] for other in free):
            still_open.add(names[column])
    return still_open


@given(tables)
def test_no_small_count_can_be_computed_from_the_printed_ones(rows: list[list[int]]) -> None:
    """Every small count is withheld, and all equations together leave each of them open."""
    values, sums = with_margins(rows)
    hidden = withheld(values, sums)
    small = {name for name, value in values.items() if 0 < value < 5}
    assert small <= hidden
    assert small <= open_directions(values, sums, hidden)


@settings(max_examples=25)
@given(st.tuples(*[st.integers(0, 6)] * 4))
def test_several_whole_tables_fit_what_is_printed(cells: tuple[int, int, int, int]) -> None:
    """A reader who tries every table of whole numbers is left with more than one value for each small count."""
    values, sums = with_margins([cells[:2], cells[2:]])
    hidden = withheld(values, sums)
    inner = [(r, c) for r in range(2) for c in range(2)]
    printed = {name: value for name, value in values.items() if name not in hidden}
    tried = [range(9) if name in hidden else range(values[name], values[name] + 1) for name in inner]
    possible: dict[Cell, set[int]] = {name: set() for name in inner}
    for a, b, c, d in itertools.product(*tried):
        sums_of = {(0, "+"): a + b, (1, "+"): c + d, ("+", 0): a + c, ("+", 1): b + d, ("+", "+"): a + b + c + d}
        if all(printed.get(name, value) == value for name, value in sums_of.items()):
            for name, value in zip(inner, (a, b, c, d), strict=True):
                possible[name].add(value)
    assert all(len(possible[name]) > 1 for name in inner if 0 < values[name] < 5)


@given(tables)
def test_a_table_of_large_counts_is_printed_whole(rows: list[list[int]]) -> None:
    """Nothing is withheld for nothing."""
    values, sums = with_margins([[value + 5 for value in row] for row in rows])
    assert withheld(values, sums) == frozenset()


def test_zeros_stay_and_one_small_count_takes_another_with_it() -> None:
    """2 of 20: whoever sees 18 and 20 knows the 2; a zero says nothing about anybody."""
    assert withheld({"all": 20, "a": 2, "b": 18, "c": 0}, [Sum(whole="all", parts=("a", "b", "c"))]) == {"a", "b"}


def test_two_small_counts_that_make_two_take_a_third() -> None:
    """1 and 1 beside 10 of 12: their sum of 2 would tell both."""
    assert withheld({"all": 12, "a": 1, "b": 1, "c": 10}, [Sum(whole="all", parts=("a", "b", "c"))]) == {"a", "b", "c"}


def test_what_a_subtraction_tells_is_protected_though_no_cell_prints_it() -> None:
    """8 of 10 eligible says that 2 are not."""
    sums = [Sum(whole="children", parts=("eligible", "others"))]
    assert withheld({"children": 10, "eligible": 8}, sums) == {"eligible"}
    assert withheld({"children": 10, "eligible": 5}, sums) == frozenset()
    assert withheld({"children": 10, "eligible": 10}, sums) == frozenset()


def test_a_bridge_between_two_withheld_squares_is_found() -> None:
    """Every line has two withheld cells, and yet one of them follows from the sums: counting per line is not enough."""
    rows = [[2, 2, 9, 9], [2, 2, 3, 9], [9, 9, 2, 2], [9, 9, 2, 2]]
    values, sums = with_margins(rows)
    naive = frozenset(name for name, value in values.items() if 0 < value < 5)
    assert (1, 2) not in open_directions(values, sums, naive)
    assert (1, 2) in open_directions(values, sums, withheld(values, sums))


def test_the_choice_does_not_depend_on_the_order_of_sets() -> None:
    """Names are sets of words in the figures; their order differs from run to run, the choice must not."""
    rows = [[2, 30, 30], [30, 30, 30]]
    values, sums = with_margins(rows)
    named = {name: frozenset(map(str, name)) for name in values}
    same = {named[name]: value for name, value in values.items()}
    renamed = [Sum(whole=named[one.whole], parts=tuple(named[part] for part in one.parts)) for one in sums]
    assert withheld(same, renamed) == {named[name] for name in withheld(values, sums)}


@given(st.lists(st.frozensets(st.sampled_from("abcd"), min_size=1), max_size=20))
def test_each_question_decides_the_most_of_those_left(missing: list[frozenset[str]]) -> None:
    """An oracle that tries every next question."""
    ranked = rank_questions(missing)
    asked: set[str] = set()
    for one in ranked:

        def decided(facts: set[str]) -> int:
            return sum(child <= facts for child in missing)

        gains: Mapping[str, int] = {
            fact: decided(asked | {fact}) - decided(asked) for fact in set().union(*missing) - asked
        }
        assert one.decides == gains[one.fact] == max(gains.values())
        asked.add(one.fact)
        assert one.decided_so_far == decided(asked)
        assert one.open_in == sum(one.fact in child for child in missing)
    assert {one.fact for one in ranked} == set().union(*missing)
    assert sum(one.decides for one in ranked) == len(missing)


def _left_behind(number: int) -> Child:
    return Child(
        id=ChildId(f"c-{number}"),
        sex=Sex.FEMALE,
        birth_date=dt.date(2015, 1, 1),
        father=Parent(status=ParentStatus.AWAY_WORKING),
        mother=Parent(status=ParentStatus.AWAY_WORKING),
        schooling=Schooling(status=SchoolingStatus.PRIMARY, boarding=True),
        caregiver=Caregiver(relation=CaregiverRelation.PATERNAL_GRANDPARENT, capacity=CapacityRating.GOOD),
    )


@given(whole=st.integers(1, 40), others=st.integers(0, 6))
def test_the_table_beside_the_figures_gives_no_small_count_back(whole: int, others: int) -> None:
    """All less the covered of the national table are those the policy leaves out."""
    children = [_left_behind(number) for number in range(whole + others)]
    answers = ["eligible"] * whole + ["ineligible"] * others
    given_to = {
        child.id: SimpleNamespace(determination=SimpleNamespace(value=answer), tier=1, missing=(), next_change=None)
        for child, answer in zip(children, answers, strict=True)
    }
    day, policy = dt.date(2026, 8, 1), PolicyId("p")
    situation = Situation(
        as_of=day,
        title=Text("县", "county"),
        period=Period(day, day),
        children=children,
        policies={policy: Text("政策", "policy")},
        verdicts={policy: given_to},  # type: ignore[dict-item]
    )
    covered = {child.id for child in children[:whole]}
    shown = published(figures(situation, national=national_table(children, as_of=day, covered=covered)))
    assert shown.national is not None
    eligible = {shown.national.covered, shown.national.row("total").cells[1], shown["policies"].counts[0][0]}
    everybody = {shown["policies"].total, shown["policies"].row_totals[0], shown["sexes"].total, shown["ages"].total}
    assert not (0 < others < 5 and whole in eligible and whole + others in everybody)
    if whole >= 5 and others not in range(1, 5):
        assert eligible == {whole}
