"""What does a policy say of a table in a file, of any size?

Facts are read from Parquet or CSV in parts, judged in columns and counted or written in parts, so that ten million
children need the memory of some hundred thousand. No rule is kept here and no row is shown.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs

from careprogram.program.table_files import collected, polars, refuse_target, scanned, without_child, written
from careprogram.rules import ChoiceFact, Determination, Fact, GroupFact, Policy
from careprogram.rules.columns import DETERMINATION, TIER, Truths, category_column, clause_column, judge_frame


@attrs.frozen(kw_only=True)
class TableCounts:
    """What came out for a table.

    Attributes:
        rows: How many children.
        determinations: How many of each.
        tiers: How many of those eligible in each tier.
        categories: For each category, in how many rows it holds and in how many it is open.
        clauses: The same for each clause.
        strange_codes: How many answers to a choice are none of its codes, and therefore count as unknown.
    """

    rows: int
    determinations: Mapping[Determination, int]
    tiers: Mapping[int, int]
    categories: Mapping[str, tuple[int, int]]
    clauses: Mapping[str, tuple[int, int]]
    strange_codes: Mapping[str, int]


def judge_table(
    policy: Policy,
    source: Path | str,
    target: Path | str | None = None,
    *,
    as_of: dt.date,
    groups: Mapping[str, Path | str] | None = None,
    keep: Sequence[str] | None = None,
    truths: Truths = "columns",
    absent: Literal["error", "unknown"] = "error",
) -> TableCounts:
    """Judge the table in *source* by *policy*, write it to *target* if one is given, and count what came out.

    The columns are those of `judge_frame`; the files are Parquet or CSV, by their names.

    Args:
        policy: The policy asked.
        source: The table of facts, a row a child.
        target: Where the judged table goes; it appears whole or not at all. None for the counts alone.
        as_of: The day whose thresholds and ages count.
        groups: The files of members by the name of the group.
        keep: Columns to take along; without it ``child``, if there is one.
        truths: How the truth of each clause is written.
        absent: Whether a fact without a column is an error, or unknown in every row.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
        TableError: A file cannot be read, a column does not fit, or a cell of a CSV file is no answer; or the target
            cannot be written, which is told before anything is judged.
        MissingExtraError: Polars or narwhals is not installed.
    """
    source, target = Path(source), None if target is None else Path(target)
    files = {name: Path(path) for name, path in (groups or {}).items()}
    frame = scanned(source, policy.facts)
    if target is not None:
        refuse_target(target, read=(source, *files.values()))
    of_groups = {fact.name: fact for fact in policy.facts if isinstance(fact, GroupFact)}
    members = {
        name: scanned(path, tuple(of_groups[name].members.facts().values()))
        for name, path in files.items()
        if name in of_groups
    }
    for name, table in members.items():
        without_child(files[name], table)

    def judged(how: Truths) -> Any:
        return judge_frame(policy, frame, as_of=as_of, groups=members, keep=keep, truths=how, absent=absent)

    counted = collected(source, judged("columns").select(*_counts(policy)))
    strange = collected(source, frame.select(*_strange(frame, policy.facts)))
    if target is not None:
        written(judged(truths), source, target)
    return _told(policy, counted.row(0, named=True), strange.row(0, named=True) if strange.height else {})


def _counts(policy: Policy) -> Iterator[Any]:
    pl = polars()
    yield pl.len().alias("rows")
    for one in Determination:
        yield (pl.col(DETERMINATION) == one.value).sum().alias(one.value)
    for tier in sorted({category.tier for category in policy.categories}):
        yield (pl.col(TIER) == tier).sum().alias(f"tier.{tier}")
    names = [category_column(one.id) for one in policy.categories] + [clause_column(one.id) for one in policy.clauses]
    for name in names:
        yield pl.col(name).sum().alias(name)
        yield pl.col(name).null_count().alias(f"open.{name}")


def _strange(frame: Any, facts: Sequence[Fact]) -> Iterator[Any]:
    pl, schema = polars(), frame.collect_schema()
    for fact in facts:
        # An Enum can hold no other codes, or `judge_frame` has refused it.
        if isinstance(fact, ChoiceFact) and schema.get(fact.name) in {pl.String, pl.Categorical}:
            known = pl.col(fact.name).cast(pl.Enum(fact.codes), strict=False)
            yield (known.is_null() & pl.col(fact.name).is_not_null()).sum().alias(fact.name)


def _told(policy: Policy, counted: Mapping[str, int], strange: Mapping[str, int]) -> TableCounts:
    def both(name: str) -> tuple[int, int]:
        return counted[name], counted[f"open.{name}"]

    return TableCounts(
        rows=counted["rows"],
        determinations={one: counted[one.value] for one in Determination},
        tiers={tier: counted[f"tier.{tier}"] for tier in sorted({category.tier for category in policy.categories})},
        categories={category.id: both(category_column(category.id)) for category in policy.categories},
        clauses={clause.id: both(clause_column(clause.id)) for clause in policy.clauses},
        strange_codes={name: count for name, count in strange.items() if count},
    )
