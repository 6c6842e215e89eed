"""`careprogram archive list | schema | import`: what they print, and with which exit status."""

import contextlib
import datetime as dt
import json
from pathlib import Path

import pytest

from careprogram.archives import HEALTH, LEARNING, SHIPPED, json_schema
from careprogram.cli.main import main
from careprogram.ids import ChildId
from careprogram.people import Child, Sex
from careprogram.ports import ChangeSet
from careprogram.program import load_archive
from careprogram.program.records import child_records
from careprogram_sql import open_store

PROGRAM = """
[program]
id = "small"
title = "小县"
as_of = 2026-09-01
[inputs]
roster = "roster.xlsx"
helpers = "helpers.csv"
[policies]
judge = ["county.education"]
serve = ["county.education"]
[term]
id = "2026-autumn"
start = 2026-09-01
end = 2026-10-31
[outputs]
store = "sqlite:small.db"
[plugins]
load = ["sql"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a program with one boy on file."""
    (tmp_path / "program.toml").write_text(PROGRAM, encoding="utf-8")
    child = Child(id=ChildId("c-1"), sex=Sex.MALE, birth_date=dt.date(2014, 9, 1))
    with contextlib.closing(open_store(tmp_path / "small.db")) as store:
        store.commit(ChangeSet(command_id="setup", puts=tuple(child_records([child]))))
    return tmp_path


def test_list_names_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """In both languages, and as JSON with versions and what changed between them."""
    assert main(["archive", "list"]) == 0
    assert "健康档案" in capsys.readouterr().out
    assert main(["archive", "list", "--json", "--language", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in told] == [kind.id for kind in SHIPPED]
    assert told[1]["versions"] == [1, 2]
    assert told[1]["changes"] == [LEARNING.upcasters[0].text.en]
    assert told[1]["from"] == "shipped-archives"


@pytest.mark.parametrize("version", [None, 1, 2])
def test_schema_prints_the_json_schema_of_a_version(version: int | None, capsys: pytest.CaptureFixture[str]) -> None:
    """The current version if none is named."""
    asked = [] if version is None else ["--version", str(version)]
    assert main(["archive", "schema", "learning", *asked]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema(LEARNING.versions[(version or 2) - 1])


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["diary"], "known are attachment, base", "没有名为“diary”的档案；可写：attachment、base"),
        (["health", "--version", "3"], "has versions 1 to 2, not 3", "有第 1 到第 2 版，没有第 3 版"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    arguments: list[str], english: str, chinese: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown kind or version is refused with the known ones, in either language."""
    assert main(["archive", "schema", *arguments, "--language", "en"]) == 2
    assert english in capsys.readouterr().err
    assert main(["archive", "schema", *arguments]) == 2
    assert chinese in capsys.readouterr().err


def test_import_keeps_good_rows_and_returns_bad_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Problems by row and column on standard output, the sum on standard error, bad rows in a workbook, status 1."""
    table = folder / "check.csv"
    table.write_text("系统编号,体检日期,身高\nc-1,2026-09-10,150.5\nc-1,2026-09-11,高\n", encoding="utf-8")
    asked = ["archive", "import", "health", str(folder), str(table), "--by", "clinic"]
    assert main(asked) == 1
    assert "没有同意书允许为此用途收集这类信息" in capsys.readouterr().out
    asked += ["--as", "teacher"]
    assert main([*asked, "--bad-rows", str(folder / "bad.xlsx")]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("第 3 行 C 列「身高」：")
    assert "更新健康档案 1 份" in said.err
    assert (folder / "bad.xlsx").read_bytes().startswith(b"PK")
    with contextlib.closing(open_store(folder / "small.db")) as store:
        filed = load_archive(store, HEALTH, ChildId("c-1"))
        assert filed is not None
        (entry,) = filed.document["checks"]  # type: ignore[misc, union-attr]
        assert (entry["height"], entry["term"]) == (1505, "2026-autumn")
        assert [record.entry.actor for record in store.audit()] == ["clinic"]
    table.write_text("系统编号,体检日期,身高\nc-1,2026-09-10,150.5\n", encoding="utf-8")
    assert main([*asked, "--language", "en"]) == 0
    assert "0 health archives written" in capsys.readouterr().err


def test_import_appends_entries_of_any_kind(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --into the rows are entries of a list; without it, and for a kind that is not there, the way is told."""
    table = folder / "results.csv"
    table.write_text("系统编号,学期,科目,等第\nc-1,2024-autumn,语文,优秀\n", encoding="utf-8")
    asked = [str(folder), str(table), "--by", "school"]
    assert main(["archive", "import", "learning", *asked, "--into", "term_results"]) == 1
    assert "没有同意书允许为此用途收集这类信息" in capsys.readouterr().out
    for_contact = ["--into", "term_results", "--purpose", "contact"]
    assert main(["archive", "import", "learning", *asked, *for_contact]) == 2
    assert "不是为“亲情联系”收集的；可写：care（关爱服务）、education（学习辅导）" in capsys.readouterr().err
    for_care = ["--into", "term_results", "--purpose", "care"]
    assert main(["archive", "import", "learning", *asked, *for_care]) == 0
    assert "更新档案 1 份" in capsys.readouterr().err
    with contextlib.closing(open_store(folder / "small.db")) as store:
        filed = load_archive(store, LEARNING, ChildId("c-1"))
        assert filed is not None
        assert filed.document["term_results"] == [{"term": "2024-autumn", "subject": "语文", "result": "excellent"}]
    assert main(["archive", "import", "learning", *asked]) == 2
    assert "请用 --into 写明这些行归入“learning”的哪个列表" in capsys.readouterr().err
    assert main(["archive", "import", "learning", *asked, "--language", "en"]) == 2
    assert "--into LIST" in capsys.readouterr().err
    assert main(["archive", "import", "diary", *asked, "--into", "pages"]) == 2
    assert "可写：attachment" in capsys.readouterr().err


def test_a_table_that_is_not_there_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused with the name of the file, before the store is opened."""
    asked = ["archive", "import", "health", str(folder), str(folder / "no.csv"), "--by", "clinic"]
    assert main([*asked, "--language", "en"]) == 2
    assert "no.csv cannot be read" in capsys.readouterr().err
    assert main(asked) == 2
    assert "no.csv：没有这个文件" in capsys.readouterr().err
