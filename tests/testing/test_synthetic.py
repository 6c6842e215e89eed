"""Is the made-up county what was published, sent as people send it, and the same every time?"""

import csv
import datetime as dt
import io
import zipfile
from collections import Counter
from pathlib import Path

import attrs
import pytest
from python_calamine import CalamineWorkbook

from careprogram.care.services import SHIPPED_SERVICES
from careprogram.dates import age_on
from careprogram.people import (
    Caregiver,
    Child,
    Contact,
    Education,
    Grade,
    GuardianshipKind,
    HelperKind,
    IdentityNumber,
    ParentStatus,
    Phone,
    PlaceCode,
    PlaceTree,
    SchoolingStatus,
    Screening,
    ScreeningResult,
    Sex,
)
from careprogram.people.place_code import PlaceLevel
from careprogram.people.places import Coordinates
from careprogram.rosters import RosterReading, identify_with, read_roster
from careprogram.rosters.helpers import identify_helpers_with, read_helpers
from careprogram.rosters.localities import read_places, read_village_links
from careprogram.rosters.problems import column_letter
from careprogram.testing.synthetic import (
    COLUMNS,
    STREAM_HEADINGS,
    Circumstance,
    RosterSheet,
    SyntheticCounty,
    helpers_csv,
    places_csv,
    roster_sheet,
    roster_workbook,
    synthetic_county,
    synthetic_roster_csv,
    village_links_csv,
    write_county,
)
from careprogram.unknown import UNKNOWN

EXAMPLE = Path(__file__).parents[2] / "examples" / "county"
HALF_A_PERCENT = 0.005


@pytest.fixture(scope="module")
def county() -> SyntheticCounty:
    return synthetic_county(2026)


@pytest.fixture(scope="module")
def sheet(county: SyntheticCounty) -> RosterSheet:
    return roster_sheet(county)


@pytest.fixture(scope="module")
def reading(county: SyntheticCounty, sheet: RosterSheet) -> RosterReading:
    return read_roster(
        roster_workbook(sheet), as_of=county.as_of, identify=identify_with(b"k" * 32), places=county.places
    )


def share(children: tuple[Child, ...], *answers: bool) -> float:
    return sum(answers) / len(children)


# What was published (national-form, section 3; among the children whom the national definition covers)


@pytest.mark.parametrize(
    ("circumstance", "published"),
    [
        (Circumstance.GRANDPARENTS, 0.893),
        (Circumstance.RELATIVES_OR_FRIENDS, 0.033),
        (Circumstance.NOBODY, 0.040),
        (Circumstance.OTHER_UNABLE, 0.034),
    ],
)
def test_guardians_are_those_of_the_2016_survey(
    county: SyntheticCounty, circumstance: Circumstance, published: float
) -> None:
    """Who looks after the child, as the survey of 9.02 million children found."""
    covered = [item for item in county.circumstances if item.covered]
    assert covered.count(circumstance) / len(covered) == pytest.approx(published, abs=HALF_A_PERCENT)


def test_records_say_the_guardian_that_the_circumstance_means(county: SyntheticCounty) -> None:
    """The caregiver in the record is what the margin counted, not only a label beside it."""
    for child, circumstance in zip(county.children, county.circumstances, strict=True):
        caregiver = child.caregiver
        if circumstance is Circumstance.NOBODY:
            assert caregiver is None
            assert child.guardianship is GuardianshipKind.NOBODY
        if caregiver is None:
            assert circumstance in {Circumstance.NOBODY, Circumstance.IN_TOWN}
            continue
        assert isinstance(caregiver, Caregiver)
        assert caregiver.relation is not UNKNOWN
        if circumstance is Circumstance.GRANDPARENTS:
            assert caregiver.relation.is_grandparent
        if circumstance is Circumstance.RELATIVES_OR_FRIENDS:
            assert not caregiver.relation.is_grandparent
            assert not caregiver.relation.is_parent
        if circumstance is Circumstance.OTHER_UNABLE:
            assert {parent.status for parent in child.parents} == {ParentStatus.AWAY_WORKING, ParentStatus.UNABLE}


@pytest.mark.parametrize(("first", "last", "published"), [(0, 5, 0.278), (6, 13, 0.620), (14, 15, 0.102)])
def test_ages_are_those_of_the_2016_survey(county: SyntheticCounty, first: int, last: int, published: float) -> None:
    """The three age bands."""
    ages = [age_on(child.birth_date, county.as_of) for child in county.covered if child.birth_date is not UNKNOWN]
    inside = [first <= age <= last for age in ages]
    assert share(county.covered, *inside) == pytest.approx(published, abs=HALF_A_PERCENT)


