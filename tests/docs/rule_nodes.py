"""What does each node of the rule language mean, row by row?

The spec table: for every node how it is written in a file and in Python, and what it answers for which answers. Tests
run every row through every engine, and the reference page is printed from it:

    uv run python tests/docs/rule_nodes.py

It computes no truth: rows are written by hand.
"""

import datetime as dt
import enum
import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    Clause,
    DatedValue,
    DateFact,
    Definition,
    Exemption,
    FactSchema,
    FactValue,
    GroupFact,
    IntFact,
    Parameter,
    Truth,
)
from careprogram.rules.predicates import All, AnyOf, Comparison, Is, Known, Not, OneOf, Predicate, Quantified

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rule-nodes.md"
AS_OF = dt.date(2026, 9, 1)

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
Row = tuple[Mapping[str, FactValue], Truth]


class Status(enum.Enum):
    """Where a parent is."""

    AT_HOME = "at-home"
    AWAY = "away"
    DECEASED = "deceased"


class ParentFacts(FactSchema):
    """The facts of one parent."""

    away = BoolFact(label=Text("外出", "away"))


class PupilFacts(FactSchema):
    """The facts of the page."""

    birth_date = DateFact(label=Text("出生日期", "birth date"))
    away_since = DateFact(label=Text("外出时长", "away"))
    last_call = DateFact(label=Text("最近联系", "last call"))
    father = ChoiceFact(label=Text("父亲", "father"), choices=Status)
    boarding = BoolFact(label=Text("寄宿", "boarding"))
    in_town = BoolFact(label=Text("进城", "in town"))
    grade = IntFact(label=Text("年级", "grade"), minimum=0, maximum=12)
    parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts)


age_limit = Parameter(
    name="age_limit",
    label=Text("年龄上限", "age limit"),
    unit=Text("周岁", "years"),
    values=(DatedValue(value=16, source="A"), DatedValue(value=18, source="B", since=dt.date(2027, 9, 1))),
)
nobody_near = Definition(
    name="nobody_near", label=Text("身边无人", "nobody near"), when=PupilFacts.father.is_(Status.AWAY)
)


@attrs.frozen
class Example:
    """One condition, how it is written, and its truth table.

    Attributes:
        written: As in a policy file.
        python: As in Python.
        rows: Answers, and what the condition is then; a fact left out is unknown.
        as_of: The day.
    """

    written: str
    python: str
    rows: tuple[Row, ...]
    as_of: dt.date = AS_OF


@attrs.frozen
class Section:
    """What the page says of one type of node."""

    node: type
    title: str
    says: str
    examples: tuple[Example, ...]


def day(text: str) -> dt.date:
    """Return the day of *text*."""
    return dt.date.fromisoformat(text)


def of(fact: str, *pairs: tuple[FactValue | None, Truth]) -> tuple[Row, ...]:
    """Return rows about one fact; None is unknown."""
    return tuple(({} if value is None else {fact: value}, truth) for value, truth in pairs)


def table(*truths: Truth) -> tuple[Row, ...]:
    """Return the nine rows about `boarding` and `in_town`, each yes, no and unknown, with the *truths* given."""
    nine = itertools.product((True, False, None), repeat=2)
    answers = ({n: v for n, v in zip(("boarding", "in_town"), pair, strict=True) if v is not None} for pair in nine)
    return tuple(zip(answers, truths, strict=True))


def parents(*members: bool | None) -> tuple[Mapping[str, FactValue], ...]:
    """Return a group of parents, each away, not away, or nobody knows."""
    return tuple({} if away is None else {"away": away} for away in members)


def group(*truths: Truth) -> tuple[Row, ...]:
    """Return the rows about the parents with the *truths* given."""
    groups: tuple[tuple[bool | None, ...] | None, ...] = (
        None, (), (True,), (False,), (None,), (True, True), (True, False), (True, None), (False, False), (False, None),
        (None, None),
    )  # fmt: skip
    return of("parents", *zip([None if g is None else parents(*g) for g in groups], truths, strict=True))


def numbers(sign: str, *truths: Truth) -> Example:
    """Return what a number below, at and above 5 gives, and an unknown one."""
    python = f"PupilFacts.grade {sign} 5" if sign != "=" else "PupilFacts.grade.is_(5)"
    return Example(f"grade {sign} 5", python, of("grade", *zip((4, 5, 6, None), truths, strict=True)))


def born(*truths: Truth, sign: str) -> Example:
    """Return what comparing an age with 10 gives around birthdays; the last two are a birth to come and no date."""
    days = (day("2016-09-02"), day("2016-09-01"), day("2015-09-02"), day("2015-09-01"), day("2026-09-02"), None)
    python = f"PupilFacts.birth_date.age {sign} 10" if sign != "=" else "PupilFacts.birth_date.age.is_(10)"
    rows = of("birth_date", *zip(days, truths, strict=True))
    return Example(f"birth_date.age {sign} 10", python, rows)


