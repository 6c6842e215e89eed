"""Which pairs were looked at, and what was found?

Columns that grow: the allowed pairs with their scores, and the refused ones with the number of the reason. They are
put in order when somebody asks. Nothing is judged here.
"""

from collections.abc import Sequence
from typing import Any

from careprogram.pairing.finding.columns import Array, concatenated, within


class FoundPairs:
    """Pairs as keys: child times number of helpers plus helper."""

    def __init__(self, np: Any, helpers: int) -> None:
        self.np, self.helpers = np, max(1, helpers)
        # One chunk is in order; whatever is added makes it two.
        nothing = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int16))
        self._edges: list[tuple[Array, Array]] = [nothing]
        self._refused: list[tuple[Array, Array]] = [nothing]
        self._length = 0
        self._by_helper: tuple[Array, Array] | None = None

    def __len__(self) -> int:
        return self._length

    def add(self, child: Array, helper: Array, scores: Array, refused: tuple[Array, Array, Array]) -> None:
        """Keep allowed pairs with their scores, and refused ones with their numbers."""
        if len(child):
            self._edges.append((self._keys(child, helper), scores.astype(self.np.int16)))
            self._length += len(child)
        if len(refused[0]):
            self._refused.append((self._keys(*refused[:2]), refused[2]))
            self._by_helper = None

    def _keys(self, child: Array, helper: Array) -> Array:
        return child.astype(self.np.int64) * self.helpers + helper

    def _ordered(self, chunks: list[tuple[Array, Array]]) -> tuple[Array, Array]:
        """Return keys in order with what belongs to each; the chunks become one, which then is in order."""
        np = self.np
        if len(chunks) == 1:
            return chunks[0]
        keys = np.concatenate([keys for keys, _ in chunks])
        values = np.concatenate([own for _, own in chunks])
        order = np.argsort(keys, kind="stable")
        chunks[:] = [(keys[order], values[order])]
        return chunks[0]

    def keys_of(self, children: Array) -> Array:
        """Return the keys of all pairs of some children that were looked at, in order."""
        np = self.np
        firsts = np.unique(children) * self.helpers
        parts = []
        for keys in (self._ordered(self._edges)[0], self._ordered(self._refused)[0]):
            starts, ends = np.searchsorted(keys, firsts), np.searchsorted(keys, firsts + self.helpers)
            parts.append(keys[concatenated(np, starts, ends - starts)])
        # Two runs in order are merged, not sorted anew.
        return np.sort(np.concatenate(parts), kind="stable")

    def allowed(self, keys: Array) -> Array:
        """Return which of *keys* were found to be allowed."""
        return within(self.np, self._ordered(self._edges)[0], keys)

    def edges(self) -> tuple[Array, Array, Array]:
        """Return child, helper and score of the allowed pairs, in order."""
        keys, scores = self._ordered(self._edges)
        child, helper = self.np.divmod(keys, self.helpers)
        return child, helper, scores.astype(self.np.int64)

    def helpers_of(self, child: int) -> list[int]:
        """Return the allowed helpers of *child*."""
        keys, _ = self._ordered(self._edges)
        start, end = self.np.searchsorted(keys, (child * self.helpers, (child + 1) * self.helpers))
        helpers: list[int] = (keys[start:end] - child * self.helpers).tolist()
        return helpers

    def refused_of_child(self, child: int) -> Sequence[int]:
        """Return the number of the refusal of every refused helper of *child*."""
        keys, numbers = self._ordered(self._refused)
        start, end = self.np.searchsorted(keys, (child * self.helpers, (child + 1) * self.helpers))
        found: list[int] = numbers[start:end].tolist()
        return found

    def refused_of_helper(self, helper: int) -> Sequence[int]:
        """Return the number of the refusal of every refused child of *helper*."""
        if self._by_helper is None:
            keys, numbers = self._ordered(self._refused)
            own = keys % self.helpers
            order = self.np.argsort(own, kind="stable")
            self._by_helper = own[order], numbers[order]
        own, numbers = self._by_helper
        start, end = self.np.searchsorted(own, (helper, helper + 1))
        found: list[int] = numbers[start:end].tolist()
        return found