def test_boys_are_as_many_as_in_2018(county: SyntheticCounty) -> None:
    """54.5 % boys."""
    boys = [child.sex is Sex.MALE for child in county.covered]
    assert share(county.covered, *boys) == pytest.approx(0.545, abs=HALF_A_PERCENT)


def test_pupils_above_compulsory_school_are_as_many_as_in_2018(county: SyntheticCounty) -> None:
    """3.1 % go to senior or vocational school; who is under six goes to none but a kindergarten."""
    above = {SchoolingStatus.SENIOR, SchoolingStatus.VOCATIONAL}
    status = [child.schooling.status for child in county.covered]
    assert share(county.covered, *(item in above for item in status)) == pytest.approx(0.031, abs=HALF_A_PERCENT)
    before = {SchoolingStatus.KINDERGARTEN, SchoolingStatus.NOT_IN_KINDERGARTEN}
    assert share(county.covered, *(item in before for item in status)) == pytest.approx(0.278, abs=HALF_A_PERCENT)


def test_guardians_are_as_old_and_as_schooled_as_in_2017(county: SyntheticCounty) -> None:
    """Mean age 58.2 years; more than 70 % have primary school or less."""
    carers = [child.caregiver for child in county.covered if isinstance(child.caregiver, Caregiver)]
    days = [(county.as_of - carer.birth_date).days for carer in carers if isinstance(carer.birth_date, dt.date)]
    assert len(days) == len(carers)
    assert sum(days) / len(days) / 365.2425 == pytest.approx(58.2, abs=0.05)
    simple = sum(carer.education in {Education.NONE, Education.PRIMARY} for carer in carers)
    assert 0.70 < simple / len(carers) < 0.78


def test_weekly_contact_is_as_frequent_as_in_2017(county: SyntheticCounty) -> None:
    """40.4 % heard from a parent within the last seven days."""
    weekly = [
        any(
            isinstance(parent.last_contact, Contact) and (county.as_of - parent.last_contact.on).days < 7
            for parent in child.parents
        )
        for child in county.covered
    ]
    assert share(county.covered, *weekly) == pytest.approx(0.404, abs=HALF_A_PERCENT)


def test_others_make_the_policies_differ(county: SyntheticCounty) -> None:
    """Each circumstance about which policies disagree has children."""
    assert len(county.covered) == 1_400
    counts = Counter(county.circumstances)
    assert min(counts[item] for item in Circumstance) >= 20
    teenagers = [
        age_on(child.birth_date, county.as_of)
        for child, item in zip(county.children, county.circumstances, strict=True)
        if item is Circumstance.TEENAGER and child.birth_date is not UNKNOWN
    ]
    assert set(teenagers) == {16, 17}


# People who could be


def test_identity_numbers_are_single_and_agree_with_the_child(county: SyntheticCounty) -> None:
    """No number twice; birth date and sex fit; who was born before 2011 has the county's former code."""
    numbers = []
    for child in county.children:
        number = child.identity_number
        if isinstance(number, IdentityNumber):
            numbers.append(number)
            assert (number.birth_date, number.sex) == (child.birth_date, child.sex)
            former = number.birth_date < dt.date(2011, 12, 1)
            assert number.place_code == PlaceCode("522427" if former else "520526")
            assert 900 <= int(number.text[14:17]) <= 995
    assert len(set(numbers)) == len(numbers) > 1_900


def test_nobody_is_called(county: SyntheticCounty) -> None:
    """Every telephone number begins with digits that no operator has."""
    phones = [parent.phone for child in county.children for parent in child.parents]
    phones += [helper.phone for helper in county.helpers] + [link.phone for link in county.village_links]
    begins = {phone.text[:3] for phone in phones if isinstance(phone, Phone)}
    assert begins == {"154", "160", "161", "163", "164"}


def test_siblings_know_each_other_and_share_their_family(county: SyntheticCounty) -> None:
    """Being a sibling goes both ways; parents, grandparents, household and village are the same."""
    known = {child.id: child for child in county.children}
    assert sum(bool(child.siblings) for child in county.children) > 900
    for child in county.children:
        for sibling in (known[other] for other in child.siblings):
            assert child.id in sibling.siblings
            for fact in ("father", "mother", "grandparents", "caregiver", "household", "registration"):
                if fact != "registration":
                    assert getattr(sibling, fact) == getattr(child, fact)
            assert sibling.registration.place == child.registration.place
            assert sibling.birth_date != child.birth_date


