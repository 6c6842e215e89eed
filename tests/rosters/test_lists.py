"""Are helpers, places and village links read as offices keep them?"""

import datetime as dt

import pytest

from careprogram.errors import RosterError
from careprogram.ids import ServiceId
from careprogram.people import (
    Consent,
    Grade,
    HelperKind,
    Office,
    PlaceCode,
    PlaceTree,
    Screening,
    ScreeningResult,
    Sex,
    VillageLinks,
    Weekday,
)
from careprogram.people.places import Coordinates, Place
from careprogram.rosters import (
    HelperReading,
    identify_helpers_with,
    read_helpers,
    read_places,
    read_village_links,
    write_bad_rows,
)
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
KEY = b"a key of sixteen"
PLACES = PlaceTree.gb2260().with_places(
    Place(code=PlaceCode(code), name=name)
    for code, name in (
        ("520526101", "草海镇"), ("520526101201", "白马村"), ("520526102", "么站镇"), ("520526102201", "白马村"),
        ("520526102202", "青山村"),
    )
)  # fmt: skip
HEADS = (
    "姓名,性别,类别,联系电话,所在村,可带人数,可服务时间,服务项目,语言,审查结果,审查日期,有效期至,本人同意,同意书日期,"
    "培训,最远距离\n"
)


def read(text: str, **options: object) -> HelperReading:
    options = {"as_of": AS_OF, "identify": identify_helpers_with(KEY), "places": PLACES} | options
    return read_helpers(text.encode("gb18030"), **options)  # type: ignore[arg-type]


def reasons(reading: HelperReading) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.reason) for problem in reading.problems]


def test_a_row_becomes_a_helper() -> None:
    """With place, days, services, languages, screening and consent."""
    row = (
        "张老师,女,教师,139 1234 5678,威宁县么站镇青山村,3,每周六下午、周日,学习辅导,彝语、普通话,"
        "合格,2026-3-1,2027-2-28,是,2026-3-2,是,5公里"
    )
    helper = read(HEADS + row, services={"学习辅导": ServiceId("study-tutoring")}).helpers[0]
    assert (helper.kind, helper.sex, helper.capacity) == (HelperKind.SCHOOL_STAFF, Sex.FEMALE, 3)
    assert helper.residence.place == PlaceCode("520526102202")
    assert helper.availability == {Weekday.SATURDAY, Weekday.SUNDAY}
    assert helper.skills == {ServiceId("study-tutoring")}
    assert helper.languages == {"彝语", "普通话"}
    assert helper.screening == Screening(
        result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 3, 1), expires_on=dt.date(2027, 2, 28)
    )
    assert helper.consent == Consent(given_on=dt.date(2026, 3, 2))
    assert (helper.trained, helper.wishes.farthest_m) == (True, 5000)


def test_nobody_is_cleared_by_silence() -> None:
    """A blank is unknown, 未审查 is none, 有记录 bars, and 无 is refused: it may mean no record or no check."""
    rows = [f"{name},男,干部{cells}" for name, cells in (("甲", ""), ("乙", ",,,,,,,未审查"),
            ("丙", ",,,,,,,有记录,2026-1-1"), ("丁", ",,,,,,,无,2026-1-1"))]  # fmt: skip
    reading = read(HEADS + "\n".join(rows))
    unknown, never, barred = (helper.screening for helper in reading.helpers)
    assert unknown is UNKNOWN
    assert never is None
    assert barred.result is ScreeningResult.BARRED  # type: ignore[union-attr]
    assert reasons(reading) == [(5, "J", "choice")]


def test_a_screening_without_an_end_holds_a_year_and_without_a_day_is_refused() -> None:
    """The check is due every year (minors law, art. 62)."""
    reading = read(f"{HEADS}甲,男,干部,,,,,,,合格,2026-3-1,,,,,\n乙,男,干部,,,,,,,合格,,,,,,\n")
    assert reading.helpers[0].screening.expires_on == dt.date(2027, 2, 28)  # type: ignore[union-attr]
    assert reasons(reading) == [(3, "K", "missing")]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (2, "超人", "choice"), (2, "", "missing"), (3, "12", "phone-length"), (5, "三", "number"),
        (6, "有空就来", "weekday"), (7, "开飞机", "skill"),
        (10, "2026-13-1", "date-impossible"), (11, "2025-1-1", "order"), (13, "", "missing"),
        (15, "很远", "distance"), (0, "", "missing"), (14, "也许", "yes-no"),
    ],
)  # fmt: skip
def test_every_wrong_cell_of_a_helper_is_named(column: int, cell: str, reason: str) -> None:
    """By row, column and reason; the row is held back."""
    good = ["甲", "男", "干部", "13912345678", "", "2", "周末", "", "", "合格", "2026-1-1", "2026-12-31", "是",
            "2026-1-1", "是", "800米"]  # fmt: skip
    assert read(HEADS + ",".join(good), services={}).problems == ()
    good[column] = cell
    reading = read(HEADS + ",".join(good), services={})
    assert reasons(reading) == [(2, chr(ord("A") + column), reason)]
    assert reading.helpers == ()
    assert b"PK" in write_bad_rows(reading)[:2]


