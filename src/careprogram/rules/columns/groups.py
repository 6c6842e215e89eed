"""How do the members of a group, a table of their own, become one answer about each child?

The truth of a condition about each member is a number (false 0, unknown 1, true 2); the largest of a child's members is
"any", the smallest is "all", as in Kleene logic. An engine's own ``bool_or`` would skip what is unknown. Of no members
"any" is false and "all" is true; where nobody said who belongs to the group, both are unknown.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from careprogram.rules.columns.lowering import Column, Ground
from careprogram.rules.columns.names import KEY
from careprogram.rules.predicates import Predicate, Quantified, Quantifier
from careprogram.rules.truth import Truth

_FALSE, _UNKNOWN, _TRUE = 0, 1, 2


@attrs.frozen(kw_only=True)
class GroupPlan:
    """What is done with the table of one group.

    Attributes:
        group: Its name.
        clean: Columns of known codes, and of dates that have come.
        numbers: The truth of each condition as a number.
        of_all: The same over all members of a child.
        answers: Back in the table of children: true, false or null.
    """

    group: str
    clean: Mapping[str, Column]
    numbers: Mapping[str, Column]
    of_all: Sequence[Column]
    answers: Mapping[str, Column]

    def joined(self, library: Any, frame: Any, members: Any, row: str) -> Any:
        """Return *frame* with the answers about its *members*; an eager frame keeps its order."""
        if not self.numbers:  # only asked whether the members are known
            return frame
        told = members.with_columns(**self.clean) if self.clean else members
        told = told.with_columns(**self.numbers).select(KEY, *self.numbers)
        told = told.group_by(KEY).agg(*self.of_all)
        return _left(library, frame, told, row).with_columns(**self.answers)


def group_plan(
    group: str, rules: Sequence[Quantified], own: Ground, clean: Mapping[str, Column], *, asked: Column, prefix: str
) -> tuple[GroupPlan, Mapping[Predicate, Column]]:
    """Return what to do with the table of a *group*, and the column that then holds each of the *rules* about it.

    Args:
        group: Its name.
        rules: The conditions about it.
        own: What rules about one member are made into columns on.
        clean: The columns of answers that *own* needs.
        asked: Whether anybody said who belongs to it; null if not.
        prefix: What columns of our own begin with.
    """
    library, col = own.library, own.library.col
    asked = asked.fill_null(False)
    names = [f"{prefix}g_{group}_{at}" for at in range(len(rules))]
    named = list(zip(names, rules, strict=True))
    plan = GroupPlan(
        group=group,
        clean=clean,
        numbers={name: _number(own, rule.when) for name, rule in named},
        of_all=[col(name).max() if rule.quantifier is Quantifier.ANY else col(name).min() for name, rule in named],
        answers={f"{name}_": _of_child(library, rule, name, asked) for name, rule in named},
    )
    return plan, {rule: col(f"{name}_") for name, rule in named}


def _number(own: Ground, rule: Predicate) -> Column:
    term = own.lower(rule)
    if isinstance(term, Truth):
        number = {Truth.FALSE: _FALSE, Truth.UNKNOWN: _UNKNOWN, Truth.TRUE: _TRUE}[term]
        return own.library.lit(number, dtype=own.library.Int32)
    return (term.cast(own.library.Int32) * _TRUE).fill_null(_UNKNOWN)


def _of_child(library: Any, rule: Quantified, name: str, asked: Column) -> Column:
    of_nobody = _FALSE if rule.quantifier is Quantifier.ANY else _TRUE
    number = library.col(name).fill_null(of_nobody)
    return library.when(asked & (number != _UNKNOWN)).then(number == _TRUE)


def _left(library: Any, frame: Any, told: Any, row: str) -> Any:
    if library.__name__ == "polars":
        return frame.join(told, on=KEY, how="left", maintain_order="left")
    if type(frame).__name__ == "LazyFrame":
        return frame.join(told, on=KEY, how="left")
    return frame.with_row_index(row).join(told, on=KEY, how="left").sort(row).drop(row)
