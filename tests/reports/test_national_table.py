"""The national statistics table: who is counted where, who is left out and why, and whether it adds up."""

import datetime as dt
from collections.abc import Callable, Mapping

import attrs
import pytest

from careprogram.errors import NotFoundError, ValidationError
from careprogram.language import Text
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
    NationalRow,
    NationalTable,
    check_balance,
    national_table,
    published_table,
    read_national_table,
)
from careprogram.reports.national import COLUMNS, EQUATIONS
from careprogram.unknown import UNKNOWN

CUTOFF = dt.date(2016, 7, 31)
AWAY, UNABLE = Parent(status=ParentStatus.AWAY_WORKING), Parent(status=ParentStatus.UNABLE)

Make = Callable[..., Child]


@pytest.fixture
def born(make_child: Make) -> Make:
    """Return a child that is eight on the cut-off date."""

    def make(**changes: object) -> Child:
        return make_child(changes.pop("number", 1), **{"birth_date": dt.date(2008, 1, 1), **changes})

    return make


def count(*children: Child, **options: object) -> NationalTable:
    return national_table(children, as_of=CUTOFF, covered={child.id for child in children}, **options)  # type: ignore[arg-type]


def columns_of(child: Child) -> set[int]:
    """Return the columns that count a child, or nothing if it is left out."""
    return {column for column, counted in count(child).row("total").cells.items() if counted}


def reasons_of(child: Child) -> set[str]:
    return {one.fact for one in count(child).not_counted}


def test_a_child_is_counted_once_in_each_group_of_columns(born: Make) -> None:
    """A day pupil of eight with a grandparent, both parents away, looked after fairly."""
    assert columns_of(born()) == {1, 5, 6, 13, 19, 25, 26, 31}


@pytest.mark.parametrize(
    ("birth_date", "band"),
    [
        (dt.date(2016, 7, 31), 2),
        (dt.date(2010, 8, 1), 2),
        (dt.date(2010, 7, 31), 5),
        (dt.date(2002, 8, 1), 5),
        (dt.date(2002, 7, 31), 8),
        (dt.date(2000, 8, 1), 8),
    ],
)
def test_the_first_and_the_last_day_of_each_age_band(born: Make, birth_date: dt.date, band: int) -> None:
    """Ages are whole years on the cut-off date, counted from birthday to birthday; 0-5, 6-13 and 14-16 (under 16)."""
    girl = born(birth_date=birth_date, sex=Sex.FEMALE)
    assert columns_of(girl) & {2, 3, 4, 5, 6, 7, 8, 9, 10} == {band, band + 2}


@pytest.mark.parametrize("birth_date", [dt.date(2000, 7, 31), dt.date(2016, 8, 1)])
def test_a_child_of_sixteen_or_not_yet_born_is_outside_the_table(born: Make, birth_date: dt.date) -> None:
    """不满十六周岁 excludes the sixteenth birthday; a birth after the cut-off is a contradiction."""
    assert reasons_of(born(birth_date=birth_date)) == {"age"}


def test_the_age_limit_is_a_parameter(born: Make) -> None:
    """A county that counts to eighteen gets them in the oldest band."""
    table = count(born(birth_date=dt.date(1999, 1, 1)), age_limit=18)
    assert table.row("total").cells[8] == 1


@pytest.mark.parametrize(("status", "column"), list(zip(SchoolingStatus, range(11, 19), strict=True)))
def test_each_kind_of_school_has_its_column(born: Make, status: SchoolingStatus, column: int) -> None:
    """The eight columns stand in the order of the form's answers."""
    found = columns_of(born(schooling=Schooling(status=status, boarding=True)))
    assert found & set(range(11, 19)) == {column}
    assert (24 in found) == (status in {SchoolingStatus.PRIMARY, SchoolingStatus.JUNIOR})


@pytest.mark.parametrize(
    "status", [ParentStatus.UNABLE, ParentStatus.DECEASED, ParentStatus.MISSING, ParentStatus.IMPRISONED]
)
def test_one_away_and_the_other_unable(born: Make, status: ParentStatus) -> None:
    """A parent who is dead, missing or in prison can be no guardian either, as the policy says."""
    assert 20 in columns_of(born(mother=Parent(status=status)))
    assert 20 in columns_of(born(mother=AWAY, father=Parent(status=status)))


def test_a_parent_at_home_is_unable_only_if_the_survey_says_so(born: Make) -> None:
    """At home without a word about the capacity is not known; at home and able is no case of the table."""
    home = ParentStatus.AT_HOME
    assert 20 in columns_of(born(mother=Parent(status=home, guardianship_capacity=False)))
    assert reasons_of(born(mother=Parent(status=home))) == {"parents-away"}
    assert reasons_of(born(mother=Parent(status=home, guardianship_capacity=True))) == {"not-away"}
    assert reasons_of(born(mother=UNABLE, father=UNABLE)) == {"not-away"}


