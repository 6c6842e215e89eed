"""Faults planted into tables: groups joined from tables of their own, and files read, judged and written in parts.

A table of children at the edges of a policy goes through Parquet and CSV files, with what real files have: members of
children who are not listed, members where nobody asked, members listed twice. The judged file is compared with the
interpreter row by row and in its order, the counts with both; and files that must be refused are offered. What is
expected is worked out before a fault is planted.
"""

import datetime as dt
import enum
import random
from collections import Counter

import attrs
import polars as pl
import pytest

from careprogram.errors import TableError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.program import table_files, tables
from careprogram.program.tables import judge_table
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    GroupFact,
    IntFact,
    Policy,
    Truth,
)
from careprogram.rules.columns import KEY, planning, truths_in
from careprogram.rules.columns import groups as group_columns
from careprogram.rules.columns.groups import GroupPlan
from careprogram.testing.engine_tables import arrow_tables, tables_of
from careprogram.testing.engines import Interpreter
from careprogram.testing.random_answers import random_rows
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
LATER = dt.date(2027, 3, 15)
ROWS = 120
TEXT = Text("文", "text")
GROUPS = ("parents", "others")


class Place(enum.Enum):
    AWAY = "away"
    HOME = "at-home"


class PersonFacts(FactSchema):
    place = ChoiceFact(label=TEXT, choices=Place)
    able = BoolFact(label=TEXT)
    left_on = DateFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    debts = IntFact(label=TEXT)
    home = ChoiceFact(label=TEXT, choices=Place)
    birth_date = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=PersonFacts)
    others = GroupFact(label=TEXT, members=PersonFacts)


ABLE, AWAY = PersonFacts.able.is_(True), PersonFacts.place.is_(Place.AWAY)
RULES = (
    Facts.poor.is_(True),
    (Facts.debts < -3) | (Facts.debts >= 1000),
    Facts.home.is_(Place.AWAY) & Facts.birth_date.known(),
    Facts.birth_date.age < 16,
    Facts.birth_date.days >= 20,
    Facts.parents.any_(ABLE),
    Facts.parents.all_(ABLE),
    Facts.parents.any_(AWAY & (PersonFacts.left_on.months >= 6)),
    Facts.parents.known() & Facts.poor.is_(False),
    Facts.others.any_(~ABLE),
    Facts.others.all_(PersonFacts.left_on.days < 30),
)
POLICY = Policy(
    id=PolicyId("tables"),
    title=TEXT,
    citation="c",
    categories=tuple(
        Category(
            id=f"k{at}", tier=at + 1, title=TEXT, clauses=(Clause(id=f"c{at}", citation="c", text=TEXT, when=rule),)
        )
        for at, rule in enumerate(RULES)
    ),
)


@attrs.frozen(kw_only=True)
class Asked:
    """One table in files of one kind, and what the interpreter says of its rows."""

    as_of: dt.date
    source: object
    groups: dict
    keys: list
    expected: list


def _with_strays(members, rng, unasked):
    """Return *members* with some listed twice, and some of children nobody asked about or nobody listed."""
    twice = members.sample(fraction=0.3, seed=rng.randrange(99))
    strays = members.sample(n=len(unasked) + 3, with_replacement=True, seed=rng.randrange(99))
    strays = strays.with_columns(pl.Series(KEY, [*unasked, *(f"nobody-{at}" for at in range(3))]))
    return pl.concat([members, twice, strays]).sample(fraction=1, shuffle=True, seed=rng.randrange(99))


