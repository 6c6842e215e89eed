"""How long is a bar?

Widths of bars as hundredths of a percent of the space they have, computed in whole numbers so that every machine draws
the same picture. A withheld number has no bar. Texts stay outside the pictures: they must remain readable on a phone.
"""

from collections.abc import Sequence
from typing import Final

import attrs

from careprogram.reports.figure import Figure

FULL: Final = 10_000
"""The width of the whole space."""

_TONES: Final = {
    "eligible": "good",
    "covered": "good",
    "paired": "good",
    "ineligible": "quiet",
    "undetermined": "warn",
    "open": "bad",
    "unpaired": "bad",
    "nobody": "bad",
    "dropped-out": "bad",
    "out-of-school": "warn",
    "not-judged": "none",
    "unknown": "none",
}
"""The tones that a meaning has; other headings take the tones of a series in turn."""

_SERIES: Final = 6
_STEPS: Final = 6

_ORDERED: Final = {"tiers": "u", "duties": "r", "helpers": "r"}
"""Figures whose columns have an order: ``u`` from urgent to calm, ``r`` from little to much."""


@attrs.frozen
class Segment:
    """One piece of a bar.

    Attributes:
        start: Where it begins.
        width: How long it is.
        tone: Which color it has, by the name of a style.
    """

    start: int
    width: int
    tone: str


def tones(headings: Sequence[str], figure_id: str = "") -> tuple[str, ...]:
    """Return the name of a color for each heading; those with a meaning of their own always have the same.

    Args:
        headings: Their ids in order.
        figure_id: The figure they belong to; columns that have an order get the steps of one color.
    """
    if ramp := _ORDERED.get(figure_id):
        last = max(len(headings) - 1, 1)
        return tuple(f"{ramp}{place * (_STEPS - 1) // last + 1}" for place in range(len(headings)))
    found: list[str] = []
    for name in headings:
        found.append(_TONES.get(name) or f"s{sum(tone.startswith('s') for tone in found) % _SERIES + 1}")
    return tuple(found)


def stacked(counts: Sequence[int | None], total: int | None, colors: Sequence[str]) -> tuple[Segment, ...]:
    """Return the pieces of one bar that shows the parts of *total*; none where it is withheld or 0."""
    if not total:
        return ()
    pieces: list[Segment] = []
    reached = 0
    for count, tone in zip(counts, colors, strict=True):
        if count:
            # Both ends are rounded, not the width, so that the pieces always meet.
            start, reached = reached, reached + count
            left, right = start * FULL // total, reached * FULL // total
            pieces.append(Segment(left, right - left, tone))
    return tuple(pieces)


def columns(figure: Figure) -> tuple[tuple[Segment, ...], ...]:
    """Return for each column of *figure* the pieces of one upright bar, a piece a row, measured from the ground.

    The highest column fills the space; a withheld count has no piece.
    """
    heights = [[row[place] or 0 for row in figure.counts] for place in range(len(figure.columns))]
    highest = max(map(sum, heights), default=0)
    colors = tones([row.id for row in figure.rows])
    return tuple(stacked(height, highest, colors) for height in heights)


def share(count: int | None, whole: int | None) -> int:
    """Return the width of a bar for *count* out of *whole*; 0 where either is withheld."""
    return min(FULL, count * FULL // whole) if count and whole else 0


def percent(count: int | None, whole: int | None) -> str:
    """Return a share with one decimal, rounded half up; empty where it cannot be told.

    Examples:
        >>> percent(1, 3), percent(0, 5), percent(None, 5)
        ('33.3%', '0.0%', '')
    """
    if count is None or not whole:
        return ""
    tenths = (count * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"
