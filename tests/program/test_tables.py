"""A table in a file is judged as the same table in memory, nothing is guessed, and a result is whole or not there."""

import datetime as dt
import enum
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest

from careprogram.errors import MissingExtraError, TableError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.program.tables import judge_table
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    Determination,
    FactSchema,
    GroupFact,
    IntFact,
    Policy,
)
from careprogram.rules.columns import judge_frame

AS_OF = dt.date(2026, 9, 1)
TEXT = Text("文", "text")


class Home(enum.Enum):
    """Two answers."""

    TOWN = "town"
    VILLAGE = "village"


class ParentFacts(FactSchema):
    able = BoolFact(label=TEXT)


class Facts(FactSchema):
    """A fact of every kind."""

    poor = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT)
    home = ChoiceFact(label=TEXT, choices=Home)
    birth_date = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=ParentFacts)


def policy_of(*rules):
    clauses = [Clause(id=f"c{at}", citation="art.", text=TEXT, when=rule) for at, rule in enumerate(rules)]
    categories = [
        Category(id=f"k{at}", tier=at + 1, title=TEXT, clauses=(clause,)) for at, clause in enumerate(clauses)
    ]
    return Policy(id=PolicyId("p"), title=TEXT, citation="law", categories=tuple(categories))


POLICY = policy_of(
    Facts.home.is_(Home.VILLAGE) & (Facts.birth_date.age < 16), Facts.poor.is_(True) | (Facts.grade >= 5)
)
CSV = """child,name,poor,grade,home,birth_date
a,甲,true,3,village,2016-02-29
b,乙,,,,
c,"丙,丁",false,12,town,1999-01-01
d,戊,false,-1,village,1999-01-01
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "children.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_a_csv_file_is_counted_and_written(table, tmp_path):
    """Empty cells are gaps; the names stay behind."""
    target = tmp_path / "judged.parquet"
    counts = judge_table(POLICY, table, target, as_of=AS_OF)
    judged = pl.read_parquet(target)
    assert judged.columns == ["child", "determination", "tier", "category.k0", "category.k1", "clause.c0", "clause.c1"]
    assert judged["determination"].to_list() == ["eligible", "undetermined", "eligible", "ineligible"]
    assert judged["tier"].to_list() == [1, None, 2, None]
    assert counts.rows == 4
    assert list(counts.determinations.values()) == [2, 1, 1]
    assert counts.determinations[Determination.UNDETERMINED] == 1
    assert counts.tiers == {1: 1, 2: 1}
    assert counts.categories == {"k0": (1, 1), "k1": (2, 1)}
    assert counts.clauses == {"c0": (1, 1), "c1": (2, 1)}
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["children.csv", "judged.parquet"]


def test_parquet_and_csv_say_the_same(table, tmp_path):
    """Whichever of them is read or written."""
    typed = tmp_path / "children.parquet"
    frame = pl.read_csv(table, try_parse_dates=True)
    frame.write_parquet(typed)
    judge_table(POLICY, table, tmp_path / "one.csv", as_of=AS_OF, keep=["name"])
    judge_table(POLICY, typed, tmp_path / "two.csv", as_of=AS_OF, keep=["name"])
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "two.csv").read_text()
    assert (tmp_path / "one.csv").read_text().splitlines()[2] == "乙,undetermined,,,,,"
    assert judge_table(POLICY, typed, as_of=AS_OF) == judge_table(POLICY, table, as_of=AS_OF)
    judged = judge_frame(POLICY, frame, as_of=AS_OF, keep=["name"])
    assert judged.select("name", pl.col("determination").cast(str)).write_csv() == (
        pl.read_csv(tmp_path / "one.csv").select("name", "determination").write_csv()
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("poor", "n/a"), ("poor", "True"), ("poor", "1"), ("poor", " "),
        ("grade", "3.0"), ("grade", "３"), ("grade", "1e3"), ("grade", "9" * 30), ("grade", "3\x00"),
        ("home", "Town"), ("home", "NULL"),
        ("birth_date", "2026-02-30"), ("birth_date", "2016-2-9"), ("birth_date", "2016/02/09"), ("birth_date", "无"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_answer_is_named_by_row_and_column(table, column, cell):
    """A cell of n/a is neither an answer nor silence: somebody has to say which."""
    frame = pl.read_csv(table, infer_schema=False).with_columns(
        pl.when(pl.col("child") == "c").then(pl.lit(cell)).otherwise(pl.col(column)).alias(column)
    )
    frame.write_csv(table)
    with pytest.raises(TableError, match=f"row 4, column '{column}'") as refused:
        judge_table(POLICY, table, as_of=AS_OF)
    assert len(refused.value.problems) == 1
    assert cell.strip() == "" or f" {cell}" not in str(refused.value)


def test_a_hundred_bad_cells_are_told_and_the_rest_is_mentioned(tmp_path):
    """A wrong column is wrong in each of its million cells."""
    path = tmp_path / "children.csv"
    path.write_text("poor,grade,home,birth_date\n" + "ja,,,\n" * 5000)
    with pytest.raises(TableError, match="and more") as refused:
        judge_table(POLICY, path, as_of=AS_OF)
    assert len(str(refused.value).splitlines()) == 102


@pytest.mark.parametrize(
    "content",
    ["", "a,a\n1,2\n", "poor,grade,home,birth_date\n1,2,3,4,5\n", 'poor,grade,home,birth_date\n"secret,,,\n'],
)
def test_a_malformed_file_is_refused_without_quoting_it(tmp_path, content):
    """What a parser complains about may be a child's name."""
    path = tmp_path / "children.csv"
    path.write_text(content)
    with pytest.raises(TableError, match=r"children\.csv") as refused:
        judge_table(POLICY, path, as_of=AS_OF)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_text_in_another_encoding_is_refused(table):
    """It would be read as other names and codes."""
    table.write_bytes(CSV.encode("gb18030"))
    with pytest.raises(TableError, match="UTF-8"):
        judge_table(POLICY, table, as_of=AS_OF, keep=["name"])


