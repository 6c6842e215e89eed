"""The lists of a run are made for a stated reader, and are in the audit trail before they are anywhere else."""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from careprogram.cli.main import main
from careprogram.errors import ConfigurationError, StoreError
from careprogram.ports import AuditEntry, ChangeSet, Receipt
from careprogram.privacy import Purpose, Role
from careprogram.program import Program
from careprogram.program.audit import trail
from careprogram.program.list_reading import LISTS
from careprogram.program.record_kinds import subject_of_child
from careprogram.program.save import all_records

_TOWNSHIP = """
[lists]
reader = "t-1"
role = "township-supervisor"
places = ["{}"]
"""


def _entries(folder: Path) -> list[AuditEntry]:
    with contextlib.closing(Program.load(folder).open_store()) as store:
        return [record.entry for record in trail(store) if record.entry.action == "list"]


@pytest.mark.promise
def test_each_list_leaves_one_entry(new_county: Callable[[], Path], capsys: pytest.CaptureFixture[str]) -> None:
    """One entry a list, however many it names, says who reads what, and why; a list that stays as it is leaves none."""
    folder = new_county()
    Program.load(folder).run()
    entries = {entry.subject_kind: entry for entry in _entries(folder)}
    assert set(entries) == set(LISTS)
    assert len(_entries(folder)) == len(LISTS)
    assert {entry.actor for entry in entries.values()} == {"office"}
    assert entries["verdicts.xlsx"].purpose == Purpose.AID.value
    assert {"child.name", "verdict.explanation"} <= set(entries["verdicts.xlsx"].fields)
    assert "child.identity_number" in entries["roster.xlsx"].fields
    assert "child.identity_number" not in entries["duties.xlsx"].fields
    Program.load(folder).run()
    assert len(_entries(folder)) == len(LISTS)
    assert main(["pair", str(folder), "--no-remedies", "--quiet"]) == 0
    assert [entry.subject_kind for entry in _entries(folder)[len(LISTS) :]] == ["pairings.xlsx"]
    assert main(["audit", "verify", str(folder)]) == 0


@pytest.mark.promise
def test_a_township_reads_its_own(new_county: Callable[[], Path]) -> None:
    """A run whose lists are for one township writes rows of its children alone, into every list."""
    folder = new_county()
    program = folder / "program.toml"
    township = re.search(r"\b[0-9]{9}\b", (folder / "places.csv").read_text(encoding="gb18030", errors="replace"))
    assert township is not None
    text = program.read_text(encoding="utf-8") + _TOWNSHIP.format(township[0])
    program.write_text(text, encoding="utf-8")
    loaded = Program.load(folder)
    viewer = loaded.config.lists.viewer()
    loaded.run()
    with contextlib.closing(loaded.open_store()) as store:
        inside = {
            record.id
            for record in all_records(store, "child")
            if viewer.scope.covers(subject_of_child(record.id, record.document))
        }
        outside = {record.id for record in all_records(store, "child")} - inside
    assert inside
    assert outside
    for name in LISTS:
        content = (folder / "out" / "report" / name).read_bytes()
        if name.endswith(".json"):
            text = content.decode()
        else:
            book = CalamineWorkbook.from_path(folder / "out" / "report" / name)
            text = str([book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names])
        assert not [child for child in outside if child in text], name
        assert [child for child in inside if child in text], name
    assert {entry.actor for entry in _entries(folder)} == {"t-1"}


def test_no_list_without_its_entry(new_county: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the trail cannot be written, every file of the report stays as it was."""
    folder = new_county()
    program = Program.load(folder)
    open_store = Program.open_store

    def failing(self: Program) -> object:
        store = open_store(self)
        commit = store.commit

        def refuse(changes: ChangeSet) -> Receipt:
            if any(entry.action == "list" for entry in changes.audit):
                raise StoreError("the disk is full")
            return commit(changes)

        monkeypatch.setattr(store, "commit", refuse, raising=False)
        return store

    monkeypatch.setattr(Program, "open_store", failing)
    with pytest.raises(StoreError):
        program.run()
    assert list((folder / "out" / "report").iterdir()) == []


@pytest.mark.parametrize(
    "lists",
    [
        'role = "teacher"',
        'role = "township-supervisor"',
        'places = ["52"]\nrole = "village-director"',
        'places = ["x"]',
    ],
)
def test_a_reader_who_cannot_be_is_refused(new_county: Callable[[], Path], lists: str) -> None:
    """A role that is no office, an office without its places, or places too wide for it are told by path."""
    folder = new_county()
    program = folder / "program.toml"
    program.write_text(program.read_text(encoding="utf-8") + f"\n[lists]\n{lists}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"lists\."):
        Program.load(folder)


def test_the_role_and_the_purpose_are_read(new_county: Callable[[], Path]) -> None:
    """The words of the file become role and purpose."""
    folder = new_county()
    program = folder / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(f'{text}\n[lists]\npurpose = "care"\nplaces = ["5205"]\n', encoding="utf-8")
    lists = Program.load(folder).config.lists
    assert (lists.role, lists.purpose, lists.viewer().scope.program) == (Role.COUNTY_OFFICER, Purpose.CARE, False)
