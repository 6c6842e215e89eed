"""Which helpers come into question, looked at in columns?

What `candidates` does child by child, for blocks of children that live near each other: each ring of helpers around
each place is worked out once, and pairs are judged by the thousand, a little farther each time, until every child has
enough. Never all pairs: what lies in memory is what was looked at. Needs numpy (extra ``[fast]``).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

from careprogram.pairing.constraint import ConstraintScope
from careprogram.pairing.finding.candidates import others_not_in_class
from careprogram.pairing.finding.column_judging import ColumnJudge
from careprogram.pairing.finding.columns import Array, ProgramColumns, within
from careprogram.pairing.finding.found_pairs import FoundPairs
from careprogram.pairing.finding.nearby import Rings, Rows
from careprogram.pairing.judging import Judge
from careprogram.pairing.solving.arrays import Column, load_numpy

_BLOCK: Final = 1 << 15
"""Children that are looked at together."""

_PAIRS: Final = 1 << 19
"""Pairs that are judged together, about."""

_FIRST_LOOK: Final = 8
"""How many more helpers than a child wants are looked at first."""

_LARGE: Final = 1 << 16
"""Children times helpers of a group that gets rings of its own, in which its helpers are left out from the start."""

Group: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""Children, and the helpers that they share."""

Known: TypeAlias = Callable[[Array, Array], Array]
"""Tells which pairs were looked at before."""


