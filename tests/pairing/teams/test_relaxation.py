"""The bound of whole families: against all answers, against the bound without added rows, and with faults planted."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.pairing.teams import relaxation
from careprogram.pairing.teams.relaxation import SCALE, Columns, Relaxation, Row, load_linear_solver

np = pytest.importorskip("numpy")
pytest.importorskip("ortools")

COVERS = Relaxation._covers

# Group, helper, size, value; then the places, how many seats are filled, and the best sum of values.
CLOSED_BY_A_COVER = ([(0, 0, 1, 11), (0, 0, 2, 27), (1, 1, 1, 10), (2, 0, 1, 19)], [2, 2], 3, 40)
CLOSED_BY_ROUNDING = ([(0, 1, 1, 13), (0, 1, 2, 21), (0, 1, 3, 35), (1, 1, 1, 15)], [2, 3], 3, 36)


def as_columns(rows, bonuses=None):
    """Return *rows* of group, helper, size and value as columns; *bonuses* says of each group which seats it fills."""
    levels = range(1 if bonuses is None else 2)
    return Columns(
        groups=np.unique([row[0] for row in rows], return_inverse=True)[1].ravel(),
        helpers=np.array([row[1] for row in rows]),
        sizes=np.array([row[2] for row in rows]),
        values=np.array([row[3] for row in rows]),
        filled=np.array([[row[2] * (not bonuses or bonuses[row[0]] == level) for level in levels] for row in rows]),
        edges=[(at,) for at in range(len(rows))],
    )


def scarce(seed):
    """Return columns of four groups at two or three helpers with few places, places, and all best covered answers."""
    rnd = random.Random(seed)
    helpers = rnd.randint(2, 3)
    places = [rnd.randint(1, 4) for _ in range(helpers)]
    rows = [
        (group, helper, size, size * 10 + rnd.randint(0, 9))
        for group, most in enumerate(rnd.choices((1, 2, 3), k=4))
        for helper in range(helpers)
        if rnd.random() < 0.75
        for size in range(1, min(most, places[helper]) + 1)
    ] or [(0, 0, 1, 5)]
    columns = as_columns(rows, rnd.choices((0, 1), k=4) if rnd.random() < 0.5 else None)
    answers = list(every_answer(columns, places))
    filled = max(tuple(columns.filled[answer].sum(axis=0).tolist()) for answer in answers)
    return columns, places, filled, [one for one in answers if (columns.filled[one].sum(axis=0) == filled).all()]


def every_answer(columns, places):
    """Yield every choice of one column of each group, or none, that the helpers have places for."""
    options = [[None, *np.flatnonzero(columns.groups == group).tolist()] for group in sorted(set(columns.groups))]
    helpers, sizes = columns.helpers.tolist(), columns.sizes.tolist()
    for choice in itertools.product(*options):
        answer = [column for column in choice if column is not None]
        load = [0] * len(places)
        for column in answer:
            load[helpers[column]] += sizes[column]
        if all(taken <= count for taken, count in zip(load, places, strict=True)):
            yield answer


def relaxed(columns, places, filled):
    """Return the relaxation of *columns*, solved."""
    found = Relaxation(columns, places, filled)
    assert found.solve(columns.values.astype(float))
    return found


def plain_bound(columns, places, filled):
    """Return the bound without any added row, from a model of its own with all columns in it."""
    solver = load_linear_solver().Solver.CreateSolver("GLOP")
    shares = [solver.NumVar(0, 1, "") for _ in columns.edges]
    for group in set(columns.groups.tolist()):
        solver.Add(sum(shares[column] for column in np.flatnonzero(columns.groups == group).tolist()) <= 1)
    for helper, count in enumerate(places):
        own = np.flatnonzero(columns.helpers == helper).tolist()
        solver.Add(sum(int(columns.sizes[column]) * shares[column] for column in own) <= count)
    for level, count in enumerate(filled):
        solver.Add(sum(int(columns.filled[at, level]) * share for at, share in enumerate(shares)) == count)
    solver.Maximize(sum(int(columns.values[at]) * share for at, share in enumerate(shares)))
    assert solver.Solve() == solver.OPTIMAL
    return solver.Objective().Value()


def find_fault(seed):
    """Return what is wrong with the relaxation of one drawn problem, None if nothing is."""
    columns, places, filled, answers = scarce(seed)
    found = relaxed(columns, places, filled)
    for row in found.rows:
        counted = dict(zip(row.columns.tolist(), row.counts.tolist(), strict=True))
        totals = [sum(counted.get(column, 0) for column in answer) for answer in answers]
        if max(totals) > row.most or (row.exact and min(totals) < row.most):
            return "a row cuts off an answer"
    bound, losses = found.bound()
    if any(bound - int(losses[answer].sum()) < int(columns.values[answer].sum()) * SCALE for answer in answers):
        return "an answer is worth more than bound and losses let it be"
    if losses.min() < 0:
        return "a column gains what it should lose"
    if bound > (plain_bound(columns, places, filled) + 0.01) * SCALE:
        return "the bound is above the plain one"
    return None


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_no_row_cuts_off_an_answer_and_the_bound_is_between_the_best_and_the_plain_one(seed):
    """Every whole answer keeps every row, none is worth more than the bound, and added rows never raise it."""
    assert find_fault(seed) is None


@pytest.mark.parametrize(
    ("posed", "left_out"),
    [(CLOSED_BY_A_COVER, {"_rounded": lambda *_: []}), (CLOSED_BY_ROUNDING, {"_covers": lambda *_: iter(())})],
    ids=["cover", "rounding"],
)
def test_a_row_of_either_kind_closes_a_gap(posed, left_out, monkeypatch):
    """Where the plain bound is above the best answer, one kind of row alone brings it down to it."""
    rows, places, filled, best = posed
    for name, replaced in left_out.items():
        monkeypatch.setattr(Relaxation, name, replaced)
    assert plain_bound(as_columns(rows), places, [filled]) > best + 1
    assert relaxed(as_columns(rows), places, [filled]).bound()[0] // SCALE == best


def too_low(self):
    """Say of covers one less than what holds."""
    for row in COVERS(self):
        yield Row(columns=row.columns, counts=row.counts, most=row.most - 1)


def rounded_up(self, prime):
    """Round what columns count up where it is rounded down."""
    found = []
    for factors in relaxation._eliminated(self._full_rows(prime), prime):
        total, most = np.zeros(len(self.inside), dtype=np.int64), 0
        for at, factor in factors.items():
            total[self.rows[at].columns] += factor * self.rows[at].counts
            most += factor * self.rows[at].most
        total = -(-total // prime)
        own = np.flatnonzero(total)
        if sum(int(total[column]) * share for column, share in self.shares.items()) > most // prime + 0.001:
            found.append(Row(columns=own, counts=total[own], most=most // prime))
    return found


@pytest.mark.parametrize(("name", "fault"), [("_covers", too_low), ("_rounded", rounded_up)])
def test_a_planted_fault_is_seen(name, fault, monkeypatch):
    """A cover that allows one less, or a sum rounded up, is seen within the problems that are fine without it."""
    seeds = range(25)
    assert not any(map(find_fault, seeds))
    monkeypatch.setattr(Relaxation, name, fault)
    assert any(_seen(seed) for seed in seeds)


def _seen(seed):
    try:
        return find_fault(seed) is not None
    except AssertionError:
        # So much was cut off that no answer is left at all.
        return True