def test_generations_are_in_order(county: SyntheticCounty) -> None:
    """Parents are older than their children, and grandparents than the parents."""
    for child in county.children:
        lines = (
            (child.father, child.grandparents.paternal_grandfather, child.grandparents.paternal_grandmother),
            (child.mother, child.grandparents.maternal_grandfather, child.grandparents.maternal_grandmother),
        )
        for parent, *elders in lines:
            assert isinstance(child.birth_date, dt.date)
            if isinstance(parent.birth_date, dt.date):
                assert (child.birth_date - parent.birth_date).days > 18 * 365
                for elder in elders:
                    if isinstance(elder.birth_date, dt.date):
                        assert (parent.birth_date - elder.birth_date).days > 16 * 365


def test_school_follows_age(county: SyntheticCounty) -> None:
    """First grade at six, and a class with one teacher."""
    teachers: dict[tuple[object, ...], set[object]] = {}
    for child in county.children:
        schooling = child.schooling
        if isinstance(schooling.grade, Grade) and child.birth_date is not UNKNOWN:
            assert schooling.grade.number == age_on(child.birth_date, county.as_of) - 5
            key = (schooling.school, schooling.grade, schooling.class_name)
            teachers.setdefault(key, set()).add(schooling.homeroom_teacher)
    assert all(len(names) == 1 for names in teachers.values())


def test_every_village_has_exactly_one_responsible_person(county: SyntheticCounty) -> None:
    """挂钩联系: nobody is left without, nobody has two."""
    villages = county.places.within(PlaceCode("520526"), PlaceLevel.VILLAGE)
    by_level = {
        level: sorted(link.place for link in county.village_links if link.place.level is level) for level in PlaceLevel
    }
    assert by_level[PlaceLevel.VILLAGE] == [village.code for village in villages]
    assert len(by_level[PlaceLevel.TOWNSHIP]) == len(county.townships)
    assert len(by_level[PlaceLevel.COUNTY]) == 1
    assert all(isinstance(village.coordinates, Coordinates) for village in villages)


def test_helpers_are_of_every_kind_and_mostly_screened(county: SyntheticCounty) -> None:
    """All kinds; 85 to 95 % of the grown-ups may serve on the day; some are expired, unscreened or barred."""
    assert {helper.kind for helper in county.helpers} == set(HelperKind)
    grown_up = [helper for helper in county.helpers if helper.kind is not HelperKind.CLASSMATE]
    screenings = [helper.screening for helper in grown_up]
    held = [item for item in screenings if isinstance(item, Screening)]
    valid = [item for item in held if item.clears(county.as_of)]
    assert 0.85 < len(valid) / len(grown_up) < 0.95
    assert screenings.count(None) > 5
    assert sum(item.result is ScreeningResult.BARRED for item in held) >= 3
    assert sum(item.expires_on < county.as_of for item in held) > 10
    assert {helper.capacity for helper in county.helpers} == {1, 2, 3, 4, 5}


def test_classmates_sit_in_the_class_of_a_surveyed_child(county: SyntheticCounty) -> None:
    """A peer can be paired only with somebody of the same class."""

    def seat(record: object) -> tuple[object, ...]:
        return tuple(getattr(record, fact) for fact in ("school", "grade", "class_name"))

    seats = {seat(child.schooling) for child in county.children}
    peers = [helper for helper in county.helpers if helper.kind is HelperKind.CLASSMATE]
    assert len(peers) > 20
    assert all(seat(peer) in seats for peer in peers)
    teachers = [helper for helper in county.helpers if isinstance(helper.class_name, str) and helper not in peers]
    assert len(teachers) > 40
    assert len({seat(teacher) for teacher in teachers}) == len(teachers)
    names = {(seat(child.schooling), child.schooling.homeroom_teacher) for child in county.children}
    assert all((seat(teacher), teacher.name) in names for teacher in teachers)


# The files


def test_reader_finds_every_planted_error_and_no_other(
    county: SyntheticCounty, sheet: RosterSheet, reading: RosterReading
) -> None:
    """Row, column and reason of every error in the roster, and nothing else but the second rows of double children."""
    letters = {column.key: column_letter(index) for index, column in enumerate(COLUMNS)}
    planted = {(defect.row, letters[defect.column], defect.reason) for defect in sheet.defects}
    second = {(pair.rows[1], letters["child.identity_number"], "duplicate") for pair in sheet.duplicates[:5]}
    assert {(problem.row, problem.column, problem.reason) for problem in reading.problems} == planted | second
    assert len({defect.reason for defect in sheet.defects}) == 13
    assert reading.totals.rows == len(county.children) + len(sheet.duplicates)