def test_a_classmate_has_a_grade_and_a_volunteer_none() -> None:
    """Blank is unknown for who is at school and none for who is not."""
    classmate, other, volunteer = read(
        "姓名,类别,年级,班级\n甲,同学,五年级,2\n乙,同学,,\n丙,专项志愿者,,\n"
    ).helpers  # fmt: skip
    assert (classmate.grade, classmate.class_name) == (Grade(5), "2")
    assert (other.grade, volunteer.grade, volunteer.class_name) == (UNKNOWN, None, None)


def test_helpers_keep_the_id_of_their_row_or_get_one_by_key() -> None:
    """The same person has the same id in the next list, whatever the order."""
    one = read("编号,姓名,类别,电话\n,甲,干部,13912345678\nh9,乙,干部,\n").helpers
    other = read("姓名,类别,电话\n乙,干部,\n甲,干部,13912345678\n").helpers
    assert one[0].id == other[1].id
    assert one[1].id == "h9"


def test_all_or_nothing_refuses_a_list_with_errors() -> None:
    """And without the required headings there is no list."""
    with pytest.raises(RosterError, match="1 rows with errors"):
        read("姓名,类别\n甲,超人\n", mode="all-or-nothing")
    with pytest.raises(RosterError, match="「类别」"):
        read("姓名,性别\n甲,男\n")


def test_places_have_codes_names_and_coordinates() -> None:
    """Coordinates come in pairs; a place without them has none."""
    assert read_places("代码,名称,纬度,经度\n520526101,草海镇,26.859,104.28\n520526101201,白马村,,\n".encode()) == (
        Place(
            code=PlaceCode("520526101"),
            name="草海镇",
            coordinates=Coordinates(latitude=26_859_000, longitude=104_280_000),
        ),
        Place(code=PlaceCode("520526101201"), name="白马村"),
    )


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("12345,某镇,,", "A", "place-code"),
        (",某镇,,", "A", "missing"),
        ("520526101,,,", "B", "missing"),
        ("520526101,某镇,26.8,", "D", "missing"),
        ("520526101,某镇,一,2", "C", "coordinate"),
        ("520526101,某镇,126.8,104", "C", "coordinate"),
    ],
)
def test_a_wrong_place_refuses_the_table(row: str, column: str, reason: str) -> None:
    """It is the program's own table: it must be right."""
    with pytest.raises(RosterError) as caught:
        read_places(f"代码,名称,纬度,经度\n{row}\n".encode())
    (problem,) = caught.value.problems
    assert (problem.column, problem.reason) == (column, reason)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("heading", "above"),
    [
        ("上级代码", "520526901"),
        ("上级区划代码", "520526901000"),
        ("父级编码", "５２０５２６ ９０１"),
        ("上级", "威宁县青石镇"),
        ("上级名称", "青石镇"),
        ("上级代码", "520526"),
        ("上级代码", ""),
        ("上级代码", "—"),
    ],
)
@pytest.mark.parametrize("level", ["村级", "村", "村/社区", "行政村", "village", "不详"])
def test_the_place_above_and_the_level_are_read_as_people_write_them(heading: str, above: str, level: str) -> None:
    """By code, filled up with zeros or not, by name, or not at all; a township may stand below its villages."""
    table = f"代码,名称,级别,{heading}\n520526901201,南冲村,{level},{above}\n520526901,青石镇,乡镇（街道）,威宁县\n"
    assert [place.code.text for place in read_places(table.encode())] == ["520526901201", "520526901"]


