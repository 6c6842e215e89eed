"""`careprogram archive`: what archives may hold, and how measurements get into them.

`list` shows the kinds, `schema` the JSON Schema of one version, `import` takes in a table.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from careprogram.archives import ArchiveKind
from careprogram.archives.screening import NOT_COMPARED
from careprogram.builtin.contributions import standard_host
from careprogram.cli.terminal import failure_line, print_table
from careprogram.errors import ConfigurationError, NotFoundError
from careprogram.language import Language, Text
from careprogram.ports import Store
from careprogram.privacy import Purpose, Role
from careprogram.privacy.recording import RECORDERS
from careprogram.program.program_problems import unreadable
from careprogram.program.whole_files import write_private
from careprogram.rosters import Identify, ListReading

if TYPE_CHECKING:
    from careprogram.program import Program
    from careprogram.program.health_intake import HealthIntake

_HEADER = (
    Text("编号", "id"),
    Text("名称", "title"),
    Text("版本", "versions"),
    Text("字段", "fields"),
    Text("提供者", "from"),
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its parts."""
    command = subparsers.add_parser("archive", help="kinds of archives, and taking in a health check")
    parts = command.add_subparsers(dest="part", metavar="PART", required=True)
    listing = parts.add_parser("list", help="the kinds of archives")
    listing.add_argument("--json", action="store_true", help="for machines")
    listing.set_defaults(run=run_list)
    schema = parts.add_parser("schema", help="the JSON Schema of a kind of archive")
    schema.add_argument("kind", metavar="KIND", help="such as health; see `careprogram archive list`")
    schema.add_argument("--version", type=int, metavar="N", help="the current one if not given")
    schema.set_defaults(run=run_schema)
    for part in (listing, schema):
        part.add_argument("--load", action="append", default=[], metavar="PLUGIN", help="an installed plugin to load")
        part.add_argument("--language", choices=("zh", "en"), default="zh")
    _add_import(parts)