def test_reader_finds_every_double_row(sheet: RosterSheet, reading: RosterReading) -> None:
    """Both rows of every pair, and by what they were found."""
    found = {(pair.kind, pair.rows[0].row, pair.rows[1].row) for pair in reading.duplicates}
    assert found == {(pair.kind, *pair.rows) for pair in sheet.duplicates}


def as_the_form_can_say(child: Child) -> Child:
    """What of *child* the roster has room for, and what a blank there means."""
    caregiver = child.caregiver
    if isinstance(caregiver, Caregiver):
        caregiver = attrs.evolve(caregiver, birth_date=UNKNOWN, capacity=UNKNOWN)
    aid = child.household.aid or UNKNOWN
    return attrs.evolve(
        child,
        siblings=frozenset(),
        caregiver=caregiver,
        household=attrs.evolve(child.household, aid=aid),
        residence=attrs.evolve(child.residence, address=UNKNOWN),
    )


def test_rows_without_errors_are_read_as_they_were_meant(
    county: SyntheticCounty, sheet: RosterSheet, reading: RosterReading
) -> None:
    """Six forms of dates, marks, full-width digits and short addresses all lead back to the child that was written."""
    touched = {defect.row for defect in sheet.defects} | {gap.row for gap in sheet.gaps}
    read = {child.identity_number: child for child in reading.children}
    compared = 0
    for child in county.children:
        if sheet.row_of[child.id] in touched or not isinstance(child.identity_number, IdentityNumber):
            continue
        found = read[child.identity_number]
        residence = attrs.evolve(found.residence, address=UNKNOWN)
        assert attrs.evolve(found, id=child.id, residence=residence) == as_the_form_can_say(child), child.id
        compared += 1
    assert compared > 900


def test_gaps_are_read_as_unknown(county: SyntheticCounty, sheet: RosterSheet, reading: RosterReading) -> None:
    """A question left open is unknown, whatever was scribbled into the cell; no open question becomes a no."""
    read = {child.identity_number: child for child in reading.children}
    rows = {row: child for child in county.children if (row := sheet.row_of[child.id])}
    answered = 0
    for gap in sheet.gaps:
        record, _, fact = gap.column.partition(".")
        number = rows[gap.row].identity_number
        found = read.get(number) if isinstance(number, IdentityNumber) else None
        if record in {"registration", "residence", "household", "father", "mother"} and found is not None:
            value = getattr(getattr(found, record), fact)
            # A ticked box 无监护能力 answers the question that the other column left open.
            ticked = fact == "guardianship_capacity" and getattr(found, record).status is ParentStatus.UNABLE
            no_such_thing = fact in {"away_since", "work_place"} and value is None
            assert value is UNKNOWN or ticked or no_such_thing, gap
            answered += 1
    assert answered > 500


def test_roster_looks_as_people_send_it(sheet: RosterSheet) -> None:
    """Title, merged nested headings, both marks, several forms of dates, full-width digits, number cells, sign-off."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(roster_workbook(sheet)))
    page = book.get_sheet_by_index(0)
    rows = page.to_python(skip_empty_area=False)
    assert str(rows[0][0]).startswith("威宁彝族回族苗族自治县农村留守儿童")
    assert page.merged_cell_ranges is not None
    assert len(page.merged_cell_ranges) > 20
    flat = [cell for row in rows[5:] for cell in row if cell != ""]
    kinds = Counter(type(cell) for cell in flat)
    assert kinds[dt.date] + kinds[dt.datetime] > 500
    assert kinds[float] + kinds[int] == 6
    texts = Counter(cell for cell in flat if isinstance(cell, str))
    assert texts["√"] > 10_000
    assert texts["—"] > 1_000
    assert sum("１" in text or "２" in text for text in texts) > 20
    assert "填报单位（盖章）：" in rows[-1]
    assert sum(not any(row) for row in rows[5:]) == 3


def test_sheet_without_defects_is_read_without_a_problem() -> None:
    """Asked for no errors, the generator plants none."""
    county = synthetic_county(5, children=60, helpers=10)
    sheet = roster_sheet(county, defects=False)
    found = read_roster(
        roster_workbook(sheet), as_of=county.as_of, identify=identify_with(b"k" * 32), places=county.places
    )
    assert (len(found.children), found.problems, found.duplicates) == (60, (), ())
    assert (sheet.defects, sheet.gaps, sheet.duplicates) == ((), (), ())


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two generations agree to the byte; another seed does not."""
    written = [write_county(tmp_path / name, synthetic_county(11, children=80, helpers=20)) for name in ("one", "two")]
    other = write_county(tmp_path / "other", synthetic_county(12, children=80, helpers=20))
    for name in written[0].files:
        one, two = ((item.folder / name).read_bytes() for item in written)
        assert one == two, name
        assert one != (other.folder / name).read_bytes(), name
    with zipfile.ZipFile(written[0].folder / "roster.xlsx") as book:
        assert b">2026-09-01T09:00:00Z<" in book.read("docProps/core.xml")
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_committed_example_is_what_the_seed_gives(county: SyntheticCounty, sheet: RosterSheet) -> None:
    """The example in the repository was not mended by hand: every cell and every line comes from seed 2026."""

    def cells(book: bytes) -> list[list[object]]:
        page = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
        return [list(row) for row in page.to_python(skip_empty_area=False)]

    assert cells((EXAMPLE / "roster.xlsx").read_bytes()) == cells(roster_workbook(sheet))
    assert (EXAMPLE / "helpers.csv").read_bytes() == helpers_csv(county)
    assert (EXAMPLE / "places.csv").read_bytes() == places_csv(county)
    assert (EXAMPLE / "cadres.csv").read_bytes() == village_links_csv(county)
    assert len(bytes.fromhex((EXAMPLE / "demo.key").read_text().strip())) >= 16