def test_a_missing_column_and_a_strange_code_are_told(tmp_path):
    """A code of a Parquet file that is no choice counts as unknown, and is counted."""
    path = tmp_path / "children.parquet"
    pl.DataFrame({"home": ["town", "Stadt", None], "poor": [False] * 3, "grade": [1] * 3}).write_parquet(path)
    with pytest.raises(TableError, match="birth_date"):
        judge_table(POLICY, path, as_of=AS_OF)
    counts = judge_table(POLICY, path, as_of=AS_OF, absent="unknown")
    assert counts.strange_codes == {"home": 1}
    assert counts.determinations[Determination.UNDETERMINED] == 2


def test_members_are_read_from_a_file_of_their_own(tmp_path):
    """A row a member, by the key of the child."""
    children, parents = tmp_path / "children.csv", tmp_path / "parents.csv"
    children.write_text("child,parents\na,true\nb,\nc,true\n")
    parents.write_text("child,able\na,true\na,\nc,false\n")
    policy = policy_of(Facts.parents.any_(ParentFacts.able.is_(True)))
    counts = judge_table(policy, children, as_of=AS_OF, groups={"parents": parents})
    assert list(counts.determinations.values()) == [1, 1, 1]
    with pytest.raises(TableError, match="parents"):
        judge_table(policy, children, as_of=AS_OF, groups={"aunts": parents})


def test_members_that_belong_to_nobody_are_not_lost_without_a_word(tmp_path):
    """A member without a child is refused, in CSV and in Parquet, and no file of members is written over."""
    children, parents = tmp_path / "children.csv", tmp_path / "parents.csv"
    children.write_text("child,parents\na,true\n")
    policy = policy_of(Facts.parents.any_(ParentFacts.able.is_(True)))
    parents.write_text("child,able\na,false\n,true\n")
    lost = tmp_path / "lost.parquet"
    pl.DataFrame({"child": ["a", None], "able": [False, True]}).write_parquet(lost)
    for file in (parents, lost):
        with pytest.raises(TableError, match="1 rows name no child"):
            judge_table(policy, children, as_of=AS_OF, groups={"parents": file})
    parents.write_text("child,able\na,false\n")
    with pytest.raises(TableError, match="another file"):
        judge_table(policy, children, parents, as_of=AS_OF, groups={"parents": parents})
    assert parents.read_text() == "child,able\na,false\n"