def _add_import(parts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    taking = parts.add_parser(
        "import", help="take in a table: a health check, or entries of a list", description=__doc__
    )
    taking.add_argument("kind", metavar="KIND", help="health for a health check, or any kind together with --into")
    taking.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    taking.add_argument("file", metavar="FILE", type=Path, help="an .xlsx workbook or a CSV file")
    taking.add_argument("--into", metavar="LIST", help="append rows as entries of this list, such as term_results")
    taking.add_argument("--by", required=True, metavar="WHO", help="who brings the table, for the audit trail")
    roles = [role.value for role in Role if role in RECORDERS]
    office = Role.COUNTY_OFFICER.value
    taking.add_argument("--as", dest="role", choices=roles, default=office, help="as what they bring it")
    purposes = [one.value for one in Purpose]
    taking.add_argument("--purpose", choices=purposes, help="what for; one that asks for consent if not given")
    taking.add_argument("--term", metavar="TERM", help="that of the program if not given")
    taking.add_argument("--bad-rows", metavar="FILE", type=Path, help="write the rows with errors to this workbook")
    taking.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    taking.set_defaults(run=run_import)


def _kinds(arguments: argparse.Namespace) -> dict[str, tuple[ArchiveKind, str]]:
    host = standard_host(load=arguments.load)
    kinds = {name: (kind, host.owner("archive_schemas", name)) for name, kind in host.archive_kinds().items()}
    for failure in host.failures:
        print(f"careprogram: {failure_line(failure.text, arguments.language)}", file=sys.stderr)
    return kinds


def run_list(arguments: argparse.Namespace) -> int:
    """Print the kinds of archives."""
    language: Language = arguments.language
    kinds = _kinds(arguments)
    if arguments.json:
        told = [
            {
                "id": name,
                "title": kind.current.title.in_(language),
                "versions": [schema.version for schema in kind.versions],
                "changes": [step.text.in_(language) for step in kind.upcasters],
                "fields": [field.name for field in kind.current.fields],
                "from": owner,
            }
            for name, (kind, owner) in kinds.items()
        ]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    rows = [
        (name, kind.current.title.in_(language), str(kind.current.version), str(len(kind.current.fields)), owner)
        for name, (kind, owner) in kinds.items()
    ]
    print_table(
        Text("档案种类", "Kinds of archives").in_(language), [heading.in_(language) for heading in _HEADER], rows
    )
    return 0


def run_schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of one version."""
    from careprogram.archives import json_schema

    kinds = _kinds(arguments)
    if arguments.kind not in kinds:
        raise _no_such_kind(arguments.kind, kinds)
    kind, _ = kinds[arguments.kind]
    version = kind.current.version if arguments.version is None else arguments.version
    if not 1 <= version <= kind.current.version:
        last = kind.current.version
        raise NotFoundError(f"archive {kind.id!r} has versions 1 to {last}, not {version}").also_in_chinese(
            f"档案“{kind.id}”有第 1 到第 {last} 版，没有第 {version} 版"
        )
    print(json.dumps(json_schema(kind.versions[version - 1]), ensure_ascii=False, indent=2))
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Take in the table, say what became of it, and name every cell that has to be mended."""
    from careprogram.program import Program
    from careprogram.program.inputs import program_key
    from careprogram.rosters import identify_with, write_bad_rows

    program = Program.load(arguments.program)
    settings = program.config.program
    language: Language = arguments.language or settings.language
    try:
        raw = arguments.file.read_bytes()
    except OSError as error:
        raise unreadable(arguments.file, error, "name a table, .xlsx or CSV", "请写表格文件（.xlsx 或 CSV）") from None
    store = program.open_store()
    try:
        identify = identify_with(program_key(program.folder / settings.key_file))
        reading, told = _taken_in(raw, program, store, identify, arguments)
    finally:
        store.close()
    for problem in reading.problems:
        print(problem.line(language))
    if arguments.bad_rows is not None:
        write_private(arguments.bad_rows, write_bad_rows(reading, language=language))
    good, bad, unmapped = len(reading.items), len(reading.bad_rows), len(reading.unmapped)
    zh = f"可用 {good} 行，退回 {bad} 行，未识别的列 {unmapped} 个；{told.zh}"
    en = f"{good} good rows, {bad} rows sent back, {unmapped} columns not recognized; {told.en}"
    print(Text(zh, en).in_(language), file=sys.stderr)
    return 1 if reading.bad_rows else 0


def _told_of(health: "HealthIntake") -> Text:
    """Say what was written, and which findings rest on figures that nobody compared with the print."""
    zh = f"更新健康档案 {health.written} 份，{health.unscreened} 条体检资料不全或没有适用标准"
    en = f"{health.written} health archives written, {health.unscreened} checks lack facts or a reference"
    if health.unconfirmed:
        names = ", ".join(one.id for one in health.unconfirmed)
        zh += f"；{NOT_COMPARED.zh}：{names}"
        en += f"; {NOT_COMPARED.en}: {names}"
    return Text(zh, en)


def _taken_in(
    raw: bytes, program: "Program", store: Store, identify: Identify, arguments: argparse.Namespace
) -> tuple[ListReading[Any], Text]:
    """Take in the table, and return what it held and what was written."""
    from careprogram.program.entry_intake import take_in_entries
    from careprogram.program.health_intake import take_in_health

    role = next(one for one in Role if one.value == arguments.role)
    purpose = next((one for one in Purpose if one.value == arguments.purpose), None)
    term = arguments.term or program.config.term.id
    if arguments.into is None:
        if arguments.kind != "health":
            raise ConfigurationError(
                f"say into which list of {arguments.kind!r} the rows go: --into LIST"
            ).also_in_chinese(f"请用 --into 写明这些行归入“{arguments.kind}”的哪个列表")
        health = take_in_health(
            raw,
            store=store,
            identify=identify,
            term=term,
            as_of=program.clock.today(),
            actor=arguments.by,
            clock=program.clock,
            role=role,
            references=program.config.health.in_use(),
        )
        return health.reading, _told_of(health)
    kinds = program.host.archive_kinds()
    if arguments.kind not in kinds:
        raise _no_such_kind(arguments.kind, kinds)
    entries = take_in_entries(
        raw,
        kind=kinds[arguments.kind],
        into=arguments.into,
        store=store,
        identify=identify,
        as_of=program.clock.today(),
        actor=arguments.by,
        clock=program.clock,
        role=role,
        purpose=purpose,
        term=term,
    )
    return entries.reading, Text(f"更新档案 {entries.written} 份", f"{entries.written} archives written")


def _no_such_kind(named: str, known: Iterable[str]) -> NotFoundError:
    kinds = sorted(known)
    return NotFoundError(f"no kind of archive is called {named!r}; known are {', '.join(kinds)}").also_in_chinese(
        f"没有名为“{named}”的档案；可写：{'、'.join(kinds)}"
    )