@pytest.mark.parametrize("above", ["520526901", "520526901000", "青石镇", "贵州省毕节市威宁县青石镇"])
def test_a_shortened_code_is_completed_by_the_place_above(above: str) -> None:
    """Only the last digits stand in the row, as on many a list of villages."""
    rows = f"520526901,青石镇,520526\n201,南冲村,{above}\n26,黔东南州,52\n"
    places = read_places(f"代码,名称,上级代码\n{rows}".encode())
    assert [(place.code.text, place.name) for place in places] == [
        ("520526901", "青石镇"),
        ("520526901201", "南冲村"),
        ("5226", "黔东南州"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("520526901201,南冲村,村,520526902", "D", "place-parent-differs"),
        ("520526901201,南冲村,村,520526901201", "D", "place-parent-differs"),
        ("520526901201,南冲村,村,赫章县", "D", "place-parent-differs"),
        ("520526901201,南冲村,村,桃花源", "D", "place-parent-differs"),
        ("520526901201,南冲村,村,5.20527E+11", "D", "place-code"),
        ("520526901201,南冲村,镇,520526901", "C", "place-level-differs"),
        ("520526901201,南冲村,大村,520526901", "C", "choice"),
        ("520526902201,远村,村,", "A", "place-parent"),
        ("520526901,青石镇,镇,520526", "A", "duplicate-place"),
        ("901,青石镇,镇,520526", "A", "duplicate-place"),
        ("201,南冲村,村,", "A", "place-code"),
        ("201,南冲村,村,5205", "A", "place-code"),
        ("201,南冲村,村,桃花源", "D", "place-parent"),
    ],
)
def test_a_place_that_belongs_nowhere_is_told_by_its_cell(row: str, column: str, reason: str) -> None:
    """What the code, the level and the place above say must agree, and the place above must be there."""
    with pytest.raises(RosterError, match="row 3") as caught:
        read_places(f"代码,名称,级别,上级代码\n520526901,青石镇,乡级,520526\n{row}\n".encode())
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.reason) == (3, column, reason)  # type: ignore[attr-defined]
    assert f"地点表有 1 行有错；第 3 行 {column} 列" in caught.value.in_chinese


def test_a_name_that_several_places_bear_means_the_one_above() -> None:
    """白马村 lies in two townships called alike in two counties: the code says in which."""
    rows = "520526901,青石镇,威宁县\n520527901,青石镇,赫章县\n520526901201,白马村,青石镇\n520527901201,白马村,青石镇\n"
    assert len(read_places(f"代码,名称,上级\n{rows}".encode())) == 4


def test_what_lies_above_may_be_in_another_tree() -> None:
    """A second table may hold the villages of townships that are known already."""
    villages = "代码,名称\n520526901201,南冲村\n".encode()
    with pytest.raises(RosterError, match="place above"):
        read_places(villages)
    tree = PlaceTree.gb2260().with_places(read_places("代码,名称\n520526901,青石镇\n".encode()))
    assert [place.name for place in read_places(villages, tree=tree)] == ["南冲村"]


def test_village_links_find_their_village_by_code_or_by_township_and_name() -> None:
    """白马村 alone occurs twice; with its township it is one."""
    by_name = read_village_links(
        "乡镇,村,姓名,职务,电话\n么站镇,白马村,甲,村儿童主任,13912345678\n,青山村,乙,,\n".encode(),
        places=PLACES,
        key=KEY,
    )
    assert [link.place.text for link in by_name] == ["520526102201", "520526102202"]
    assert by_name[0].office is Office.VILLAGE_DIRECTOR
    by_code = read_village_links("地点代码,责任人编号,姓名\n520526101201,p1,丙\n".encode(), places=PLACES, key=KEY)
    assert (by_code[0].person, by_code[0].place.text) == ("p1", "520526101201")
    links = VillageLinks(by_name + by_code)
    assert links.responsible_for(PlaceCode("520526102201")) == by_name[0]


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ("么站镇,白马村,甲\n么站镇,白马村,乙", (3, "B", "duplicate-link")),
        (",白马村,甲", (2, "B", "place-not-found")),
        (",桃花源,甲", (2, "B", "place-not-found")),
        (",毕节市,甲", (2, "B", "place-not-found")),
        (",,甲", (2, "B", "place-not-found")),
        ("么站镇,白马村,", (2, "C", "missing")),
    ],
)
def test_a_village_has_one_responsible_person_and_a_known_place(rows: str, where: tuple[int, str, str]) -> None:
    """Two for one village, an ambiguous or unknown village, a whole prefecture, none, nobody: refused at the cell."""
    with pytest.raises(RosterError) as caught:
        read_village_links(f"乡镇,村,姓名\n{rows}\n".encode(), places=PLACES, key=KEY)
    problem = caught.value.problems[0]
    assert (problem.row, problem.column, problem.reason) == where  # type: ignore[attr-defined]


def test_a_helper_listed_twice_is_held_back_the_second_time() -> None:
    """The later of two rows for one helper is sent back, by number or by person; the first one counts."""
    heads = "编号,姓名,类别,联系电话\n"
    found = read(f"{heads}H1,甲,干部,13912345678\nH2,乙,干部,13912345679\nH1,丙,干部,13912345670\n")
    assert [helper.id for helper in found.items] == ["H1", "H2"]
    assert reasons(found) == [(4, "A", "duplicate-helper")]
    nameless = read("姓名,类别,联系电话\n甲,干部,13912345678\n甲,干部,13912345678\n")
    assert reasons(nameless) == [(3, "A", "duplicate-helper")]
