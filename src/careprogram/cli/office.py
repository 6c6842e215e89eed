"""Who stands at a terminal, and what do they see of papers?

Whoever may run a command on the folder of a program acts for its county, under the opaque id that ``--by`` names. Lists
of papers go through the reading desk like any other look. Nothing here decides what a paper may say.
"""

import argparse
import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from careprogram.cli.terminal import print_table, told_unanchored
from careprogram.errors import ConfigurationError, NotFoundError
from careprogram.language import Language, Text
from careprogram.people import Answer
from careprogram.ports import Query, Store
from careprogram.privacy import Purpose, Role, Scope, Viewer
from careprogram.program import Program
from careprogram.program.access import Access
from careprogram.program.audit import keep_end
from careprogram.program.record_kinds import record_kinds
from careprogram.program.records import CHILD


@attrs.frozen(kw_only=True)
class Office:
    """A program with its store open, and who acts.

    Attributes:
        program: The program.
        store: Its store.
        by: Who acts.
        language: In which they read.
    """

    program: Program
    store: Store
    by: Viewer
    language: Language

    def say(self, text: Text) -> None:
        """Print a line."""
        print(text.in_(self.language))

    def papers(self, kind: str, *, purpose: Purpose, **equals: str | None) -> list[Mapping[str, object]]:
        """Return what the office may see of every paper of *kind* that matches, by way of the reading desk."""
        kinds = record_kinds(self.program.host.archive_kinds())
        desk = Access(store=self.store, clock=self.program.clock, kinds=kinds, viewer=self.by)
        query: Query | None = Query(kind=kind, equals=equals, limit=500)
        found: list[Mapping[str, object]] = []
        while query is not None:
            page = desk.find(query, purpose=purpose)
            found += [seen.document for seen in page.seen]
            query = None if page.next is None else attrs.evolve(query, after=page.next)
        return found

    def table(self, title: Text, header: Sequence[Text], rows: Iterable[Sequence[object]]) -> None:
        """Print papers as a table; what is a text in two languages is told in one."""
        told = [[_cell(cell, self.language) for cell in row] for row in rows]
        print_table(title.in_(self.language), [one.in_(self.language) for one in header], told)

    def check_child(self, child: str) -> None:
        """Refuse a child that is not on file.

        Raises:
            NotFoundError: There is no such child.
        """
        if self.store.load(CHILD, child) is None:
            raise NotFoundError(f"no child on file has the id {child!r}").also_in_chinese(
                f"在册儿童中没有编号“{child}”"
            )


def labels(kind: type[Answer], values: object) -> Text:
    """Return the words of several answers, as a document has them, in the order of their kind."""
    known = [one for one in kind if isinstance(values, list) and one.value in values]
    return Text("、".join(one.zh for one in known), ", ".join(one.label("en") for one in known))


def _cell(cell: object, language: Language) -> str:
    if isinstance(cell, Text):
        return cell.in_(language)
    return "" if cell is None else str(cell)


@contextlib.contextmanager
def at_office(arguments: argparse.Namespace) -> Iterator[Office]:
    """Open the program of a command for whoever acts, and close its store."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    by = Viewer(id=arguments.by, role=Role.COUNTY_OFFICER, scope=Scope(program=True))
    with contextlib.closing(program.open_store()) as store:
        yield Office(program=program, store=store, by=by, language=language)


def done(office: Office) -> int:
    """Keep the end of the audit trail outside, and return the exit status."""
    return told_unanchored(keep_end(office.program, office.store))


def add_office(command: argparse.ArgumentParser) -> None:
    """Add what every command on papers takes."""
    command.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    command.add_argument("--by", metavar="ID", required=True, help="opaque id of whoever acts, for the audit trail")
    command.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")


def day(text: str) -> dt.date:
    """Read a day of the command line, written 2026-09-01."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write a day as 2026-09-01 / 日期写作 2026-09-01") from None


def refuse(faults: Sequence[Text]) -> None:
    """Refuse a command for all of its *faults* at once.

    Raises:
        ConfigurationError: There are any.
    """
    if faults:
        zh, en = "\n".join(f"  {one.zh}" for one in faults), "\n".join(f"  {one.en}" for one in faults)
        raise ConfigurationError(f"mend these:\n{en}").also_in_chinese(f"请改正：\n{zh}")
