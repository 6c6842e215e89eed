"""Can these columns be judged by this policy?

Every column is looked at before any row is: its type, its categories, its name. All that is wrong is told at once, by
column, with what was found and what is expected. No cell is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from careprogram.errors import MissingExtraError, TableError
from careprogram.rules.columns.lowering import Held, integer_limits
from careprogram.rules.columns.names import KEY
from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, GroupFact, IntFact

_EXPECTED: Mapping[type[Fact], str] = {
    BoolFact: "Boolean",
    IntFact: "a whole number",
    DateFact: "Date",
    ChoiceFact: "codes as String, Enum or Categorical",
    GroupFact: "Boolean: true where the members are listed",
}


@attrs.frozen(kw_only=True)
class TableProblem:
    """Why a column cannot be judged.

    Attributes:
        table: ``table``, or the group whose table it is.
        column: The column.
        found: What is there.
        expected: What is wanted.
    """

    table: str
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.table}, column {self.column!r}: found {self.found}, expected {self.expected}"


@attrs.frozen(kw_only=True)
class Table:
    """A frame with what is known of it before reading it.

    Attributes:
        name: How it is called in messages.
        frame: It, as narwhals sees it.
        schema: Its columns and their types.
    """

    name: str
    frame: Any
    schema: Mapping[str, Any]

    @property
    def engine(self) -> str:
        """Who computes, such as ``polars``."""
        return str(self.frame.implementation).lower()


def narwhals() -> Any:
    """Return the library that speaks to every engine.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import narwhals.stable.v2 as library
    except ImportError as error:
        raise MissingExtraError("narwhals", extra="columns", purpose="judging a table") from error
    return library


def opened(frame: object, name: str) -> Table:
    """Return *frame* with its schema.

    Raises:
        TableError: It is no frame that narwhals knows, or one whose gaps cannot be told from answers.
    """
    library = narwhals()
    try:
        known = library.from_native(frame)
        schema = dict(known.collect_schema())
    except Exception as error:
        if isinstance(error, TypeError) or type(error).__module__.startswith("narwhals"):
            raise TableError(f"the {name} cannot be read, a {type(frame).__name__}: {_first_line(error)}") from error
        raise
    return Table(name=name, frame=known, schema=schema)


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def fact_problems(table: Table, facts: Sequence[Fact], *, absent_is_unknown: bool) -> Iterator[TableProblem]:
    """Yield what is wrong with the columns of *facts* in *table*."""
    for fact in facts:
        kind = next(expected for of, expected in _EXPECTED.items() if isinstance(fact, of))
        if fact.name not in table.schema:
            if not absent_is_unknown:
                wanted = f"{kind}; or pass absent='unknown' if nobody asked"
                yield TableProblem(table=table.name, column=fact.name, found="no such column", expected=wanted)
            continue
        found = _unfit(table, fact)
        if found is not None:
            yield TableProblem(table=table.name, column=fact.name, found=found, expected=_wanted(fact, kind))


def _wanted(fact: Fact, kind: str) -> str:
    return f"{kind} among {', '.join(fact.codes)}" if isinstance(fact, ChoiceFact) else kind


def _unfit(table: Table, fact: Fact) -> str | None:
    library, dtype = narwhals(), table.schema[fact.name]
    if holds_nothing(table, fact.name):
        return None
    if _is_numpy(table, fact.name):
        return "a NumPy column of pandas, whose gaps are numbers: use df.convert_dtypes(dtype_backend='pyarrow')"
    match fact:
        case BoolFact() | GroupFact():
            fits = dtype == library.Boolean
        case IntFact():
            fits = dtype.is_integer()
        case DateFact():
            fits = dtype == library.Date
        case _:
            fits = dtype in {library.String, library.Categorical} or dtype == library.Enum
    if not fits:
        return str(dtype)
    if isinstance(fact, ChoiceFact):
        strange = [category for category in _categories(dtype) if category not in fact.codes]
        return f"the categories {', '.join(map(repr, strange))}" if strange else None
    return None


def _categories(dtype: Any) -> tuple[str, ...]:
    return tuple(dtype.categories) if dtype == narwhals().Enum else ()