SECTIONS = (
    Section(
        Is,
        "Yes or no",
        "A yes-or-no fact has the expected answer. An unanswered one is neither yes nor no.",
        (
            Example("boarding", "PupilFacts.boarding.is_(True)", of("boarding", (True, T), (False, F), (None, U))),
            Example(
                "boarding is false", "PupilFacts.boarding.is_(False)", of("boarding", (True, F), (False, T), (None, U))
            ),
        ),
    ),
    Section(
        OneOf,
        "One of several choices",
        "A choice fact is one of the members named. `is not` and `not in` are read as `not` before it.",
        (
            Example(
                "father is away",
                "PupilFacts.father.is_(Status.AWAY)",
                of("father", (Status.AWAY, T), (Status.AT_HOME, F), (Status.DECEASED, F), (None, U)),
            ),
            Example(
                "father in (away, deceased)",
                "PupilFacts.father.one_of(Status.AWAY, Status.DECEASED)",
                of("father", (Status.AWAY, T), (Status.AT_HOME, F), (Status.DECEASED, T), (None, U)),
            ),
        ),
    ),
    Section(
        Comparison,
        "Comparison",
        (
            "A number, or the time since a date, stands in a relation to a whole number or a parameter. `.age` counts "
            "completed years (周岁), `.months` whole months, `.days` days without the first. 不满 is `<`, 以上 is "
            "`>=`. A parameter has the value of the day asked about. A date after the day asked about is no answer yet "
            "and counts as unknown, so that a slip of the pen never makes anybody a child; a date of that very day is "
            "0 years, months and days ago. Elapsed time is never negative: `>= 0` holds and `< 0` fails even without "
            "a date."
        ),
        (
            numbers("<", T, F, F, U),
            numbers("<=", T, T, F, U),
            numbers("=", F, T, F, U),
            numbers(">=", F, T, T, U),
            numbers(">", F, F, T, U),
            born(T, F, F, F, U, U, sign="<"),
            born(T, T, T, F, U, U, sign="<="),
            born(F, T, T, F, U, U, sign="="),
            born(F, T, T, T, U, U, sign=">="),
            born(F, F, F, T, U, U, sign=">"),
            Example(
                "birth_date.age = 0",
                "PupilFacts.birth_date.age.is_(0)",
                of(
                    "birth_date",
                    (day("2025-09-01"), F),
                    (day("2025-09-02"), T),
                    (AS_OF, T),
                    (day("2026-09-02"), U),
                    (day("2051-03-01"), U),
                    (None, U),
                ),
            ),
            Example(
                "away_since.months >= 6",
                "PupilFacts.away_since.months >= 6",
                of("away_since", (day("2026-03-02"), F), (day("2026-03-01"), T), (day("2026-09-02"), U), (None, U)),
            ),
            Example(
                "away_since.months >= 6",
                "PupilFacts.away_since.months >= 6",
                of("away_since", (day("2025-08-31"), T), (day("2025-09-01"), F)),
                day("2026-02-28"),
            ),
            Example(
                "away_since.months >= 0",
                "PupilFacts.away_since.months >= 0",
                of("away_since", (day("2026-09-01"), T), (day("2026-09-02"), T), (None, T)),
            ),
            Example(
                "away_since.months < 0",
                "PupilFacts.away_since.months < 0",
                of("away_since", (day("2026-09-02"), F), (None, F)),
            ),
            Example(
                "last_call.days > 30",
                "PupilFacts.last_call.days > 30",
                of("last_call", (day("2026-08-02"), F), (day("2026-08-01"), T), (day("2026-09-02"), U), (None, U)),
            ),
            Example(
                "birth_date.age < age_limit",
                "PupilFacts.birth_date.age < age_limit",
                of("birth_date", (day("2010-09-02"), T), (day("2010-09-01"), F), (None, U)),
            ),
            Example(
                "birth_date.age < age_limit",
                "PupilFacts.birth_date.age < age_limit",
                of("birth_date", (day("2010-09-02"), T), (day("2009-09-02"), T), (day("2009-09-01"), F), (None, U)),
                day("2027-09-01"),
            ),
        ),
    ),
    Section(
        Known,
        "Known",
        (
            "Somebody answered. Open until then and never false, so that an answer never turns a verdict round. A date "
            "that has not come is no answer here either: rules about it are open, and so is whether it is known."
        ),
        (
            Example(
                "father is known",
                "PupilFacts.father.known()",
                of("father", (Status.AWAY, T), (Status.AT_HOME, T), (None, U)),
            ),
            Example(
                "last_call is known",
                "PupilFacts.last_call.known()",
                of("last_call", (day("2026-08-01"), T), (AS_OF, T), (day("2026-09-02"), U), (None, U)),
            ),
            Example(
                "parents is known", "PupilFacts.parents.known()", of("parents", ((), T), (parents(None), T), (None, U))
            ),
        ),
    ),
    Section(
        Not,
        "Not",
        "The condition does not hold. What is open stays open.",
        (Example("not boarding", "~PupilFacts.boarding.is_(True)", of("boarding", (True, F), (False, T), (None, U))),),
    ),
    Section(
        All,
        "And",
        "Every part holds. One false part decides, whatever is still open.",
        (
            Example(
                "boarding and in_town",
                "PupilFacts.boarding.is_(True) & PupilFacts.in_town.is_(True)",
                table(T, F, U, F, F, F, U, F, U),
            ),
        ),
    ),
    Section(
        AnyOf,
        "Or",
        "At least one part holds. One true part decides, whatever is still open.",
        (
            Example(
                "boarding or in_town",
                "PupilFacts.boarding.is_(True) | PupilFacts.in_town.is_(True)",
                table(T, T, T, T, F, U, T, U, U),
            ),
        ),
    ),
    Section(
        Definition,
        "Definition",
        "A condition with a name, as true as what it stands for. Here `nobody_near` stands for `father is away`.",
        (Example("nobody_near", "nobody_near", of("father", (Status.AWAY, T), (Status.AT_HOME, F), (None, U))),),
    ),
    Section(
        Quantified,
        "Any and all of a group",
        (
            "The condition holds for at least one, or for every, member of a group of persons. Open while nobody said "
            "who belongs to it; of a group known to be empty `any` is false and `all` is true. In brackets stand facts "
            "of one member."
        ),
        (
            Example(
                "any parents (away)",
                "PupilFacts.parents.any_(ParentFacts.away.is_(True))",
                group(U, F, T, F, U, T, T, T, F, U, U),
            ),
            Example(
                "all parents (away)",
                "PupilFacts.parents.all_(ParentFacts.away.is_(True))",
                group(U, T, T, F, U, T, F, U, F, F, U),
            ),
        ),
    ),
    Section(
        Exemption,
        "Clause with an exception",
        (
            "`when` holds and no exception does. A clause whose exception is open is open itself, so that nobody is "
            'taken in by an exception that was not asked about. Here `when = "boarding"` and the exception is '
            "`in_town`."
        ),
        (Example("boarding and not in_town", "clause.condition", table(F, T, U, F, F, F, F, U, U)),),
    ),
)