def _written(frame, path):
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)
    return path


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Return the tables, in files, before anything is planted."""
    found = []
    for number, as_of in enumerate((AS_OF, LATER)):
        rng = random.Random(number)
        rows = random_rows(rng, POLICY, as_of, ROWS, unknown=0.25)
        children, members = arrow_tables(tables_of(POLICY, rows))
        named = [f"c{at}" for at in range(ROWS)]
        frame = pl.from_arrow(children).with_columns(pl.Series(KEY, named))
        unasked = [f"c{at}" for at, row in enumerate(rows) if row.get("parents", UNKNOWN) is UNKNOWN]
        # Where nobody asked, some tables say false instead of nothing.
        said = pl.col("parents").fill_null(pl.when(pl.int_range(pl.len()) % 2 == 0).then(False))
        frame = frame.with_columns(said)
        answers = Interpreter().judge(POLICY, rows, as_of)
        for ending in (".parquet", ".csv"):
            folder = tmp_path_factory.mktemp("tables")
            groups = {}
            for name in GROUPS:
                own = pl.from_arrow(members[name])
                own = own.with_columns(pl.format("c{}", KEY).alias(KEY))
                groups[name] = _written(
                    _with_strays(own, rng, unasked if name == "parents" else []), folder / f"{name}{ending}"
                )
            source = _written(frame, folder / f"children{ending}")
            found.append(Asked(as_of=as_of, source=source, groups=groups, keys=named, expected=answers))
    return found


@pytest.fixture(autouse=True)
def _no_plan_survives():
    planning.plan_for.cache_clear()
    yield
    planning.plan_for.cache_clear()


def wrong(asked, folder):
    """Return what is first found wrong, or None."""
    for at, one in enumerate(asked):
        target = folder / f"judged-{at}.parquet"
        try:
            counts = judge_table(POLICY, one.source, target, as_of=one.as_of, groups=one.groups)
        except TableError as error:
            return f"{one.source.name}: a good table is refused: {error}"
        told = _wrong_rows(one, pl.read_parquet(target)) or _wrong_counts(one, counts)
        if told:
            return f"{one.source.name}: {told}"
    return _wrongly_taken(folder) or _wrong_when_it_breaks(asked[0], folder) or _wrong_when_empty(folder)


def _wrong_rows(one, judged):
    if judged[KEY].to_list() != one.keys:
        return f"{judged.height} rows, not the {len(one.keys)} of the source in their order"
    for row, meant in zip(judged.to_dicts(), one.expected, strict=True):
        if (row["determination"], row["tier"]) != (meant.determination.value, meant.tier):
            return f"child {row[KEY]} is {row['determination']}, tier {row['tier']}"
        if truths_in(POLICY, row) != meant.clauses:
            return f"child {row[KEY]} has other clauses"
    return None


def _wrong_counts(one, counts):
    determined = Counter(answer.determination for answer in one.expected)
    if counts.rows != len(one.keys) or any(counts.determinations[each] != determined[each] for each in determined):
        return "the determinations are counted otherwise"
    for at, clause in enumerate(POLICY.clauses):
        truths = Counter(answer.clauses[at] for answer in one.expected)
        if counts.clauses[clause.id] != (truths[Truth.TRUE], truths[Truth.UNKNOWN]):
            return f"clause {clause.id} is counted otherwise"
    return None


HEAD = "child,poor,debts,home,birth_date,parents,others\n"
MEMBERS = "child,place,able,left_on\n"
REFUSED = {
    "a row cut off": ("a,true,1,away\n", ""),
    "a word for a number": ("a,true,many,away,2015-01-01,,\n", ""),
    "a fraction": ("a,true,1.5,away,2015-01-01,,\n", ""),
    "a day the wrong way round": ("a,true,1,away,31-12-2015,,\n", ""),
    "a day that is none": ("a,true,1,away,2015-02-30,,\n", ""),
    "a code that is none": ("a,true,1,Away,2015-01-01,,\n", ""),
    "yes for true": ("a,yes,1,away,2015-01-01,,\n", ""),
    "a member of nobody": ("a,true,1,away,2015-01-01,true,\n", ",away,true,2015-01-01\n"),
    "a day of a member that is none": ("a,true,1,away,2015-01-01,true,\n", "a,away,true,2015-13-01\n"),
}


def _in_files(folder, children, members=""):
    files = {name: folder / f"{name}.csv" for name in ("children", *GROUPS)}
    for name, text in zip(files, (HEAD + children, MEMBERS + members, MEMBERS), strict=True):
        files[name].write_text(text)
    return files["children"], {name: files[name] for name in GROUPS}


def _wrongly_taken(folder):
    for name, (children, members) in REFUSED.items():
        source, groups = _in_files(folder, children, members)
        try:
            judge_table(POLICY, source, as_of=AS_OF, groups=groups)
        except TableError:
            continue
        return f"{name} is taken"
    return None


def _wrong_when_it_breaks(one, folder):
    target = folder / "broken.parquet"

    def sink(frame, path, **_):
        path.write_bytes(b"half")
        raise OSError("disk full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pl.LazyFrame, "sink_parquet", sink)
        with pytest.raises((OSError, TableError), match="disk full"):
            judge_table(POLICY, one.source, target, as_of=one.as_of, groups=one.groups)
    return "half a table stands where a whole one should" if target.exists() else None


def _wrong_when_empty(folder):
    source, groups = _in_files(folder, "")
    target = folder / "empty.parquet"
    counts = judge_table(POLICY, source, target, as_of=AS_OF, groups=groups)
    if counts.rows or any(counts.determinations.values()) or pl.read_parquet(target).height:
        return "headings alone are somebody"
    return None


def test_nothing_is_noticed_without_a_fault(asked, tmp_path):
    """Files as they are agree with the interpreter, and every truth of every clause is among what is asked."""
    assert wrong(asked, tmp_path) is None
    met = [{answer.clauses[at] for one in asked for answer in one.expected} for at in range(len(RULES))]
    assert all(truths >= {Truth.TRUE, Truth.UNKNOWN} for truths in met)
    assert sum(Truth.FALSE in truths for truths in met) >= len(RULES) - 1


# Faults in groups.


def patched(owner, name, make):
    """Plant what *make* makes of the honest attribute of *owner*."""
    return lambda monkeypatch: monkeypatch.setattr(owner, name, make(vars(owner)[name]))


def _open_counts_as(number):
    def make(honest):
        def found(own, rule):
            column = own.column(own.lower(rule)).cast(own.library.Int32) * 2
            return column if number is None else column.fill_null(number)

        return found

    return make


def _of_child(of_nobody=True, listed=True):
    def make(honest):
        def found(library, rule, name, asked):
            number = library.col(name)
            if of_nobody:
                number = number.fill_null(0 if rule.quantifier.value == "any" else 2)
            known = number != 1
            return library.when(asked & known if listed else known).then(number == 2)

        return found

    return make


def _any_listing_is_one(honest):
    def plan(group, rules, own, clean, *, asked, prefix):
        return honest(group, rules, own, clean, asked=~own.library.col(group).is_null(), prefix=prefix)

    return plan


def _one_member(pick):
    def make(honest):
        def plan(group, rules, own, clean, **options):
            made, found = honest(group, rules, own, clean, **options)
            of_all = [getattr(own.library.col(name), pick)() for name in made.numbers]
            return attrs.evolve(made, of_all=of_all), found

        return plan

    return make


def _any_for_all(honest):
    def plan(group, rules, own, clean, **options):
        made, found = honest(group, rules, own, clean, **options)
        return attrs.evolve(made, of_all=[own.library.col(name).max() for name in made.numbers]), found

    return plan


def _not_grouped(honest):
    def joined(plan, library, frame, members, row):
        told = members.with_columns(**plan.clean).with_columns(**plan.numbers).select(KEY, *plan.numbers)
        return frame.join(told, on=KEY, how="left").with_columns(**plan.answers)

    return joined


def _inner(honest):
    return lambda library, frame, told, row: frame.join(told, on=KEY, how="inner", maintain_order="left")


def _shifted(honest):
    return lambda library, frame, told, row: honest(library, frame, told.with_columns(pl.col(KEY).shift(1)), row)


def _beginning_of_key(honest):
    def left(library, frame, told, row):
        short = told.with_columns(pl.col(KEY).str.slice(0, 2)).unique(KEY)
        return honest(library, frame, short, row)

    return left


def _first_group_for_all(honest):
    def judged(plan, frame, members):
        return honest(plan, frame, dict.fromkeys(members, members["parents"]))

    return judged


def _members_not_cleaned(honest):
    def cleaned(library, table, as_of, prefix):
        return honest(library, table, dt.date.max if "able" in dict(table) else as_of, prefix)

    return cleaned


GROUP_FAULTS = {
    "an open member counts as no": patched(group_columns, "_number", _open_counts_as(0)),
    "an open member counts as yes": patched(group_columns, "_number", _open_counts_as(2)),
    "an open member is skipped": patched(group_columns, "_number", _open_counts_as(None)),
    "any for all": patched(planning, "group_plan", _any_for_all),
    "only the first member counts": patched(planning, "group_plan", _one_member("first")),
    "the last member wins": patched(planning, "group_plan", _one_member("last")),
    "a child without members is open": patched(group_columns, "_of_child", _of_child(of_nobody=False)),
    "nobody asked is nobody there": patched(group_columns, "_of_child", _of_child(listed=False)),
    "false in the column of a group is a listing": patched(planning, "group_plan", _any_listing_is_one),
    "a child without members is dropped": patched(group_columns, "_left", _inner),
    "a member a row instead of a child": patched(GroupPlan, "joined", _not_grouped),
    "members of the child before": patched(group_columns, "_left", _shifted),
    "a key compared by its beginning": patched(group_columns, "_left", _beginning_of_key),
    "members of another group": patched(planning.Plan, "judged", _first_group_for_all),
    "dates of members may lie ahead": patched(planning, "_cleaned", _members_not_cleaned),
}

# Faults in files.


def _scanned(change):
    def make(honest):
        return lambda path, facts: change(honest(path, facts)) if path.stem == "children" else honest(path, facts)

    return make


def _scanned_members(change):
    def make(honest):
        return lambda path, facts: honest(path, facts) if path.stem == "children" else change(honest(path, facts))

    return make


def _typed_otherwise(kind, otherwise):
    def make(honest):
        return lambda fact: otherwise(fact, pl.col(fact.name)) if isinstance(fact, kind) else honest(fact)

    return make


def _day_before_month(fact, text):
    return text.str.to_date("%Y-%d-%m", strict=False)


def _nearest_day(fact, text):
    return text.str.slice(0, 7).str.to_date("%Y-%m", strict=False)


def _unsigned(fact, text):
    return text.str.strip_chars("-").cast(pl.Int64, strict=False)


def _in_a_byte(fact, text):
    return text.cast(pl.Int64, strict=False).cast(pl.Int8, strict=False)


def _truncated(fact, text):
    return text.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)


def _anything_else_is_no(fact, text):
    return text == "true"


def _first_choice(fact, text):
    return text.cast(pl.Enum(fact.codes), strict=False).fill_null(fact.codes[0])


def _lower_case(fact, text):
    return text.str.to_lowercase().cast(pl.Enum(fact.codes), strict=False)


def _sunk(change):
    def make(honest):
        def written(frame, source, target, **options):
            honest(change(frame), source, target, **options)

        return written

    return make


def _renamed_whatever_happens(honest):
    def written(frame, source, target, **_):
        part = target.with_name(".part")
        try:
            frame.sink_parquet(part)
        finally:
            part.replace(target)

    return written


def _kept_day(honest):
    days = []

    def judge(policy, frame, *, as_of, **options):
        days.append(as_of)
        return honest(policy, frame, as_of=days[0], **options)

    return judge


def _counting(change):
    return lambda honest: lambda policy: (change(column) for column in honest(policy))


def _tiers_for_rows(column):
    return pl.col("tier").count().alias("rows") if column.meta.output_name() == "rows" else column


def _open_with_held(column):
    name = column.meta.output_name()
    return pl.col(name).fill_null(True).sum().alias(name) if name.startswith("clause.") else column


def _one_at_least(honest):
    return lambda *args: attrs.evolve(found := honest(*args), rows=max(1, found.rows))


FILE_FAULTS = {
    "rows with a gap are dropped": patched(tables, "scanned", _scanned(lambda frame: frame.drop_nulls())),
    "the last row is lost": patched(tables, "scanned", _scanned(lambda frame: frame.head(ROWS - 1))),
    "the first row is taken for headings": patched(tables, "scanned", _scanned(lambda frame: frame.slice(1))),
    "equal rows are read once": patched(
        tables, "scanned", _scanned(lambda frame: frame.unique(pl.exclude(KEY), maintain_order=True, keep="first"))
    ),
    "rows are sorted by their key": patched(tables, "scanned", _scanned(lambda frame: frame.sort(KEY))),
    "members with a gap are dropped": patched(tables, "scanned", _scanned_members(lambda frame: frame.drop_nulls())),
    "one member a child is read": patched(
        tables, "scanned", _scanned_members(lambda frame: frame.unique(KEY, maintain_order=True, keep="first"))
    ),
    "the day is read before the month": patched(table_files, "_typed", _typed_otherwise(DateFact, _day_before_month)),
    "a month is enough of a date": patched(table_files, "_typed", _typed_otherwise(DateFact, _nearest_day)),
    "the sign of a number is lost": patched(table_files, "_typed", _typed_otherwise(IntFact, _unsigned)),
    "numbers are kept in a byte": patched(table_files, "_typed", _typed_otherwise(IntFact, _in_a_byte)),
    "a fraction is cut off": patched(table_files, "_typed", _typed_otherwise(IntFact, _truncated)),
    "an empty cell is a no": patched(table_files, "_typed", _typed_otherwise(BoolFact, _anything_else_is_no)),
    "an empty cell is the first choice": patched(table_files, "_typed", _typed_otherwise(ChoiceFact, _first_choice)),
    "codes are compared in lower case": patched(table_files, "_typed", _typed_otherwise(ChoiceFact, _lower_case)),
    "a cell that is no answer is a gap": patched(table_files, "_bad_cells", lambda _: lambda *args: []),
    "a row cut off has gaps": patched(table_files, "_short_rows", lambda _: lambda *args: []),
    "members of nobody are passed over": patched(tables, "without_child", lambda _: lambda *args: None),
    "a part of the rows is written": patched(tables, "written", _sunk(lambda frame: frame.head(50))),
    "rows are written in another order": patched(tables, "written", _sunk(lambda frame: frame.sort("determination"))),
    "gaps are left out when written": patched(tables, "written", _sunk(lambda frame: frame.filter(pl.col("tier") > 0))),
    "half a result is renamed as a whole": patched(tables, "written", _renamed_whatever_happens),
    "the day of the first table is kept": patched(tables, "judge_frame", _kept_day),
    "rows are counted by their tiers": patched(tables, "_counts", _counting(_tiers_for_rows)),
    "open is counted with held": patched(tables, "_counts", _counting(_open_with_held)),
    "headings alone are counted as a child": patched(tables, "_told", _one_at_least),
}

ALL = [(f"groups: {name}", plant) for name, plant in GROUP_FAULTS.items()]
ALL += [(f"files: {name}", plant) for name, plant in FILE_FAULTS.items()]


@pytest.mark.parametrize(("name", "plant"), ALL, ids=[name for name, _ in ALL])
def test_a_planted_fault_is_noticed(name, plant, monkeypatch, asked, tmp_path):
    """A row, its place, a count, or a file that should have been refused gives it away; nothing breaks instead."""
    plant(monkeypatch)
    assert wrong(asked, tmp_path) is not None
