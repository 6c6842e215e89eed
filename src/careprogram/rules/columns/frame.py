"""What does a policy say about every row of a table?

The rule becomes columns of the library that holds the table: Polars, PyArrow, DuckDB or Spark compute it, and nothing
is collected that was lazy. Null is unknown from the first column to the last; no row is ever left out.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, cast

from careprogram.errors import ValidationError
from careprogram.rules.columns.checking import (
    Table,
    TableProblem,
    fact_problems,
    group_problems,
    held_in,
    name_problems,
    narwhals,
    opened,
    refuse,
)
from careprogram.rules.columns.names import KEY, Truths, result_columns
from careprogram.rules.columns.planning import Question, plan_for
from careprogram.rules.columns.sharing import groups_of
from careprogram.rules.compiled import require_in_force
from careprogram.rules.facts import GroupFact
from careprogram.rules.policy import Policy

FrameT = TypeVar("FrameT")


def judge_frame(
    policy: Policy,
    frame: FrameT,
    *,
    as_of: dt.date,
    groups: Mapping[str, object] | None = None,
    keep: Sequence[str] | None = None,
    truths: Truths = "columns",
    absent: Literal["error", "unknown"] = "error",
) -> FrameT:
    """Judge every row of *frame* by *policy* as it stood on *as_of*.

    A fact is a column of its name: Boolean, a whole number, Date, or the codes of a choice. Null is unknown, and so is
    a code that is none of the choices. A group is a Boolean column of its name, true where the members are listed, and
    a frame of its own with a row a member, joined by the column ``child``; null or false is "nobody asked".

    The result has the columns kept, then ``determination``, ``tier``, ``category.<id>`` for each category (true where
    it holds, null where it is open) and the truth of each clause. An eager frame keeps its order of rows.

    Args:
        policy: The policy asked; of a policy with overrides or stages, ``policy.at(…)``.
        frame: A Polars frame (eager or lazy), a PyArrow table, a DuckDB relation, a Spark frame, or whatever else
            narwhals knows. A lazy one stays lazy.
        as_of: The day whose thresholds and ages count.
        groups: The tables of members by the name of the group, of the same engine as *frame*; those of groups that the
            policy does not ask about are left alone.
        keep: Columns to take along; without it the column ``child``, if there is one, and nothing else, because a
            judged table is passed on more easily than a roster.
        truths: ``"columns"`` for a column ``clause.<id>`` each (two bits a clause in memory), ``"packed"`` for numbers
            ``clauses.<n>`` of 31 clauses each (see `truths_in`), ``"none"`` to leave them out.
        absent: Whether a fact without a column is an error, or unknown in every row.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
        ValidationError: *keep*, *truths* or *absent* is none of what it may be.
        TableError: The columns are not what the policy needs; all problems are named.
        MissingExtraError: narwhals is not installed.
    """
    require_in_force(policy, as_of)
    if truths not in {"columns", "packed", "none"} or absent not in {"error", "unknown"}:
        raise ValidationError("truths is 'columns', 'packed' or 'none', and absent is 'error' or 'unknown'")
    if isinstance(keep, str):
        raise ValidationError(f"keep is a list of columns, such as [{keep!r}], not a text")
    table = opened(frame, "table")
    asked = groups_of(policy)
    members = {name: opened(other, f"table of {name}") for name, other in (groups or {}).items() if name in asked}
    kept = tuple(keep) if keep is not None else tuple(name for name in (KEY,) if name in table.schema)
    problems = [
        *_fact_problems(policy, table, members, absent_is_unknown=absent == "unknown"),
        *name_problems(table, kept, result_columns(policy, truths=truths)),
    ]
    refuse(policy.id, problems)
    question = Question(
        engine=table.engine,
        library="polars" if table.engine == "polars" else narwhals().__name__,
        policy=policy,
        as_of=as_of,
        table=held_in(table, policy.facts),
        members=tuple((n, held_in(members[n], facts)) for n, facts in asked.items() if n in members),
        keep=kept,
        truths=truths,
        prefix=_free_prefix([table, *members.values()]),
    )
    return cast("FrameT", _judged(question, table, members))


def _fact_problems(
    policy: Policy, table: Table, members: Mapping[str, Table], *, absent_is_unknown: bool
) -> Iterator[TableProblem]:
    yield from fact_problems(table, policy.facts, absent_is_unknown=absent_is_unknown)
    yield from group_problems(table, members, [fact for fact in policy.facts if isinstance(fact, GroupFact)])
    for group, facts in groups_of(policy).items():
        if group in members:
            yield from fact_problems(members[group], facts, absent_is_unknown=absent_is_unknown)


def _judged(question: Question, table: Table, members: Mapping[str, Table]) -> Any:
    plan, frames = plan_for(question), {name: other.frame for name, other in members.items()}
    if table.engine != "polars":
        return plan.judged(table.frame, frames).to_native()
    import polars as pl

    # Polars is asked directly, because it speaks the same words, and lazily, because it then computes in one pass.
    native = table.frame.to_native()
    lazy = plan.judged(native.lazy(), {name: frame.to_native().lazy() for name, frame in frames.items()})
    return lazy if isinstance(native, pl.LazyFrame) else lazy.collect()


def _free_prefix(tables: Sequence[Table]) -> str:
    taken = [name.lower() for table in tables for name in table.schema]
    prefix = "_"
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return prefix