def test_a_row_that_ends_early_is_told_and_not_read_as_gaps(tmp_path):
    """A cell that is not there is no empty cell: the row is named."""
    file = tmp_path / "children.csv"
    file.write_text("child,poor,grade\na,true,3\nb,true\nc,,\n")
    policy = policy_of(Facts.poor.is_(True), Facts.grade >= 5)
    with pytest.raises(TableError, match="row 3") as caught:
        judge_table(policy, file, as_of=AS_OF)
    assert len(caught.value.problems) == 1


def test_a_result_is_whole_or_not_there(table, tmp_path, monkeypatch):
    """A crash while writing leaves the old result, and no half of a new one."""
    target = tmp_path / "judged.parquet"
    target.write_text("yesterday")

    def broken(self, path, **_):
        path.write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", broken)
    with pytest.raises(TableError, match=r"judged.parquet cannot be written \(disk full\): give a folder"):
        judge_table(POLICY, table, target, as_of=AS_OF)
    assert target.read_text() == "yesterday"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["children.csv", "judged.parquet"]


def test_what_a_killed_run_has_left_is_taken_away_by_the_next(table, tmp_path):
    """A part that somebody is still writing stays; the files of others, too."""
    fcntl = pytest.importorskip("fcntl")
    left, others = tmp_path / ".judged.part-0badcafe.csv", tmp_path / ".judged2.part-0badcafe.csv"
    running = tmp_path / ".judged.part-deadbeef.csv"
    for file in (left, others, running):
        file.write_text("half", encoding="utf-8")
    with running.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        judge_table(POLICY, table, tmp_path / "judged.csv", as_of=AS_OF)
    found = {file.name for file in tmp_path.iterdir()}
    assert found == {"children.csv", "judged.csv", running.name, others.name}


def test_a_full_disk_leaves_nothing_half(tmp_path):
    """Run where no file may grow beyond a few kilobytes: the error says so, and there is no result."""
    pytest.importorskip("resource")
    source = tmp_path / "children.csv"
    rows = "".join(f"{at},true,3,village,2016-02-29\n" for at in range(20_000))
    source.write_text(f"child,poor,grade,home,birth_date\n{rows}", encoding="utf-8")
    told = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [
        f"{name} TableError {name} cannot be written (File too large)" for name in ("judged.csv", "judged.parquet")
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["children.csv"]


FULL_DISK = """
import datetime as dt, resource, signal, sys
from pathlib import Path
from careprogram.eligibility import shipped_policies
from careprogram.errors import TableError
from careprogram.program.tables import judge_table
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for name in ("judged.csv", "judged.parquet"):
    try:
        judge_table(
            shipped_policies()["cn.left-behind.pre-2016"],
            folder / "children.csv",
            folder / name,
            as_of=dt.date(2016, 1, 1),
            absent="unknown",
        )
    except TableError as error:
        print(name, type(error).__name__, str(error).partition(":")[0])
"""


def test_names_in_capitals_and_paths_as_texts_are_taken(table, tmp_path):
    """A spreadsheet writes `.CSV`, and a newcomer passes a text."""
    shouted, target = tmp_path / "CHILDREN.CSV", tmp_path / "judged.CSV"
    shouted.write_bytes(table.read_bytes())
    assert judge_table(POLICY, str(shouted), str(target), as_of=AS_OF) == judge_table(POLICY, table, as_of=AS_OF)
    assert target.read_text(encoding="utf-8").startswith("child,determination")


def test_what_cannot_be_opened_is_told_with_the_remedy(table, tmp_path):
    """A file that is not there, a folder in its place, a folder that is not there."""
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "none.parquet", "folder.csv"):
        with pytest.raises(TableError, match=f"{name} cannot be read .*: give a file that exists"):
            judge_table(POLICY, tmp_path / name, as_of=AS_OF)
    for target in (tmp_path / "none" / "x.csv", tmp_path / "folder.csv"):
        with pytest.raises(TableError, match=f"{target.name} cannot be written .*: give a folder that exists"):
            judge_table(POLICY, table, target, as_of=AS_OF)


