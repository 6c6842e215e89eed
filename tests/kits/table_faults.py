"""The faults that `test_table_mutants` plants: into the joining of groups, and into reading, judging and writing files.

Each is a name and a function that puts the fault in place; nothing here checks anything.
"""

import datetime as dt

import attrs
import polars as pl

from careprogram.program import table_files, tables
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    DateFact,
    IntFact,
)
from careprogram.rules.columns import KEY, planning
from careprogram.rules.columns import groups as group_columns
from careprogram.rules.columns.groups import GroupPlan

ROWS = 120


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
    def cleaned(library, table, question):
        ahead = attrs.evolve(question, as_of=dt.date.max)
        return honest(library, table, ahead if "able" in dict(table) else question)

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
