"""Which numbers must a published table withhold?

Small counts can point at a child. They are withheld, and with them as many other counts as it takes that no addition or
subtraction of what is printed gives a small one back. The sums that are known to the reader are exact linear equations;
a withheld number is safe when these equations leave it open. What a reader may know from elsewhere, and differences
between two editions of a table, are beyond this file.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import attrs

Name = TypeVar("Name", bound=Hashable)

SMALL = 5
"""Counts below this are small; common practice in official statistics publishes from 5 upwards."""

_PRIME = 2**61 - 1
_SHORT = 30


@attrs.frozen(kw_only=True)
class Sum(Generic[Name]):
    """Parts that add up to a whole; each is the name of a count.

    Attributes:
        whole: The sum.
        parts: What is added.
    """

    whole: Name
    parts: tuple[Name, ...]


def withheld(counts: Mapping[Name, int], sums: Iterable[Sum[Name]], *, below: int = SMALL) -> frozenset[Name]:
    """Return the names of the counts to withhold.

    A part that *counts* does not hold is never printed, but it is known to whoever subtracts: it is derived from its
    sum and protected like the others.

    Args:
        counts: What would be printed.
        sums: How these numbers add up.
        below: Counts of 1 up to *below* − 1 are small. A zero is no child and stays.

    Returns:
        Every small count, and those others without which a small one could be computed, the smallest first.
    """
    equations, values = _with_derived_parts(counts, sums)
    small = {name for name, value in values.items() if 0 < value < below}
    hidden = small | (set(values) - set(counts))
    by_name: defaultdict[Name, list[Sum[Name]]] = defaultdict(list)
    for equation in equations:
        for name in (equation.whole, *equation.parts):
            by_name[name].append(equation)
    # Sets of names have no order that every machine shares; the order of the printed counts has.
    order = {name: place for place, name in enumerate(values)}
    while exposed := _exposed(equations, values, hidden, small, below):
        covered: set[Name] = set()
        for name in sorted(exposed, key=order.__getitem__):
            if name not in covered:
                choice = _cheapest(
                    name, by_name, hidden, lambda other: (values[other] == 0, values[other], order[other])
                )
                if choice is None:
                    continue
                hidden.add(choice)
                # A count in the same short sum may be safe now; one that only shares a long sum hardly is.
                short = (one for one in by_name[choice] if len(one.parts) <= _SHORT)
                covered.update((name, choice), *((one.whole, *one.parts) for one in short))
        if not covered:
            break
    return frozenset(hidden & set(counts))


def _with_derived_parts(
    counts: Mapping[Name, int], sums: Iterable[Sum[Name]]
) -> tuple[list[Sum[Name]], dict[Name, int]]:
    values = dict(counts)
    # Short sums first: they are solved for counts that the long ones then no longer hold.
    equations = sorted(dict.fromkeys(sums), key=lambda one: len(one.parts))
    for equation in equations:
        unnamed = [part for part in equation.parts if part not in values]
        if len(unnamed) == 1 and equation.whole in values:
            others = sum(values[part] for part in equation.parts if part in values)
            values[unnamed[0]] = values[equation.whole] - others
        elif equation.whole not in values and not unnamed:
            values[equation.whole] = sum(values[part] for part in equation.parts)
    known = [one for one in equations if one.whole in values and all(part in values for part in one.parts)]
    return known, values


def _exposed(
    equations: Sequence[Sum[Name]], values: Mapping[Name, int], hidden: set[Name], small: set[Name], below: int
) -> set[Name]:
    """Return the small counts that the reader could compute, or narrow down to a small sum."""
    exposed = _determined(equations, hidden) & small
    for equation in equations:
        if equation.whole not in hidden:
            parts = [part for part in equation.parts if part in hidden and values[part]]
            if parts and sum(values[part] for part in parts) < below:
                exposed.update(part for part in parts if part in small)
    return exposed


def _determined(equations: Sequence[Sum[Name]], hidden: set[Name]) -> set[Name]:
    """Solve the equations for the hidden counts; return those with only one solution.

    Gauss-Jordan elimination modulo a prime of 61 bits: coefficients are 1 and −1, so a wrong rank would need an
    integer determinant that the prime divides.
    """
    sizes = Counter(name for one in equations for name in (one.whole, *one.parts))
    pivots: dict[Name, dict[Name, int]] = {}
    using: defaultdict[Name, set[Name]] = defaultdict(set)
    for equation in equations:
        row: dict[Name, int] = {}
        for part in equation.parts:
            if part in hidden:
                row[part] = row.get(part, 0) + 1
        if equation.whole in hidden:
            row[equation.whole] = row.get(equation.whole, 0) - 1
        for name in [name for name in row if name in pivots]:
            _subtract(row, pivots[name], row.get(name, 0))
        row = {name: value for name, value in row.items() if value % _PRIME}
        if not row:
            continue
        pivot = min(row, key=sizes.__getitem__)
        inverse = pow(row[pivot], -1, _PRIME)
        row = {name: value * inverse % _PRIME for name, value in row.items()}
        for other in list(using[pivot]):
            before = set(pivots[other])
            _subtract(pivots[other], row, pivots[other][pivot])
            for name in before - set(pivots[other]):
                using[name].discard(other)
            for name in set(pivots[other]) - before:
                using[name].add(other)
        pivots[pivot] = row
        for name in row:
            using[name].add(pivot)
    return {name for name, row in pivots.items() if len(row) == 1}


def _subtract(row: dict[Name, int], other: Mapping[Name, int], times: int) -> None:
    for name, value in other.items():
        left = (row.get(name, 0) - times * value) % _PRIME
        if left:
            row[name] = left
        else:
            row.pop(name, None)


def _cheapest(
    name: Name,
    by_name: Mapping[Name, Sequence[Sum[Name]]],
    hidden: set[Name],
    cost: Callable[[Name], tuple[bool, int, int]],
) -> Name | None:
    """Return the best count to withhold with *name*: in its sums, else in theirs; parts first, then small ones."""
    seen, border = {name}, [name]
    while border:
        candidates: dict[Name, tuple[bool, tuple[bool, int, int]]] = {}
        following: list[Name] = []
        for one in border:
            for equation in by_name[one]:
                for other in (equation.whole, *equation.parts):
                    if other not in hidden:
                        rank = (other == equation.whole, cost(other))
                        candidates[other] = min(rank, candidates.get(other, rank))
                    elif other not in seen:
                        seen.add(other)
                        following.append(other)
        if candidates:
            return min(candidates, key=candidates.__getitem__)
        border = following
    return None