def by(relation: CaregiverRelation, capacity: CapacityRating = CapacityRating.GOOD) -> Caregiver:
    return Caregiver(relation=relation, capacity=capacity)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"caregiver": by(CaregiverRelation.MATERNAL_GRANDPARENT)}, 26),
        ({"caregiver": by(CaregiverRelation.RELATIVE)}, 27),
        ({"caregiver": by(CaregiverRelation.NEIGHBOR)}, 27),
        ({"caregiver": None}, 28),
        ({"caregiver": None, "guardianship": GuardianshipKind.NOBODY}, 28),
        ({"caregiver": None, "mother": UNABLE}, 29),
        ({"caregiver": by(CaregiverRelation.MOTHER), "mother": UNABLE}, 29),
        ({"caregiver": None, "mother": UNABLE, "guardianship": GuardianshipKind.NOBODY}, 28),
        ({"caregiver": None, "mother": Parent(status=ParentStatus.DECEASED)}, 28),
        ({"caregiver": UNKNOWN, "guardianship": GuardianshipKind.NOBODY}, 28),
        ({"caregiver": UNKNOWN, "mother": UNABLE, "guardianship": GuardianshipKind.PARENT_WITHOUT_CAPACITY}, 29),
    ],
)
def test_actual_guardianship_goes_by_who_is_there(born: Make, changes: dict[str, object], column: int) -> None:
    """Grandparents, relatives and friends, nobody, or the parent who is unable."""
    assert columns_of(born(**changes)) & {26, 27, 28, 29} == {column}


def test_a_parent_who_is_away_cannot_be_the_actual_guardian(born: Make) -> None:
    """The row contradicts itself: it is listed, not counted."""
    assert reasons_of(born(caregiver=by(CaregiverRelation.MOTHER))) == {"caregiver-away"}


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"guardianship": GuardianshipKind.GOOD}, 30),
        ({"guardianship": GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY}, 32),
        ({"guardianship": UNKNOWN, "caregiver": by(CaregiverRelation.RELATIVE, CapacityRating.FAIR)}, 31),
        ({"guardianship": UNKNOWN, "caregiver": None}, 32),
    ],
)
def test_the_rating_is_the_survey_s_else_the_caregiver_s(born: Make, changes: dict[str, object], column: int) -> None:
    """A child with nobody is rated poor, as the form says."""
    assert columns_of(born(**changes)) & {30, 31, 32} == {column}


@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"birth_date": UNKNOWN}, {"birth-date"}),
        ({"sex": UNKNOWN}, {"sex"}),
        ({"schooling": Schooling()}, {"schooling"}),
        ({"schooling": Schooling(status=SchoolingStatus.JUNIOR)}, {"boarding"}),
        ({"father": Parent()}, {"parents-away"}),
        ({"caregiver": UNKNOWN}, {"caregiver"}),
        ({"caregiver": Caregiver(capacity=CapacityRating.GOOD)}, {"caregiver"}),
        ({"guardianship": UNKNOWN, "caregiver": Caregiver(relation=CaregiverRelation.FRIEND)}, {"rating"}),
        ({"sex": UNKNOWN, "birth_date": UNKNOWN}, {"sex", "birth-date"}),
    ],
)
def test_a_child_that_lacks_a_fact_is_listed_and_not_guessed(
    born: Make, changes: dict[str, object], facts: set[str]
) -> None:
    """It is in no column, and in the list of what is missing."""
    table = count(born(**changes))
    assert set(table.row("total").cells.values()) == {0}
    assert {one.fact for one in table.not_counted} == facts
    assert (table.covered, table.left_out) == (1, 1)


def test_a_kindergarten_child_needs_no_answer_about_boarding(born: Make) -> None:
    """The boarding columns ask for pupils of primary and junior school only."""
    assert 11 in columns_of(born(schooling=Schooling(status=SchoolingStatus.KINDERGARTEN)))


def test_only_covered_children_are_counted(born: Make) -> None:
    """Who is covered is for a policy to say."""
    table = national_table([born(), born(number=2)], as_of=CUTOFF, covered={born(number=2).id})
    assert (table.covered, table.row("total").cells[1]) == (1, 1)


def test_townships_hold_their_villages_and_the_unknown_places_come_last(born: Make) -> None:
    """Every child has one township; where only the township is known, the village is said not to be."""
    where = ["520526102201", "520526101201", "520526101", "520526101201"]
    known = [born(number=place, residence=Residence(place=PlaceCode(code))) for place, code in enumerate(where)]
    table = count(*known, born(number=9, residence=Residence()))
    assert [(row.id, row.level, row.inside, row.cells[1]) for row in table.rows] == [
        ("total", "total", None, 5),
        ("520526101", "township", "total", 3),
        ("520526101201", "village", "520526101", 2),
        ("520526101?", "village", "520526101", 1),
        ("520526102", "township", "total", 1),
        ("520526102201", "village", "520526102", 1),
        ("?", "township", "total", 1),
    ]
    with pytest.raises(NotFoundError, match="no row"):
        table.row("520526103")