clause = Clause(
    id="boards",
    citation="A",
    text=Text("寄宿", "boards"),
    when=PupilFacts.boarding.is_(True),
    exceptions=(
        Exemption(id="town", citation="A", text=Text("进城除外", "in town"), when=PupilFacts.in_town.is_(True)),
    ),
)

NAMES = {"PupilFacts": PupilFacts, "ParentFacts": ParentFacts, "Status": Status, "age_limit": age_limit,
         "nobody_near": nobody_near, "clause": clause}  # fmt: skip


def built(example: Example) -> Predicate:
    """Return the tree that the Python form of *example* builds."""
    found = eval(example.python, {"__builtins__": {}}, NAMES)
    assert isinstance(found, Predicate)
    return found


def page(sections: Iterable[Section] = SECTIONS) -> str:
    """Return the reference page."""
    return "\n".join(_lines(sections)) + "\n"


def _lines(sections: Iterable[Section]) -> Iterator[str]:
    yield from (
        "# Rule nodes",
        "",
        "Everything a rule can be made of, each with its truth table. `tests/docs/rule_nodes.py` prints this page from",
        "the spec that every engine is tested against, row by row: the interpreter, the generated Python, columns in",
        "Polars (eager and lazy), PyArrow, DuckDB and Spark, SQL in SQLite, PostgreSQL and DuckDB, SQLAlchemy, and the",
        "formulas of the solver. (Spark and PostgreSQL where they can be started, as on the machine that releases.)",
        "Change that spec, not this page.",
        "",
        "Truths are **true**, **false** and *unknown*; an answer that nobody gave is *unknown*, too. The day is",
        "1 September 2026 where no other is named; `age_limit` is 16, and 18 from 1 September 2027 on.",
    )
    for section in sections:
        yield from ("", f"## {section.title}", "", f"`{section.node.__name__}`. {section.says}")
        for example in section.examples:
            yield from _example(example, section)


def _example(example: Example, section: Section) -> Iterator[str]:
    names = list(dict.fromkeys(name for answers, _ in example.rows for name in answers))
    on = "" if example.as_of == AS_OF else f" on {example.as_of}"
    form = "" if section.node is Exemption else f", in Python `{example.python}`"
    yield from ("", f"`{example.written}`{form}{on}:", "")
    yield "| " + " | ".join([f"`{name}`" for name in names] + ["truth"]) + " |"
    yield "|" + "---|" * (len(names) + 1)
    for answers, truth in example.rows:
        yield "| " + " | ".join([_shown(answers.get(name)) for name in names] + [_truth(truth)]) + " |"


def _truth(truth: Truth) -> str:
    return "*unknown*" if truth is U else f"**{truth.value}**"


_AWAY = {True: "away", False: "not away", None: "not known"}


def _shown(value: FactValue | None) -> str:
    if value is None:
        return "*unknown*"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(_AWAY[member.get("away")] for member in value) or "nobody"
    return str(value.value) if isinstance(value, enum.Enum) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
