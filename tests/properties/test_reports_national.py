"""Whatever the roster, the national statistics table balances and agrees with a count by hand."""

import datetime as dt

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careprogram.dates import age_on
from careprogram.ids import ChildId
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    GuardianshipKind,
    Parent,
    ParentStatus,
    PlaceCode,
    Residence,
    Schooling,
    SchoolingStatus,
    Sex,
)
from careprogram.reports import (
    NationalTable,
    check_balance,
    national_count,
    national_table,
    national_table_book,
    published_table,
    read_national_table,
)
from careprogram.reports.national import COLUMNS, EQUATIONS
from careprogram.unknown import UNKNOWN

CUTOFF = dt.date(2024, 2, 29)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return values | st.just(UNKNOWN)


def answers(kind: type) -> st.SearchStrategy[object]:
    return maybe(st.sampled_from(kind))


def birthdays(ages: range) -> st.SearchStrategy[dt.date]:
    """Return birthdays around the cut-off date, which is a leap day."""
    leap_days = st.sampled_from([dt.date(2008, 2, 29), dt.date(2012, 2, 29)])
    return st.builds(lambda age, day: dt.date(CUTOFF.year - age, *day), st.sampled_from(ages), DAYS) | leap_days


DAYS = st.sampled_from([(1, 1), (2, 28), (3, 1), (12, 31)])
AWAY, UNABLE = Parent(status=ParentStatus.AWAY_WORKING), Parent(status=ParentStatus.UNABLE)
parents = st.builds(Parent, status=answers(ParentStatus), guardianship_capacity=maybe(st.booleans()))
places = st.sampled_from(["520526101201", "520526101202", "520526101", "520526102201", "520526"]).map(PlaceCode)
residences = st.builds(Residence, place=maybe(places))
entrusted = st.builds(
    Caregiver,
    relation=st.sampled_from([relation for relation in CaregiverRelation if not relation.is_parent]),
    capacity=st.sampled_from(CapacityRating),
)
whole_children = st.builds(
    Child,
    id=st.just(ChildId("c")),
    sex=st.sampled_from(Sex),
    birth_date=birthdays(range(1, 16)),
    residence=residences,
    schooling=st.builds(Schooling, status=st.sampled_from(SchoolingStatus), boarding=st.booleans()),
    father=st.just(AWAY),
    mother=st.sampled_from([AWAY, UNABLE]),
    caregiver=st.none() | entrusted,
    guardianship=answers(GuardianshipKind),
)
"""Children that answer every question of the table."""

any_children = st.builds(
    Child,
    id=st.just(ChildId("c")),
    sex=answers(Sex),
    birth_date=maybe(birthdays(range(-1, 20))),
    residence=residences,
    schooling=st.builds(Schooling, status=answers(SchoolingStatus), boarding=maybe(st.booleans())),
    father=parents,
    mother=parents,
    caregiver=maybe(
        st.none() | st.builds(Caregiver, relation=answers(CaregiverRelation), capacity=answers(CapacityRating))
    ),
    guardianship=answers(GuardianshipKind),
)
rosters = st.lists(st.one_of(whole_children, whole_children, any_children), max_size=25).map(
    lambda some: [attrs.evolve(child, id=ChildId(f"c{place}")) for place, child in enumerate(some)]
)


def count(roster: list[Child]) -> NationalTable:
    return national_table(roster, as_of=CUTOFF, covered={child.id for child in roster})


def test_the_rosters_below_are_worth_trying() -> None:
    """A fair share of the children made up here can be counted, and a fair share cannot."""
    shares = [0, 0]

    @settings(max_examples=40, derandomize=True, database=None)
    @given(rosters)
    def add_up(roster: list[Child]) -> None:
        table = count(roster)
        shares[0] += table.row("total").cells[1] or 0
        shares[1] += table.left_out or 0

    add_up()
    assert min(shares) * 5 > sum(shares) > 100


@given(rosters)
def test_the_balance_equations_hold_on_every_roster(roster: list[Child]) -> None:
    """Requirement F5: across the columns of every row, and down the rows of every township."""
    assert check_balance(count(roster)) == ()