def test_a_folder_that_takes_no_file_is_told_before_anything_is_judged(table, monkeypatch):
    """A table of ten million rows is not judged first; the facts stay as they are."""
    monkeypatch.setattr("careprogram.program.tables._counts", lambda _: pytest.fail("judged"))
    for name in ("x.csv", "x.parquet"):
        with pytest.raises(TableError, match=rf"{name} cannot be written \(Not a directory\): give a folder"):
            judge_table(POLICY, table, table / name, as_of=AS_OF)
    assert table.read_text(encoding="utf-8") == CSV
    assert [file.name for file in table.parent.iterdir()] == [table.name]


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="this system asks for permission in another way")
def test_a_folder_that_may_only_be_read_is_told_and_gets_nothing():
    """Run as somebody who is not root, whom no folder refuses: the error says so, and nothing is left in the folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "children.csv"
        source.write_text(CSV, encoding="utf-8")
        source.chmod(0o444)
        folder.chmod(0o555)
        told = subprocess.run([sys.executable, "-c", READ_ONLY, name], capture_output=True, text=True, check=True)
        assert told.stdout.splitlines() == [
            "4",
            "judged.csv cannot be written (Permission denied)",
            "judged.parquet cannot be written (Permission denied)",
        ]
        assert [file.name for file in folder.iterdir()] == ["children.csv"]
        folder.chmod(0o755)


READ_ONLY = """
import datetime as dt, os, sys
from pathlib import Path
import polars
from careprogram.eligibility import shipped_policies
from careprogram.errors import TableError
from careprogram.program.tables import judge_table
folder, policy = Path(sys.argv[1]), shipped_policies()["cn.left-behind.pre-2016"]
asked = {"as_of": dt.date(2016, 1, 1), "absent": "unknown"}
judge_table(policy, folder / "children.csv", **asked)
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
print(judge_table(policy, folder / "children.csv", **asked).rows)
for name in ("judged.csv", "judged.parquet"):
    try:
        judge_table(policy, folder / "children.csv", folder / name, **asked)
    except TableError as error:
        print(str(error).partition(":")[0])
"""


@pytest.mark.parametrize("text", ["\na,true,3\n", "a,true,3\n\n", "a,true,3\n\n\nb,,\n"])
def test_a_blank_line_is_no_child(tmp_path, text):
    """It would be read as a child of whom nobody knows anything, and counted."""
    file = tmp_path / "children.csv"
    file.write_text(f"child,poor,grade\n{text}", encoding="utf-8")
    with pytest.raises(TableError, match="found a blank line"):
        judge_table(policy_of(Facts.poor.is_(True), Facts.grade >= 5), file, as_of=AS_OF)


def test_a_year_that_no_calendar_has_is_no_answer(tmp_path):
    """Polars knows a year 0; to everybody else it is no date."""
    file = tmp_path / "children.csv"
    file.write_text("child,birth_date\na,0001-01-01\nb,0000-12-31\n", encoding="utf-8")
    with pytest.raises(TableError, match="row 3, column 'birth_date'") as caught:
        judge_table(policy_of(Facts.birth_date.age < 16), file, as_of=AS_OF)
    assert len(caught.value.problems) == 1


def test_the_facts_are_never_written_over(table, tmp_path):
    """Neither by name nor by a link to them; and what is no table is no target."""
    link = tmp_path / "link.csv"
    link.symlink_to(table)
    for target in (table, link):
        with pytest.raises(TableError, match="another file"):
            judge_table(POLICY, table, target, as_of=AS_OF)
    for source, target in ((table, tmp_path / "x.xlsx"), (tmp_path / "x.xlsx", None)):
        with pytest.raises(TableError, match=r"\.parquet or \.csv"):
            judge_table(POLICY, source, target, as_of=AS_OF)
    assert table.read_text(encoding="utf-8") == CSV


def test_an_empty_table_has_no_children(tmp_path):
    """Headings alone are a table."""
    path = tmp_path / "children.csv"
    path.write_text("\ufeffpoor,grade,home,birth_date\n", encoding="utf-8")
    assert judge_table(POLICY, path, as_of=AS_OF).rows == 0


def test_without_polars_the_extra_is_named(table, monkeypatch):
    """The error says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r"careprogram\[columns\]"):
        judge_table(POLICY, table, as_of=AS_OF)