def plain_row(**changes: int) -> NationalRow:
    """Return a row that balances: 7 + 5 + 4 children."""
    cells = dict.fromkeys(COLUMNS, 0)
    cells |= {1: 16, 2: 7, 3: 4, 4: 3, 5: 5, 6: 2, 7: 3, 8: 4, 9: 4, 11: 7, 13: 5, 14: 4, 19: 10, 20: 6}
    cells |= {24: 3, 25: 6, 26: 9, 27: 1, 28: 2, 29: 4, 30: 8, 31: 5, 32: 3}
    cells |= {int(name[1:]): value for name, value in changes.items()}
    return NationalRow(id="total", label=Text("合计", "total"), level="total", cells=cells)


def problems(row: NationalRow) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    return {(one.left, one.right) for one in check_balance(NationalTable(cutoff=None, rows=(row,)))}


def test_a_row_that_balances_has_no_problem() -> None:
    """The row that the faults below are planted into is right."""
    assert problems(plain_row()) == set()


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != 1])
def test_a_fault_in_any_column_breaks_exactly_the_equations_that_hold_it(column: int) -> None:
    """No column is outside the equations, and none of them is missing from the check."""
    wrong = plain_row(**{f"c{column}": (plain_row().cells[column] or 0) + 1})
    assert problems(wrong) == {(left, right) for left, right in EQUATIONS if column in (*left, *right)}


def test_a_wrong_total_breaks_every_equation_of_the_total() -> None:
    """Column 1 stands in five equations."""
    assert len(problems(plain_row(c1=17))) == 5


def test_a_village_that_is_not_in_its_township_s_sum_is_found(born: Make) -> None:
    """Rows must add up too, and the message says where."""
    table = count(born(), born(number=2, residence=Residence(place=PlaceCode("520526102201"))))
    first = table.rows[1]
    cells: Mapping[int, int | None] = dict.fromkeys(COLUMNS, 0)
    broken = attrs.evolve(table, rows=(table.rows[0], attrs.evolve(first, cells=cells), *table.rows[2:]))
    found = check_balance(broken)
    assert {(one.row, one.left) for one in found if not one.right} >= {("total", (1,)), (first.id, (1,))}
    assert "第1列为2，所属各行合计为1" in found[0].message()
    assert "the rows inside add up to 1" in found[0].message("en")


def test_the_message_of_a_broken_equation_names_both_sums() -> None:
    """Whoever mends the table must see both numbers."""
    (found,) = check_balance(NationalTable(cutoff=None, rows=(plain_row(c24=4),)))
    assert found.message() == "total 行：第13+14列合计9，第24+25列合计10，两者应相等"
    assert found.message("en") == "row total: columns 13+14 make 9, columns 24+25 10; not the same"


def test_a_withheld_number_is_not_checked() -> None:
    """A star is not a fault."""
    cells = {**plain_row().cells, 28: None}
    assert problems(attrs.evolve(plain_row(), cells=cells)) == set()


def test_a_published_table_withholds_small_counts_and_those_that_give_them_back(born: Make) -> None:
    """Three girls among twelve children: the girls go, and with them enough others."""
    boys = [born(number=place) for place in range(9)]
    girls = [born(number=place, sex=Sex.FEMALE) for place in range(9, 12)]
    table = published_table(count(*boys, *girls))
    total = table.row("total").cells
    assert (total[1], total[5], total[6], total[7]) == (12, 12, None, None)
    assert (table.covered, table.left_out) == (12, 0)


def test_a_table_of_another_office_is_read_by_its_row_of_numbers() -> None:
    """Full-width digits and headings of any wording are read; a gap stays a gap; the notes below are passed over."""
    numbers = ["列", *COLUMNS]
    cells: list[object] = ["合计", *plain_row().cells.values()]
    cells[1] = "１６"
    village: list[object] = ["某村", *plain_row().cells.values()]
    village[5] = ""
    table = read_national_table([["某县统计表"], [], numbers, cells, village, [None], ["填表人：", 1]])
    assert [row.id for row in table.rows] == ["total", "1:某村"]
    assert (table.rows[0].cells[1], table.rows[1].cells[5]) == (16, None)
    assert check_balance(table) == ()


def test_a_sheet_without_the_row_of_numbers_is_refused() -> None:
    """Without it nobody knows which column is which."""
    with pytest.raises(ValidationError, match="numbers of the columns"):
        read_national_table([["合计", 1, 2, 3]])
