"""A run keeps the end of its audit trail outside the store, and verifying finds what was changed."""

import contextlib
import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from careprogram.builtin.file_anchor import FileAnchor
from careprogram.builtin.memory_store import MemoryStore
from careprogram.cli.main import main
from careprogram.errors import ConflictError, NotFoundError
from careprogram.plugins import AnchorProvider, hookimpl
from careprogram.ports import ChainFault, ChainProblem, ChangeSet
from careprogram.program import Program, keep_head, verify_trail
from careprogram.program.audit import keep_end
from careprogram.testing.store_examples import entry
from careprogram_sql import open_store

NewCounty = Callable[..., Path]
AT = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)


def test_a_trail_is_read_page_by_page():
    """However long the trail, every entry is looked at."""
    store = MemoryStore()
    store.commit(ChangeSet(command_id="c", audit=[entry(number) for number in range(4_500)]))
    report = verify_trail(store)
    assert (report.entries, report.kept, report.problems) == (4_500, None, ())


def test_a_trail_that_was_replaced_is_not_anchored(tmp_path):
    """Before a new end is kept, the one before must still stand in the trail; else nothing is kept."""
    anchor = FileAnchor(tmp_path / "anchor")
    for entries in (3, 2, 4):
        store = MemoryStore()
        store.commit(ChangeSet(command_id="c", audit=[entry(number + entries) for number in range(entries)]))
        if entries == 3:
            assert keep_head(store, anchor, at=AT).position == 3
        else:
            with pytest.raises(ConflictError, match="entry 3"):
                keep_head(store, anchor, at=AT)
    assert anchor.latest().position == 3


