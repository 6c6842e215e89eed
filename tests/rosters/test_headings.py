"""Is every column found under the heading that people give it, and is every other one listed?"""

import pytest

from careprogram.errors import RosterError, ValidationError
from careprogram.people import HealthStatus
from careprogram.rosters.fields import FIELDS, KNOWN_UNUSED
from careprogram.rosters.headings import ROSTER_VOCABULARY, HeadingMap, find_headings, plain_heading
from careprogram.rosters.write import COLUMNS


def columns(found: HeadingMap) -> dict[int, str]:
    return {column.index: column.field.id for column in found.columns}


def ids(*headings: str, heading_map: dict[str, str | None] | None = None) -> list[str]:
    return list(columns(find_headings([headings], heading_map=heading_map)).values())


def test_the_flat_national_roster_gives_bare_headings_to_the_person_before_them() -> None:
    """出生日期 after 祖父姓名 is the grandfather's, 公民身份证号码 after 母亲姓名 the mother's."""
    details = ("出生日期", "当前务工地点", "联系电话", "公民身份证号码")
    row = (
        "姓名", "性别", "民族", "出生日期", "公民身份证号码", "祖父姓名", "出生日期", "外祖母姓名", "出生日期",
        "父亲姓名", *details, "母亲姓名", *details,
        "委托监护人姓名", "电话", "公民身份证号码", "与被监护人关系", "居住地地址",
    )  # fmt: skip
    person = ["name", "birth_date", "work_place", "phone", "identity_number"]
    assert ids(*row) == [
        "child.name", "child.sex", "child.ethnicity", "child.birth_date", "child.identity_number",
        "paternal_grandfather.name", "paternal_grandfather.birth_date",
        "maternal_grandmother.name", "maternal_grandmother.birth_date",
        *(f"father.{fact}" for fact in person), *(f"mother.{fact}" for fact in person),
        "caregiver.name", "caregiver.phone", "caregiver.identity_number", "caregiver.relation", "caregiver.address",
    ]  # fmt: skip


def test_one_telephone_after_both_parents_is_nobodys_in_particular() -> None:
    """A family's number is not given to the mother because she stands next to it."""
    found = find_headings([("姓名", "出生日期", "父亲姓名", "母亲姓名", "联系电话")])
    assert "mother.phone" not in columns(found).values()
    assert [(note.heading, note.reason) for note in found.unmapped] == [("联系电话", "known-unused")]


def test_the_childs_own_number_after_the_parents_stays_the_childs() -> None:
    """A bare heading is the child's as long as the child has none."""
    assert ids("姓名", "父亲姓名", "身份证号码")[-1] == "child.identity_number"


def test_nested_headings_are_found_below_titles_in_merged_and_in_csv_form() -> None:
    """Filled merged cells, and blanks where a CSV export left the rest of the merged cell empty, read the same."""
    title = ("XX县花名册",) * 5
    below = ("姓名", "出生日期", "健康", "残疾", "患病")
    filled = ("父亲", "父亲", "身体情况", "身体情况", "身体情况")
    blanks = ("父亲", "", "身体情况", "", "")
    child = (("姓名", "姓名"), ("出生日期", "出生日期"))
    for upper in (filled, blanks):
        rows = [(*title, "", ""), (*(one[0] for one in child), *upper), (*(one[1] for one in child), *below)]
        found = find_headings(rows)
        assert found.first_row == 3
        assert list(columns(found).values()) == [
            "child.name", "child.birth_date", "father.name", "father.birth_date", *["health.status"] * 3,
        ]  # fmt: skip
        assert [column.box for column in found.columns][4:] == list(HealthStatus)[:3]


