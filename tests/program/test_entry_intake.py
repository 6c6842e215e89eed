"""Do the rows of a table become entries of any archive, exactly, once, and with every bad cell told?"""

import csv
import datetime as dt
import io
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import (
    FAMILY_AFFECTION,
    HARDSHIP_CASE,
    HEALTH,
    LEARNING,
    SHIPPED,
    SURVEY,
    ArchiveField,
    ArchiveKind,
    ListType,
    RecordType,
    check,
    excellence_rate,
)
from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import ConsentError, NotFoundError, RosterError, ValidationError
from careprogram.ids import ChildId
from careprogram.people import Child
from careprogram.ports import ChangeSet, Store
from careprogram.privacy import ConsentRecord, ConsentRelation, DataClass, Purpose, Role
from careprogram.program.archives import archives_on_file, load_archive
from careprogram.program.entry_intake import EntryIntake, entry_columns, list_of_entries, take_in_entries
from careprogram.program.papers import consent_put
from careprogram.program.records import child_records
from careprogram.rosters import identify_with
from careprogram.testing.archive_neighbors import full_document
from careprogram.testing.fakes import FakeClock

DAY = dt.date(2026, 9, 30)
_LISTS = [
    (kind, field)
    for kind in SHIPPED
    if kind not in (HARDSHIP_CASE, SURVEY)
    for field in kind.current.fields
    if isinstance(field.type, ListType) and isinstance(field.type.of, RecordType)
]


_AGREED = ConsentRecord(
    id="k",
    child="c",
    guardian="mother",
    relation=ConsentRelation.MOTHER,
    purposes=frozenset(Purpose),
    data_classes=frozenset(DataClass),
    notice_version="1",
    given=DAY,
    separate=True,
)


def with_children(count: int = 3) -> Store:
    store = MemoryStore()
    children = [Child(id=ChildId(f"c-{number}")) for number in range(count)]
    papers = [consent_put(attrs.evolve(_AGREED, id=f"k-{child.id}", child=child.id)) for child in children]
    store.commit(ChangeSet(command_id="setup", puts=(*child_records(children), *papers)))
    return store


def table(headings: list[str], *rows: list[object]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["系统编号", *headings], *rows])
    return stream.getvalue().encode()


def take_in(
    store: Store,
    source: bytes,
    kind: ArchiveKind = LEARNING,
    into: str = "term_results",
    *,
    role: Role = Role.COUNTY_OFFICER,
    purpose: Purpose | None = None,
) -> EntryIntake:
    return take_in_entries(
        source,
        kind=kind,
        into=into,
        store=store,
        identify=identify_with(b"0123456789abcdef"),
        as_of=DAY,
        actor="school",
        clock=FakeClock.on(DAY),
        term="2026-autumn",
        role=role,
        purpose=purpose,
    )


@pytest.mark.parametrize(("kind", "field"), _LISTS, ids=lambda one: getattr(one, "id", None) or one.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_of_every_kind_can_come_from_a_table(kind: ArchiveKind, field: ArchiveField, language: str) -> None:
    """Under the labels of either language, each plain field is read back as it was written, and the archive fits."""
    entry = full_document(kind.current)[field.name][0]
    columns = entry_columns(field, as_of=DAY)
    labels = {one.name: one.label.in_(language) for one in field.type.of.fields}  # type: ignore[union-attr, arg-type]
    written = {one.name: entry[one.name] for one in columns}
    cells = [("是" if value else "否") if isinstance(value, bool) else value for value in written.values()]
    store = with_children()
    done = take_in(store, table([labels[name] for name in written], ["c-1", *cells]), kind, field.name)
    assert (done.reading.problems, done.written) == ((), 1)
    filed = load_archive(store, kind, ChildId("c-1"))
    assert filed is not None
    assert filed.document == {"child": "c-1", field.name: [written]}
    assert check(filed.document, kind.current) == ()


RESULTS = table(
    ["学期", "科目", "等第", "成绩（0.1 分）"],
    ["c-0", "2026-autumn", "语文", "优秀", 955],
    ["c-1", "2026-autumn", "语文", "good", ""],
    ["c-2", "2026-autumn", "语文", "不详", 600],
)


def test_results_become_an_excellence_rate() -> None:
    """From the school's table to the rate with its denominator; an unknown grade is no grade."""
    store = with_children()
    assert take_in(store, RESULTS).written == 3
    archives = [one.document for one in archives_on_file(store, LEARNING, term="2026-autumn")]
    rate = excellence_rate(archives, term="2026-autumn", subject="语文")
    assert (rate.excellent, rate.graded, rate.without_result) == (1, 2, 1)


def test_the_same_table_again_adds_nothing() -> None:
    """A row that stands in the archive already is not added; a new one goes behind."""
    store = with_children()
    take_in(store, RESULTS)
    assert take_in(store, RESULTS).written == 0
    more = table(["学期", "科目", "等第"], ["c-0", "2026-autumn", "数学", "良好"])
    assert take_in(store, more).written == 1
    filed = load_archive(store, LEARNING, ChildId("c-0"))
    assert filed is not None
    assert [entry["subject"] for entry in filed.document["term_results"]] == ["语文", "数学"]  # type: ignore[union-attr, index]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (["", "2026", "语文", "优秀", ""], "A", "missing"),
        (["stranger", "2026", "语文", "优秀", ""], "A", "child-not-on-file"),
        (["c-1", "", "语文", "优秀", ""], "B", "missing"),
        (["c-1", "学" * 51, "语文", "优秀", ""], "B", "text-too-long"),
        (["c-1", "2026", "语文", "甲", ""], "D", "choice"),
        (["c-1", "2026", "语文", "优秀", "95.5"], "E", "entry-number"),
        (["c-1", "2026", "语文", "优秀", "7501"], "E", "entry-number"),
        (["c-1", "2026", "语文", "优秀", "-1"], "E", "entry-number"),
    ],
)
def test_a_bad_cell_is_told_and_its_row_held_back(cells: list[object], column: str, reason: str) -> None:
    """By row and column, without the value; the good row is kept."""
    store = with_children()
    done = take_in(store, table(["学期", "科目", "等第", "成绩（0.1 分）"], ["c-0", "2026", "语文", "", ""], cells))
    assert done.written == 1
    (problem,) = done.reading.problems
    assert (problem.row, problem.column, problem.reason) == (3, column, reason)


