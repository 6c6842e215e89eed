"""`careprogram subject-report` and `careprogram erase`: do they ask, say what they did, and print nothing personal?"""

import datetime as dt
import io
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from careprogram.cli.main import main
from careprogram.ids import ChildId
from careprogram.people import Child
from careprogram.ports import ChangeSet
from careprogram.program import Program
from careprogram.program.audit import trail
from careprogram.program.records import child_records

_PROGRAM = """
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
store = "sqlite:out/small.db"

[plugins]
load = ["sql"]
"""

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a program with two children on file, the id of one of them, and its name."""
    folder = tmp_path_factory.mktemp("county")
    (folder / "program.toml").write_text(_PROGRAM, encoding="utf-8")
    store = Program.load(folder).open_store()
    children = [Child(id=ChildId(name), name=f"王小{name}", birth_date=dt.date(2010, 5, 1)) for name in ("c-1", "c-2")]
    store.commit(ChangeSet(command_id="fill", puts=list(child_records(children))))
    store.close()
    return folder, "c-1", "王小c-1"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Return a function that runs a command and returns its status, its answer and what it complained of."""

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


def test_a_copy_is_written_for_the_owner_of_the_file_alone(county: tuple[Path, str, str], say: Say) -> None:
    """The guardian's copy is a private file; the terminal shows how many records it holds and no name."""
    folder, child, name = county
    target = folder / "copy.json"
    status, out, _ = say(
        "subject-report", folder, child, "--requested-by", "g-1", "--output", target, "--format", "json"
    )
    assert status == 0
    assert name not in out
    told = json.loads(target.read_text(encoding="utf-8"))
    assert told["records"][0]["records"][0]["fields"]["name"] == name
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    status, out, _ = say("subject-report", folder, child, "--output", target, "--language", "en")
    assert (status, "The copy holds" in out) == (0, True)
    assert "copy of personal data" in target.read_text(encoding="utf-8")


def test_an_unknown_child_has_no_copy_and_is_not_erased(county: tuple[Path, str, str], say: Say) -> None:
    """An id that is not on file is refused with status 2, by both commands."""
    folder, _, _ = county
    assert say("subject-report", folder, "nobody", "--output", folder / "x")[0] == 2
    status, _, err = say("erase", folder, "nobody", "--why", "child-asked", "--by", "o-1", "--yes")
    assert (status, "没有编号为“nobody”的儿童的记录" in err) == (2, True)
    status, _, err = say("erase", folder, "--language", "en")
    assert (status, "erase needs the id of the child, --why and --by" in err) == (2, True)


def test_erasing_asks_first(county: tuple[Path, str, str], say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a person to ask it refuses; with one it wants the id typed, and another word erases nothing."""
    folder, child, name = county
    words = ("erase", folder, child, "--why", "guardian-asked", "--by", "o-1")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    status, _, err = say(*words)
    assert (status, "--yes" in err) == (2, True)

    class Person(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Person("no\n"))
    status, out, _ = say(*words)
    assert (status, "没有删除任何内容" in out) == (1, True)
    monkeypatch.setattr("sys.stdin", Person(f"{child}\n"))
    status, out, err = say(*words)
    assert status == 0
    assert "删除回执 erasure-" in out
    assert "花名册" in out
    assert name not in out + err
    status, out, _ = say("erase", folder, "--due", "--language", "en")
    assert (status, "kept long enough" in out) == (0, True)
    store = Program.load(folder).open_store()
    actions = [record.entry.action for record in trail(store)]
    store.close()
    assert {"copy", "erase"} <= set(actions)
