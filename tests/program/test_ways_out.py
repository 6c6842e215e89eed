"""Does any file, message, page, command, text of an error or repr carry a canary that its reader may not see?

A county is run whose people have marks in every field that can hold one (texts, telephone and identity numbers; what is
one of a few words cannot be told from the words around it, and is tried at the desk). Everything that comes out is
searched, and every way out has to be in the table.
"""

import argparse
import contextlib
import datetime as dt
import io
import logging
import traceback
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

import careprogram.cli.judge as judge_command
from careprogram.builtin.contributions import standard_host
from careprogram.cli.main import main, parser
from careprogram.codec import from_document, to_document
from careprogram.errors import CareProgramError
from careprogram.people import Child, Helper, IdentityNumber, Phone, PlaceCode, VillageLink
from careprogram.privacy import CHILD_FIELDS, HELPER_FIELDS, Sensitivity, clearance
from careprogram.privacy.work_fields import VERDICT_FIELDS, VILLAGE_LINK_FIELDS
from careprogram.program import Program, SilentProgress, proposal, propose_pairs, report
from careprogram.program.audit import trail
from careprogram.program.clock import SystemClock
from careprogram.program.records import child_records
from careprogram.program.run import work_out
from careprogram.program.ways_out import OFFICE_PURPOSES, WAYS_OUT, Through
from careprogram.reports import render_page
from careprogram.rosters import identify_with, read_roster
from careprogram.testing.canaries import canary, found_in
from careprogram.testing.fakes import MemoryStore

_VALUES = (PlaceCode, Phone, IdentityNumber)
_CLASSES = {"child": CHILD_FIELDS, "helper": HELPER_FIELDS, "link": VILLAGE_LINK_FIELDS, "verdict": VERDICT_FIELDS}


@attrs.define
class Marks:
    """Which mark is which field; one mark a field, whoever's it is."""

    fields: dict[str, str] = attrs.Factory(dict)

    def of(self, path: str, kind: type) -> object:
        """Return the mark of the field at *path*, as its type can hold it."""
        known = {found: mark for mark, found in self.fields.items()}
        number = len(self.fields)
        text = known.get(path) or {
            Phone: f"139000{number:05d}",
            IdentityNumber: IdentityNumber.from_parts(PlaceCode("520402"), dt.date(2015, 1, 1), number).text,
        }.get(kind, canary(number))
        self.fields[text] = path
        return {Phone: Phone, IdentityNumber: IdentityNumber}.get(kind, str)(text)

    def on(self, record: typing.Any, prefix: str) -> typing.Any:
        """Return *record* with a mark in each field that can hold one."""
        changes: dict[str, object] = {}
        hints = typing.get_type_hints(type(record))
        for field in attrs.fields(type(record)):
            value, path = getattr(record, field.name), f"{prefix}{field.name}"
            members = (hints[field.name], *typing.get_args(hints[field.name]))
            kind = next((kind for kind in (Phone, IdentityNumber, str) if kind in members), None)
            if not field.init or field.name in {"id", "person"} or isinstance(value, frozenset):
                continue
            if kind is not None:
                changes[field.name] = self.of(path, kind)
            elif attrs.has(type(value)) and not isinstance(value, _VALUES) and field.name != "grade":
                changes[field.name] = self.on(value, f"{path}.")
        return attrs.evolve(record, **changes)


@attrs.frozen
class County:
    """A county that was run with marks, its outputs, and what was logged on the way."""

    folder: Path
    marks: dict[str, str]
    files: dict[str, bytes]
    log: str
    child: str