def holds_nothing(table: Table, column: str) -> bool:
    """Return whether the type of *column* has no value but null, so that it answers nothing whatever the fact."""
    library = narwhals()
    if table.schema[column] != library.Unknown:
        return False
    native = table.frame.to_native()
    match table.engine:
        case "polars":
            return str(native.collect_schema()[column]) == "Null"
        case "pyarrow":
            return str(native.schema.field(column).type) == "null"
        case "duckdb":
            return str(native.types[native.columns.index(column)]) == '"NULL"'
        case _:
            return str(native.schema[column].dataType) == "NullType()" if "spark" in table.engine else False


def _is_numpy(table: Table, column: str) -> bool:
    if table.engine not in {"pandas", "modin", "cudf"}:
        return False
    return type(table.frame.to_native().dtypes[column]).__name__ != "ArrowDtype"


def held_in(table: Table, facts: Sequence[Fact]) -> tuple[tuple[str, Held], ...]:
    """Return what *table* holds of each of the *facts*; those without a column or without an answer are left out."""
    present = [fact for fact in facts if fact.name in table.schema and not holds_nothing(table, fact.name)]
    return tuple((fact.name, _held(table, fact, table.schema[fact.name])) for fact in present)


def _held(table: Table, fact: Fact, dtype: Any) -> Held:
    if isinstance(fact, IntFact):
        bits = int("".join(filter(str.isdigit, str(dtype))))
        return Held(limits=integer_limits(bits, signed=not str(dtype).startswith("U")))
    if isinstance(fact, ChoiceFact):
        categories = _categories(dtype)
        return Held(codes=categories or fact.codes, clean=bool(categories), text=_is_text(table, fact.name))
    return Held(clean=False, date=True) if isinstance(fact, DateFact) else Held()


def _is_text(table: Table, column: str) -> bool:
    # PyArrow looks up no word in a column of views of text; it is copied into one of texts.
    if table.schema[column] != narwhals().String:
        return False
    return table.engine != "pyarrow" or str(table.frame.to_native().schema.field(column).type) != "string_view"


def group_problems(table: Table, members: Mapping[str, Table], groups: Sequence[GroupFact]) -> Iterator[TableProblem]:
    """Yield what keeps the tables of *members* from being joined with *table*."""
    for group in groups:
        if group.name in table.schema and group.name not in members:
            wanted = f"groups={{'{group.name}': …}} with a row a member"
            yield TableProblem(table="groups", column=group.name, found="no table", expected=wanted)
    for name, other in members.items():
        if other.engine != table.engine:
            yield TableProblem(table=name, column=KEY, found=other.engine, expected=f"the same engine, {table.engine}")
        for each in (table, other):
            if KEY not in each.schema:
                yield TableProblem(table=each.name, column=KEY, found="no such column", expected="the key of the child")
        types = table.schema.get(KEY), other.schema.get(KEY)
        if None not in types and types[0] != types[1]:
            yield TableProblem(table=name, column=KEY, found=str(types[1]), expected=f"{types[0]} as in the table")


def name_problems(table: Table, keep: Sequence[str], results: Sequence[str]) -> Iterator[TableProblem]:
    """Yield what is wrong with the columns to *keep* and with the names of the *results*."""
    for name in keep:
        if name not in table.schema:
            yield TableProblem(table=table.name, column=name, found="no such column", expected="a column to keep")
    taken: dict[str, str] = {}
    fold = str.lower if table.engine not in {"polars", "pyarrow", "pandas"} else str
    for name in (*keep, *results):
        if fold(name) in taken:
            wanted = "a name of its own: rename it, or do not keep it"
            found = f"a second column of that name ({taken[fold(name)]!r})"
            yield TableProblem(table=table.name, column=name, found=found, expected=wanted)
        taken.setdefault(fold(name), name)


def refuse(policy_id: str, problems: Sequence[TableProblem]) -> None:
    """Refuse a table that has *problems*.

    Raises:
        TableError: There are some.
    """
    if problems:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise TableError(f"the table cannot be judged by policy {policy_id!r}:\n{lines}", problems=problems)
