"""Which columns does a judged table get, one step after the other?

Choices and dates are cleaned, groups joined, conditions that several clauses use settled, then clauses, categories and
the outcome, each from the columns of the step before. The plan depends on the policy, the day and the types of columns
and is kept, because making it takes longer than judging a small table. It speaks the words that narwhals and Polars
have in common, and sees no data.
"""

import datetime as dt
import functools
import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from careprogram.rules.columns.groups import GroupPlan, group_plan
from careprogram.rules.columns.lowering import Answers, Column, Ground, Held
from careprogram.rules.columns.names import KEY, Truths
from careprogram.rules.columns.outcome import outcome_columns, written_clauses
from careprogram.rules.columns.sharing import groups_of, quantified_in, shared_levels
from careprogram.rules.policy import Policy

Holdings: TypeAlias = tuple[tuple[str, Held], ...]
"""The facts that a table answers, with what is known of their columns."""

Step: TypeAlias = Mapping[str, Column]
"""Columns that are computed at once, by name."""


@attrs.frozen(kw_only=True)
class Question:
    """A policy asked about a kind of table: all that a plan depends on.

    Attributes:
        engine: Who computes, such as ``pyarrow``.
        library: The module whose words are used, ``narwhals.stable.v2`` or ``polars``.
        policy: The policy.
        as_of: The day.
        table: What the table answers.
        members: What the tables of groups answer.
        keep: The columns to take along.
        truths: How the truth of each clause is written.
        prefix: What columns of our own begin with, so that they hide no other.
    """

    engine: str
    library: str
    policy: Policy
    as_of: dt.date
    table: Holdings
    members: tuple[tuple[str, Holdings], ...]
    keep: tuple[str, ...]
    truths: Truths
    prefix: str


@attrs.frozen(kw_only=True)
class Plan:
    """What is done with a table.

    Attributes:
        library: The module whose words are used.
        clean: Columns of known codes, and of dates that have come.
        groups: What is done with the tables of groups.
        steps: Then the columns of each step.
        result: The columns of the judged table.
        row: A free name for the number of a row.
    """

    library: Any
    clean: Step
    groups: Sequence[GroupPlan]
    steps: Sequence[Step]
    result: Sequence[Column]
    row: str

    def judged(self, frame: Any, members: Mapping[str, Any]) -> Any:
        """Return *frame* judged; *members* are the tables of its groups."""
        frame = frame.with_columns(**self.clean) if self.clean else frame
        for group in self.groups:
            frame = group.joined(self.library, frame, members[group.group], self.row)
        for step in self.steps:
            frame = frame.with_columns(**step)
        return frame.select(*self.result)


@functools.lru_cache(maxsize=128)
def plan_for(question: Question) -> Plan:
    """Return what to do with a table to answer *question*."""
    library, policy, prefix = importlib.import_module(question.library), question.policy, question.prefix
    clean, answers = _cleaned(library, question.table, question)
    ground = Ground(library=library, as_of=question.as_of, ages=policy.ages, answers=answers)
    groups, ground = _grouped(question, ground)
    steps: list[Step] = []
    for number, level in enumerate(shared_levels(policy)):
        step, columns = _step(library, (ground.column(ground.lower(rule)) for rule in level), f"{prefix}s{number}_")
        steps.append(step)
        ground = attrs.evolve(ground, settled={**ground.settled, **dict(zip(level, columns, strict=True))})
    rules = (ground.column(ground.lower(clause.condition)) for clause in policy.clauses)
    clause_step, clauses = _step(library, rules, f"{prefix}c")
    category_step, categories = _step(library, _categories(policy, ground, clauses), f"{prefix}k")
    result = [
        *(library.col(name) for name in question.keep),
        *outcome_columns(library, policy, categories),
        *written_clauses(library, policy, clauses, question.truths),
    ]
    steps += [clause_step, category_step]
    return Plan(library=library, clean=clean, groups=groups, steps=steps, result=result, row=f"{prefix}row")


def _step(library: Any, columns: Iterable[Column], prefix: str) -> tuple[Step, list[Column]]:
    step = {f"{prefix}{at}": column for at, column in enumerate(columns)}
    return step, [library.col(name) for name in step]


def _cleaned(library: Any, table: Holdings, question: Question) -> tuple[Step, dict[str, Answers]]:
    """Return columns of answers only: a code that is none, taken for another, would decide; so would a date to come."""
    prefix = f"{question.prefix}f_"
    clean = {f"{prefix}{name}": _answers(library, name, held, question) for name, held in table if not held.clean}
    column_of = {name: library.col(name if held.clean else f"{prefix}{name}") for name, held in table}
    return clean, {name: Answers(column=column_of[name], held=held) for name, held in table}


def _answers(library: Any, name: str, held: Held, question: Question) -> Column:
    column = library.col(name)
    if held.date:  # looked at once for each date, not once for each age that a rule compares
        # A day before year 1, which some engines count and Python does not, is no answer either.
        # Spark cannot be handed the first day of year 1, and PyArrow's years run over beyond 32,767.
        by_year = "spark" in question.engine
        dated = column.dt.year() >= 1 if by_year else column >= library.lit(dt.date.min)
        return library.when((column <= library.lit(question.as_of)) & dated).then(column)
    if library.__name__ == "polars":
        return column.cast(library.Enum(held.codes), strict=False)
    text = column if held.text else column.cast(library.String)
    return library.when(text.is_in(held.codes)).then(text)


def _grouped(question: Question, ground: Ground) -> tuple[list[GroupPlan], Ground]:
    library, policy = ground.library, question.policy
    plans, answers, settled = [], dict(ground.answers), dict(ground.settled)
    members = dict(question.members)
    for group in groups_of(policy):
        listed = answers.pop(group, None)
        if listed is None:
            continue
        # False in a group's column says that nobody asked who belongs to it, which is no answer; and of a child
        # without a key nobody can find the members.
        found = listed.column.fill_null(False) & ~library.col(KEY).is_null()
        asked = library.when(found).then(library.lit(True))
        answers[group] = Answers(column=asked)
        clean, own_answers = _cleaned(library, members[group], question)
        own, rules = attrs.evolve(ground, answers=own_answers), quantified_in(policy, group)
        plan, held = group_plan(group, rules, own, clean, asked=asked, prefix=question.prefix)
        plans.append(plan)
        settled |= held
    return plans, attrs.evolve(ground, answers=answers, settled=settled)


def _categories(policy: Policy, ground: Ground, clauses: Sequence[Column]) -> Iterator[Column]:
    begin = len(policy.requirements)
    required = clauses[:begin]
    for category in policy.categories:
        end = begin + len(category.clauses)
        yield ground.every([*required, ground.some(clauses[begin:end])])
        begin = end
