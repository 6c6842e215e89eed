"""What does the checker count, where millions of edges stand in arrays?

The same faults, value and bound that `certificate` counts in plain Python, in numpy. It knows no solver either, and it
refuses numbers that 64 bits might not hold: then the plain count answers.
"""

import itertools
from collections.abc import Sequence
from typing import Any

from careprogram.pairing.solving.arrays import INT64_LIMIT, as_array, flat
from careprogram.pairing.solving.assignment import AssignmentProblem

_NOTHING = -(2**62)


def count_in_arrays(
    problem: AssignmentProblem, pairs: Sequence[tuple[str, str]], prices: Sequence[int]
) -> tuple[list[str], int, int] | None:
    """Return what breaks a rule, the value and the bound; None where 64 bits might not hold a sum."""
    import numpy as np

    asked, places = as_array(np, prices), as_array(np, problem.places)
    seats, bonuses = problem.seat_columns
    costs = flat(np, problem.place_costs)[1] if problem.place_costs is not None else np.zeros(0, dtype=np.int64)
    if not _fits(problem, (asked, bonuses, costs), len(bonuses) + len(pairs) + _total(places)):
        return None
    faults, children, helpers, worth = _look_up(np, problem, pairs)
    filled = np.bincount(children, minlength=len(seats))
    load = np.bincount(helpers, minlength=len(places))
    value = worth + _taken(np, seats, bonuses, filled) - (_taken(np, places, costs, load) if len(costs) else 0)
    for child in np.flatnonzero(filled > seats).tolist():
        allowed = f"{filled[child]} helpers, at most {seats[child]} are allowed"
        faults.append(f"child {problem.child_keys[child]} has {allowed}")
    for helper in np.flatnonzero(load > places).tolist():
        allowed = f"{load[helper]} children, at most {places[helper]} are allowed"
        faults.append(f"helper {problem.helper_keys[helper]} has {allowed}")
    rent = np.maximum(np.repeat(asked, places) - costs, 0).sum() if len(costs) else (asked * places).sum()
    return faults, int(value), int(rent + _gains(np, problem, asked, seats, bonuses))


def _fits(problem: AssignmentProblem, columns: Sequence[Any], units: int) -> bool:
    values: Any = problem.edge_values
    if any(column.dtype == object for column in columns):
        return False
    highest = sum(max(int(column.max()), -int(column.min())) for column in (values, *columns) if len(column))
    return highest * (units + 1) < INT64_LIMIT


def _total(places: Any) -> int:
    """Return how many places there are; rounded up where 64 bits might not hold it."""
    about = int(places.sum(dtype=float)) + 1
    return about if about >= INT64_LIMIT else int(places.sum())


def _look_up(np: Any, problem: AssignmentProblem, pairs: Sequence[tuple[str, str]]) -> tuple[list[str], Any, Any, int]:
    """Return faults, the positions of the children and helpers of allowed pairs, and what their edges are worth."""
    child_at, helper_at = problem.child_positions, problem.helper_positions
    count = len(pairs)
    nowhere = itertools.repeat(-1)
    child_keys, helper_keys = [child for child, _ in pairs], [helper for _, helper in pairs]
    children = np.fromiter(map(child_at.get, child_keys, nowhere), dtype=np.int64, count=count)
    helpers = np.fromiter(map(helper_at.get, helper_keys, nowhere), dtype=np.int64, count=count)
    known = (children >= 0) & (helpers >= 0)
    codes = children[known] * len(helper_at) + helpers[known]
    if not (codes[1:] > codes[:-1]).all():
        codes.sort()
    strangers = [pairs[pair] for pair in np.flatnonzero(~known).tolist()]
    twice = (codes[1:] == codes[:-1]).any() or len(set(strangers)) != len(strangers)
    faults = ["a pair is listed twice"] if twice else []
    allowed, worth = np.zeros(count, dtype=bool), 0
    ends, others = np.asarray(problem.edge_children), np.asarray(problem.edge_helpers)
    # One round for the first pair of each child, one for the second, and so on.
    waiting = np.flatnonzero(known)
    while len(waiting):
        turn = np.full(len(problem.child_keys), -1, dtype=np.int64)
        turn[children[waiting]] = waiting
        now = turn[turn >= 0]
        wanted = np.full(len(problem.child_keys), -1, dtype=np.int64)
        wanted[children[now]] = helpers[now]
        hits = np.flatnonzero(wanted.take(ends) == others)
        worth += int(np.asarray(problem.edge_values)[hits].sum())
        allowed[turn[ends[hits]]] = True
        waiting = waiting[turn[children[waiting]] != waiting]
    refused = [pairs[pair] for pair in np.flatnonzero(~allowed).tolist()]
    faults += [f"child {child} and helper {helper} may not be paired" for child, helper in refused]
    return faults, children[allowed], helpers[allowed], worth


def _taken(np: Any, lengths: Any, numbers: Any, counts: Any) -> int:
    """Return the sum of the first *counts* numbers of each group."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    before = np.append(0, np.cumsum(numbers))
    return int((before[np.minimum(starts + counts, ends)] - before[starts]).sum())


def _gains(np: Any, problem: AssignmentProblem, prices: Any, seats: Any, bonuses: Any) -> int:
    """Return the sum of what each child could gain at most at these *prices*."""
    children = np.asarray(problem.edge_children)
    gains = prices.take(np.asarray(problem.edge_helpers))
    np.subtract(np.asarray(problem.edge_values), gains, out=gains)
    starts = np.cumsum(seats) - seats
    total, most = 0, int(seats.max()) if len(seats) else 0
    firsts = _firsts(np, children)
    if not (np.diff(children[firsts]) > 0).all():
        order = np.argsort(children, kind="stable")
        children, gains = children[order], gains[order]
        firsts = _firsts(np, children)
    for seat in range(most):
        if not len(children):
            break
        owners, best = children[firsts], np.maximum.reduceat(gains, firsts)
        use = seats[owners] > seat
        total += int(np.maximum(best[use] + bonuses[starts[owners[use]] + seat], 0).sum())
        if seat + 1 == most:
            break
        wanting = seats[children] > seat + 1
        top = np.flatnonzero(gains == np.repeat(best, np.diff(np.append(firsts, len(children)))))
        gains[top[np.append(True, children[top[1:]] != children[top[:-1]])]] = _NOTHING
        children, gains = children[wanting], gains[wanting]
        left = gains != _NOTHING
        children, gains = children[left], gains[left]
        firsts = _firsts(np, children)
    return total


def _firsts(np: Any, children: Any) -> Any:
    """Return where the edges of another child begin."""
    return np.flatnonzero(np.append(True, children[1:] != children[:-1])[: len(children)])