class ColumnSearch:
    """The search in columns; see `Candidates`."""

    def __init__(self, program: ProgramColumns, judge: Judge) -> None:
        self.np = np = load_numpy("Finding candidates in columns")
        self.program, self.judge = program, judge
        self.asked = ColumnJudge(judge, program)
        children, helpers = program.children.count, program.helpers.count
        self._child_no = self._sides(ConstraintScope.CHILD, children if helpers else 0, children)
        self._helper_no = self._sides(ConstraintScope.HELPER, helpers if children else 0, helpers)
        self.child_no: Sequence[str | None] = self._codes(self._child_no)
        self.helper_no: Sequence[str | None] = self._codes(self._helper_no)
        self._eligible = np.flatnonzero(self._helper_no == 0)
        self.eligible: Sequence[int] = self._eligible.tolist()
        self.found = FoundPairs(np, helpers)
        self._count = np.zeros(children, dtype=np.int64)
        self._seen = np.zeros(children, dtype=np.int64)
        self._goal = np.zeros(children, dtype=np.int64)
        self._settled = np.zeros(0, dtype=np.int64)

    def _sides(self, scope: ConstraintScope, asked: int, count: int) -> Array:
        """Ask the rules of one side about each of it, together with the first of the other side."""
        np = self.np
        numbers = np.zeros(count, dtype=np.int16)
        for start in range(0, asked, _PAIRS):
            own = np.arange(start, min(asked, start + _PAIRS))
            first = np.zeros(len(own), dtype=np.int64)
            sides = (own, first) if scope is ConstraintScope.CHILD else (first, own)
            numbers[own] = self.asked.first_no(scope, self.asked.pairs(*sides))
        self.asked.blame(numbers)
        return numbers

    def _codes(self, numbers: Array) -> list[str | None]:
        codes = [None if one is None else one.code for one in self.asked.refusals]
        return [codes[number] for number in numbers.tolist()]

    # What is looked at, in which order.

    def settle(self, ties: Sequence[tuple[int, int]]) -> list[bool]:
        """Look at these pairs now, whatever their distance."""
        np = self.np
        if not ties:
            return []
        child, helper = (np.array(ends, dtype=np.int64) for ends in zip(*ties, strict=True))
        keys = self.program.keys(child, helper)
        open_ = (self._child_no[child] == 0) & (self._helper_no[helper] == 0) & ~within(np, self._settled, keys)
        fresh = np.unique(keys[open_])
        for start in range(0, len(fresh), _PAIRS):
            own, its = np.divmod(fresh[start : start + _PAIRS], self.program.helpers.count)
            self._goal[own] = self.program.helpers.count + 1
            self._judge(own, its)
        self._settled = np.union1d(self._settled, fresh)
        allowed: list[bool] = self.found.allowed(keys).tolist()
        return allowed

    def widen_all(self, enough: int) -> None:
        """Look from near to far for every child, block by block of those who live near each other."""
        np = self.np
        self._goal[:] = enough
        open_ = np.flatnonzero((self._child_no == 0) & (self._count < enough))
        open_ = open_[np.argsort(self.program.children.place[open_], kind="stable")]
        for start in range(0, len(open_), _BLOCK):
            children = open_[start : start + _BLOCK]
            if self.judge.context.peer:
                self._along(self._of_class(children), self._was_settled)
                continue
            for rows, known in self._from_near_to_far(children):
                self._along(rows, known)

    def _from_near_to_far(self, children: Array) -> Iterator[tuple[Rows, Known]]:
        """Yield whom to look at; whoever still wants more has looked at all that came before."""
        program = self.program

        def named(child: Array, helper: Array) -> Array:
            preferred = within(self.np, program.ties.get("preferred", ()), program.keys(child, helper))
            return preferred | self._was_settled(child, helper)

        def in_class(child: Array, helper: Array) -> Array:
            own = program.children.school_class[child]
            return named(child, helper) | ((own >= 0) & (own == program.helpers.school_class[helper]))

        def in_school(child: Array, helper: Array) -> Array:
            own = program.children.school[child]
            return in_class(child, helper) | ((own >= 0) & (own == program.helpers.school[helper]))

        yield self._named(children), self._was_settled
        yield self._of_class(self._open(children)), named
        yield self._of_school(self._open(children)), in_class
        for level in range(len(self._rings)):
            for rows in self._rings.around(level, self._open(children), program.children.place, self._open):
                yield rows, in_school

    def _was_settled(self, child: Array, helper: Array) -> Array:
        return within(self.np, self._settled, self.program.keys(child, helper))

    def _open(self, children: Array) -> Array:
        return children[self._count[children] < self._goal[children]]

    @cached_property
    def _rings(self) -> Rings:
        return Rings(self.np, self.program, self._eligible)

    @cached_property
    def _preferred(self) -> tuple[Array, Array]:
        keys = self.program.ties.get("preferred", self.np.zeros(0, dtype=self.np.int64))
        child, helper = self.np.divmod(keys, max(1, self.program.helpers.count))
        eligible = self._helper_no[helper] == 0
        return child[eligible], helper[eligible]

    def _named(self, children: Array) -> Rows:
        child, helper = self._preferred
        return self._rows(children, children, child, helper)

    def _of_class(self, children: Array) -> Rows:
        return self._rows(children, self.program.children.school_class[children], *self._by_class)

    def _of_school(self, children: Array) -> Rows:
        return self._rows(children, self.program.children.school[children], *self._by_school)

    @cached_property
    def _by_class(self) -> tuple[Array, Array]:
        return self._grouped(self.program.helpers.school_class)

    @cached_property
    def _by_school(self) -> tuple[Array, Array]:
        return self._grouped(self.program.helpers.school)

    def _grouped(self, numbers: Array) -> tuple[Array, Array]:
        """Return the eligible helpers with a number, and the numbers, in the order of numbers and positions."""
        own = numbers[self._eligible]
        order = self.np.argsort(own, kind="stable")
        order = order[own[order] >= 0]
        return own[order], self._eligible[order]

    def _rows(self, children: Array, wanted: Array, numbers: Array, helpers: Array) -> Rows:
        starts = self.np.searchsorted(numbers, wanted, "left")
        ends = self.np.searchsorted(numbers, wanted, "right")
        return Rows(children, starts, self.np.where(wanted >= 0, ends - starts, 0), helpers)

    def widen_beyond(self, groups: Sequence[tuple[Sequence[int], Sequence[int]]], most: int) -> bool:
        """Look for helpers outside of each group; groups without a child in common are looked at together."""
        np = self.np
        batches: list[list[tuple[Sequence[int], Sequence[int]]]] = []
        last: dict[int, int] = {}
        for group in groups:
            batch = 1 + max((last.get(child, -1) for child in group[0]), default=-1)
            last.update(dict.fromkeys(group[0], batch))
            batches.extend([] for _ in range(batch + 1 - len(batches)))
            batches[batch].append(group)
        before = len(self.found)
        # A child of several groups is looked for once as far as before, not twice as far again for each of them.
        goals = np.minimum(most, 2 * self._count + 1)
        for own in (part for batch in batches for part in _apart(batch)):
            of_group = np.repeat(np.arange(len(own)), [len(children) for children, _ in own])
            children = np.array([child for children, _ in own for child in children], dtype=np.int64)
            open_ = self._may_widen(children, goals)
            if not open_.any():
                continue
            children, of_group = children[open_], of_group[open_]
            inside = [number * self.program.helpers.count + v for number, (_, its) in enumerate(own) for v in its]
            rings = self._rings
            if len(own) == 1 and _is_large(own[0]):
                rings, inside = rings.without(self._eligible, np.array(own[0][1], dtype=np.int64)), []
            self._widen_batch(children, of_group, np.unique(np.array(inside, dtype=np.int64)), goals, rings)
        return len(self.found) > before

    def _may_widen(self, children: Array, goals: Array) -> Array:
        """Return which of *children* have not reached their goals, and have helpers left to look at."""
        open_ = (self._count[children] < goals[children]) & (self._child_no[children] == 0)
        unseen: Array = self._seen[children] < len(self._eligible)
        return open_ & unseen

    def _widen_batch(self, children: Array, of_group: Array, inside: Array, goals: Array, rings: Rings) -> None:
        np = self.np
        self._goal[children] = goals[children]
        group = np.zeros(len(self._count), dtype=np.int64)
        group[children] = of_group
        keys = self.found.keys_of(children)

        def known(child: Array, helper: Array) -> Array:
            other = within(np, inside, group[child] * self.program.helpers.count + helper)
            return other | within(np, keys, self.program.keys(child, helper))

        children = children[np.argsort(self.program.children.place[children], kind="stable")]
        for level in range(len(rings)):
            for rows in rings.around(level, self._open(children), self.program.children.place, self._open):
                self._along(rows, known)

    # Looking.

    def _along(self, rows: Rows, known: Known) -> None:
        """Look along the row of every child until it has enough, a little at first and then twice as far each time."""
        np = self.np
        at = 0
        width = _FIRST_LOOK + int(self._goal[rows.children].max(initial=0))
        while True:
            wanting = (self._count[rows.children] < self._goal[rows.children]) & (rows.lengths > at)
            rows = rows.picked(wanting)
            if not len(rows.children):
                return
            take = np.minimum(width, rows.lengths - at)
            parts = np.searchsorted(np.cumsum(take), np.arange(_PAIRS, int(take.sum()), _PAIRS))
            for part in np.split(np.arange(len(take)), np.unique(parts)):
                child, helper = rows.looked_at(np, part, at, take[part])
                fresh = ~known(child, helper)
                self._judge(child[fresh], helper[fresh])
            at += width
            width *= 2

    def _judge(self, child: Array, helper: Array) -> None:
        """Judge pairs, children one after the other; keep those before each child had enough."""
        np = self.np
        if not len(child):
            return
        pairs = self.asked.pairs(child, helper)
        numbers = self.asked.first_no(ConstraintScope.PAIR, pairs)
        allowed = numbers == 0
        first = np.flatnonzero(np.concatenate(([True], child[1:] != child[:-1])))
        own = child[first]
        lengths = np.diff(first, append=len(child))
        before = np.cumsum(allowed) - allowed
        before -= np.repeat(before[first] - self._count[own], lengths)
        looked = before < np.repeat(self._goal[own], lengths)
        which = np.repeat(np.arange(len(own)), lengths)
        yes, no = looked & allowed, looked & ~allowed
        self._count[own] += np.bincount(which[yes], minlength=len(own))
        self._seen[own] += np.bincount(which[looked], minlength=len(own))
        scores, _ = self.asked.score(pairs.picked(yes))
        self.asked.blame(numbers[no])
        self.found.add(child[yes], helper[yes], scores, (child[no], helper[no], numbers[no]))

    # What was found.

    def edge_columns(self) -> tuple[Column, Column, Column]:
        """Return the allowed pairs found."""
        return self.found.edges()

    def helpers_of(self, child: int) -> Sequence[int]:
        """Return the allowed helpers found for *child*."""
        return self.found.helpers_of(child)

    def counts(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return how many allowed pairs each child and each helper has."""
        _, helpers, _ = self.found.edges()
        wanted = self.np.bincount(helpers, minlength=self.program.helpers.count)
        return self._count.tolist(), wanted.tolist()

    def shown(self, pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, tuple[int, ...]]]:
        """Return score and single scores of allowed pairs: these are worked out again."""
        shown: list[tuple[int, tuple[int, ...]]] = []
        for start in range(0, len(pairs), _PAIRS):
            ends: Any = self.np.array(pairs[start : start + _PAIRS], dtype=self.np.int64)
            columns = self.asked.pairs(*(self.np.ascontiguousarray(ends[:, side]) for side in (0, 1)))
            total, single = self.asked.score(columns, blame=False)
            each = zip(*(values.tolist() for values in single), strict=True) if single else [()] * len(total)
            shown.extend(zip(total.tolist(), each, strict=True))
        return shown

    def left_out(self) -> int:
        """Return how many pairs were not looked at and could still be."""
        if self.judge.context.peer:
            return 0
        open_ = self._child_no == 0
        return len(self.eligible) * int(open_.sum()) - int(self._seen[open_].sum())

    @cached_property
    def _ruled_out(self) -> Counter[str]:
        return Counter(code for code in self.helper_no if code is not None)

    def tally_of_child(self, child: int) -> Counter[str]:
        """Return per code how many of all helpers it rules out for *child*."""
        own = self.child_no[child]
        if own is not None:
            return Counter({own: self.program.helpers.count})
        tally = self._told(self.found.refused_of_child(child)) + self._ruled_out
        return tally + others_not_in_class(self.judge, len(self.eligible) - int(self._seen[child]))

    def tally_of_helper(self, helper: int) -> Counter[str]:
        """Return per code for how many of the children that were looked at it rules out *helper*."""
        return self._told(self.found.refused_of_helper(helper))

    def _told(self, numbers: Sequence[int]) -> Counter[str]:
        tally = Counter[str]()
        for number, count in Counter(numbers).items():
            refusal = self.asked.refusals[number]
            assert refusal is not None
            tally[refusal.code] += count
        return tally


def _is_large(group: Group) -> bool:
    return len(group[0]) * len(group[1]) >= _LARGE


def _apart(batch: list[Group]) -> Iterator[list[Group]]:
    """Yield every large group alone and the others together."""
    yield from ([group] for group in batch if _is_large(group))
    if small := [group for group in batch if not _is_large(group)]:
        yield small
