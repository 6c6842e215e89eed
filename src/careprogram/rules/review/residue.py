"""What is left of a rule once some facts are answered?

Rules reduced to which of a few answers makes them true, false or unknown, and simplified by strong Kleene logic answer
by answer. It knows no dates and no thresholds: a fact is a name, an answer is a position.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import attrs

from careprogram.rules.truth import Truth, all_of, any_of


@attrs.frozen(cache_hash=True)
class Leaf:
    """One fact, and the truth that each of its telling answers gives."""

    fact: str
    truths: tuple[Truth, ...]


@attrs.frozen(cache_hash=True)
class Junction:
    """Parts that must all hold (*every*), or of which one must."""

    every: bool
    parts: "tuple[Node, ...]"


Node: TypeAlias = Truth | Leaf | Junction
"""What is left of a rule once some facts are answered."""


def among(node: Node, wanted: Sequence[Truth]) -> bool | None:
    """Return whether *node* came out as one of *wanted*; None while that is open."""
    if isinstance(node, Truth):
        return node in wanted
    # A part that stays open for good keeps a conjunction from holding and a disjunction from failing.
    if isinstance(node, Junction) and Truth.UNKNOWN in node.parts:
        return None if {Truth.UNKNOWN, Truth.FALSE if node.every else Truth.TRUE} & set(wanted) else False
    return None


def first_open(nodes: Sequence[Node]) -> str | None:
    """Return the first fact that *nodes* still depend on, or None if all are settled."""
    for node in nodes:
        if isinstance(node, Leaf):
            return node.fact
        if isinstance(node, Junction):
            found = first_open(node.parts)
            if found is not None:
                return found
    return None


def assigned(node: Node, name: str, at: int) -> Node:
    """Return what is left of *node* once the fact *name* has its answer at position *at*."""
    if isinstance(node, Leaf):
        return node.truths[at] if node.fact == name else node
    if isinstance(node, Junction):
        return joined(node.every, (assigned(part, name, at) for part in node.parts))
    return node


def joined(every: bool, parts: Iterator[Node]) -> Node:
    """Return the conjunction (*every*) or disjunction of *parts*, simplified."""
    settles = Truth.FALSE if every else Truth.TRUE
    join = all_of if every else any_of
    leaves: dict[str, Leaf] = {}
    others: dict[Node, None] = {}
    for part in _flat(every, parts):
        if part is settles:
            return settles
        if isinstance(part, Leaf):
            seen = leaves.get(part.fact)
            truths = tuple(map(join, zip(seen.truths, part.truths, strict=True))) if seen else part.truths
            leaves[part.fact] = Leaf(part.fact, truths)
        elif part is Truth.UNKNOWN or isinstance(part, Junction):
            others[part] = None
    for leaf in leaves.values():
        if set(leaf.truths) == {settles}:
            return settles
    kept = [leaf for leaf in leaves.values() if set(leaf.truths) != {_settled(every)}]
    rest = (*kept, *others)
    return Junction(every, rest) if len(rest) > 1 else rest[0] if rest else _settled(every)


def _settled(every: bool) -> Truth:
    return Truth.TRUE if every else Truth.FALSE


def _flat(every: bool, parts: Iterator[Node]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, Junction) and part.every is every:
            yield from part.parts
        else:
            yield part