def test_helper_list_is_gb18030(county: SyntheticCounty) -> None:
    """As a Chinese spreadsheet saves it: no UTF-8, one line a helper."""
    raw = helpers_csv(county)
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(raw.decode("gb18030"))))
    assert len(rows) == len(county.helpers)
    assert {row["类别"] for row in rows} == {kind.zh for kind in HelperKind}
    assert {row["背景审查"] for row in rows} == {"无记录", "有记录", "未审查"}


def test_places_table_gives_the_tree_back(county: SyntheticCounty) -> None:
    """Code, name, parent and coordinates of every made-up place."""
    rows = list(csv.DictReader(io.StringIO(places_csv(county).decode())))
    assert len(rows) == len(county.townships) * 8
    for row in rows:
        place = county.places.place(PlaceCode(row["代码"]))
        assert (row["名称"], row["上级代码"], row["级别"]) == (place.name, str(place.code.parent), place.level.zh)
        assert isinstance(place.coordinates, Coordinates)
        assert round(float(row["纬度"]) * 1e6) == place.coordinates.latitude


def test_helper_list_is_read_as_it_was_meant(county: SyntheticCounty) -> None:
    """Every helper comes back with skills, days, screening and consent; nothing is wrong in that list."""
    services = {service.title.zh: service.id for service in SHIPPED_SERVICES}
    found = read_helpers(
        helpers_csv(county),
        as_of=county.as_of,
        identify=identify_helpers_with(b"k" * 32),
        places=county.places,
        services=services,
    )
    assert (found.problems, found.unmapped) == ((), ())
    for helper, read in zip(county.helpers, found.helpers, strict=True):
        assert attrs.evolve(read, residence=attrs.evolve(read.residence, address=UNKNOWN)) == helper


def test_places_and_village_links_are_read_as_they_were_meant(county: SyntheticCounty) -> None:
    """The two small tables give the tree and the responsible persons back."""
    places = PlaceTree.gb2260().with_places(read_places(places_csv(county)))
    assert places == county.places
    assert read_village_links(village_links_csv(county), places=places, key=b"k" * 32) == county.village_links


# The stream


def test_stream_makes_lines_only_when_asked() -> None:
    """A roster of ten million rows can be begun without making it."""
    lines = synthetic_roster_csv(1, 10_000_000)
    head = next(lines).decode().rstrip().split(",")
    assert tuple(head) == STREAM_HEADINGS
    assert len(head) == 25
    assert next(lines) != next(lines)


def test_streamed_roster_is_read_without_a_problem() -> None:
    """Every line is right: each child is kept, none is double, and the same seed gives the same lines."""
    content = b"".join(synthetic_roster_csv(3, 6_000))
    assert content == b"".join(synthetic_roster_csv(3, 6_000))
    found = read_roster(content, as_of=dt.date(2026, 9, 1), identify=identify_with(b"k" * 32))
    assert (found.totals.kept, found.duplicates) == (6_000, ())
    assert {problem.reason for problem in found.problems} <= {"place-not-found"}
    assert len({child.identity_number for child in found.children}) == 6_000