def test_dates_and_yes_or_no_are_read_as_people_write_them() -> None:
    """2027年1月31日 may lie ahead, √ is yes, and what nobody knows is left out."""
    store = with_children()
    goals = table(["目标", "期限", "是否达成"], ["c-1", "读书", "2027年1月31日", "√"], ["c-2", "跑步", "不详", ""])
    take_in(store, goals, into="goals")
    one, other = (load_archive(store, LEARNING, ChildId(name)) for name in ("c-1", "c-2"))
    assert one is not None
    assert other is not None
    assert one.document["goals"] == [{"goal": "读书", "until": "2027-01-31", "reached": True}]
    assert other.document["goals"] == [{"goal": "跑步"}]


def test_what_has_happened_lies_in_the_past() -> None:
    """A call of next year and parents who were told in 2062 are told by cell; a goal may lie ahead."""
    store = with_children()
    days = [["c-0", "2026-09-30"], ["c-1", "2026-10-01"], ["c-2", "2062-01-01"]]
    for kind, into in ((FAMILY_AFFECTION, "contacts"), (HEALTH, "parents_told")):
        done = take_in(store, table(["日期"], *days), kind, into)
        assert [(one.row, one.column) for one in done.reading.problems] == [(3, "B"), (4, "B")]
        assert done.written == 1
    goals = take_in(store, table(["目标", "期限"], ["c-0", "读完三本书", "2027-01-31"]), into="goals")
    assert (goals.written, goals.reading.problems) == (1, ())


def test_a_list_that_is_not_there_is_told_with_those_that_are() -> None:
    """Neither a plain field nor a list of texts takes a table."""
    with pytest.raises(NotFoundError, match="its lists are goals, plans, term_results, habits, homework"):
        list_of_entries(LEARNING, "results")
    with pytest.raises(ValidationError, match="it needs survey, asked_on"):
        list_of_entries(SURVEY, "own_answers")
    with pytest.raises(RosterError):
        take_in(with_children(), table(["随便"], ["c-1", "x"]))


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(
    st.lists(
        st.fixed_dictionaries({"on": st.dates(dt.date(2000, 1, 1), dt.date(2026, 9, 30)), "note": _TEXTS}), max_size=5
    )
)
def test_texts_come_through_a_table_unchanged(entries: list[dict[str, Any]]) -> None:
    """Whatever is written beside a contact comes back, without the spaces around it; a mark for nothing is nothing."""
    from careprogram.rosters.cells import MARKS

    store = with_children()
    rows: list[list[object]] = [["c-1", entry["on"].isoformat(), entry["note"]] for entry in entries]
    take_in(store, table(["日期", "内容"], *rows), FAMILY_AFFECTION, "contacts")
    filed = load_archive(store, FAMILY_AFFECTION, ChildId("c-1"))
    expected = [
        {"on": entry["on"].isoformat(), **({} if (note := entry["note"].strip()) in MARKS else {"note": note})}
        for entry in entries
    ]
    assert (filed.document["contacts"] if filed else []) == expected


def test_a_row_that_no_consent_reaches_is_held_back() -> None:
    """Of three children, the one whose guardian withdrew is told by row; nothing is written about it."""
    store = with_children()
    for child, changes in (("c-1", {"withdrawn": DAY}), ("c-2", {"purposes": frozenset({Purpose.CARE})})):
        paper = attrs.evolve(_AGREED, id=f"k-{child}", child=child, **changes)
        store.commit(ChangeSet(command_id=f"{child} again", puts=(consent_put(paper, expected_version=1),)))
    results = table(["学期", "科目", "等第"], *([f"c-{n}", "2026", "语文", "优秀"] for n in range(3)))
    done = take_in(store, results)
    assert [(one.row, one.column, one.reason) for one in done.reading.problems] == [
        (3, "A", "consent-withdrawn"),
        (4, "A", "consent-missing"),
    ]
    assert [done.written, load_archive(store, LEARNING, ChildId("c-1"))] == [1, None]
    assert take_in(store, results, purpose=Purpose.CARE).written == 2  # an office's duty by law, once it is named
    assert take_in(store, results, purpose=Purpose.CARE, role=Role.TEACHER).written == 0


@pytest.mark.parametrize(
    ("role", "purpose", "said"),
    [
        (Role.COUNTY_OFFICER, Purpose.HEALTH, "they are for care, education, statistics"),
        (Role.GUARDIAN, None, "brings no facts into archives"),
        (Role.PUBLIC, Purpose.CARE, "brings no facts into archives"),
        (Role.ANALYST, Purpose.STATISTICS, "brings no facts into archives"),
    ],
    ids=str,
)
def test_a_bad_ground_is_refused_with_the_reason(role: Role, purpose: Purpose | None, said: str) -> None:
    """A purpose that the list is not gathered for, and a role that does not work with children, take in nothing."""
    store = with_children()
    with pytest.raises(ConsentError, match=said) as refused:
        take_in(store, table(["学期", "科目"], ["c-1", "2026", "语文"]), role=role, purpose=purpose)
    assert refused.value.in_chinese
    assert load_archive(store, LEARNING, ChildId("c-1")) is None
