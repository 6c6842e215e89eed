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
from table_faults import FILE_FAULTS, GROUP_FAULTS, ROWS

from careprogram.errors import TableError
from careprogram.ids import PolicyId
from careprogram.language import Text
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
from careprogram.testing.engine_tables import arrow_tables, tables_of
from careprogram.testing.engines import Interpreter
from careprogram.testing.random_answers import random_rows
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
LATER = dt.date(2027, 3, 15)
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


ALL = [(f"groups: {name}", plant) for name, plant in GROUP_FAULTS.items()]
ALL += [(f"files: {name}", plant) for name, plant in FILE_FAULTS.items()]


@pytest.mark.parametrize(("name", "plant"), ALL, ids=[name for name, _ in ALL])
def test_a_planted_fault_is_noticed(name, plant, monkeypatch, asked, tmp_path):
    """A row, its place, a count, or a file that should have been refused gives it away; nothing breaks instead."""
    plant(monkeypatch)
    assert wrong(asked, tmp_path) is not None
