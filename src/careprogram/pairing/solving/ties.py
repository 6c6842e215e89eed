"""Which of several equally good answers is the right one?

Every pair of a child and a helper has a number that looks random and follows from the two keys alone; the right answer
is the one with the largest sum. By the isolation lemma (Mulmuley, Vazirani and Vazirani 1987) two best answers remain
with odds below edges / 2^40. Each key is hashed once; a pair mixes its two hashes by the finalizer of SplitMix64
(Steele, Lea and Flood 2014), in Python and in numpy bit for bit alike. It protects nothing and hides nothing.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from careprogram.ids import stable_hash

TIE_BITS = 40
"""Bits of a tie-break number."""

_WORD = 2**64 - 1
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def child_hashes(keys: Sequence[str]) -> list[int]:
    """Return a number of 63 bits per child key."""
    return [stable_hash("pairing-child", key) for key in keys]


def helper_hashes(keys: Sequence[str]) -> list[int]:
    """Return a number of 63 bits per helper key; other than that of a child with the same key."""
    return [stable_hash("pairing-helper", key) for key in keys]


def places_around(children: Sequence[str], helpers: Sequence[str]) -> tuple[list[int], list[int]]:
    """Set all helpers around a table, in an order that looks random and follows from their keys alone.

    Returns:
        The place of each helper, from 0, and for each child the place at which it begins to go around; that can be one
        behind the last.
    """
    hashes = helper_hashes(helpers)
    order = sorted(range(len(helpers)), key=hashes.__getitem__)
    places = [0] * len(helpers)
    for place, helper in enumerate(order):
        places[helper] = place
    seated = sorted(hashes)
    return places, [bisect_left(seated, one) for one in child_hashes(children)]


def mix(child: int, helper: int) -> int:
    """Return the tie-break number of a pair from the hashes of its keys."""
    word = child + helper  # below 2^64, as both are below 2^63
    word = ((word ^ (word >> 30)) * _FIRST) & _WORD
    word = ((word ^ (word >> 27)) * _SECOND) & _WORD
    return (word ^ (word >> 31)) >> (64 - TIE_BITS)


def mix_arrays(children: Any, helpers: Any) -> Any:
    """Return what `mix` returns, as int64, for arrays of hashes."""
    import numpy as np

    word = children.astype(np.uint64)
    word += helpers.astype(np.uint64)
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        word ^= word >> np.uint64(shift)
        word *= np.uint64(factor)
    word ^= word >> np.uint64(31)
    return (word >> np.uint64(64 - TIE_BITS)).astype(np.int64)