@given(rosters)
def test_every_covered_child_is_counted_or_listed(roster: list[Child]) -> None:
    """Nobody gets lost: counted and left out make the covered, and whoever is left out has a reason."""
    table = count(roster)
    assert (table.row("total").cells[1] or 0) + (table.left_out or 0) == table.covered == len(roster)
    assert all(one.count for one in table.not_counted)
    assert bool(table.not_counted) == bool(table.left_out)


@given(rosters)
def test_the_age_columns_agree_with_ages_counted_one_by_one(roster: list[Child]) -> None:
    """An oracle that looks at single children and whole years only."""
    counted = [child for child in roster if count([child]).row("total").cells[1] == 1]
    ages = [age_on(child.birth_date, CUTOFF) for child in counted if isinstance(child.birth_date, dt.date)]
    cells = count(roster).row("total").cells
    assert cells[2] == sum(0 <= age <= 5 for age in ages)
    assert cells[5] == sum(6 <= age <= 13 for age in ages)
    assert cells[8] == sum(14 <= age <= 15 for age in ages)


@given(rosters)
def test_the_order_of_the_roster_does_not_matter(roster: list[Child]) -> None:
    """The table is a property of the children."""
    assert count(roster) == count(roster[::-1])


@given(rosters)
def test_one_more_child_never_lowers_a_count(roster: list[Child]) -> None:
    """Each child adds to columns, or to the reasons, independently of the others."""
    if roster:
        less, more = count(roster[:-1]).row("total").cells, count(roster).row("total").cells
        assert all((more[column] or 0) >= (less[column] or 0) for column in COLUMNS)


@given(rosters)
def test_a_table_is_read_from_its_workbook_as_it_was_written(roster: list[Child]) -> None:
    """Reading what we wrote gives the same numbers, and the check has the same answer."""
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    table = count(roster)
    book = CalamineWorkbook.from_filelike(BytesIO(national_table_book(table)))
    read = read_national_table(book.get_sheet_by_index(0).to_python())
    assert [(row.level, row.label.zh, row.cells) for row in read.rows] == [
        (row.level, row.label.zh, row.cells) for row in table.rows
    ]
    assert check_balance(read) == ()


@given(rosters, st.integers(0, 200), st.sampled_from(sorted(COLUMNS)), st.sampled_from([-1, 1, 10]))
@example([], 0, 1, 1)
def test_a_changed_cell_is_always_found(roster: list[Child], place: int, column: int, change: int) -> None:
    """No single wrong number of a table that was read gets past the check."""
    table = count(roster)
    row = table.rows[place % len(table.rows)]
    wrong = attrs.evolve(row, cells={**row.cells, column: (row.cells[column] or 0) + change})
    assert check_balance(attrs.evolve(table, rows=tuple(wrong if one is row else one for one in table.rows)))


@given(rosters)
def test_a_published_table_leaves_no_equation_with_one_unknown(roster: list[Child]) -> None:
    """The simplest attack: subtract what is printed from a printed sum. No small count may come out."""
    exact, public = count(roster), published_table(count(roster))
    for row, open_row in zip(public.rows, exact.rows, strict=True):
        for left, right in EQUATIONS:
            hidden = [column for column in (*left, *right) if row.cells[column] is None]
            if len(hidden) == 1:
                assert not 0 < (open_row.cells[hidden[0]] or 0) < 5
        assert not any(count is not None and 0 < count < 5 for count in row.cells.values())


def test_a_band_that_is_off_by_one_year_breaks_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle above would see a band that begins at thirteen: a child of thirteen moves."""
    thirteen = Child(
        id=ChildId("c"),
        sex=Sex.MALE,
        birth_date=dt.date(2010, 3, 1),
        schooling=Schooling(status=SchoolingStatus.JUNIOR, boarding=True),
        father=Parent(status=ParentStatus.AWAY_WORKING),
        mother=Parent(status=ParentStatus.AWAY_WORKING),
        caregiver=None,
    )
    assert count([thirteen]).row("total").cells[5] == 1
    right = national_count.birth_cutoff
    monkeypatch.setattr(national_count, "birth_cutoff", lambda age, day: right(13 if age == 14 else age, day))
    assert count([thirteen]).row("total").cells[5] == 0