def test_sections_above_the_headings_do_not_matter() -> None:
    """基本情况 > 姓名 is 姓名, numbered or not; 联系人 > 姓名 is somebody else's."""
    rows = [("一、基本情况", "一、基本情况", "二、家庭情况", "联系人"), ("姓名", "出生日期", "父亲姓名", "姓名")]
    found = find_headings(rows)
    assert list(columns(found).values()) == ["child.name", "child.birth_date", "father.name"]
    assert [(note.column, note.reason) for note in found.unmapped] == [("D", "unknown")]


@pytest.mark.parametrize(
    "heading", ["出 生 日 期", "出生\n日期", "出生日期（年月日）", "＊出生日期：", "出生日期*", "3.出生日期"]
)
def test_spaces_breaks_and_brackets_in_headings_do_not_matter(heading: str) -> None:
    """Full-width and half-width alike."""
    assert ids("姓名", heading) == ["child.name", "child.birth_date"]


def test_data_is_never_taken_for_headings() -> None:
    """A child at primary school does not make 就学情况 > 小学 a heading."""
    rows = [("姓名", "出生日期", "就学情况", "身体情况"), ("张三", "2015-03-02", "小学", "健康")]
    assert find_headings(rows).first_row == 1


def test_the_users_own_map_goes_first() -> None:
    """To a fact, to one box of it, or to nothing."""
    own = {"孩子名字": "child.name", "生辰": "child.birth_date", "病": "health.status=患病", "民族": None}
    found = find_headings([("孩子名字", "生辰", "病", "民族")], heading_map=own)
    assert list(columns(found).values()) == ["child.name", "child.birth_date", "health.status"]
    assert found.columns[2].box is HealthStatus.ILL
    assert [note.reason for note in found.unmapped] == ["ignored"]


def test_a_wrong_map_says_what_was_meant() -> None:
    """A mistyped fact is met with the nearest ones."""
    with pytest.raises(ValidationError, match=r"did you mean .*child\.name") as caught:
        find_headings([("姓名",)], heading_map={"孩子": "child.nam"})
    assert caught.value.reason == "heading-map"
    with pytest.raises(ValidationError):
        find_headings([("姓名",)], heading_map={"孩子": "health.status=忧伤"})


def test_a_missing_heading_is_one_clear_error_that_quotes_no_child() -> None:
    """It names what was looked for and what resembles it, and no cell of data."""
    rows = [("学生名字", "出生日月"), ("欧阳小明", "2015-03-02")]
    with pytest.raises(RosterError) as caught:
        find_headings(rows, sheet="一年级")
    text = str(caught.value)
    assert caught.value.reason == "missing-headings"
    assert "「姓名」" in text
    assert "出生日月" in text
    assert "一年级" in text
    assert "欧阳" not in text
    with pytest.raises(RosterError) as nothing_near:
        find_headings([("名", "2015-03-02")])
    assert "nearest" not in str(nothing_near.value)
    with pytest.raises(RosterError, match="empty") as empty:
        find_headings([])
    assert empty.value.reason == "empty"


def test_no_column_is_dropped_without_a_word() -> None:
    """Unknown, known but unused, and a second column for one fact: each is listed with its reason."""
    found = find_headings([("序号", "姓名", "出生日期", "鞋码", "儿童姓名", "")])
    assert [(note.column, note.heading, note.reason) for note in found.unmapped] == [
        ("A", "序号", "known-unused"),
        ("D", "鞋码", "unknown"),
        ("E", "儿童姓名", "taken"),
    ]


def test_every_heading_stands_for_one_fact() -> None:
    """The vocabulary has no two meanings for one heading, and what is unused is not also used."""
    flat = ROSTER_VOCABULARY.flat
    assert set(FIELDS) == {field.id for field, _ in flat.values()}
    assert not {plain_heading(heading) for heading in KNOWN_UNUSED} & set(flat)


def test_what_we_write_we_find() -> None:
    """Every column that goes out is found again, box by box."""
    found = find_headings([["/".join(column.path) for column in COLUMNS]])
    assert [(column.field.id, column.box) for column in found.columns] == [(one.field.id, one.box) for one in COLUMNS]