@pytest.fixture(scope="module")
def county(county_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Run a county whose people were marked right after they had been read."""
    import shutil

    folder = Path(shutil.copytree(county_files, tmp_path_factory.mktemp("canary") / "county"))
    marks, read = Marks(), proposal.read_inputs
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)

    def marked(*args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        inputs = read(*args, **kwargs)
        roster = attrs.evolve(
            inputs.roster, children=tuple(marks.on(child, "child.") for child in inputs.roster.children)
        )
        helpers = attrs.evolve(
            inputs.helpers, items=tuple(marks.on(helper, "helper.") for helper in inputs.helpers.items)
        )
        links = attrs.evolve(inputs.links, links=tuple(marks.on(link, "link.") for link in inputs.links.links))
        return attrs.evolve(inputs, roster=roster, helpers=helpers, links=links)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proposal, "read_inputs", marked)
        patch.setattr(judge_command, "read_inputs", marked)
        program = Program.load(folder)
        program.run()
        out = folder / "out"
        files = {f"report/{file.name}": file.read_bytes() for file in (out / "report").iterdir()}
        for file in (out / "outbox").iterdir():
            which = "message/duties" if file.name.startswith("duties") else "message/proposal"
            files[which] = files.get(which, b"") + file.read_bytes()
        found = propose_pairs(program, progress=SilentProgress())
        for name, make in proposal.proposal_files(program, found, language="zh").items():
            files[f"pair/{name}"] = make()
        yield County(folder, marks.fields, files, stream.getvalue(), found.inputs.roster.children[0].id)
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)


def _fields_in(county: County, output: bytes | str) -> set[str]:
    return {county.marks[mark] for mark in found_in(output, county.marks)}


def test_the_marks_are_there_to_be_found(county: County) -> None:
    """All three kinds of records carry marks, and the roster that goes back to the office shows most of a child's."""
    prefixes = {path.split(".")[0] for path in county.marks.values()}
    assert prefixes == {"child", "helper", "link"}
    assert len(county.marks) > 30
    assert len(_fields_in(county, county.files["report/roster.xlsx"])) > 15


@pytest.mark.promise
def test_no_file_and_no_message_holds_a_mark_that_it_may_not(county: County) -> None:
    """Each file of a run and of a proposal, and each message, holds the fields the table names for it, and no other."""
    assert set(county.files) <= set(WAYS_OUT)
    for way, content in county.files.items():
        assert _fields_in(county, content) <= WAYS_OUT[way].fields, way
    for way in ("report/verdicts.xlsx", "report/pairings.xlsx", "report/duties.xlsx", "pair/pairings.xlsx"):
        assert _fields_in(county, county.files[way]) == WAYS_OUT[way].fields, way


@pytest.mark.promise
def test_a_planted_leak_in_a_file_is_seen(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page into which somebody writes a child's address is found out by the same search."""
    address = next(mark for mark, path in county.marks.items() if path == "child.residence.address")
    leaking = county.files["report/index.html"].replace(b"</body>", address.encode() + b"</body>")
    assert _fields_in(county, leaking) == {"child.residence.address"}
    assert not _fields_in(county, leaking) <= WAYS_OUT["report/index.html"].fields


def test_what_a_list_may_hold_its_reader_may_see() -> None:
    """No chosen field is above the clearance of the reader of that list, for the purposes of the office."""
    for way in WAYS_OUT.values():
        for path in way.fields if way.reader is not None else ():
            kind, _, name = path.partition(".")
            field = _CLASSES[kind].classes[name]
            assert way.reader is not None
            assert any(
                purpose in field.purposes and clearance(way.reader, purpose).shown.covers(field.sensitivity)
                for purpose in OFFICE_PURPOSES
            ), (way.id, path)


def _commands(root: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[str]:
    deeper = [action for action in root._actions if isinstance(action, argparse._SubParsersAction)]
    if not deeper:
        yield " ".join(before)
    for action in deeper:
        for name, inner in action.choices.items():
            yield from _commands(inner, (*before, name))


_BY = ("--by", "o-1")
_PAPER = ("--relation", "mother", "--notice", "2026-1", "--on", "2026-09-01")
_ASKED = ("--for", "care", "--until", (SystemClock().today() + dt.timedelta(days=9)).isoformat(), "--reason", "x")


def _cases(county: County, tmp: Path) -> dict[str, tuple[object, ...]]:
    """Return how each command is called, on people with marks wherever it takes people."""
    folder, roster, policy = county.folder, tmp / "roster.xlsx", "cn.left-behind.2016"
    roster.write_bytes(county.files["report/roster.xlsx"])
    table = tmp / "health.csv"
    table.write_text("\n".join(["姓名,身份证号,身高", ",".join(list(county.marks)[:3])]), encoding="utf-8")
    return {
        "run": ("run", folder),
        "demo": ("demo", tmp, "--children", "50"),
        "roster": ("roster", roster, "--as-of", "2026-09-01"),
        "judge": ("judge", folder, county.child),
        "pair": ("pair", folder, "--child", county.child),
        "policy check": ("policy", "check", roster),
        "policy explain": ("policy", "explain", policy, "--as-of", "2026-09-01"),
        "policy diff": ("policy", "diff", policy, policy, "--roster", roster, "--as-of", "2026-09-01"),
        "policy table": ("policy", "table", policy, "--as-of", "2026-09-01", "--at-most", "2"),
        "policy list": ("policy", "list"),
        "policy print": ("policy", "print", policy),
        "policy schema": ("policy", "schema"),
        "policy sql": ("policy", "sql", policy, "--as-of", "2026-09-01"),
        "archive list": ("archive", "list"),
        "archive schema": ("archive", "schema", "base"),
        "archive import": ("archive", "import", "health", folder, table, "--by", "o-1"),
        "consent add": ("consent", "add", folder, county.child, *_PAPER, *_BY),
        "consent list": ("consent", "list", folder, *_BY),
        "consent withdraw": ("consent", "withdraw", folder, "paper-x", *_BY),
        "grant ask": ("grant", "ask", folder, county.child, *_ASKED, *_BY),
        "grant list": ("grant", "list", folder, *_BY),
        "grant approve": ("grant", "approve", folder, "grant-x", *_BY),
        "grant end": ("grant", "end", folder, "grant-x", *_BY),
        "glass list": ("glass", "list", folder, *_BY),
        "glass review": ("glass", "review", folder, "glass-x", *_BY),
        "hold open": ("hold", "open", folder, county.child, "--case", "17", *_BY),
        "hold list": ("hold", "list", folder, *_BY),
        "hold close": ("hold", "close", folder, county.child, *_BY),
        "subject-report": ("subject-report", folder, county.child, "--requested-by", "g-1", "--output", tmp / "copy"),
        "erase": ("erase", folder, county.child, "--why", "child-asked", "--by", "o-1", "--yes"),
        "audit verify": ("audit", "verify", folder),
        "audit keep": ("audit", "keep", folder),
        "backup": ("backup", folder, tmp / "copy.db"),
        "keys new": ("keys", "new", tmp / "keys"),
        "keys rotate": ("keys", "rotate", folder),
        "keys destroy-old": ("keys", "destroy-old", folder),
        "plugins list": ("plugins", "list"),
        "plugins new": ("plugins", "new", tmp / "plugin", "--name", "village-library"),
        "plugins check": ("plugins", "check", "sql"),
    }


@pytest.mark.promise
def test_no_command_prints_a_mark(county: County, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each command, called on people with marks, prints none of them, neither as an answer nor as a complaint."""
    cases = _cases(county, tmp_path)
    last = ("erase",)
    for name in (*(name for name in cases if name not in last), *last):
        capsys.readouterr()
        with contextlib.suppress(SystemExit):
            main([str(word) for word in cases[name]])
        said = capsys.readouterr()
        assert said.out + said.err, name
        assert _fields_in(county, said.out + said.err) == set(), name
    assert _fields_in(county, (tmp_path / "copy").read_bytes()) >= {"child.name", "child.residence.address"}


def test_every_way_out_has_a_case(county: County, tmp_path: Path) -> None:
    """A new command, file of a report, section or kind of message that has no canary case fails here."""
    commands = set(_commands(parser()))
    assert commands == set(_cases(county, tmp_path))
    named = {way.split("/", 1)[0]: set[str]() for way in WAYS_OUT}
    for way in WAYS_OUT:
        named[way.split("/", 1)[0]].add(way.split("/", 1)[-1])
    assert named["command"] == commands
    assert named["section"] == set(standard_host().report_sections())
    made = {way for way in county.files if way.startswith(("report/", "pair/", "message/"))}
    rarely = {"report/bad-rows.xlsx", "report/bad-helpers.xlsx"}
    assert {way for way in WAYS_OUT if way.startswith(("report/", "pair/", "message/"))} - rarely <= made
    assert set(named) == {
        "access",
        "audit",
        "command",
        "exception",
        "log",
        "message",
        "pair",
        "repr",
        "report",
        "section",
    }


@pytest.mark.promise
def test_no_section_holds_a_mark(county: County) -> None:
    """Each section of the page by itself, in both languages, names nobody."""
    program = Program.load(county.folder)
    findings = work_out(program, MemoryStore(), SilentProgress())
    situation = report.situation_of(program.config, program.strategies(), findings, scores={}, duty_kinds={})
    whole = report.figures(situation)
    for name, section in standard_host().report_sections().items():
        for language in ("zh", "en"):
            page = render_page(whole, language=language, sections=[section])  # type: ignore[arg-type]
            assert _fields_in(county, page) == set(), name


@pytest.mark.promise
def test_no_log_no_trail_and_no_repr_holds_a_mark(county: County) -> None:
    """What was logged at the finest level, the audit trail, and the repr of every record name nobody."""
    program = Program.load(county.folder)
    store = program.open_store()
    entries = [str(attrs.asdict(record.entry)) for record in trail(store)]
    children = store.find(_every("child")).records
    helpers = store.find(_every("helper")).records
    links = store.find(_every("village-link")).records
    store.close()
    assert _fields_in(county, county.log + " ".join(entries)) == set()
    records: list[object] = [*children[:3], *helpers[:3], *links[:3]]
    records += [from_document(Child, record.document) for record in children[:3]]
    records += [from_document(Helper, record.document) for record in helpers[:3]]
    records += [from_document(VillageLink, record.document) for record in links[:3]]
    shown = _fields_in(county, " ".join(map(repr, records)))
    for path in shown:
        kind, _, name = path.partition(".")
        assert _CLASSES[kind].classes[name].sensitivity is Sensitivity.INTERNAL, path


def _every(kind: str) -> typing.Any:
    from careprogram.ports import Query

    return Query(kind=kind, limit=1_000)


@pytest.mark.promise
def test_no_error_holds_a_mark(county: County) -> None:
    """Values that cannot be what they claim to be, and records that do not fit, are refused without being quoted."""
    child = next(child_records([Marks().on(Child(id="c-1"), "child.")])).document  # type: ignore[arg-type]
    wrong = [{**child, "sex": mark} for mark in county.marks] + [{**child, mark: 1} for mark in county.marks]
    calls: list[Callable[[], object]] = [lambda: read_roster("".join(county.marks).encode(), **_AS_READ)]
    for mark in list(county.marks)[:20]:
        calls += [
            lambda mark=mark: Phone(f"x{mark}"),
            lambda mark=mark: IdentityNumber.parse(f"x{mark}"),
            lambda mark=mark: PlaceCode.parse(f"x{mark}"),
            lambda mark=mark: to_document({"name": mark}),
        ]
    calls += [lambda document=document: from_document(Child, document) for document in wrong]
    told = []
    for call in calls:
        with pytest.raises(CareProgramError) as refused:
            call()
        error = refused.value
        told += [str(error), error.in_chinese, repr(error), "".join(traceback.format_exception_only(error))]
        told += [str(problem) for problem in getattr(error, "problems", ())]
    assert _fields_in(county, "\n".join(told)) == set()


_AS_READ: dict[str, typing.Any] = {"as_of": dt.date(2026, 9, 1), "identify": identify_with(b"x" * 16)}


def test_desk_and_lists_are_told_apart() -> None:
    """What goes through the desk names no field; what chooses its fields names its reader."""
    for way in WAYS_OUT.values():
        assert (way.through is Through.CHOSEN) is bool(way.fields) is (way.reader is not None)