@pytest.fixture(scope="module")
def ran(county_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county after its first run."""
    folder = Path(shutil.copytree(county_files, tmp_path_factory.mktemp("audit") / "county"))
    assert Program.load(folder).run().failures == ()
    return folder


def by_hand(folder: Path, *statements: str) -> None:
    """Change the database of a program behind its back, with its guards taken away."""
    with contextlib.closing(sqlite3.connect(folder / "out" / "small.db")) as connection, connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)


def test_a_run_keeps_the_end_of_its_trail(ran: Path):
    """After a run the head of the store stands with the anchor, and the trail verifies against it."""
    program = Program.load(ran)
    anchor = program.open_anchor()
    with contextlib.closing(program.open_store()) as store:
        assert anchor.latest() == store.audit_head()
        report = verify_trail(store, anchor)
    assert report.problems == ()
    assert report.kept.position == report.entries > 0


TAMPERS = {
    "edited": ("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2", 2),
    "unreadable": ("UPDATE audit_entry SET fields = 'no json' WHERE seq = 2", 2),
    "nameless": ("UPDATE audit_entry SET actor = '' WHERE seq = 2", 2),
    "out of time": ("UPDATE audit_entry SET at = 9223372036854775807 WHERE seq = 2", 2),
    "orphaned": ("UPDATE audit_entry SET command = 999 WHERE seq = 2", 2),
    "removed": ("DELETE FROM audit_entry WHERE seq = 2", 3),
    "cut": ("DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)", -1),
    "emptied": ("DELETE FROM audit_entry", -1),
}


@pytest.mark.promise
@pytest.mark.parametrize("tamper", TAMPERS)
def test_a_trail_changed_by_hand_is_told_in_both_languages(ran: Path, tmp_path: Path, capsys, tamper: str):
    """`careprogram audit verify` names the place where it shows, and ends with status 1."""
    statement, position = TAMPERS[tamper]
    folder = Path(shutil.copytree(ran, tmp_path / "county"))
    by_hand(folder, statement)
    if position < 0:
        position = Program.load(folder).open_anchor().latest().position
    assert main(["audit", "verify", str(folder)]) == 1
    assert f"第{position}条" in capsys.readouterr().out
    assert main(["audit", "verify", str(folder), "--language", "en"]) == 1
    assert f"entry {position}" in capsys.readouterr().out


def test_a_whole_trail_is_told_in_both_languages(ran: Path, capsys):
    """Where nobody changed anything, it says so and ends with status 0."""
    assert main(["audit", "verify", str(ran)]) == 0
    assert "审计记录完整" in capsys.readouterr().out
    assert main(["audit", "verify", str(ran), "--language", "en"]) == 0
    assert "The audit trail is whole" in capsys.readouterr().out


def test_the_end_can_be_kept_between_runs(ran: Path, tmp_path: Path, capsys):
    """`careprogram audit keep` keeps what was written since the run; a trail that was cut is refused."""
    folder = Path(shutil.copytree(ran, tmp_path / "county"))
    before = Program.load(folder).open_anchor().latest().position
    with contextlib.closing(Program.load(folder).open_store()) as store:
        store.commit(ChangeSet(command_id="a look", audit=[entry()]))
    assert main(["audit", "keep", str(folder)]) == 0
    assert f"第 {before + 1} 条" in capsys.readouterr().out
    assert Program.load(folder).open_anchor().latest().position == before + 1
    by_hand(folder, f"DELETE FROM audit_entry WHERE seq > {before}")
    assert main(["audit", "keep", str(folder)]) == 2
    assert f"审计记录被改动：在外保存了摘要的第 {before + 1} 条已经不在" in capsys.readouterr().err
    assert main(["audit", "keep", str(folder), "--language", "en"]) == 2
    assert f"entry {before + 1}" in capsys.readouterr().err
    file = folder / "program.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[plugins]", 'anchor = ""\n\n[plugins]'), encoding="utf-8")
    assert main(["audit", "keep", str(folder)]) == 2
    assert "outputs.anchor：没有写" in capsys.readouterr().err
    assert main(["audit", "keep", str(folder), "--language", "en"]) == 2
    assert "outputs.anchor: is empty" in capsys.readouterr().err


def test_a_run_on_a_cut_trail_says_so(ran: Path, tmp_path: Path):
    """The next run keeps its records, but names the break; the anchor stays as it was."""
    folder = Path(shutil.copytree(ran, tmp_path / "county"))
    before = Program.load(folder).open_anchor().latest()
    by_hand(folder, f"DELETE FROM audit_entry WHERE seq = {before.position}")
    summary = Program.load(folder).run()
    assert len(summary.failures) == 1
    assert f"entry {before.position}" in summary.failures[0]
    assert Program.load(folder).open_anchor().latest() == before


class Unwilling:
    """An anchor that fails at everything, and would tell what it saw."""

    @hookimpl
    def careprogram_audit_anchors(self):
        return [AnchorProvider(name="unwilling", schemes=("unwilling",), open=lambda address, folder: self)]

    def latest(self):
        raise RuntimeError("王小明")

    def keep(self, head, *, at):
        raise RuntimeError("王小明")


def test_an_anchor_that_fails_harms_no_run(new_county: NewCounty):
    """Its failure is named with its type and without its text, and stops nothing."""
    folder = new_county()
    file = folder / "program.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[plugins]", 'anchor = "unwilling:x"\n\n[plugins]'), encoding="utf-8")
    program = Program.load(folder, plugins=[Unwilling()])
    with contextlib.closing(program.open_store()) as store:
        (failure,) = keep_end(program, store)
    assert "RuntimeError" in failure
    assert "王小明" not in failure
    with pytest.raises(NotFoundError, match=r"outputs\.anchor: .*addresses begin with file:"):
        Program.load(folder).open_anchor()
    file.write_text(text.replace("[plugins]", 'anchor = ""\n\n[plugins]'), encoding="utf-8")
    assert Program.load(folder).open_anchor() is None


def test_a_backup_is_written_and_never_over_a_file(ran: Path, tmp_path: Path, capsys):
    """`careprogram backup` says what is in it; the copy opens as a store that verifies, and a second one is refused."""
    target = tmp_path / "backup.db"
    assert main(["backup", str(ran), str(target), "--language", "en"]) == 0
    assert "Backup written and checked" in capsys.readouterr().out
    with contextlib.closing(Program.load(ran).open_store()) as store, contextlib.closing(open_store(target)) as copy:
        assert copy.audit_head() == store.audit_head()
        assert verify_trail(copy, Program.load(ran).open_anchor()).problems == ()
    assert main(["backup", str(ran), str(target)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["backup", str(ran), str(tmp_path / "no folder" / "b.db")]) == 2
    assert main(["backup", str(ran), str(tmp_path / "b.db")]) == 0
    assert "备份已写入并校验" in capsys.readouterr().out


def test_a_changed_trail_is_not_backed_up_as_whole(ran: Path, tmp_path: Path, capsys):
    """A backup of a trail that was changed is refused, and leaves no file behind."""
    folder = Path(shutil.copytree(ran, tmp_path / "county"))
    by_hand(folder, "UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2")
    assert main(["backup", str(folder), str(tmp_path / "backup.db")]) == 2
    assert "第2条" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["county"]


def test_every_kind_of_break_has_a_text():
    """None of them is told without words."""
    for fault in ChainFault:
        told = ChainProblem(fault=fault, position=7).text
        assert "第7条" in told.zh
        assert "entry 7" in told.en
